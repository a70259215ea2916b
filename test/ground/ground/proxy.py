"""A recording proxy in front of the EC2 stand-in, in the process of the test.

It writes down every call and can hold, refuse, cut or replace chosen ones. The operator talks to it; the test
itself talks to the stand-in directly, so that what the test sees does not depend on the rules here.
"""

from __future__ import annotations

import contextlib
import http.client
import socket
import struct
import threading
import time
import urllib.parse
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from .proxy_rules import Answer, Decision, Rule, error_body, find_error_code

_HOP_BY_HOP = {"connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade", "te", "trailer"}


@dataclass
class Call:
    """One request as it came in, and later how it was answered."""

    seq: int
    service: str  # ec2, sts, or imds
    action: str  # the Action, or "GET /path" for a request without one
    params: dict[str, str]
    source: str  # User-Agent
    headers: dict[str, str]
    time: float  # monotonic
    wall: float
    sent: bytes = b""  # the body as it came in
    status: int | None = None
    error_code: str = ""
    body: bytes = b""  # of the answer
    forwarded: bool = False  # it reached the stand-in, so its effect may be there
    rule: str = ""  # what a rule did to it
    duration: float | None = None
    done: threading.Event = field(default_factory=threading.Event, repr=False)

    def __str__(self) -> str:
        shown = {key: value for key, value in self.params.items() if key not in ("Action", "Version")}
        outcome = "open" if not self.done.is_set() else f"{self.status or 'cut'} {self.error_code}".strip()
        return f"#{self.seq} {self.service} {self.action} {shown} -> {outcome}{' [' + self.rule + ']' if self.rule else ''}"


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256
    proxy: "Proxy"

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        super().__init__(address, handler)
        self.to_reset: set[int] = set()

    def shutdown_request(self, request: Any) -> None:
        # The ordinary end sends FIN first; for a reset the socket must be closed at once, lingering off.
        if id(request) in self.to_reset:
            self.to_reset.discard(id(request))
            with contextlib.suppress(OSError):
                request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_request(request)
        else:
            super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass  # a client that goes away is an everyday event here


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"  # keep-alive
    disable_nagle_algorithm = True
    server: _Server

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def _serve(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length) if length else b""
        proxy = self.server.proxy
        call = proxy._record(self.command, self.path, list(self.headers.items()), body)
        answer = proxy._answer(call, self.command, self.path, list(self.headers.items()), body)
        proxy._finish(call, answer)
        if answer is None:
            self.server.to_reset.add(id(self.connection))
            self.close_connection = True
            return
        self.send_response_only(answer.status)
        for name, value in answer.headers:
            self.send_header(name, value)
        # A length beyond the body, then the end of the connection: an answer that broke off on its way.
        self.send_header("Content-Length", str(len(answer.body) if answer.length is None else answer.length))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)
        if answer.length is not None:
            self.close_connection = True

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = _serve


