"""Exports: everything the project holds, as one archive that the server makes in its own time."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any, Callable, Optional
from urllib.parse import quote

from ._connection import Connection

_TARGET = "/api/v1/exports"

#: Seconds until the server is asked again: soon for small projects, rarely for large ones.
_FIRST_WAIT = 0.5
_LONGEST_WAIT = 5.0


@dataclass(frozen=True)
class ProjectExport:
    id: str
    #: ``running``, ``done`` or ``failed``.
    state: str
    #: How many there will be; 0 until it has begun.
    files: int
    files_done: int
    #: Of the archive, bytes; once it is done.
    size: Optional[int]
    #: Fetches the archive without a key, for a quarter of an hour; ``get`` gives a new one.
    download_url: Optional[str]
    #: ISO 8601, as all moments here.
    created_at: str
    #: When the server deletes it.
    expires_at: str


class Exports:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def create(self) -> ProjectExport:
        """Begins one. Raises FoveaError 409 while another one is being made, its id in ``body["export"]``."""
        return _export_of(self._connection.call("POST", _TARGET)["export"])

    def get(self, id: str) -> ProjectExport:
        """Raises FoveaError 404."""
        return _export_of(self._connection.call("GET", _at(id))["export"])

    def list(self) -> list[ProjectExport]:
        """Those that are kept, newest first."""
        return [_export_of(each) for each in self._connection.call("GET", _TARGET)["exports"]]

    def delete(self, id: str) -> None:
        """Raises FoveaError: 404, 409 while it is being made."""
        self._connection.call("DELETE", _at(id))

    def wait(self, id: str, *, on_progress: Optional[Callable[[ProjectExport], None]] = None) -> ProjectExport:
        """The export as it has ended, ``done`` or ``failed``.

        ``on_progress`` is told how far it is, each time the server was asked. Raises FoveaError 404.
        """
        wait = _FIRST_WAIT
        while True:
            now = self.get(id)
            if on_progress is not None:
                on_progress(now)
            if now.state != "running":
                return now
            time.sleep(wait)
            wait = min(_LONGEST_WAIT, wait * 2)


def _at(id: str) -> str:
    return f"{_TARGET}/{quote(id, safe='')}"


def _export_of(export: dict[str, Any]) -> ProjectExport:
    return ProjectExport(
        id=export["id"],
        state=export["state"],
        files=export["files"],
        files_done=export["files_done"],
        size=export["size"],
        download_url=export["download_url"],
        created_at=export["created_at"],
        expires_at=export["expires_at"],
    )
