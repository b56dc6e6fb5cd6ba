"""Which project the client speaks for, where its pictures are, and what signs their URLs.

Told by the caller, or asked of the server with the API key when it is first needed, and again after an hour, so that
who runs for long follows a rotation of secrets.
"""

from __future__ import annotations

import hashlib
import hmac
import math
import threading
import time
from dataclasses import dataclass
from datetime import datetime
from typing import Optional, Union
from urllib.parse import quote

from ._connection import Connection
from ._error import FoveaError

_FRESH_SECONDS = 3600.0

#: A moment, or seconds from now.
Expiry = Union[datetime, int, float]


@dataclass(frozen=True)
class Access:
    url: str
    project: str
    secret: Optional[str]
    key_id: Optional[str]


class ProjectAccess:
    def __init__(
        self,
        connection: Connection,
        *,
        project: Optional[str],
        signing_secret: Optional[str],
        key_id: Optional[str],
    ) -> None:
        self._connection = connection
        self._project = project
        self._secret = signing_secret
        self._key_id = key_id
        self._known: Optional[tuple[Access, float]] = None
        self._lock = threading.Lock()

    def place(self) -> Access:
        """Slug and address."""
        if self._project is not None:
            return Access(self._connection.base_url, self._project, self._secret, self._key_id)
        return self._ask()

    def sign(self, mount: str, text: str, expires: Optional[Expiry]) -> str:
        """Address of the text behind a mount, with expiry, key id and signature."""
        given = self._project is not None and self._secret is not None
        access = self.place() if given else self._ask()
        if access.secret is None:
            raise ValueError('Fovea: signing needs an API key with the scope "write", or "signing_secret".')
        pairs = []
        if expires is not None:
            pairs.append(f"exp={_expiry_seconds(expires)}")
        if access.key_id is not None:
            pairs.append(f"kid={quote(access.key_id, safe='')}")
        signable = _joined(text, pairs)
        mac = hmac.new(access.secret.encode(), signable.encode(), hashlib.sha256).hexdigest()
        return f"{access.url}/{mount}/{access.project}/{_joined(signable, [f'sig={mac}'])}"

    def _ask(self) -> Access:
        with self._lock:
            now = time.monotonic()
            if self._known is not None and now - self._known[1] < _FRESH_SECONDS:
                return self._known[0]
            try:
                answer = self._connection.call("GET", "/api/v1/project/client")
            except FoveaError:
                # What was known stays good: the secret before a rotation is live for a while.
                if self._known is not None:
                    return self._known[0]
                raise
            signing = answer["signing"] or {}
            own = self._secret is not None
            access = Access(
                url=answer["url"],
                project=self._project or answer["project"],
                secret=self._secret if own else signing.get("secret"),
                key_id=self._key_id if own else signing.get("kid"),
            )
            self._known = (access, now)
            return access


def _joined(text: str, pairs: list[str]) -> str:
    for pair in pairs:
        text += ("&" if "?" in text else "?") + pair
    return text


def _expiry_seconds(expires: Expiry) -> int:
    """Unix seconds, rounded up: a URL never ends before its caller meant it to."""
    now = time.time()
    moment = expires.timestamp() if isinstance(expires, datetime) else now + expires
    if not moment > now:
        raise ValueError(f'Fovea: "expires" must be a moment to come, not {expires!r}.')
    return math.ceil(moment)
