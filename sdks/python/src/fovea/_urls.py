"""Addresses of pictures: the readable form and the payload of the signed one."""

from __future__ import annotations

import base64
import json
from typing import Any, Optional, Union
from urllib.parse import quote

_NAMES = ("w", "h", "fit", "aspect", "q", "dpr", "crop", "grayscale", "blur", "sharpen", "rotate", "flip", "v")


def delivery_target(path: str, parameters: dict[str, Any]) -> str:
    """Path and query behind ``/i/{project}/``; parameters stand in a fixed order, so equal pictures have equal URLs."""
    known = {*_NAMES, "preset", "download", "format"}
    for name in parameters:
        if name not in known:
            raise TypeError(f'Fovea: a delivery URL has no parameter "{name}".')
    given = {name: value for name, value in parameters.items() if value is not None}
    pairs = []
    if "preset" in given:
        pairs.append(f"p:{quote(given['preset'], safe='')}")
    pairs += [f"{name}={quote(_text(given[name]), safe='')}" for name in _NAMES if name in given]
    download = given.get("download", False)
    if download is True:
        pairs.append("download")
    elif download is not False:
        pairs.append(f"download={quote(download, safe='')}")
    if "format" in given:
        path = f"{_without_extension(path)}.{given['format']}"
    encoded = quote(path, safe="/")
    return f"{encoded}?{'&'.join(pairs)}" if pairs else encoded


def payload(
    key: str,
    edits: Optional[Union[dict[str, Any], list[dict[str, Any]]]] = None,
    output: Optional[dict[str, Any]] = None,
    metadata: bool = False,
) -> str:
    """base64url of the JSON, ``key`` first."""
    content: dict[str, Any] = {"key": key}
    if edits is not None:
        content["edits"] = edits
    if output is not None:
        content["output"] = output
    if metadata:
        content["metadata"] = True
    text = json.dumps(content, separators=(",", ":"), ensure_ascii=False)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _without_extension(path: str) -> str:
    dot = path.rfind(".")
    return path[:dot] if dot > path.rfind("/") + 1 else path
