"""A small client of the apiserver for the ground itself and for tests that need quick, exact requests."""

from __future__ import annotations

import http.client
import json
import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .errors import GroundError
from .wait import wait_for

_DISCOVERY = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"


class Api:
    """JSON requests with a client certificate or a token. Reads share connections that are kept, also between threads."""

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
        self._idle: list[http.client.HTTPSConnection] = []
        self._paths: dict[str, tuple[str, str, bool]] = {}

    def request(
        self,
        method: str,
        path: str,
        body: Any = None,
        content_type: str = "application/json",
        timeout: float = 30.0,
        accept: str = "application/json",
    ) -> tuple[int, Any]:
        """Status and decoded answer (text when it is not JSON)."""
        headers = {"Accept": accept, "User-Agent": "ground"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        data = None
        if body is not None:
            data = body if isinstance(body, (bytes, str)) else json.dumps(body)
            headers["Content-Type"] = content_type
        status, text = self._exchange(method, path, data, headers, timeout)
        try:
            return status, json.loads(text)
        except ValueError:
            return status, text

    def _exchange(
        self, method: str, path: str, data: Any, headers: dict[str, str], timeout: float
    ) -> tuple[int, str]:
        # Only what may be sent twice is sent on a connection that the server may have closed meanwhile.
        if method == "GET" and self._idle:
            connection = self._idle.pop()
            try:
                return self._send(connection, method, path, data, headers, timeout)
            except (http.client.RemoteDisconnected, ConnectionError, ssl.SSLError):
                self._idle.clear()
        connection = http.client.HTTPSConnection("127.0.0.1", self.port, context=self._context, timeout=timeout)
        return self._send(connection, method, path, data, headers, timeout)

    def _send(
        self,
        connection: http.client.HTTPSConnection,
        method: str,
        path: str,
        data: Any,
        headers: dict[str, str],
        timeout: float,
    ) -> tuple[int, str]:
        try:
            if connection.sock is not None:
                connection.sock.settimeout(timeout)
            connection.request(method, path, data, headers)
            response = connection.getresponse()
            text = response.read().decode(errors="replace")
        except BaseException:
            connection.close()
            raise
        if response.will_close:
            connection.close()
        else:
            self._idle.append(connection)
        return response.status, text

    # Objects

    def get(self, kind: str, name: str, namespace: str) -> dict[str, Any] | None:
        """The object, or None when there is none. The kind as kubectl takes it: "pod", "pods", "Pod", "eips.GROUP"."""
        status, answer = self._ask("GET", f"{self._path(kind, namespace)}/{name}")
        if status == 404 and isinstance(answer, dict):
            return None
        return self._good(kind, status, answer)

    def list(self, kind: str, namespace: str | None) -> list[dict[str, Any]]:
        """All objects of the kind; without a namespace those of all."""
        status, answer = self._ask("GET", self._path(kind, namespace))
        items: list[dict[str, Any]] = self._good(kind, status, answer)["items"]
        return items

    def has(self, kind: str) -> bool:
        """Whether the server has such a kind at all."""
        try:
            self._path(kind, None)
        except GroundError:
            return False
        return True

    def create(self, kind: str, manifest: Mapping[str, Any], namespace: str | None = None) -> dict[str, Any]:
        return self._good(kind, *self._ask("POST", self._path(kind, namespace), manifest))

    def delete(self, kind: str, name: str, namespace: str | None = None) -> None:
        """Asks for it, without waiting; one that is not there is no mistake."""
        status, answer = self._ask("DELETE", f"{self._path(kind, namespace)}/{name}")
        if status != 404:
            self._good(kind, status, answer)

    def delete_all(self, kind: str, namespace: str) -> None:
        """Asks for all of the namespace, without waiting."""
        self._good(kind, *self._ask("DELETE", self._path(kind, namespace)))

    def _ask(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """As often as the server says "later", which it does while a definition is new. Nothing was done then."""
        failures: list[Exception] = []

        def answer() -> tuple[int, Any] | None:
            try:
                told = self.request(method, path, body)
            except Exception as failure:  # noqa: BLE001  (is no "later")
                failures.append(failure)
                return 0, None
            return None if told[0] == 429 else told

        found = wait_for(answer, 30, f"an answer to {method} {path}")
        if failures:
            raise failures[0]
        return found

    def _good(self, kind: str, status: int, answer: Any) -> dict[str, Any]:
        if not 200 <= status < 300 or not isinstance(answer, dict):
            self._paths.pop(kind, None)  # its definition may be gone
            raise GroundError(f"{kind}: {status} {answer}")
        return answer

    def _path(self, kind: str, namespace: str | None) -> str:
        if kind not in self._paths:
            self._paths[kind] = self._discover(kind)
        prefix, plural, namespaced = self._paths[kind]
        return f"{prefix}/namespaces/{namespace}/{plural}" if namespaced and namespace else f"{prefix}/{plural}"

    def _discover(self, kind: str) -> tuple[str, str, bool]:
        name, _, group = kind.partition(".")
        for root in ("/api", "/apis"):
            status, answer = self.request("GET", root, accept=_DISCOVERY)
            if status != 200:
                raise GroundError(f"{root}: {status} {answer}")
            for offered in answer["items"]:
                of = offered.get("metadata", {}).get("name", "")
                if group and of != group:
                    continue
                version = offered["versions"][0]  # the preferred one
                prefix = f"{root}/{of}/{version['version']}" if of else f"{root}/{version['version']}"
                for resource in version.get("resources", []):
                    names = {resource["resource"], resource["singularResource"], *resource.get("shortNames", [])}
                    if name.lower() in names:
                        return prefix, resource["resource"], resource["scope"] == "Namespaced"
        raise GroundError(f"the API server has no kind {kind}")
