"""What can be told of stored pictures: colours, placeholders, EXIF, faces, and which of them look alike."""

from __future__ import annotations

from typing import Any, Iterator, Optional
from urllib.parse import quote, urlencode

from ._connection import Connection

_TARGET = "/api/v1/images"


class Facts:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, id: str, *, details: str = "public", see: Optional[str] = None) -> dict[str, Any]:
        """All that is known of an image, in the form of the API.

        ``details``: ``none``, ``public`` or ``all`` of EXIF, IPTC and XMP. ``see``: ``faces`` or ``subjects``, which
        models look for; rectangles are parts of the sides of the upright picture.
        Raises FoveaError 404, 501 when the server has no model that sees it.
        """
        query = {"details": details, **({} if see is None else {"see": see})}
        facts: dict[str, Any] = self._connection.call("GET", f"{_path(id, 'facts')}?{urlencode(query)}")
        return facts

    def similar(self, id: str, *, max_distance: int = 10, limit: int = 20) -> dict[str, Any]:
        """Images that look like this one, nearest first, in the form of the API: ``images`` with a ``distance`` each.

        ``without_fingerprint`` counts images that nobody has looked at yet. Raises FoveaError 404.
        """
        query = urlencode({"max_distance": max_distance, "limit": limit})
        found: dict[str, Any] = self._connection.call("GET", f"{_path(id, 'similar')}?{query}")
        return found

    def duplicates(self) -> Iterator[dict[str, Any]]:
        """Groups of images that are nearly the same, ``count`` of ``images`` each, fetched page by page."""
        target = f"{_TARGET}/duplicates"
        while True:
            page = self._connection.call("GET", target)
            yield from page["groups"]
            if page["next_cursor"] is None:
                return
            target = f"{_TARGET}/duplicates?{urlencode({'cursor': page['next_cursor']})}"


def _path(id: str, part: str) -> str:
    return f"{_TARGET}/{quote(id, safe='')}/{part}"
