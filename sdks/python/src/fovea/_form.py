"""What is sent with a file: a multipart form."""

from __future__ import annotations

import io
import secrets
from typing import BinaryIO, Callable, Iterator, Optional, Union

_CHUNK = 64 * 1024

#: Told the share of a file that has left, 0–1.
Progress = Callable[[float], None]


class Form:
    """A multipart form of one file; its length is known before it is sent."""

    def __init__(
        self,
        fields: dict[str, str],
        name: str,
        data: Union[bytes, BinaryIO],
        on_progress: Optional[Progress] = None,
    ) -> None:
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
        self._file, self._start, self._size = _seekable(data)
        self._on_progress = on_progress
        self.headers = {
            "Content-Type": f"multipart/form-data; boundary={boundary}",
            "Content-Length": str(len(self._head) + self._size + len(self._tail)),
        }

    def chunks(self) -> Iterator[bytes]:
        yield self._head
        self._file.seek(self._start)
        sent = 0
        while True:
            chunk = self._file.read(_CHUNK)
            if not chunk:
                break
            yield chunk
            sent += len(chunk)
            # Who asks for the next chunk has sent this one.
            if self._on_progress is not None:
                self._on_progress(sent / self._size)
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
