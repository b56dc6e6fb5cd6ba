"""What went wrong with a call."""

from __future__ import annotations

import json
from typing import Any


class FoveaError(Exception):
    """``status`` is that of HTTP, 0 when no answer came; ``body`` the parsed JSON, or the text, of the answer."""

    def __init__(self, message: str, status: int, body: Any = None) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.body = body


def error_of(status: int, reason: str, raw: bytes) -> FoveaError:
    """Reads an answer that is no success. Never raises: an unreadable body leaves the status."""
    text = raw.decode("utf-8", "replace")
    body: Any
    try:
        body = json.loads(text)
    except ValueError:
        body = text
    message = None
    if isinstance(body, dict):
        nested = body.get("error")
        message = nested.get("message") if isinstance(nested, dict) else None
        message = message or body.get("detail") or body.get("title")
    return FoveaError(message if isinstance(message, str) else reason or f"HTTP {status}", status, body)
