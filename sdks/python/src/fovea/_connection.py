"""Calls the server and repeats what it asks to repeat.

429 and 503 mean "not now": the call was not carried out, so repeating it is safe for every method. ``Retry-After`` is
honoured; without it the wait doubles, with jitter so that many clients do not come back together.
"""

from __future__ import annotations

import email.utils
import json
import random
import time
import urllib.error
import urllib.request
from typing import Any, Callable, Iterable, Optional, Union

from ._error import FoveaError, error_of

_FIRST_WAIT = 0.25
_LONGEST_OWN_WAIT = 8.0
_LONGEST_ASKED_WAIT = 60.0

#: Made anew for every attempt: the bytes, or a function that starts a stream of known length.
Body = Union[bytes, Callable[[], Iterable[bytes]]]


class Connection:
    def __init__(self, base_url: str, api_key: str, *, retries: int, timeout: float) -> None:
        self.base_url = base_url
        self._api_key = api_key
        self._retries = retries
        self._timeout = timeout

    def call(
        self,
        method: str,
        target: str,
        *,
        json_body: Any = None,
        body: Optional[Body] = None,
        headers: Optional[dict[str, str]] = None,
        authorised: bool = True,
    ) -> Any:
        """The parsed JSON of the answer, ``None`` when it is empty.

        Raises FoveaError for every answer that is no success, and with status 0 when none came.
        """
        sent = {"Accept": "application/json", "User-Agent": "fovea-python", **(headers or {})}
        if authorised:
            sent["Authorization"] = f"Bearer {self._api_key}"
        if json_body is not None:
            sent["Content-Type"] = "application/json"
            body = json.dumps(json_body).encode()
        url = self.base_url + target if target.startswith("/") else target
        attempt = 0
        while True:
            data = body() if callable(body) else body
            request = urllib.request.Request(url, data=data, headers=sent, method=method)
            try:
                with urllib.request.urlopen(request, timeout=self._timeout) as response:
                    raw = response.read()
                break
            except urllib.error.HTTPError as error:
                with error:
                    raw = error.read()
                wait = _wait_of(error.headers.get("Retry-After"), attempt) if error.code in (429, 503) else None
                if wait is None or wait > _LONGEST_ASKED_WAIT or attempt >= self._retries:
                    raise error_of(error.code, str(error.reason), raw) from None
                time.sleep(wait)
                attempt += 1
            except OSError as error:
                raise FoveaError(f"The server could not be reached: {error}", 0) from error
        if not raw:
            return None
        try:
            return json.loads(raw)
        except ValueError as error:
            raise FoveaError("The server did not answer with JSON; is the address right?", 200, raw) from error


def _wait_of(asked: Optional[str], attempt: int) -> float:
    """Seconds until the next attempt. Source: RFC 9110 §10.2.3, seconds or a date."""
    if asked is not None and asked.strip().isdigit():
        return float(asked)
    if asked is not None:
        try:
            return max(0.0, email.utils.parsedate_to_datetime(asked).timestamp() - time.time())
        except (TypeError, ValueError):
            pass
    wait: float = min(_LONGEST_OWN_WAIT, _FIRST_WAIT * 2.0**attempt)
    return wait * (0.5 + random.random() / 2)
