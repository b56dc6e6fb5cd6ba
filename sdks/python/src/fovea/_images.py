"""Images of one project: their URLs, built here, and the calls that store, list and delete them."""

from __future__ import annotations

import io
import secrets
import unicodedata
from dataclasses import dataclass
from typing import Any, BinaryIO, Iterable, Iterator, Optional, Union
from urllib.parse import quote, urlencode

from ._access import Expiry, ProjectAccess
from ._connection import Connection
from ._urls import delivery_target, payload

_CHUNK = 64 * 1024

#: One edit or several, in order: ``{"resize": {"width": 800}}``.
Edits = Union[dict[str, Any], list[dict[str, Any]]]


@dataclass(frozen=True)
class UploadedImage:
    #: Path the image is stored at.
    key: str
    #: First 16 hex digits of the SHA-256 of its bytes.
    id: str
    #: ``False`` when the project already had these bytes.
    is_new: bool


@dataclass(frozen=True)
class ListedImage:
    key: str
    id: str
    #: Bytes.
    size: int
    #: ISO 8601.
    last_modified: str
    visibility: str


@dataclass(frozen=True)
class ImageList:
    images: list[ListedImage]
    #: For the next page; ``None`` on the last.
    next_cursor: Optional[str]


@dataclass(frozen=True)
class Image:
    id: str
    hash: str
    original_filename: str
    #: Bytes.
    size: int
    #: ISO 8601.
    uploaded_at: str
    mime_type: str
    width: Optional[int]
    height: Optional[int]
    visibility: str
    #: Delivery URL for each format.
    urls: dict[str, str]


class Images:
    def __init__(self, connection: Connection, access: ProjectAccess) -> None:
        self._connection = connection
        self._access = access

    def url(
        self,
        key: str,
        edits: Optional[Edits] = None,
        *,
        output: Optional[dict[str, Any]] = None,
        expires: Optional[Expiry] = None,
    ) -> str:
        """Signed URL of an image after ``edits``, which run in the order given."""
        return self._access.sign("t", payload(key, edits, output), expires)

    def delivery_url(self, path: str, **parameters: Any) -> str:
        """Unsigned URL in the readable form: ``w``, ``h``, ``fit``, ``q``, ``format``, ``preset`` …"""
        access = self._access.place()
        return f"{access.url}/i/{access.project}/{delivery_target(path, parameters)}"

    def signed_delivery_url(self, path: str, *, expires: Optional[Expiry] = None, **parameters: Any) -> str:
        """The readable form with a signature, for private images and projects that serve signed URLs only."""
        return self._access.sign("i", delivery_target(path, parameters), expires)

    def upload(
        self, data: Union[bytes, BinaryIO], key: str, *, visibility: Optional[str] = None
    ) -> UploadedImage:
        """Stores an image; what lies at the key gets a new version. A file that can seek is sent as it is read.

        Raises FoveaError: 402 and 429 the plan allows no more, 413 too large, 415 what is no image, 422.
        """
        key = unicodedata.normalize("NFC", key)
        name = key[key.rfind("/") + 1 :]
        # A path without extension would be read as a folder: then the folder and the name travel apart.
        target = key if name.rfind(".") > 0 else key[: len(key) - len(name)]
        fields = {"target_path": target or None, "visibility": visibility}
        form = _Form({field: value for field, value in fields.items() if value is not None}, name, data)
        answer = self._connection.call(
            "POST", "/api/v1/images", body=form.chunks, headers=form.headers
        )
        paths = answer["paths"]
        stored = next((path for path in paths if path == key), None)
        stored = stored or next((path for path in paths if path.startswith(f"{key}.")), key)
        return UploadedImage(stored, answer["id"], answer.get("is_new") is not False)

    def list(
        self, *, limit: Optional[int] = None, cursor: Optional[str] = None, prefix: Optional[str] = None
    ) -> ImageList:
        """One page: the newest first, or the keys that start with ``prefix`` in their order."""
        wanted = {"limit": limit, "cursor": cursor, "prefix": prefix}
        query = urlencode({name: value for name, value in wanted.items() if value is not None})
        page = self._connection.call("GET", f"/api/v1/images{'?' if query else ''}{query}")
        images = [
            ListedImage(key, image["id"], image["size"], image["uploaded_at"], image["visibility"])
            for image in page["images"]
            for key in ([image["path"]] if image.get("path") else image["paths"])
        ]
        return ImageList(images, page.get("next_cursor"))

    def iterate(self, prefix: str = "") -> Iterator[ListedImage]:
        """All keys that start with ``prefix``, page by page."""
        cursor: Optional[str] = None
        while True:
            page = self.list(limit=100, cursor=cursor, prefix=prefix)
            yield from page.images
            cursor = page.next_cursor
            if cursor is None:
                return

    def get(self, id: str) -> Image:
        """Facts and URLs of an image. Raises FoveaError 404."""
        answer = self._connection.call("GET", f"/api/v1/images/{quote(id, safe='')}")
        facts = answer["metadata"]
        return Image(
            id=id,
            hash=facts["hash"],
            original_filename=facts["original_filename"],
            size=facts["size"],
            uploaded_at=facts["uploaded_at"],
            mime_type=facts["mime_type"],
            width=facts.get("width"),
            height=facts.get("height"),
            visibility=answer["visibility"],
            urls=answer["urls"],
        )

    def update(self, id: str, **changes: Any) -> None:
        """Changes ``visibility``, ``alt_text``, ``tags``, ``custom_metadata``, ``focal_point``: what is named."""
        self._connection.call("PATCH", f"/api/v1/images/{quote(id, safe='')}", json_body=changes)

    def delete(self, key: str) -> None:
        """Deletes the image at this key; other keys of the same bytes stay. Raises FoveaError 404."""
        project = self._access.place().project
        self._connection.call("DELETE", f"/api/v1/images/path/{project}/{quote(key, safe='')}")

    def metadata(self, key: str) -> dict[str, Any]:
        """What the header of the stored file says, asked through a signed URL."""
        url = self._access.sign("t", payload(key, metadata=True), None)
        answer: dict[str, Any] = self._connection.call("GET", url, authorised=False)
        return answer


class _Form:
    """A multipart form of one file; its length is known before it is sent."""

    def __init__(self, fields: dict[str, str], name: str, data: Union[bytes, BinaryIO]) -> None:
        boundary = secrets.token_hex(16)
        head = "".join(
            f'--{boundary}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'
            for field, value in fields.items()
        )
        quoted = name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
        head += (
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{quoted}"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n"
        )
        self._head = head.encode()
        self._tail = f"\r\n--{boundary}--\r\n".encode()
        self._file, self._start, size = _seekable(data)
        self.headers = {
            "Content-Type": f"multipart/form-data; boundary={boundary}",
            "Content-Length": str(len(self._head) + size + len(self._tail)),
        }

    def chunks(self) -> Iterable[bytes]:
        yield self._head
        self._file.seek(self._start)
        while True:
            chunk = self._file.read(_CHUNK)
            if not chunk:
                break
            yield chunk
        yield self._tail


def _seekable(data: Union[bytes, BinaryIO]) -> tuple[BinaryIO, int, int]:
    if isinstance(data, (bytes, bytearray, memoryview)):
        return io.BytesIO(data), 0, len(data)
    if not data.seekable():
        raw = data.read()
        return io.BytesIO(raw), 0, len(raw)
    start = data.tell()
    size = data.seek(0, io.SEEK_END) - start
    return data, start, size
