"""How tests kill the operator at a call to EC2, before or after its effect."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ground import Ground, Operator, Rule
from objects import DEADLINE


def stop_call(ground: Ground, action: str, moment: str) -> Rule:
    if moment == "before":
        # Delayed, and then cut: when the rule is removed the call ends without an effect.
        return ground.proxy.rule(action, do="cut_before", delay=DEADLINE * 2)
    return ground.proxy.rule(action, do="hold_after")


def kill_at(operator: Operator, rule: Rule, effect: Callable[[], Any] | None) -> None:
    """Kill the operator at the call that the rule stops; with `effect`, when the call has had it."""
    rule.wait_hit(DEADLINE)
    operator.kill9()
    if effect is not None:
        operator.ground.wait(effect, DEADLINE, "the effect of the call")
    rule.remove()
