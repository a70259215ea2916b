"""A small client of the apiserver for the ground itself and for tests that need quick, exact requests."""

from __future__ import annotations

import http.client
import json
import ssl
from pathlib import Path
from typing import Any


class Api:
    """JSON requests with a client certificate or a token; a connection per request."""

    def __init__(
        self, port: int, ca: Path, client: tuple[Path, Path] | None = None, token: str | None = None
    ) -> None:
        self.port = port
        self.token = token
        self._context = ssl.create_default_context(cafile=str(ca))
        # The certificates of a ground carry no key identifiers, which newer Pythons would insist on.
        self._context.verify_flags &= ~getattr(ssl, "VERIFY_X509_STRICT", 0)
        if client is not None:
            self._context.load_cert_chain(*map(str, client))

    def request(
        self,
        method: str,
        path: str,
        body: Any = None,
        content_type: str = "application/json",
        timeout: float = 30.0,
    ) -> tuple[int, Any]:
        """Status and decoded answer (text when it is not JSON)."""
        connection = http.client.HTTPSConnection("127.0.0.1", self.port, context=self._context, timeout=timeout)
        headers = {"Accept": "application/json", "User-Agent": "ground"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        data = None
        if body is not None:
            data = body if isinstance(body, (bytes, str)) else json.dumps(body)
            headers["Content-Type"] = content_type
        try:
            connection.request(method, path, data, headers)
            response = connection.getresponse()
            text = response.read().decode(errors="replace")
        finally:
            connection.close()
        try:
            return response.status, json.loads(text)
        except ValueError:
            return response.status, text
