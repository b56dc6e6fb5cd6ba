"""Jobs of the project: many pictures through one pipeline, in the background."""

from __future__ import annotations

import json
import time
from typing import Any, BinaryIO, Callable, Iterator, Mapping, Optional, Sequence, Union
from urllib.parse import quote, urlencode

from ._connection import Connection
from ._form import Form

_TARGET = "/api/v1/jobs"

#: ``{"list": […]}``, ``{"prefix": …}``, ``{"url": …}``, ``{"origin": …, "path": …}``, or a list (JSON lines, CSV) or
#: ZIP archive as a file.
Sources = Union[bytes, BinaryIO, Mapping[str, Any]]
#: A job, and one of its pictures, in the form of the API. Both have ``degraded`` where a model was missing that would
#: have done better: a list of its tasks.
Job = dict[str, Any]
JobItem = dict[str, Any]


class Jobs:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def create(
        self,
        sources: Sources,
        pipeline: Sequence[Mapping[str, Any]] = (),
        *,
        store: Optional[Mapping[str, Any]] = None,
        name: Optional[str] = None,
        output: Optional[Mapping[str, Any]] = None,
        outputs: Optional[Sequence[Mapping[str, Any]]] = None,
        orient: bool = True,
    ) -> Job:
        """Stores a job, which is then done. ``store``: ``{"path", "visibility"}``, or ``{"path", "origin",
        "overwrite"}`` for a bucket, where the path is a template with ``{name}``, ``{dir}``, ``{ext}``, ``{output}``,
        ``{index}``. Raises FoveaError 400, 403, 422, 429.
        """
        wanted = {"name": name, "store": store, "output": output, "outputs": outputs}
        request: dict[str, Any] = {key: value for key, value in wanted.items() if value is not None}
        request.update(pipeline=list(pipeline), orient=orient)
        if isinstance(sources, Mapping):
            job: Job = self._connection.call("POST", _TARGET, json_body={**request, "sources": sources})
        else:
            form = Form({"request": json.dumps(request)}, "sources", sources)
            job = self._connection.call("POST", _TARGET, body=form.chunks, headers=form.headers)
        return job

    def get(self, id: str) -> Job:
        """Raises FoveaError 404."""
        job: Job = self._connection.call("GET", _path(id))
        return job

    def list(self, *, state: Optional[str] = None) -> Iterator[Job]:
        """All jobs, newest first, fetched page by page."""
        return self._all(_TARGET, "jobs", state)

    def items(self, id: str, *, state: Optional[str] = None) -> Iterator[JobItem]:
        """The pictures of a job in their order, fetched page by page. Raises FoveaError 404."""
        return self._all(_path(id, "items"), "items", state)

    def wait(
        self, id: str, *, on_progress: Optional[Callable[[Job], None]] = None, every: float = 1.0
    ) -> Job:
        """Looks every so many seconds until the job has ended, and returns how. Raises FoveaError 404."""
        while True:
            job = self.get(id)
            if on_progress is not None:
                on_progress(job)
            if job["state"] != "running":
                return job
            time.sleep(every)

    def retry(self, id: str) -> Job:
        """Tries again what failed or was cancelled. Raises FoveaError 404, 409."""
        job: Job = self._connection.call("POST", _path(id, "retry"))
        return job

    def cancel(self, id: str) -> Job:
        """Nothing more is stored. Raises FoveaError 404, 409 when it has ended."""
        job: Job = self._connection.call("POST", _path(id, "cancel"))
        return job

    def delete(self, id: str) -> None:
        """Forgets the job, stopping it first; its images stay. Raises FoveaError 404."""
        self._connection.call("DELETE", _path(id))

    def results(self, id: str, file: BinaryIO) -> None:
        """Writes a ZIP archive of what has been made so far. Raises FoveaError 404, and when it does not come whole."""
        self._connection.download(_path(id, "results.zip"), file)

    def _all(self, target: str, member: str, state: Optional[str]) -> Iterator[dict[str, Any]]:
        query = {"limit": "100", **({} if state is None else {"state": state})}
        while True:
            page = self._connection.call("GET", f"{target}?{urlencode(query)}")
            yield from page[member]
            if page["next_cursor"] is None:
                return
            query["cursor"] = page["next_cursor"]


def _path(id: str, *parts: str) -> str:
    return "/".join([_TARGET, quote(id, safe=""), *parts])
