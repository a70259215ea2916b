"""The only place of the test ground that sleeps: a poll with a deadline."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class WaitTimeout(AssertionError):
    """What was waited for did not happen in time. An AssertionError, since for a test that is a failure."""


def wait_for(
    predicate: Callable[[], T],
    timeout: float = 30.0,
    what: str = "",
    interval: float = 0.05,
    alive: Callable[[], None] | None = None,
) -> T:
    """Poll until `predicate` returns something true and return that.

    An exception of the predicate counts as "not yet" and is shown when time runs out, so that a predicate may
    simply index into an object that does not exist yet. `alive` may raise to stop the wait at once.
    """
    start = time.monotonic()
    last: object = None
    attempts = 0
    pause = interval
    while True:
        if alive is not None:
            alive()
        attempts += 1
        try:
            value = predicate()
            if value:
                return value
            last = value
        except Exception as error:  # noqa: BLE001  (kept for the message)
            last = f"{type(error).__name__}: {error}"
        elapsed = time.monotonic() - start
        if elapsed >= timeout:
            wanted = what or getattr(predicate, "__name__", "the condition")
            raise WaitTimeout(f"{wanted}: not within {timeout:g} s ({attempts} attempts); last result: {last!r}")
        time.sleep(min(pause, max(timeout - elapsed, 0.001)))
        # Short polls find the usual quick answers; a long wait should not burn the processor that it waits for.
        pause = min(pause * 1.3, 0.5)
