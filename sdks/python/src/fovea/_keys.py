"""API keys of the project. The key itself is in one answer only: the one that makes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Optional, Sequence
from urllib.parse import quote

from ._connection import Connection

_TARGET = "/api/v1/settings/api-keys"


@dataclass(frozen=True)
class ApiKey:
    id: str
    name: str
    #: First 8 characters.
    prefix: str
    scopes: tuple[str, ...]
    #: Unix seconds.
    created_at: int
    expires_at: Optional[int]
    last_used_at: Optional[int]
    total_requests: int
    #: The whole key, of a new one.
    key: Optional[str] = None


class Keys:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def create(
        self, name: str, *, scopes: Optional[Sequence[str]] = None, expires_in_days: Optional[int] = None
    ) -> ApiKey:
        """``scopes``: ``read``, ``write``; those of the key that asks when absent, and never more."""
        body: dict[str, Any] = {"name": name, "scopes": scopes and list(scopes), "expires_in_days": expires_in_days}
        return _key_of(self._connection.call("POST", _TARGET, json_body=body))

    def list(self) -> list[ApiKey]:
        return [_key_of(key) for key in self._connection.call("GET", _TARGET)["api_keys"]]

    def revoke(self, id: str) -> None:
        """From now on the key is refused. Raises FoveaError 404."""
        self._connection.call("DELETE", f"{_TARGET}/{quote(id, safe='')}")


def _key_of(key: dict[str, Any]) -> ApiKey:
    return ApiKey(
        id=key["id"],
        name=key["name"],
        prefix=key["prefix"],
        scopes=tuple(key["scopes"]),
        created_at=key["created_at"],
        expires_at=key["expires_at"],
        last_used_at=key["last_used_at"],
        total_requests=key["total_requests"],
        key=key.get("key"),
    )
