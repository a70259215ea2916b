"""EC2 answers with errors, nonsense, or not at all: the process survives, says what it sees, and goes on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from eips import DEADLINE, IMPATIENT, Eips, mutations
from ground import Ground, Operator

pytestmark = pytest.mark.usefixtures("impatient")  # before the namespace, so that it cleans up as well
NAMESPACE = "http://ec2.amazonaws.com/doc/2016-11-15/"
ANSWERS: dict[str, dict[str, Any]] = {
    "cut": {"do": "respond", "body": "<?xml version='1.0'?><Allocate", "length": 9999},
    "not XML": {"do": "respond", "body": "Good morning\x00"},
    "XML that ends early": {"do": "respond", "body": f"<AllocateAddressResponse xmlns='{NAMESPACE}'><publicIp>1.2.3"},
    "XML of something else": {"do": "respond", "body": "<?xml version='1.0'?><weather><sunny/></weather>"},
    "nothing": {"do": "respond", "body": ""},
    "an HTML page with status 500": {
        "do": "respond", "status": 500, "content_type": "text/html", "body": "<!doctype html><html><p>Internal Server Error",
    },
    "an HTML page with status 502": {
        "do": "respond", "status": 502, "content_type": "text/html", "body": "<html><h1>502 Bad Gateway</h1></html>",
    },
    "throttled": {"do": "refuse", "status": 503, "code": "RequestLimitExceeded"},
    "an internal error": {"do": "refuse", "status": 500, "code": "InternalError"},
    "an unknown error": {"do": "refuse", "status": 400, "code": "TheMoonIsFull"},
    "a reset connection": {"do": "cut_before"},
}  # fmt: skip


@pytest.mark.parametrize("answer", ANSWERS)
@pytest.mark.parametrize("action", ["AllocateAddress", "AssociateAddress"])
def test_a_create_survives_bad_answers(
    impatient: Operator, eips: Eips, ground: Ground, action: str, answer: str
) -> None:
    ip = eips.pod()
    # After an allocation whose outcome is unknown the settle time passes, so once is enough there.
    rule = ground.proxy.rule(action, times=1 if action == "AllocateAddress" else 2, **ANSWERS[answer])
    uid = eips.apply("my-eip", "web")
    rule.wait_hit(DEADLINE)
    eips.wait("my-eip", "assigned", DEADLINE * 2)
    eips.check_on("my-eip", ip)
    assert len(eips.owned(uid)) == 1 and impatient.running


UNREADABLE = ("cut", "not XML", "nothing", "an HTML page with status 500", "an internal error")


@pytest.mark.parametrize("answer", UNREADABLE)
def test_an_allocation_whose_answer_cannot_be_read_is_not_made_twice(
    impatient: Operator, eips: Eips, ground: Ground, answer: str
) -> None:
    """The call has had its effect all the same."""
    rule = ground.proxy.rule("AllocateAddress", times=1, forward=True, **ANSWERS[answer])
    since = ground.proxy.mark()
    uid = eips.apply("my-eip")
    rule.wait_hit(DEADLINE)
    eips.wait("my-eip", "allocated")
    assert len(eips.owned(uid)) == 1
    assert mutations(ground, since) == ["AllocateAddress"]


@pytest.mark.parametrize("answer", ANSWERS)
def test_bad_answers_to_reads_do_no_harm(impatient: Operator, eips: Eips, ground: Ground, answer: str) -> None:
    """An address is not given up because a look for it failed."""
    ip = eips.pod()
    before = eips.assigned()
    since = ground.proxy.mark()
    rule = ground.proxy.rule(match=lambda call: call.action.startswith("Describe"), **ANSWERS[answer])
    rule.wait_hit(DEADLINE, count=4)
    assert not mutations(ground, since)
    rule.remove()
    assert eips.wait("my-eip", "assigned")["allocationId"] == before["allocationId"]
    assert eips.wait_reason("my-eip", "Assigned", kind="Assigned")["status"] == "True"
    eips.check_on("my-eip", ip)
    assert not mutations(ground, since) and impatient.running


@pytest.mark.parametrize("answer", ["cut", "throttled", "an HTML page with status 500", "an unknown error"])
def test_a_delete_survives_bad_answers(impatient: Operator, eips: Eips, ground: Ground, answer: str) -> None:
    eips.pod()
    eips.assigned()
    uid = eips.uid("my-eip")
    rules = [
        ground.proxy.rule(action, times=2, **ANSWERS[answer]) for action in ("DisassociateAddress", "ReleaseAddress")
    ]
    eips.delete("my-eip")
    eips.wait_gone("my-eip", DEADLINE * 2)
    assert not eips.owned(uid) and all(rule.hits for rule in rules)


@pytest.mark.parametrize(
    ("status", "code", "reasons"),
    [
        (400, "AddressLimitExceeded", ["AddressLimitExceeded"]),
        (400, "InsufficientAddressCapacity", ["InsufficientAddressCapacity"]),
        (403, "UnauthorizedOperation", ["Unauthorized"]),
        (401, "AuthFailure", ["CredentialsRejected", "Unauthorized"]),
        (503, "RequestLimitExceeded", ["Throttled"]),
        # It may have had its effect all the same, and that is waited for.
        (503, "Unavailable", ["EC2Unavailable", "AwaitingAllocation"]),
        (400, "TheMoonIsFull", ["EC2Error"]),
    ],
)
def test_an_error_that_stays_is_said_and_passes(
    impatient: Operator, eips: Eips, ground: Ground, status: int, code: str, reasons: list[str]
) -> None:
    rule = ground.proxy.rule("AllocateAddress", do="refuse", status=status, code=code, message="so says the test")
    eips.apply("my-eip")
    said = eips.wait_reason("my-eip", *reasons)
    assert said["status"] == "False" and said["message"]
    eips.wait("my-eip", "allocating")
    if code in ("AddressLimitExceeded", "UnauthorizedOperation"):  # only a person can mend these
        assert eips.condition("my-eip", "Stalled")["status"] == "True"
    rule.remove()
    eips.patch("my-eip", {"spec": {"tags": {"try": "again"}}})
    eips.wait("my-eip", "allocated", DEADLINE * 2)
    assert eips.condition("my-eip", "Ready")["status"] == "True"
    assert eips.condition("my-eip", "Stalled").get("status", "False") == "False"
    assert len(eips.owned(eips.uid("my-eip"))) == 1


def test_an_error_that_repeats_makes_no_stream_of_events(eips: Eips, ground: Ground) -> None:
    rule = ground.proxy.rule("AllocateAddress", do="refuse", status=503, code="RequestLimitExceeded")
    eips.apply("my-eip")
    rule.wait_hit(DEADLINE, count=4)
    assert len(eips.events("my-eip")) <= 1
    rule.remove()
    eips.wait("my-eip", "allocated")


def test_wrong_credentials_are_said_and_mended(impatient: Operator, eips: Eips, ground: Ground) -> None:
    rejected = ground.proxy.rule(
        do="refuse", status=401, code="AuthFailure", match=lambda call: call.service in ("ec2", "sts"),
        message="AWS was not able to validate the provided access credentials",
    )  # fmt: skip
    eips.apply("my-eip")
    eips.wait_reason("my-eip", "CredentialsRejected", "Unauthorized")
    assert impatient.running and impatient.health("/healthz") == 200
    rejected.remove()
    eips.wait("my-eip", "allocated", DEADLINE * 2)


def test_an_operator_starts_while_its_credentials_are_rejected(
    own_operator: Callable[..., Operator], impatient: Operator, eips: Eips, ground: Ground
) -> None:
    impatient.stop()
    rejected = ground.proxy.rule(
        do="refuse", status=401, code="AuthFailure", match=lambda call: call.service in ("ec2", "sts")
    )
    eips.apply("my-eip", "web")
    other = own_operator(flags=IMPATIENT, start=False)
    other.start(wait=False)
    eips.wait_reason("my-eip", "CredentialsRejected", "Unauthorized")
    rejected.remove()
    ip = eips.pod()
    eips.wait("my-eip", "assigned", DEADLINE * 2)
    eips.check_on("my-eip", ip)


def test_without_credentials_the_operator_lives_and_waits_for_them(
    own_operator: Callable[..., Operator], impatient: Operator, eips: Eips, ground: Ground
) -> None:
    """They come from the metadata service, which has none at first."""
    impatient.stop()
    none = ground.proxy.rule(
        do="respond", status=404, body="no role", match=lambda call: call.service == "imds"
    )
    other = own_operator(
        flags=IMPATIENT, env={"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}, start=False
    )
    other.start(wait=False)
    eips.apply("my-eip")
    said = eips.wait_reason("my-eip", "CredentialsRejected", "CredentialsNotFound", "NoCredentials", "Unauthorized")
    assert "credential" in said["message"].lower()
    assert other.running
    none.remove()
    eips.wait("my-eip", "allocated", DEADLINE * 2)
