"""The images of a project with their texts and tags, and the folders they lie in."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Any, Optional
from urllib.parse import urlencode

from ._connection import Connection

#: An image in the form of the API: ``id``, ``paths``, ``alt_text``, ``tags``, ``custom_metadata``, ``cdn_url`` …
LibraryImage = dict[str, Any]


@dataclass(frozen=True)
class LibraryFolder:
    #: The last part of its path.
    name: str
    #: Images in it and below.
    image_count: int


@dataclass(frozen=True)
class LibraryPage:
    #: Newest first.
    images: list[LibraryImage]
    folders: list[LibraryFolder]
    #: Images of all pages.
    total: int
    #: For the next page; ``None`` on the last.
    next_cursor: Optional[str]


@dataclass(frozen=True)
class FoundImages:
    images: list[LibraryImage]
    total: int
    #: ``False`` when there are more than were counted.
    is_total_exact: bool


class Library:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def list(
        self, folder: str = "", *, limit: Optional[int] = None, cursor: Optional[str] = None
    ) -> LibraryPage:
        """Images directly in a folder, the uppermost one when none is named, and the folders below it."""
        path = unicodedata.normalize("NFC", folder).strip("/")
        page = self._get("", {"path": path, "limit": limit, "cursor": cursor})
        folders = [LibraryFolder(each["name"], each["image_count"]) for each in page["folders"]]
        return LibraryPage(page["images"], folders, page["total"], page.get("next_cursor"))

    def search(self, text: str, *, limit: Optional[int] = None) -> FoundImages:
        """Images of which a path, a name, a text, a tag or a value has this part."""
        found = self._get("/search", {"q": text, "limit": limit})
        return FoundImages(found["results"], found["total"], found["total_is_exact"])

    def _get(self, part: str, wanted: dict[str, Any]) -> dict[str, Any]:
        query = urlencode({name: value for name, value in wanted.items() if value is not None})
        answer: dict[str, Any] = self._connection.call("GET", f"/api/v1/images{part}?{query}")
        return answer
