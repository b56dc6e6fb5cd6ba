"""The client: where the server is, who is asking, and which project is meant."""

from __future__ import annotations

from typing import Any, Optional
from urllib.parse import urlsplit

from ._access import ProjectAccess
from ._connection import Connection
from ._images import Images
from ._keys import Keys
from ._presets import Presets


class Fovea:
    """Safe to share between threads."""

    images: Images
    keys: Keys
    presets: Presets

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
        if signing_secret == "":
            raise ValueError('Fovea: "signing_secret" is empty.')
        self._connection = Connection(url.rstrip("/"), api_key, retries=retries, timeout=timeout)
        access = ProjectAccess(
            self._connection, project=project, signing_secret=signing_secret, key_id=key_id
        )
        self.images = Images(self._connection, access)
        self.keys = Keys(self._connection)
        self.presets = Presets(self._connection)

    def usage(self) -> dict[str, Any]:
        """What the project has used this month, in the form of ``GET /api/v1/usage``."""
        answer: dict[str, Any] = self._connection.call("GET", "/api/v1/usage")
        return answer

    def purge(self) -> None:
        """Every variant of the project is made anew when it is next asked for."""
        self._connection.call("POST", "/api/v1/project/purge")
