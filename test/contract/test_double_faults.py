"""Faults of the double by rule: what a client sees, and whether the call had its effect. moto has none."""

from __future__ import annotations

import email.utils
import time
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ReadTimeoutError
from botocore.parsers import ResponseParserError

from expect import refused
from stand_ins import REGION, OurDouble

ALLOCATE = {"Action": "AllocateAddress", "Version": "2016-11-15", "Domain": "vpc"}


def allocate(double: OurDouble) -> None:
    double.ec2.allocate_address(Domain="vpc")


def outcome(double: OurDouble) -> str:
    """How one AllocateAddress ends for a client: ok, the code of the error, or lost."""
    try:
        allocate(double)
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    except BotoCoreError:
        return "lost"
    return "ok"


def effects(double: OurDouble) -> int:
    return len(double.control.world()["addresses"])


@pytest.mark.parametrize(
    ("fault", "had_effect"), [("reset_before", False), ("reset_after", True), ("truncate", True), ("garble", True)]
)
def test_an_answer_is_lost(double: OurDouble, fault: str, had_effect: bool) -> None:
    """The connection ends before or after the effect, in the body, or the answer is no XML."""
    double.control.rule("AllocateAddress", fault)
    with pytest.raises((BotoCoreError, ResponseParserError)):
        allocate(double)
    assert effects(double) == int(had_effect)
    allocate(double)  # the rule was for one call


def test_an_answer_never_comes(double: OurDouble) -> None:
    """hang: the call has its effect, and no answer; others are answered meanwhile."""
    double.control.rule("AllocateAddress", "hang")
    impatient = boto3.client(
        "ec2", endpoint_url=double.url, region_name=REGION, aws_access_key_id="test", aws_secret_access_key="test",
        config=Config(retries={"total_max_attempts": 1}, read_timeout=1),
    )  # fmt: skip
    with pytest.raises(ReadTimeoutError):
        impatient.allocate_address(Domain="vpc")
    assert effects(double) == 1
    allocate(double)


def test_an_answer_comes_late(double: OurDouble) -> None:
    """latency: an ordinary answer, after that time."""
    double.control.rule("AllocateAddress", "latency", latency_ms=300)
    start = time.monotonic()
    allocate(double)
    assert time.monotonic() - start >= 0.3
    assert effects(double) == 1


@pytest.mark.parametrize(("fault", "had_effect"), [("error", False), ("error_after", True)])
def test_an_error_of_choice(double: OurDouble, fault: str, had_effect: bool) -> None:
    """error and error_after: code, message and status of the rule, without or with the effect."""
    double.control.rule("AllocateAddress", fault, code="TheMoonIsFull", message="Come back later", status=418)
    with refused("TheMoonIsFull", status=418):
        allocate(double)
    assert effects(double) == int(had_effect)


@pytest.mark.parametrize(
    ("fault", "code", "status"), [("throttle", "RequestLimitExceeded", 503), ("expire", "RequestExpired", 400)]
)
def test_an_error_of_ec2(double: OurDouble, fault: str, code: str, status: int) -> None:
    """throttle and expire: the answers of an empty bucket and of expired credentials, without effect."""
    double.control.rule("AllocateAddress", fault)
    with refused(code, status=status):
        allocate(double)
    assert effects(double) == 0


def test_expired_credentials_at_sts(double: OurDouble) -> None:
    """STS has a code of its own for them."""
    double.control.rule("GetCallerIdentity", "expire")
    with refused("ExpiredTokenException", status=403):
        double.sts.get_caller_identity()


def test_a_clock_that_is_off(double: OurDouble) -> None:
    """skew: the server has another time: its Date says so, and a request of the right time is refused."""
    double.control.rule("", "skew", skew_ms=10 * 60_000, times=0)
    now = time.time()
    answer = double.post("ec2", ALLOCATE)
    date = email.utils.parsedate_to_datetime(answer.headers["Date"]).timestamp()
    assert 500 < date - now < 700
    assert answer.status == 401 and "AuthFailure" in answer.body
    assert double.post("ec2", ALLOCATE, at=date).status == 200


