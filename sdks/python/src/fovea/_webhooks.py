"""Webhooks of the project: who is told what happens, what was sent, and sending it again."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import time
from dataclasses import dataclass
from typing import Any, Mapping, Optional, Sequence, Union
from urllib.parse import quote, urlencode

from ._connection import Connection

_TARGET = "/api/v1/webhooks"
_SECRET_PREFIX = "whsec_"
#: How far the clocks of server and receiver may differ, seconds.
_TOLERANCE = 300


class WebhookError(Exception):
    """The message is not to be believed. Answer 400, and do nothing."""


@dataclass(frozen=True)
class Webhook:
    id: str
    url: str
    description: str
    events: tuple[str, ...]
    enabled: bool
    #: Why the server disabled it.
    disabled_reason: Optional[str]
    #: Since when every attempt has failed; times are RFC 3339.
    failing_since: Optional[str]
    created_at: str
    updated_at: str
    #: What its messages are signed with, of a new one.
    secret: Optional[str] = None


class Webhooks:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def create(self, url: str, events: Sequence[str], *, description: str = "") -> Webhook:
        """Raises FoveaError 400, 403 for an address that is never asked, 409 for too many."""
        body = {"url": url, "events": list(events), "description": description}
        return _webhook_of(self._connection.call("POST", _TARGET, json_body=body))

    def list(self) -> list[Webhook]:
        return [_webhook_of(webhook) for webhook in self._connection.call("GET", _TARGET)["webhooks"]]

    def get(self, id: str) -> Webhook:
        """Raises FoveaError 404."""
        return _webhook_of(self._connection.call("GET", _path(id)))

    def update(
        self,
        id: str,
        *,
        url: Optional[str] = None,
        events: Optional[Sequence[str]] = None,
        description: Optional[str] = None,
        enabled: Optional[bool] = None,
    ) -> Webhook:
        """Changes what is named; enabling it again gives it a clean record."""
        said = {"url": url, "events": events and list(events), "description": description, "enabled": enabled}
        body = {name: value for name, value in said.items() if value is not None}
        return _webhook_of(self._connection.call("PATCH", _path(id), json_body=body))

    def delete(self, id: str) -> None:
        self._connection.call("DELETE", _path(id))

    def rotate_secret(self, id: str) -> str:
        """A new secret, shown this once; the one before signs beside it for a day."""
        return str(self._connection.call("POST", _path(id, "secret"), json_body={})["secret"])

    def test(self, id: str, event: str) -> str:
        """Sends the example of an event; returns the delivery's id."""
        return str(self._connection.call("POST", _path(id, "test"), json_body={"event": event})["delivery"])

    def deliveries(
        self,
        id: str,
        *,
        state: Optional[str] = None,
        event: Optional[str] = None,
        limit: int = 50,
        cursor: Optional[str] = None,
    ) -> dict[str, Any]:
        """A page of the log, newest first: ``deliveries``, and ``next_cursor`` or ``None``."""
        said = {"state": state, "event": event, "limit": limit, "cursor": cursor}
        query = urlencode({name: value for name, value in said.items() if value is not None})
        page: dict[str, Any] = self._connection.call("GET", f"{_path(id, 'deliveries')}?{query}")
        return page

    def replay(self, id: str, delivery: str) -> None:
        """Sends one message again, at once."""
        self._connection.call("POST", _path(id, "deliveries", delivery, "replay"), json_body={})

    def replay_failed(self, id: str, since: str) -> int:
        """Sends again all that was given up of what happened since then (RFC 3339); returns how many."""
        answer = self._connection.call("POST", _path(id, "replay"), json_body={"since": since})
        return int(answer["replayed"])


def verify_webhook(
    body: bytes, headers: Mapping[str, str], secrets: Union[str, Sequence[str]]
) -> dict[str, Any]:
    """The message of a raw body that one of ``secrets`` (``whsec_…``) has signed in the last five minutes.

    Raises WebhookError when it is not so, ValueError for a secret that is none. Repetitions are told by the header
    ``webhook-id``.
    """
    sent = {name.lower(): value for name, value in headers.items()}
    try:
        id, timestamp, signatures = (sent[f"webhook-{name}"] for name in ("id", "timestamp", "signature"))
    except KeyError as missing:
        raise WebhookError(f"The header {missing} is missing.") from None
    if not (timestamp.isascii() and timestamp.isdigit()):
        raise WebhookError('"webhook-timestamp" is no time.')
    if abs(time.time() - int(timestamp)) > _TOLERANCE:
        raise WebhookError("The message is too old or from the future.")
    signed = f"{id}.{timestamp}.".encode() + body
    for secret in [secrets] if isinstance(secrets, str) else secrets:
        digest = hmac.new(_key_of(secret), signed, hashlib.sha256).digest()
        expected = b"v1," + base64.b64encode(digest)
        if any(hmac.compare_digest(expected, one.encode()) for one in signatures.split(" ")):
            message: dict[str, Any] = json.loads(body)
            return message
    raise WebhookError("No signature fits: the secret is another one, or the body was changed.")


def _key_of(secret: str) -> bytes:
    try:
        if secret.startswith(_SECRET_PREFIX):
            return base64.b64decode(secret[len(_SECRET_PREFIX) :], validate=True)
    except binascii.Error:
        pass
    raise ValueError('A webhook secret is "whsec_" and base64.')


def _path(*parts: str) -> str:
    return "/".join([_TARGET, *(quote(part, safe="") for part in parts)])


def _webhook_of(webhook: dict[str, Any]) -> Webhook:
    return Webhook(
        id=webhook["id"],
        url=webhook["url"],
        description=webhook["description"],
        events=tuple(webhook["events"]),
        enabled=webhook["enabled"],
        disabled_reason=webhook["disabled_reason"],
        failing_since=webhook["failing_since"],
        created_at=webhook["created_at"],
        updated_at=webhook["updated_at"],
        secret=webhook.get("secret"),
    )
