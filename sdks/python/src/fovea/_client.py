"""The client: where the server is, who is asking, and which project is meant."""

from __future__ import annotations

import re
from typing import Any, Mapping, Optional, Sequence
from urllib.parse import urlsplit

from ._access import ProjectAccess
from ._connection import Connection
from ._exports import Exports
from ._facts import Facts
from ._images import Images
from ._jobs import Jobs
from ._keys import Keys
from ._library import Library
from ._links import Links
from ._presets import Presets
from ._transform import Source, TransformResult, transform
from ._webhooks import Webhooks


class Fovea:
    """Safe to share between threads."""

    exports: Exports
    facts: Facts
    images: Images
    jobs: Jobs
    keys: Keys
    library: Library
    links: Links
    presets: Presets
    webhooks: Webhooks

    def __init__(
        self,
        api_key: str,
        url: str = "http://localhost:3000",
        *,
        project: Optional[str] = None,
        signing_secret: Optional[str] = None,
        key_id: Optional[str] = None,
        retries: int = 2,
        timeout: float = 60.0,
    ) -> None:
        """``project`` and ``signing_secret`` are asked of the server when absent; ``timeout`` is in seconds.

        Raises ValueError naming what is wrong.
        """
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
            raise ValueError(f'Fovea: "url" must be an http or https address, not {url!r}.')
        if not api_key:
            raise ValueError('Fovea: "api_key" is missing.')
        if not re.fullmatch(r"[!-~]+", api_key):
            raise ValueError('Fovea: "api_key" holds blanks or other characters that no key has.')
        if signing_secret == "":
            raise ValueError('Fovea: "signing_secret" is empty.')
        self._connection = Connection(url.rstrip("/"), api_key, retries=retries, timeout=timeout)
        access = ProjectAccess(
            self._connection, project=project, signing_secret=signing_secret, key_id=key_id
        )
        self.exports = Exports(self._connection)
        self.facts = Facts(self._connection)
        self.images = Images(self._connection, access)
        self.jobs = Jobs(self._connection)
        self.keys = Keys(self._connection)
        self.library = Library(self._connection)
        self.links = Links(self._connection)
        self.presets = Presets(self._connection)
        self.webhooks = Webhooks(self._connection)

    def transform(
        self,
        source: Source,
        pipeline: Sequence[Mapping[str, Any]] = (),
        *,
        output: Optional[Mapping[str, Any]] = None,
        outputs: Optional[Sequence[Mapping[str, Any]]] = None,
        store: Optional[Mapping[str, Any]] = None,
        orient: bool = True,
    ) -> list[TransformResult]:
        """Runs a picture through a pipeline without storing it: one result, or one for each of ``outputs``.

        ``pipeline``: at most 30 operations in their order, ``{"op": "resize", "width": 800}``. ``outputs``: up to 20
        results of one source, each ``{"name", "pipeline", "output", "store"}``. ``store``: ``{"path", "visibility"}``
        makes the result an image of the project, ``{"path", "origin", "overwrite"}`` an object in a bucket that may be
        written to. ``orient=False`` ignores the EXIF orientation.
        Raises FoveaError: 400 naming the place by a JSON pointer, 402, 422 what cannot be done, 501.
        """
        wanted = {"output": output, "outputs": outputs, "store": store}
        request: dict[str, Any] = {name: value for name, value in wanted.items() if value is not None}
        return transform(self._connection, source, {**request, "pipeline": list(pipeline), "orient": orient})

    def usage(self) -> dict[str, Any]:
        """What the project has used this month, in the form of ``GET /api/v1/usage``."""
        answer: dict[str, Any] = self._connection.call("GET", "/api/v1/usage")
        return answer

    def purge(self) -> None:
        """Every variant of the project is made anew when it is next asked for."""
        self._connection.call("POST", "/api/v1/project/purge")
