"""Pictures through a pipeline and back, without a URL."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import Any, BinaryIO, Mapping, Optional, Union

from ._connection import Connection
from ._form import Form

#: The file itself, or ``{"url": …}``, ``{"asset": key}``, ``{"id": …}``.
Source = Union[bytes, BinaryIO, Mapping[str, str]]


@dataclass(frozen=True)
class Stored:
    #: Where the image lies now.
    key: str
    id: str


@dataclass(frozen=True)
class StoredObject:
    #: Name of the origin that has it, and the path there.
    origin: str
    path: str
    etag: Optional[str]


@dataclass(frozen=True)
class TransformResult:
    name: Optional[str]
    media_type: str
    width: Optional[int]
    height: Optional[int]
    #: The file; ``None`` for what is text and for what was stored.
    data: Optional[bytes]
    text: Optional[str]
    stored: Optional[Stored]
    #: The object in a bucket that it has become.
    object: Optional[StoredObject] = None


def transform(connection: Connection, source: Source, request: dict[str, Any]) -> list[TransformResult]:
    if isinstance(source, Mapping):
        answer = connection.call("POST", "/api/v1/transform", json_body={**request, "source": source})
    else:
        form = Form({"request": json.dumps(request)}, "source", source)
        answer = connection.call("POST", "/api/v1/transform", body=form.chunks, headers=form.headers)
    return [_result_of(output) for output in answer["outputs"]]


def _result_of(output: dict[str, Any]) -> TransformResult:
    data, image = output.get("data"), output.get("image")
    return TransformResult(
        name=output.get("name"),
        media_type=output["mediaType"],
        width=output.get("width"),
        height=output.get("height"),
        data=None if data is None else base64.b64decode(data),
        text=output.get("text"),
        stored=None if image is None else Stored(image["path"], image["id"]),
        object=None if output.get("object") is None else StoredObject(**output["object"]),
    )
