"""A mark is a claim of its own: a case with one fails when the claim is not true."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

import marks


def run(case: Callable[[], None], *given: pytest.MarkDecorator) -> None:
    """Runs a case as conftest.py does, on moto."""
    by_name = {mark.name: mark.mark for mark in given}
    item: Any = SimpleNamespace(get_closest_marker=by_name.get)
    running = marks.run(item, "moto")
    next(running)
    try:
        case()
    except AssertionError as failure:
        running.throw(failure)
    else:
        with pytest.raises(StopIteration):
            running.send(None)


def passes() -> None:
    pass


def fails() -> None:
    raise AssertionError("the moon is full")


def test_a_case_without_a_mark_must_pass() -> None:
    run(passes)
    with pytest.raises(AssertionError, match="the moon is full"):
        run(fails)


def test_a_case_with_a_mark_must_fail_as_the_mark_says() -> None:
    with pytest.raises(pytest.xfail.Exception, match="moto looks at the moon"):
        run(fails, marks.moto_differs("looks at the moon", "the moon is .*"))
    with pytest.raises(AssertionError, match="differs otherwise than its mark says"):
        run(fails, marks.moto_differs("looks at the sun", "the sun is .*"))


def test_a_case_with_a_mark_must_not_pass() -> None:
    with pytest.raises(pytest.fail.Exception, match="remove the mark moto_differs"):
        run(passes, marks.moto_differs("looks at the moon", "the moon is .*"))


def test_a_mark_is_for_one_stand_in() -> None:
    run(passes, marks.double_differs("looks at the moon", "the moon is .*"))


@pytest.mark.parametrize(("says", "given"), [("", [marks.source("x")]), ("It is so.", [])])
def test_a_case_says_what_ec2_does_and_from_where_that_is_known(says: str, given: list[pytest.MarkDecorator]) -> None:
    by_name = {mark.name: mark.mark for mark in given}
    item: Any = SimpleNamespace(
        nodeid="test_x", function=SimpleNamespace(__doc__=says), get_closest_marker=by_name.get
    )
    with pytest.raises(pytest.UsageError):
        marks.check(item)
