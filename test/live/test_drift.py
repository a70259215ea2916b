"""What other hands do in EC2 is noticed and repaired, and what is not ours is left alone."""

from __future__ import annotations

import pytest

from eips import DEADLINE, NO_ADDRESSES, Eips, mutations, on_nothing, wait_reads
from ground import Ground, Operator

pytestmark = pytest.mark.usefixtures("impatient")  # before the namespace, so that it cleans up as well


def release_by_hand(ground: Ground, allocation_id: str) -> None:
    """EC2 releases nothing that is on something; between the two calls the operator may put it back."""
    ec2 = ground.ec2()

    def release() -> bool:
        (address,) = ec2.describe_addresses(AllocationIds=[allocation_id])["Addresses"]
        if not on_nothing(address):
            ec2.disassociate_address(AssociationId=address["AssociationId"])
        ec2.release_address(AllocationId=allocation_id)
        return True

    ground.wait(release, DEADLINE, f"the release of {allocation_id}")


def test_an_address_released_by_hand_is_asked_back(eips: Eips, ground: Ground) -> None:
    before = eips.allocated()
    since = ground.proxy.mark()
    release_by_hand(ground, before["allocationId"])
    (call,) = ground.wait(lambda: ground.proxy.calls("AllocateAddress", since), DEADLINE, "a new allocation")
    assert call.params.get("Address") == before["publicIPAddress"]
    ground.wait(lambda: eips.status().get("allocationId") != before["allocationId"], DEADLINE, "the new id")
    after = eips.wait("my-eip", "allocated")
    assert after["publicIPAddress"] == before["publicIPAddress"]
    assert eips.address()["AllocationId"] == after["allocationId"]
    # It looked three times before it believed that the address is gone.
    looks = ground.proxy.calls("DescribeAddresses", since, match=lambda look: look.seq < call.seq)
    assert len(looks) >= 3


def test_an_assigned_address_released_by_hand_comes_back_to_its_pod(eips: Eips, ground: Ground) -> None:
    ip = eips.pod()
    before = eips.assigned()
    release_by_hand(ground, before["allocationId"])
    ground.wait(lambda: ground.address_of(ip), DEADLINE, "an address on the pod")
    ground.wait(lambda: eips.status().get("allocationId") != before["allocationId"], DEADLINE, "the new id")
    eips.wait("my-eip", "assigned")
    assert eips.check_on("my-eip", ip)["PublicIp"] == before["publicIPAddress"]


def test_another_address_is_taken_with_a_warning_when_the_old_one_is_lost(eips: Eips, ground: Ground) -> None:
    ip = eips.pod()
    before = eips.assigned()
    lost = ground.proxy.rule(
        "AllocateAddress", do="refuse", code="InvalidAddress.NotFound", match=lambda call: "Address" in call.params
    )
    release_by_hand(ground, before["allocationId"])
    lost.wait_hit(DEADLINE)
    ground.wait(lambda: ground.address_of(ip), DEADLINE, "another address on the pod")
    ground.wait(lambda: eips.status().get("allocationId") != before["allocationId"], DEADLINE, "the new id")
    after = eips.wait("my-eip", "assigned")
    assert after["publicIPAddress"] != before["publicIPAddress"]
    eips.check_on("my-eip", ip)
    warnings = ground.wait(lambda: eips.events("my-eip", "Warning"), DEADLINE, "a warning event")
    assert any(before["publicIPAddress"] in event["message"] for event in warnings), warnings


def test_an_exact_address_that_is_lost_is_not_replaced_by_another(eips: Eips, ground: Ground) -> None:
    ground.offer_address("198.51.100.7")
    before = eips.allocated(publicIPv4Address="198.51.100.7")
    since = ground.proxy.mark()
    lost = ground.proxy.rule("AllocateAddress", do="refuse", code="InvalidAddress.NotFound")
    release_by_hand(ground, before["allocationId"])
    lost.wait_hit(DEADLINE)
    ground.wait(lambda: eips.condition("my-eip", "Allocated").get("status") == "False", DEADLINE, "Allocated=False")
    wait_reads(ground, 3)
    assert {call.params.get("Address") for call in ground.proxy.calls("AllocateAddress", since)} == {"198.51.100.7"}
    assert not eips.addresses()
    lost.remove()
    eips.patch("my-eip", {"spec": {"tags": {"try": "again"}}})
    assert eips.wait("my-eip", "allocated")["publicIPAddress"] == "198.51.100.7"


def test_addresses_that_vanish_all_together_are_not_replaced(eips: Eips, ground: Ground) -> None:
    """More probably the question is asked at the wrong place."""
    names = [f"eip-{number}" for number in range(5)]
    eips.apply_many(dict.fromkeys(names))
    eips.wait_all("allocated", 5)
    since = ground.proxy.mark()
    hidden = ground.proxy.rule("DescribeAddresses", do="respond", body=NO_ADDRESSES)
    for name in names:
        eips.wait_reason(name, "ManyAddressesVanished", "AddressNotSeen")
    hidden.wait_hit(DEADLINE, count=12)
    assert not mutations(ground, since)
    hidden.remove()
    for name in names:
        eips.wait(name, "allocated")
        eips.wait_reason(name, "NotRequested", "Allocated")
    assert not mutations(ground, since)
    assert len(eips.addresses()) == 5


