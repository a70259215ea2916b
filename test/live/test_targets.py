"""Several parties want one private address: nothing is displaced, nobody fights, the order is always the same."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from account import Foreign, OwnInterface, calls_of_operator, effects
from eips import DEADLINE, Eips, wait_reads
from ground import Ground, Operator

pytestmark = [
    pytest.mark.only_on("double", reason="moto knows one address per network interface and displaces nothing"),
    pytest.mark.usefixtures("impatient"),  # before the namespace, so that it cleans up as well
]


@pytest.fixture
def elsewhere(ground: Ground, namespace: str) -> Iterator[Eips]:
    """The EIPs of a second namespace, which is gone before the operator is."""
    other = f"{namespace}-b"
    ground.kubectl("create", "namespace", other)
    yield Eips(ground, other)
    ground.kubectl("-n", other, "delete", "eips", "--all")
    ground.kubectl("delete", "namespace", other, "--wait=false")


def wait_next_second(eips: Eips, name: str) -> None:
    """Times of creation are in whole seconds; what is created after this is younger than the EIP."""
    created = eips.get(name)["metadata"]["creationTimestamp"]

    def now() -> str:
        clock = f"clock-{eips.ground.audit_log.mark()}"
        return eips.kubectl("create", "configmap", clock, "-o", "jsonpath={.metadata.creationTimestamp}")

    eips.ground.wait(lambda: now() > created, DEADLINE, "the next second")


# An Elastic IP that is no EIP's


@pytest.mark.parametrize("by", ["podName", "privateIPAddress"])
def test_a_foreign_address_on_the_target_is_waited_out(eips: Eips, ground: Ground, by: str) -> None:
    ip = eips.pod()
    with Foreign(ground) as foreign:
        foreign.put_on(ip)
        since = ground.double.mark()
        eips.apply("my-eip", assignment={by: "web" if by == "podName" else ip})
        assert foreign.id in eips.wait_reason("my-eip", "TargetInUse")["message"]
        assert eips.condition("my-eip", "Stalled")["status"] == "True"
        wait_reads(ground, 4)
        assert eips.status()["state"] == "assigning"
        assert effects(ground, since) == ["AllocateAddress"]
        assert not calls_of_operator(ground, since, "AssociateAddress")
        assert ground.address_of(ip)["AllocationId"] == foreign.id
        foreign.take_off()
        eips.wait("my-eip", "assigned")
    eips.check_on("my-eip", ip)


def test_a_foreign_address_that_displaces_ours_is_not_displaced_in_turn(eips: Eips, ground: Ground) -> None:
    ip = eips.pod()
    eips.assigned()
    with Foreign(ground) as foreign:
        since = ground.double.mark()
        foreign.put_on(ip)
        eips.wait_reason("my-eip", "TargetInUse")
        eips.wait("my-eip", "assigning")
        wait_reads(ground, 4)
        assert not effects(ground, since)
        eips.check_free("my-eip")
        assert ground.address_of(ip)["AllocationId"] == foreign.id
    eips.wait("my-eip", "assigned")
    eips.check_on("my-eip", ip)


def test_an_assigned_address_does_not_move_to_a_target_that_is_in_use(eips: Eips, ground: Ground) -> None:
    """It leaves the pod that is no longer wanted, and waits."""
    first, second = eips.pod("first", node=ground.nodes[0]), eips.pod("second", node=ground.nodes[0])
    eips.assigned(pod="first")
    with Foreign(ground) as foreign:
        foreign.put_on(second)
        # What it saw of the target counts for 5 s, and of an address inside a prefix no resync sees more.
        wait_reads(ground, 7, "GetCallerIdentity")
        eips.patch("my-eip", {"spec": {"assignment": {"podName": "second"}}})
        eips.wait_reason("my-eip", "TargetInUse")
        eips.wait("my-eip", "assigning")
        eips.check_free("my-eip")
        assert ground.address_of(first) is None
        assert ground.address_of(second)["AllocationId"] == foreign.id
    eips.wait("my-eip", "assigned")
    eips.check_on("my-eip", second)


@pytest.mark.only_on("secondary", "prefix", reason="else a pod's address is the only one of its interface")
def test_a_foreign_address_on_another_address_of_the_interface_is_no_matter(eips: Eips, ground: Ground) -> None:
    ip = eips.pod()
    eni = ground.eni_of(ip)
    (shown,) = ground.ec2().describe_network_interfaces(NetworkInterfaceIds=[eni])["NetworkInterfaces"]
    with Foreign(ground) as foreign:
        foreign.put_on(shown["PrivateIpAddress"], eni)
        eips.assigned()
        eips.check_on("my-eip", ip)
        assert foreign.shown()["NetworkInterfaceId"] == eni


# Several EIPs


def test_the_holder_keeps_the_target_also_from_an_older_eip(eips: Eips, elsewhere: Eips, ground: Ground) -> None:
    ip = eips.pod()
    target = {"assignment": {"privateIPAddress": ip}}
    elsewhere.allocated("older")
    wait_next_second(elsewhere, "older")
    eips.apply("holder", **target)
    eips.wait("holder", "assigned")
    since = ground.double.mark()
    elsewhere.patch("older", {"spec": target})
    assert "holder" in elsewhere.wait_reason("older", "TargetTaken")["message"]
    wait_reads(ground, 3)
    assert not effects(ground, since)  # they do not fight
    assert elsewhere.status("older")["state"] == "assigning"
    eips.check_on("holder", ip)


def test_of_those_that_wait_the_oldest_takes_over(eips: Eips, elsewhere: Eips, ground: Ground) -> None:
    ip = eips.pod()
    target = {"assignment": {"privateIPAddress": ip}}
    eips.apply("holder", **target)
    eips.wait("holder", "assigned")
    # By their names, namespaces and order of the wishes the younger one would come first.
    elsewhere.allocated("z-older")
    wait_next_second(elsewhere, "z-older")
    eips.apply("a-younger", **target)
    eips.wait_reason("a-younger", "TargetTaken")
    elsewhere.patch("z-older", {"spec": target})
    elsewhere.wait_reason("z-older", "TargetTaken")
    since = ground.double.mark()
    eips.kubectl("delete", "eip", "holder")
    elsewhere.wait("z-older", "assigned")
    elsewhere.check_on("z-older", ip)
    eips.wait_reason("a-younger", "TargetTaken")
    # The place is free before the address is released: the two that follow may come in either order.
    assert sorted(effects(ground, since)) == ["AssociateAddress", "DisassociateAddress", "ReleaseAddress"]
    elsewhere.patch("z-older", {"spec": {"assignment": None}})
    eips.wait("a-younger", "assigned")
    eips.check_on("a-younger", ip)


def test_an_eip_that_names_the_pod_takes_the_target_from_one_of_another_namespace(
    eips: Eips, elsewhere: Eips, ground: Ground
) -> None:
    ip = eips.pod()
    elsewhere.apply("by-address", assignment={"privateIPAddress": ip})
    elsewhere.wait("by-address", "assigned")
    wait_reads(ground, 2, "DescribeNetworkInterfaces")
    since = ground.double.mark()
    eips.apply("by-name", "web")
    eips.wait("by-name", "assigned")
    elsewhere.wait_reason("by-address", "TargetTaken")
    elsewhere.wait("by-address", "assigning")
    eips.check_on("by-name", ip)
    elsewhere.check_free("by-address")
    assert effects(ground, since)[-2:] == ["DisassociateAddress", "AssociateAddress"]  # nothing is displaced
    eips.patch("by-name", {"spec": {"assignment": None}})
    elsewhere.wait("by-address", "assigned")
    elsewhere.check_on("by-address", ip)


# Somebody who does not give in


def test_the_repairs_of_what_somebody_keeps_undoing_become_rare(
    eips: Eips, ground: Ground, impatient: Operator
) -> None:
    """Another party moves the address to its own place whenever it has been put back."""
    ip = eips.pod(node=ground.nodes[0])
    eips.assigned()
    repairs = 5
    with OwnInterface(ground, ground.nodes[1]) as theirs:
        since = ground.double.mark()

        def theirs_again() -> bool:
            address = eips.address()
            if address.get("PrivateIpAddress") == ip:
                ground.ec2().associate_address(
                    AllocationId=address["AllocationId"], NetworkInterfaceId=theirs.id, AllowReassociation=True
                )
            return len(calls_of_operator(ground, since, "AssociateAddress")) >= repairs

        ground.wait(theirs_again, DEADLINE * 2, f"{repairs} repairs")
        eips.wait_reason("my-eip", "Contended")
        assert eips.condition("my-eip", "Stalled")["status"] == "True"
    # From the second repair on each waits at least twice as long as the one before: a quarter of the settle time, ...
    sent = [call["at_ms"] for call in calls_of_operator(ground, since, "AssociateAddress")]
    pauses = [later - earlier for earlier, later in zip(sent[1:], sent[2:])]
    assert all(pause >= 1000 * 2**number for number, pause in enumerate(pauses)), pauses
    # Its place is gone, so the other party has given in, and the address comes back.
    ground.wait(lambda: ground.address_of(ip), DEADLINE * 2, "the address back on the pod")
    eips.wait("my-eip", "assigned")
    eips.check_on("my-eip", ip)
