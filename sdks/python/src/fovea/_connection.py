"""Calls the server and repeats what it asks to repeat.

429 and 503 mean "not now": the call was not carried out, so repeating it is safe for every method. ``Retry-After`` is
honoured; without it the wait doubles, with jitter so that many clients do not come back together.
"""

from __future__ import annotations

import email.utils
import http.client
import json
import random
import time
import urllib.error
import urllib.request
from typing import Any, BinaryIO, Callable, Iterable, Optional, Union

from ._error import FoveaError, error_of
from ._opener import open_url

_FIRST_WAIT = 0.25
_LONGEST_OWN_WAIT = 8.0
_LONGEST_ASKED_WAIT = 60.0
_CHUNK = 64 * 1024

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
        sent = {"Accept": "application/json", **(headers or {})}
        if json_body is not None:
            sent["Content-Type"] = "application/json"
            body = json.dumps(json_body).encode()

        def request() -> urllib.request.Request:
            return self._request(method, target, sent, body() if callable(body) else body, authorised)

        with self._repeated(request) as response:
            try:
                raw = response.read()
            except (OSError, http.client.HTTPException) as error:
                raise FoveaError(f"The answer broke off: {error}", 0) from error
        if not raw:
            return None
        try:
            return json.loads(raw)
        except ValueError as error:
            raise FoveaError("The server did not answer with JSON; is the address right?", 200, raw) from error

    def download(self, target: str, file: BinaryIO) -> None:
        """Writes the answer to a file. Raises as ``call``, and when the answer breaks off."""
        with self._repeated(lambda: self._request("GET", target, {}, None, True)) as response:
            while True:
                try:
                    chunk = response.read(_CHUNK)
                except (OSError, http.client.HTTPException) as error:
                    raise FoveaError(f"The answer broke off: {error}", 0) from error
                if not chunk and response.length:
                    raise FoveaError(f"The answer broke off: {response.length} bytes are missing.", 0)
                if not chunk:
                    return
                file.write(chunk)

    def _request(
        self, method: str, target: str, headers: dict[str, str], data: Any, authorised: bool
    ) -> urllib.request.Request:
        url = self.base_url + target if target.startswith("/") else target
        request = urllib.request.Request(
            url, data=data, headers={"User-Agent": "fovea-python", **headers}, method=method
        )
        if authorised:
            # No redirect takes it along.
            request.add_unredirected_header("Authorization", f"Bearer {self._api_key}")
        return request

    def _repeated(self, request: Callable[[], urllib.request.Request]) -> http.client.HTTPResponse:
        attempt = 0
        while True:
            try:
                response: http.client.HTTPResponse = open_url(request(), timeout=self._timeout)
                return response
            except urllib.error.HTTPError as error:
                with error:
                    raw = _body_of(error)
                wait = _wait_of(error.headers.get("Retry-After"), attempt) if error.code in (429, 503) else None
                if wait is None or wait > _LONGEST_ASKED_WAIT or attempt >= self._retries:
                    raise error_of(error.code, str(error.reason), raw) from None
                time.sleep(wait)
                attempt += 1
            except (OSError, http.client.HTTPException) as error:
                raise FoveaError(f"The server could not be reached: {error}", 0) from error


def _body_of(error: urllib.error.HTTPError) -> bytes:
    """What there is of it: a server that refuses a file may hang up while it says so."""
    try:
        return error.read()
    except (OSError, http.client.HTTPException):
        return b""


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