def test_an_address_disassociated_by_hand_is_associated_again(eips: Eips, ground: Ground) -> None:
    ip = eips.pod()
    before = eips.assigned()
    ground.ec2().disassociate_address(AssociationId=before["associationId"])
    ground.wait(lambda: ground.address_of(ip), DEADLINE, "the address back on the pod")
    ground.wait(lambda: eips.status()["associationId"] != before["associationId"], DEADLINE, "the new association")
    eips.wait("my-eip", "assigned")
    eips.check_on("my-eip", ip)


def test_an_address_moved_by_hand_comes_back(eips: Eips, ground: Ground) -> None:
    ip = eips.pod(node=ground.nodes[0])
    before = eips.assigned()
    other = ground.nodes[1].pod_ip(210)
    eni = ground.network.ensure_eni(ground.nodes[1], other)
    ground.ec2().associate_address(
        AllocationId=before["allocationId"], NetworkInterfaceId=eni, PrivateIpAddress=other, AllowReassociation=True
    )
    ground.wait(lambda: ground.address_of(ip), DEADLINE, "the address back on the pod")
    ground.wait(lambda: eips.status()["associationId"] != before["associationId"], DEADLINE, "the new association")
    eips.wait("my-eip", "assigned")
    eips.check_on("my-eip", ip)
    assert ground.address_of(other) is None


def test_a_free_address_associated_by_hand_is_taken_off_again(eips: Eips, ground: Ground) -> None:
    before = eips.allocated()
    other = ground.nodes[1].pod_ip(210)
    eni = ground.network.ensure_eni(ground.nodes[1], other)
    ground.ec2().associate_address(
        AllocationId=before["allocationId"], NetworkInterfaceId=eni, PrivateIpAddress=other
    )
    ground.wait(lambda: ground.address_of(other) is None, DEADLINE, "the address on nothing")
    eips.wait("my-eip", "allocated")
    eips.check_free("my-eip")


def test_a_foreign_address_on_the_pod_is_not_displaced(eips: Eips, ground: Ground) -> None:
    ip = eips.pod()
    foreign = ground.ec2().allocate_address(Domain="vpc")
    try:
        ground.ec2().associate_address(
            AllocationId=foreign["AllocationId"], NetworkInterfaceId=ground.eni_of(ip), PrivateIpAddress=ip
        )
        since = ground.proxy.mark()
        eips.apply("my-eip", "web")
        eips.wait_reason("my-eip", "TargetInUse")
        wait_reads(ground, 3)
        eips.wait("my-eip", "assigning")
        assert set(mutations(ground, since)) <= {"AllocateAddress"}
        assert ground.address_of(ip)["PublicIp"] == foreign["PublicIp"]
    finally:
        release_by_hand(ground, foreign["AllocationId"])
    eips.wait("my-eip", "assigned")
    eips.check_on("my-eip", ip)


def test_an_eip_is_deleted_also_when_its_address_is_gone(eips: Eips, ground: Ground) -> None:
    ip = eips.pod()
    before = eips.assigned()
    release_by_hand(ground, before["allocationId"])
    eips.kubectl("delete", "eip", "my-eip", "--timeout=60s")
    assert ground.address_of(ip) is None and not eips.addresses()


def test_an_eip_is_deleted_also_when_its_address_was_moved(eips: Eips, ground: Ground) -> None:
    eips.pod(node=ground.nodes[0])
    before = eips.assigned()
    other = ground.nodes[1].pod_ip(210)
    eni = ground.network.ensure_eni(ground.nodes[1], other)
    ground.ec2().associate_address(
        AllocationId=before["allocationId"], NetworkInterfaceId=eni, PrivateIpAddress=other, AllowReassociation=True
    )
    since = ground.proxy.mark()
    eips.kubectl("delete", "eip", "my-eip", "--timeout=60s")
    assert not eips.addresses()
    done = mutations(ground, since)
    assert done.index("DisassociateAddress") < done.index("ReleaseAddress")


def test_a_network_interface_that_vanishes_leaves_the_address_waiting(eips: Eips, ground: Ground) -> None:
    """And when the address of the pod is on an interface again, the EIP is assigned again."""
    node = ground.nodes[2]
    ground.create_pod("web", eips.namespace, node=node, late_ip=True)
    ip = ground.give_ip("web", eips.namespace, node.pod_ip(211))
    eips.assigned()
    try:
        # Moto would leave the address pointing at what is no longer there.
        ground.ec2().disassociate_address(AssociationId=eips.status()["associationId"])
        ground.network.remove_address(node, ip)
        eips.wait_reason("my-eip", "PodIPNotOnENI")
        eips.wait("my-eip", "assigning")
        assert on_nothing(eips.address())
    finally:
        ground.network.ensure_eni(node, ip)
    eips.wait("my-eip", "assigned")
    eips.check_on("my-eip", ip)


def test_contention_is_said_and_slows_the_repair_down(eips: Eips, ground: Ground, impatient: Operator) -> None:
    """Somebody takes the address away whenever it has been put back."""
    eips.pod()
    eips.assigned()
    undone = 0

    def undo() -> bool:
        nonlocal undone
        address = eips.address()
        if not on_nothing(address):
            ground.ec2().disassociate_address(AssociationId=address["AssociationId"])
            undone += 1
        return eips.condition("my-eip", "Ready").get("reason") == "Contended"

    ground.wait(undo, DEADLINE * 2, "Contended")
    assert undone >= 2
