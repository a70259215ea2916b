"""The rules of the recording proxy: which calls one applies to, and what it does to them."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from .wait import WaitTimeout

if TYPE_CHECKING:
    from .proxy import Call, Proxy

ACTIONS = ("hold", "hold_after", "refuse", "respond", "cut_before", "cut_after", "delay")
_ERROR_CODE = re.compile(rb"<Error>\s*<Code>([^<]+)</Code>")


def error_body(code: str, message: str) -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<Response><Errors><Error><Code>{escape(code)}</Code><Message>{escape(message)}</Message></Error></Errors>"
        "<RequestID>00000000-0000-4000-8000-000000000000</RequestID></Response>"
    ).encode()


def find_error_code(body: bytes) -> str:
    found = _ERROR_CODE.search(body)
    return found.group(1).decode(errors="replace") if found else ""


@dataclass
class Answer:
    status: int
    body: bytes
    headers: list[tuple[str, str]]
    length: int | None = None


@dataclass
class Rule:
    """A handle on an injected fault; made by `Proxy.rule`."""

    owner: "Proxy"
    action: str | None
    do: str
    nth: int
    times: int | None
    match: "Callable[[Call], bool] | None"
    status: int | None
    code: str
    message: str
    body: bytes | str | None
    content_type: str
    length: int | None
    delay: float
    forward: bool
    hits: "list[Call]" = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.do not in ACTIONS:
            raise ValueError(f"do={self.do!r}: one of {', '.join(ACTIONS)}")
        if self.nth < 1:
            raise ValueError("nth counts from 1")
        self._seen = 0
        self._changed = threading.Condition()
        self._released = threading.Event()

    def take(self, call: "Call") -> "Decision | None":
        """Count the call when it matches; a Decision when it is one of those that this rule is for."""
        if self.action is not None and self.action != call.action:
            return None
        if self.match is not None and not self.match(call):
            return None
        with self._changed:
            self._seen += 1
            last = None if self.times is None else self.nth + self.times - 1
            if self._seen < self.nth or (last is not None and self._seen > last):
                return None
        return Decision(self)

    def hit(self, call: "Call") -> None:
        with self._changed:
            self.hits.append(call)
            self._changed.notify_all()

    def wait_hit(self, timeout: float = 30.0, count: int = 1) -> "Call":
        """Wait until the rule has applied `count` times; returns that call."""
        with self._changed:
            if not self._changed.wait_for(lambda: len(self.hits) >= count, timeout):
                raise WaitTimeout(
                    f"rule {self.do} on {self.action or 'any call'}: {len(self.hits)} of {count} hits within"
                    f" {timeout:g} s; the last calls were:\n{self.owner.log_tail(15)}"
                )
            return self.hits[count - 1]

    def release(self) -> None:
        """Let the held calls go, and do not hold later ones."""
        self._released.set()

    def remove(self) -> None:
        """Take the rule away; what it holds goes on."""
        self.owner._remove_rule(self)
        self._released.set()

    def answer(self) -> Answer:
        if self.do == "refuse":
            return Answer(self.status or 400, error_body(self.code, self.message), [("Content-Type", "text/xml")])
        body = self.body.encode() if isinstance(self.body, str) else self.body or b""
        return Answer(self.status or 200, body, [("Content-Type", self.content_type)], self.length)


class Decision:
    """What one rule does to one call."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule

    def pause(self) -> None:
        # Waiting on the event instead of sleeping lets `remove` end the delay as well.
        if self.rule.delay > 0:
            self.rule._released.wait(self.rule.delay)

    def hold(self) -> None:
        self.rule._released.wait()
