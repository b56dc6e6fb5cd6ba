"""Images of one project: their URLs, built here, and the calls that store, list and delete them."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Any, BinaryIO, Iterator, Mapping, Optional, Sequence, Union
from urllib.parse import quote, urlencode

from ._access import Expiry, ProjectAccess
from ._connection import Connection
from ._form import Form, Progress
from ._urls import delivery_target, payload

#: One edit or several, in order: ``{"resize": {"width": 800}}``.
Edits = Union[dict[str, Any], list[dict[str, Any]]]


@dataclass(frozen=True)
class UploadedImage:
    #: Path the image is stored at: the key asked for, unless its name was none for a file; ``a b`` becomes ``a-b.png``.
    key: str
    #: First 16 hex digits of the SHA-256 of its bytes.
    id: str
    #: ``False`` when the project already had these bytes.
    is_new: bool


@dataclass(frozen=True)
class UploadAddress:
    upload_url: str
    #: Path the image will lie at.
    key: str
    #: To send with the file.
    headers: dict[str, str]
    #: ISO 8601.
    expires_at: str
    #: ``PUT`` sends the file itself; ``POST`` a form of ``fields`` and then the file, called ``file``.
    method: str
    fields: dict[str, str]
    #: To be posted to when the form has been taken: only then it is an image. ``None`` when nothing has to be.
    confirm_url: Optional[str]


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


class _Unsaid:
    """What was not named, where ``None`` means something."""


_UNSAID = _Unsaid()


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
        self,
        data: Union[bytes, BinaryIO],
        key: str,
        *,
        visibility: Optional[str] = None,
        on_progress: Optional[Progress] = None,
    ) -> UploadedImage:
        """Stores an image; what lies at the key gets a new version. A file that can seek is sent as it is read.

        ``on_progress`` is told how much has left, 0–1; from the start again when the call is repeated.
        Raises FoveaError: 402 and 429 the plan allows no more, 413 too large, 415 what is no image, 422.
        """
        name = key[key.rfind("/") + 1 :]
        if name == "":
            raise ValueError(f'Fovea: "key" must end with the name of a file, not {key!r}.')
        # A path without extension would be read as a folder: then the folder and the name travel apart.
        target = key if 0 < name.rfind(".") < len(name) - 1 else key[: len(key) - len(name)]
        fields = {"target_path": target or None, "visibility": visibility}
        told = {field: value for field, value in fields.items() if value is not None}
        form = Form(told, name, data, on_progress)
        answer = self._connection.call("POST", "/api/v1/images", body=form.chunks, headers=form.headers)
        return UploadedImage(answer["path"], answer["id"], answer.get("is_new") is not False)

    def sign_url(
        self,
        key: str,
        *,
        content_type: Optional[str] = None,
        max_bytes: Optional[int] = None,
        overwrite: bool = False,
        visibility: Optional[str] = None,
    ) -> UploadAddress:
        """Address that takes one file for five minutes: a page sends it there without an API key.

        The server says whether it takes the file itself or its bucket does.

        Raises FoveaError 409 when the key is taken and ``overwrite`` was not said.
        """
        wanted = {"path": key, "content_type": content_type, "max_bytes": max_bytes, "visibility": visibility}
        body = {name: value for name, value in wanted.items() if value is not None}
        answer = self._connection.call(
            "POST", "/api/v1/uploads/presign", json_body={**body, "overwrite": overwrite}
        )
        return UploadAddress(
            upload_url=answer["upload_url"],
            key=answer["path"],
            headers=answer["headers"],
            expires_at=answer["expires_at"],
            method=answer["method"],
            fields=answer["fields"],
            confirm_url=answer["confirm_url"],
        )

    def list(
        self,
        *,
        limit: Optional[int] = None,
        cursor: Optional[str] = None,
        prefix: Optional[str] = None,
        folder: Optional[str] = None,
    ) -> ImageList:
        """One page: the newest first, or the keys that start with ``prefix`` in their order.

        ``folder`` keeps to what lies directly in it; not together with ``prefix``.
        """
        if folder is not None:
            folder = unicodedata.normalize("NFC", folder).strip("/")
        wanted = {"limit": limit, "cursor": cursor, "prefix": prefix, "path": folder}
        query = urlencode({name: value for name, value in wanted.items() if value is not None})
        page = self._connection.call("GET", f"/api/v1/images{'?' if query else ''}{query}")
        images = [
            ListedImage(key, image["id"], image["size"], image["uploaded_at"], image["visibility"])
            for image in page["images"]
            for key in ([image["path"]] if image.get("path") else image["paths"])
            if folder is None or key[: max(0, key.rfind("/"))] == folder
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

    def update(
        self,
        id: str,
        *,
        visibility: Optional[str] = None,
        alt_text: Optional[str] = None,
        tags: Optional[Sequence[str]] = None,
        metadata: Optional[Mapping[str, Union[str, int, float, bool, None]]] = None,
        focal_point: Union[Mapping[str, float], None, _Unsaid] = _UNSAID,
    ) -> None:
        """Changes what is named and nothing else. Raises FoveaError 400, 404.

        ``metadata`` is merged with what is there, and ``None`` takes a key away. ``focal_point`` is where the subject
        is, as shares ``x`` and ``y`` of width and height; ``None`` forgets it.
        """
        wanted = {"visibility": visibility, "alt_text": alt_text, "tags": None if tags is None else list(tags), "custom_metadata": metadata}
        body: dict[str, Any] = {name: value for name, value in wanted.items() if value is not None}
        if not isinstance(focal_point, _Unsaid):
            body["focal_point"] = focal_point
        self._connection.call("PATCH", f"/api/v1/images/{quote(id, safe='')}", json_body=body)

    def delete(self, key: str) -> None:
        """Deletes the image at this key; other keys of the same bytes stay. Raises FoveaError 404."""
        project = self._access.place().project
        self._connection.call("DELETE", f"/api/v1/images/path/{project}/{quote(key, safe='')}")

    def metadata(self, key: str) -> dict[str, Any]:
        """What the header of the stored file says, asked through a signed URL."""
        url = self._access.sign("t", payload(key, metadata=True), None)
        answer: dict[str, Any] = self._connection.call("GET", url, authorised=False)
        return answer
