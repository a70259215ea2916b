"""What a case says of itself.

    @source(api("ReleaseAddress"))            where it is written, or was seen, that EC2 does so
    @unconfirmed("the code")                  what of the case no source says: the double's guess
    @moto_differs("releases it", "released")  unmodified moto does something else
    @double_differs("ignores it", "taken")    so does the double, which knows only what its users need

Each case has a source, or says what is unconfirmed. A case that a stand-in fails is run on it all the same, and must
fail there with a text that matches `shows`: a mark that is no longer true fails its case.
"""

from __future__ import annotations

import re
from collections.abc import Generator
from typing import Any

import pytest


def source(*links: str) -> pytest.MarkDecorator:
    return pytest.mark.source(*links)


def unconfirmed(what: str) -> pytest.MarkDecorator:
    return pytest.mark.unconfirmed(what)


def moto_differs(does: str, shows: str) -> pytest.MarkDecorator:
    """`does`: what moto does instead. `shows`: a regular expression for how the case fails on moto."""
    return pytest.mark.moto_differs(does, shows)


def double_differs(does: str, shows: str) -> pytest.MarkDecorator:
    return pytest.mark.double_differs(does, shows)


# moto answers what it has not implemented with a web page and status 500.
BROKEN = "500 Internal Server Error"
NO_SUCH_ACTION = moto_differs("has no such action: status 500 and a web page", BROKEN)


def register(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "source(*links): where it is known from that EC2 does so")
    config.addinivalue_line("markers", "unconfirmed(what): what of the case no source says")
    for name in ("moto", "double"):
        config.addinivalue_line("markers", f"{name}_differs(does, shows): {name} fails the case, and how")


def check(item: pytest.Item) -> None:
    """A case states what EC2 does, and from where that is known."""
    function = getattr(item, "function", None)
    if function is None or not (function.__doc__ or "").strip():
        raise pytest.UsageError(f"{item.nodeid}: a case says in its docstring what EC2 does")
    if item.get_closest_marker("source") is None and item.get_closest_marker("unconfirmed") is None:
        raise pytest.UsageError(f"{item.nodeid}: a case has a source, or says what is unconfirmed")


def run(item: pytest.Item, stand_in: str) -> Generator[None, Any, Any]:
    """Runs a case on a stand-in; one with a mark must fail, and as the mark says. To be yielded from."""
    mark = item.get_closest_marker(f"{stand_in}_differs")
    if mark is None:
        return (yield)
    does, shows = mark.args
    try:
        yield
    except Exception as failure:  # noqa: BLE001  (any way of failing, if it is the one of the mark)
        text = f"{type(failure).__name__}: {failure}"
        if re.search(shows, text) is None:
            raise AssertionError(f"{stand_in} differs otherwise than its mark says, {shows!r}: {text}") from failure
        pytest.xfail(f"{stand_in} {does} ({text.splitlines()[0]})")
    pytest.fail(f"{stand_in} does here what EC2 does: remove the mark {stand_in}_differs", pytrace=False)
