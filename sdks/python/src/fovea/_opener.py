"""Opens addresses as ``urllib`` does, but for two things.

A server that refuses a file answers before it has read all of it and hangs up: its answer counts, not the broken pipe.
And no redirect is followed with a body, because what arrives behind it is a GET without one.
"""

from __future__ import annotations

import http.client
import urllib.request
from typing import Any, Optional


class _Http(http.client.HTTPConnection):
    def request(self, *args: Any, **options: Any) -> None:
        try:
            super().request(*args, **options)
        except (BrokenPipeError, ConnectionResetError):
            # Without an answer, reading it fails next.
            if self.sock is None:
                raise


class _Https(_Http, http.client.HTTPSConnection):
    pass


class _HttpHandler(urllib.request.HTTPHandler):
    def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(_Http, req)


class _HttpsHandler(urllib.request.HTTPSHandler):
    def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(_Https, req)


class _Redirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(
        self, req: urllib.request.Request, fp: Any, code: int, msg: str, headers: Any, newurl: str
    ) -> Optional[urllib.request.Request]:
        if req.get_method() != "GET":
            return None
        return super().redirect_request(req, fp, code, msg, headers, newurl)


open_url = urllib.request.build_opener(_HttpHandler, _HttpsHandler, _Redirects).open