class Proxy:
    def __init__(self, port: int, upstream: tuple[str, int]) -> None:
        self.port = port
        self.upstream = upstream  # may be set anew while running
        self.url = f"http://127.0.0.1:{port}"
        self._calls: list[Call] = []
        self._rules: list[Rule] = []
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", port), _Handler)
        self._server.proxy = self
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, name="ec2-proxy", daemon=True
        )

    def start(self) -> "Proxy":
        self._thread.start()
        return self

    def stop(self) -> None:
        self.clear_rules()
        if self._thread.is_alive():
            self._server.shutdown()
        self._server.server_close()

    # What was called

    def mark(self) -> int:
        """The number of calls so far; pass it as `since`."""
        with self._lock:
            return len(self._calls)

    def calls(
        self, action: str | None = None, since: int = 0, match: Callable[[Call], bool] | None = None
    ) -> list[Call]:
        with self._lock:
            selected = self._calls[since:]
        return [call for call in selected if action in (None, call.action) and (match is None or match(call))]

    def log_tail(self, lines: int = 40) -> str:
        return "\n".join(str(call) for call in self.calls()[-lines:])

    # Faults

    def rule(
        self,
        action: str | None = None,
        *,
        do: str,
        nth: int = 1,
        times: int | None = None,
        match: Callable[[Call], bool] | None = None,
        status: int | None = None,
        code: str = "InternalError",
        message: str = "injected by the test",
        body: bytes | str | None = None,
        content_type: str = "text/xml;charset=UTF-8",
        length: int | None = None,
        delay: float = 0.0,
        forward: bool = False,
    ) -> Rule:
        """Apply `do` to the matching calls number `nth` to `nth + times - 1` from now on (`times=None`: no end;
        with `nth` above 1 and no `times`: that one call). The first rule that fits a call decides.

        do: "hold" (before the effect), "hold_after" (after it), "refuse" (an EC2 error with `status`, `code`,
        `message`), "respond" (`body` as it is; `length` above its size breaks it off), "cut_before",
        "cut_after" (reset of the connection), "delay" (`delay` seconds, then as usual).
        `forward=True` lets a refused or replaced call have its effect first. `delay` works with every `do`.
        """
        if times is None and nth > 1:
            times = 1
        rule = Rule(
            owner=self, action=action, do=do, nth=nth, times=times, match=match, status=status, code=code,
            message=message, body=body, content_type=content_type, length=length, delay=delay, forward=forward,
        )  # fmt: skip
        with self._lock:
            self._rules.append(rule)
        return rule

    def clear_rules(self) -> None:
        """Remove all rules and let everything go that they hold."""
        with self._lock:
            rules = list(self._rules)
        for rule in rules:
            rule.remove()

    def _remove_rule(self, rule: Rule) -> None:
        with self._lock:
            if rule in self._rules:
                self._rules.remove(rule)

    # One request

    def _record(self, method: str, path: str, headers: list[tuple[str, str]], body: bytes) -> Call:
        lower = {name.lower(): value for name, value in headers}
        url = urllib.parse.urlsplit(path)
        params = dict(urllib.parse.parse_qsl(url.query, keep_blank_values=True))
        if "x-www-form-urlencoded" in lower.get("content-type", "") or body.startswith(b"Action="):
            params.update(urllib.parse.parse_qsl(body.decode(errors="replace"), keep_blank_values=True))
        action = params.get("Action") or f"{method} {url.path}"
        scope = lower.get("authorization", "").split("Credential=")[-1].split(",")[0].split("/")
        if url.path.startswith("/latest/"):
            service = "imds"
        elif len(scope) >= 5:
            service = scope[3]
        else:
            service = "sts" if action.startswith("Assume") else "ec2"
        with self._lock:
            call = Call(
                seq=len(self._calls), service=service, action=action, params=params,
                source=lower.get("user-agent", ""), headers=dict(headers), time=time.monotonic(), wall=time.time(), sent=body,
            )  # fmt: skip
            self._calls.append(call)
        return call

    def _decide(self, call: Call) -> Decision | None:
        with self._lock:
            rules = list(self._rules)
        for rule in rules:
            decision = rule.take(call)
            if decision is not None:
                return decision
        return None

    def _answer(
        self, call: Call, method: str, path: str, headers: list[tuple[str, str]], body: bytes
    ) -> Answer | None:
        """The answer for the client; None means that the connection is reset."""
        decision = self._decide(call)
        if decision is None:
            return self._forward(call, method, path, headers, body)
        rule = decision.rule
        call.rule = rule.do
        rule.hit(call)
        decision.pause()
        if rule.do == "hold":
            decision.hold()
        if rule.do == "cut_before":
            return None
        if rule.do in ("refuse", "respond") and not rule.forward:
            return rule.answer()
        answer = self._forward(call, method, path, headers, body)
        if rule.do == "hold_after":
            decision.hold()
        if rule.do == "cut_after":
            return None
        return rule.answer() if rule.do in ("refuse", "respond") else answer

    def _forward(
        self, call: Call, method: str, path: str, headers: list[tuple[str, str]], body: bytes
    ) -> Answer | None:
        call.forwarded = True
        connection = http.client.HTTPConnection(*self.upstream, timeout=120)
        try:
            connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            for name, value in headers:
                if name.lower() not in _HOP_BY_HOP:
                    connection.putheader(name, value)
            connection.endheaders(body or None)
            response = connection.getresponse()
            length = None
            try:
                content = response.read()
            except http.client.IncompleteRead as broken:
                content, length = broken.partial, len(broken.partial) + (broken.expected or 1)
        except (ConnectionResetError, http.client.RemoteDisconnected):
            return None  # what it does to its connection is done to the client's
        except (OSError, http.client.HTTPException) as error:
            text = error_body("Unavailable", f"the stand-in for EC2 does not answer: {error}")
            return Answer(503, text, [("Content-Type", "text/xml")])
        finally:
            connection.close()
        kept = [
            (name, value)
            for name, value in response.getheaders()
            if name.lower() not in _HOP_BY_HOP and name.lower() != "content-length"
        ]
        return Answer(response.status, content, kept, length)

    def _finish(self, call: Call, answer: Answer | None) -> None:
        if answer is not None:
            call.status = answer.status
            call.body = answer.body
            call.error_code = find_error_code(answer.body) if answer.status >= 400 else ""
        call.duration = time.monotonic() - call.time
        call.done.set()
