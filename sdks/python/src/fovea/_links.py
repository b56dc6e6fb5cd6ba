"""Access links: addresses that show one image, private ones too, until they run out or are taken back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any, Iterator, Optional
from urllib.parse import quote, urlencode

from ._connection import Connection

_TARGET = "/api/v1/links"


@dataclass(frozen=True)
class AccessLink:
    id: str
    image_id: str
    key: str
    preset: Optional[str]
    note: str
    #: ``active``, ``expired``, ``used_up`` or ``revoked``.
    state: str
    max_uses: Optional[int]
    uses: int
    #: ISO 8601, as all moments here.
    last_used_at: Optional[str]
    created_at: str
    expires_at: str
    revoked_at: Optional[str]
    #: The address, of a new one.
    url: Optional[str] = None


class Links:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def create(
        self,
        image_id: str,
        *,
        expires_at: Optional[datetime] = None,
        preset: Optional[str] = None,
        max_uses: Optional[int] = None,
        note: str = "",
    ) -> AccessLink:
        """A minute to 366 days; a week when ``expires_at`` is absent. ``preset`` shows the image in that only.

        Raises FoveaError: 400, 404 there is no such image, or no such preset.
        """
        body: dict[str, Any] = {"preset": preset, "max_uses": max_uses, "note": note}
        if expires_at is not None:
            body["expires_at"] = expires_at.astimezone(timezone.utc).isoformat()
        return _link_of(self._connection.call("POST", _of_image(image_id), json_body=body))

    def iterate(self, *, image_id: Optional[str] = None, state: Optional[str] = None) -> Iterator[AccessLink]:
        """Newest first, page by page: those of one image, or of the project."""
        target = _TARGET if image_id is None else _of_image(image_id)
        wanted: dict[str, Any] = {"limit": 100, "state": state}
        while True:
            query = urlencode({name: value for name, value in wanted.items() if value is not None})
            page = self._connection.call("GET", f"{target}?{query}")
            for link in page["links"]:
                yield _link_of(link)
            wanted["cursor"] = page["next_cursor"]
            if page["next_cursor"] is None:
                return

    def revoke(self, id: str) -> AccessLink:
        """Ends it at once, whatever has been handed out. Raises FoveaError 404."""
        return _link_of(self._connection.call("DELETE", f"{_TARGET}/{quote(id, safe='')}"))


def _of_image(id: str) -> str:
    return f"/api/v1/images/{quote(id, safe='')}/links"


def _link_of(link: dict[str, Any]) -> AccessLink:
    return AccessLink(
        id=link["id"],
        image_id=link["image_id"],
        key=link["path"],
        preset=link["preset"],
        note=link["note"],
        state=link["state"],
        max_uses=link["max_uses"],
        uses=link["uses"],
        last_used_at=link["last_used_at"],
        created_at=link["created_at"],
        expires_at=link["expires_at"],
        revoked_at=link["revoked_at"],
        url=link.get("url"),
    )