def test_credentials_that_expire(double: OurDouble) -> None:
    """Temporary credentials of STS are good until their time is over."""
    answer = double.sts.assume_role_with_web_identity(
        RoleArn="arn:aws:iam::123456789012:role/eip", RoleSessionName="one", WebIdentityToken="a.b.c"
    )
    given = answer["Credentials"]
    session = boto3.client(
        "ec2", endpoint_url=double.url, region_name=REGION, aws_access_key_id=given["AccessKeyId"],
        aws_secret_access_key=given["SecretAccessKey"], aws_session_token=given["SessionToken"],
        config=Config(retries={"total_max_attempts": 1}),
    )  # fmt: skip
    session.allocate_address(Domain="vpc")
    double.control.seed({"sessions": {given["AccessKeyId"]: int((time.time() - 1) * 1000)}})
    with refused("RequestExpired"):
        session.allocate_address(Domain="vpc")
    allocate(double)  # others have not expired


def test_a_rule_is_for_some_calls(double: OurDouble) -> None:
    """A rule begins with the nth fitting call and is for so many; calls of other actions do not count."""
    double.control.rule("AllocateAddress", nth=2, times=2, code="InternalError")
    double.ec2.describe_addresses()
    assert [outcome(double) for _ in range(5)] == ["ok", "InternalError", "InternalError", "ok", "ok"]


def test_a_rule_without_an_end(double: OurDouble) -> None:
    """times=0: from the nth call on, until the rule is removed."""
    rule = double.control.rule("AllocateAddress", nth=2, times=0)
    assert [outcome(double) for _ in range(4)] == ["ok"] + ["InternalError"] * 3
    double.control.remove_rule(rule)
    assert outcome(double) == "ok"


def test_a_rule_for_all_actions(double: OurDouble) -> None:
    """A rule without an action is for all; clear_rules ends all rules."""
    double.control.rule(do="throttle", times=0)
    for call in (double.ec2.describe_addresses, double.ec2.describe_instances):
        with refused("RequestLimitExceeded", status=503):
            call()
    double.control.clear_rules()
    double.ec2.describe_addresses()


def test_the_first_rule_that_applies_decides(double: OurDouble) -> None:
    """Rules are asked in their order; each counts what fitted, and what it did something to."""
    double.control.rule("AllocateAddress", nth=2, code="First")
    double.control.rule("AllocateAddress", times=0, code="Second")
    assert [outcome(double) for _ in range(3)] == ["Second", "First", "Second"]
    counted = [(rule["code"], rule["seen"], rule["hits"]) for rule in double.control.rules()]
    assert counted == [("First", 3, 1), ("Second", 3, 2)]


def test_chance_comes_from_the_seed(double: OurDouble) -> None:
    """A rule with a probability hits some calls; the same calls from the same start are hit again."""

    def run() -> list[str]:
        double.control.reset()
        double.control.settings(quotas={"addresses": 100})
        double.control.rule("AllocateAddress", times=0, probability=0.5)
        return [outcome(double) for _ in range(40)]

    first = run()
    assert {"ok", "InternalError"} == set(first)
    assert run() == first


def test_each_call_is_logged(double: OurDouble) -> None:
    """The log has action, parameters, key, status, error, fault and whether there was an effect."""
    since = double.control.mark()
    double.control.rule("AllocateAddress", "reset_after")
    outcomes = [outcome(double), outcome(double)]
    with refused("InvalidAllocationID.NotFound"):
        double.ec2.release_address(AllocationId="eipalloc-0aaaaaaaaaaaaaaaa")
    lost, made, failed = double.control.calls(since=since)
    assert outcomes == ["lost", "ok"]
    assert (lost["fault"], lost["effect"], lost["status"]) == ("reset_after", True, 0)
    assert (made["fault"], made["effect"], made["status"]) == ("", True, 200)
    assert (failed["error"], failed["effect"], failed["status"]) == ("InvalidAllocationID.NotFound", False, 400)
    assert (made["action"], made["access_key_id"]) == ("AllocateAddress", "test")
    assert made["parameters"]["Domain"] == "vpc"
    assert [call["action"] for call in double.control.calls("ReleaseAddress")] == ["ReleaseAddress"]


REFUSED: dict[str, Callable[[OurDouble], Any]] = {
    "an unknown fault": lambda double: double.control.rule("AllocateAddress", "explode"),
    "an unknown setting": lambda double: double.control.settings(colour="red"),
    "an unknown kind of resource": lambda double: double.control.seed({"moons": []}),
    "a rule that is not there": lambda double: double.control.remove_rule("rule-99"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_the_double_does_not_understand_is_refused(double: OurDouble, what: str) -> None:
    """A mistake in a test is no silent no-op."""
    before = double.control.world()
    with pytest.raises(Exception, match="the double refuses"):
        REFUSED[what](double)
    assert double.control.world() == before
