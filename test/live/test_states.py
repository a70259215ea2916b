"""Each state of an EIP while EC2 keeps it there, and what the calls between them carry."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from eips import Eips, mutations, wait_reads
from ground import Ground, Operator
from objects import DEADLINE

pytestmark = pytest.mark.usefixtures("operator")


@contextmanager
def refused(ground: Ground, action: str) -> Iterator[None]:
    """EC2 has no time for this action."""
    rule = ground.proxy.rule(action, do="refuse", status=503, code="RequestLimitExceeded")
    yield
    rule.remove()


def test_each_state_from_allocating_to_releasing(eips: Eips, ground: Ground) -> None:
    first, second = eips.pod("web", node=ground.nodes[0]), eips.pod("other", node=ground.nodes[1])
    with refused(ground, "AllocateAddress"):
        eips.apply("my-eip", "web")
        eips.wait("my-eip", "allocating")
        assert not eips.addresses()
    with refused(ground, "AssociateAddress"):
        eips.wait("my-eip", "assigning", DEADLINE * 2)
        eips.check_free("my-eip")
    eips.wait("my-eip", "assigned", DEADLINE * 2)
    eips.check_on("my-eip", first)
    # In one call, or in two if nothing is known of the other instance yet.
    with refused(ground, "DisassociateAddress"), refused(ground, "AssociateAddress"):
        eips.apply("my-eip", "other")
        status = eips.wait("my-eip", "reassigning")
        # What is said of the assignment is what is true now.
        assert status["assignment"]["podName"] == "web"
        assert eips.address()["PrivateIpAddress"] == status["assignment"]["privateIPAddress"] == first
    eips.wait("my-eip", "assigned", DEADLINE * 2)
    eips.check_on("my-eip", second)
    with refused(ground, "DisassociateAddress"):
        eips.apply("my-eip")
        eips.wait("my-eip", "unassigning")
        assert eips.address()["PrivateIpAddress"] == second
    eips.wait("my-eip", "allocated", DEADLINE * 2)
    eips.check_free("my-eip")
    with refused(ground, "ReleaseAddress"):
        eips.delete("my-eip")
        eips.wait("my-eip", "releasing")
        assert len(eips.addresses()) == 1
    eips.wait_gone("my-eip", DEADLINE * 2)
    assert not eips.addresses()


def test_a_deletion_first_unassigns(eips: Eips, ground: Ground) -> None:
    ip = eips.pod()
    eips.assigned()
    with refused(ground, "DisassociateAddress"):
        eips.delete("my-eip")
        eips.wait("my-eip", "unassigning")
        assert eips.address()["PrivateIpAddress"] == ip
    with refused(ground, "ReleaseAddress"):
        eips.wait("my-eip", "releasing", DEADLINE * 2)
        assert not ground.address_of(ip)
    eips.wait_gone("my-eip", DEADLINE * 2)


def test_an_association_names_interface_and_private_address_and_what_may_be_displaced(
    eips: Eips, ground: Ground
) -> None:
    ip, other = eips.pod("web", node=ground.nodes[0]), eips.pod("other", node=ground.nodes[1])
    since = ground.proxy.mark()
    eips.assigned()
    eips.apply("my-eip", "other")
    eips.wait("my-eip", "assigned")
    eips.check_on("my-eip", other)
    calls = ground.proxy.calls("AssociateAddress", since)
    assert [call.params["PrivateIpAddress"] for call in calls] == [ip, other]
    assert [call.params["NetworkInterfaceId"] for call in calls] == [ground.eni_of(ip), ground.eni_of(other)]
    assert all(call.params["AllowReassociation"] in ("true", "false") for call in calls)
    assert not any("InstanceId" in call.params for call in calls)


def test_the_target_was_read_before_it_is_associated_with(
    own_operator: Callable[..., Operator], eips: Eips, ground: Ground
) -> None:
    """Not longer than 5 s ago, or the pod's IP was seen to appear on what was free."""
    own_operator()
    ip = ground.nodes[1].pod_ip(206)
    ground.network.ensure_eni(ground.nodes[1], ip)
    eips.allocated()
    since = ground.proxy.mark()
    eips.apply("my-eip", assignment={"privateIPAddress": ip})
    eips.wait("my-eip", "assigned")
    (call,) = ground.proxy.calls("AssociateAddress", since)
    looks = ground.proxy.calls("DescribeNetworkInterfaces", match=lambda look: call.time - 5 <= look.time < call.time)
    assert looks, "nobody has looked at the target"


@pytest.mark.only_on("double", reason="moto shows no network border group")
def test_an_address_is_released_with_its_network_border_group(eips: Eips, ground: Ground) -> None:
    eips.allocated()
    group = eips.address()["NetworkBorderGroup"]
    since = ground.proxy.mark()
    eips.kubectl("delete", "eip", "my-eip")
    (call,) = ground.proxy.calls("ReleaseAddress", since)
    assert call.params["NetworkBorderGroup"] == group == "us-east-1"


def test_that_nothing_was_found_is_believed_only_when_a_read_says_so(
    impatient: Operator, eips: Eips, ground: Ground
) -> None:
    """EC2 may not know for a while what it has itself given."""
    eips.pod()
    eips.assigned()
    rule = ground.proxy.rule("ReleaseAddress", do="refuse", status=400, code="InvalidAllocationID.NotFound")
    since = ground.proxy.mark()
    eips.delete("my-eip")
    rule.wait_hit(DEADLINE)
    wait_reads(ground, 3)
    assert "deletionTimestamp" in eips.get("my-eip")["metadata"] and len(eips.addresses()) == 1
    rule.remove()
    eips.wait_gone("my-eip", DEADLINE * 2)
    assert not eips.addresses()
    assert mutations(ground, since)[-1] == "ReleaseAddress"
