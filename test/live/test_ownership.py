"""Which address is whose: by the uid tag, and for what version 1.4.1 left behind by the status."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from eips import DEADLINE, GROUP, IMPATIENT, NO_ADDRESSES, Eips, mutations, tags_of, wait_reads
from ground import Ground, Operator
from objects import own_tags

Start = Callable[..., Operator]
Json = dict[str, Any]


@pytest.fixture
def later(own_operator: Start) -> Callable[[], Operator]:
    """Starts an impatient operator, when all is as another one left it."""
    return lambda: own_operator(flags=IMPATIENT)


def old_address(ground: Ground, **tags: str) -> Json:
    """An address as 1.4.1 allocated it: with the user's tags and nothing that names the object."""
    if not tags:
        return ground.ec2().allocate_address(Domain="vpc")
    listed = [{"Key": key, "Value": value} for key, value in tags.items()]
    specification = [{"ResourceType": "elastic-ip", "Tags": listed}]
    return ground.ec2().allocate_address(Domain="vpc", TagSpecifications=specification)


def old_status(address: Json, state: str = "allocated", **more: Any) -> Json:
    return {"state": state, "allocationId": address["AllocationId"], "publicIPAddress": address["PublicIp"], **more}


def cluster_tags(eips: Eips, uid: str, name: str = "my-eip") -> Json:
    return own_tags(eips.ground, eips.namespace, name, uid)


def tag_by_hand(ground: Ground, allocation_id: str, tags: Json) -> None:
    ground.ec2().create_tags(
        Resources=[allocation_id], Tags=[{"Key": key, "Value": value} for key, value in tags.items()]
    )


def test_an_object_of_1_4_1_is_taken_over_by_tags_only(later: Callable[[], Operator], eips: Eips, ground: Ground) -> None:
    address = old_address(ground, owner="My team", foreign="stays")
    uid = eips.left_by_1_4_1("my-eip", old_status(address), tags={"owner": "My team"})
    since = ground.proxy.mark()
    later()
    assert eips.wait("my-eip", "allocated")["allocationId"] == address["AllocationId"]
    ground.wait(lambda: eips.owned(uid), DEADLINE, "the uid tag")
    assert tags_of(eips.address()) == {**cluster_tags(eips, uid), "owner": "My team", "foreign": "stays"}
    wait_reads(ground, 2)
    assert set(mutations(ground, since)) == {"CreateTags"}
    eips.kubectl("delete", "eip", "my-eip")
    assert not eips.owned(uid)


def test_an_assigned_object_of_1_4_1_keeps_its_assignment(
    later: Callable[[], Operator], eips: Eips, ground: Ground
) -> None:
    ip = eips.pod()
    address = old_address(ground)
    association = ground.ec2().associate_address(
        AllocationId=address["AllocationId"], NetworkInterfaceId=ground.eni_of(ip), PrivateIpAddress=ip
    )["AssociationId"]
    assignment = {"podName": "web", "privateIPAddress": ip}  # 1.4.1 wrote the address of the pod into the spec
    status = old_status(address, "assigned", associationId=association, assignment=assignment)
    eips.left_by_1_4_1("my-eip", status, assignment=assignment)
    since = ground.proxy.mark()
    later()
    assert eips.wait_pod_uid("my-eip", "web")["associationId"] == association
    eips.kubectl_wait("my-eip")
    assert eips.check_on("my-eip", ip)["AllocationId"] == address["AllocationId"]
    wait_reads(ground, 2)
    assert set(mutations(ground, since)) == {"CreateTags"}


def test_an_object_of_1_4_1_that_was_being_unassigned_or_released_ends_as_it_should(
    later: Callable[[], Operator], eips: Eips, ground: Ground
) -> None:
    waiting, doomed = old_address(ground), old_address(ground)
    eips.left_by_1_4_1("waiting", old_status(waiting, "assigning"), assignment={"podName": "web"})
    eips.left_by_1_4_1("doomed", old_status(doomed, "releasing"))
    eips.left_by_1_4_1("early", {"state": "allocating"})
    eips.delete("doomed")
    later()
    eips.wait_gone("doomed")
    assert doomed["AllocationId"] not in [address["AllocationId"] for address in ground.addresses()]
    eips.wait_reason("waiting", "PodNotFound")
    ip = eips.pod()
    eips.wait("waiting", "assigned")
    assert eips.check_on("waiting", ip)["AllocationId"] == waiting["AllocationId"]
    eips.wait("early", "allocated")
    assert len(eips.owned(eips.uid("early"))) == 1


@pytest.mark.parametrize("why", ["tags of another cluster", "another public address"])
def test_a_foreign_address_that_a_status_names_is_left_alone(
    later: Callable[[], Operator], eips: Eips, ground: Ground, why: str
) -> None:
    foreign = old_address(ground)
    status = old_status(foreign)
    if why == "tags of another cluster":
        tags = {f"{GROUP}/cluster": "another", f"{GROUP}/uid": "0a0a0a0a-0000-4000-8000-000000000000"}
        tag_by_hand(ground, foreign["AllocationId"], tags)
    else:
        status["publicIPAddress"] = "198.51.100.99"
    before = tags_of(ground.ec2().describe_addresses(AllocationIds=[foreign["AllocationId"]])["Addresses"][0])
    try:
        eips.left_by_1_4_1("my-eip", status)
        since = ground.proxy.mark()
        later()
        eips.wait_reason("my-eip", "AddressNotOurs")
        wait_reads(ground, 2)
        touched = [call for call in ground.proxy.calls(since=since) if foreign["AllocationId"] in call.params.values()]
        assert not [call.action for call in touched if not call.action.startswith("Describe")]
        eips.kubectl("delete", "eip", "my-eip", "--timeout=60s")
        (left,) = ground.ec2().describe_addresses(AllocationIds=[foreign["AllocationId"]])["Addresses"]
        assert tags_of(left) == before
    finally:
        ground.ec2().release_address(AllocationId=foreign["AllocationId"])


def test_of_two_objects_that_name_one_address_the_older_gets_it(
    later: Callable[[], Operator], eips: Eips, ground: Ground
) -> None:
    address = old_address(ground)
    eips.left_by_1_4_1("older", old_status(address))
    eips.wait_younger("older")
    eips.left_by_1_4_1("younger", old_status(address))
    later()
    eips.wait("older", "allocated")
    eips.wait_reason("younger", "AddressNotOurs")
    assert eips.address("older")["AllocationId"] == address["AllocationId"]
    eips.kubectl("delete", "eip", "younger", "--timeout=60s")
    assert eips.address("older")["AllocationId"] == address["AllocationId"]


def test_an_object_restored_from_a_backup_gets_its_address_back(
    later: Callable[[], Operator], eips: Eips, ground: Ground
) -> None:
    operator = later()
    before = eips.allocated(tags={"owner": "My team"})
    operator.stop()
    eips.patch("my-eip", {"metadata": {"finalizers": None}})
    eips.kubectl("delete", "eip", "my-eip")
    uid = eips.apply("my-eip", tags={"owner": "My team"})
    since = ground.proxy.mark()
    operator.start()
    after = eips.wait("my-eip", "allocated")
    assert (after["allocationId"], after["publicIPAddress"]) == (before["allocationId"], before["publicIPAddress"])
    assert [address["AllocationId"] for address in eips.addresses()] == [before["allocationId"]]
    assert eips.owned(uid)
    assert set(mutations(ground, since)) <= {"CreateTags"}


def test_an_address_of_another_cluster_or_name_is_not_adopted(
    later: Callable[[], Operator], eips: Eips, ground: Ground
) -> None:
    dead = "0a0a0a0a-0000-4000-8000-000000000000"
    strangers = [
        {**cluster_tags(eips, dead), f"{GROUP}/cluster": "another"},
        cluster_tags(eips, dead, name="other-name"),
    ]
    ids = [ground.ec2().allocate_address(Domain="vpc")["AllocationId"] for _ in strangers]
    for allocation_id, tags in zip(ids, strangers):
        tag_by_hand(ground, allocation_id, tags)
    try:
        later()
        assert eips.allocated()["allocationId"] not in ids
    finally:
        for allocation_id in ids:
            ground.ec2().release_address(AllocationId=allocation_id)


def test_a_spare_address_with_our_uid_is_released(later: Callable[[], Operator], eips: Eips, ground: Ground) -> None:
    later()
    kept = eips.allocated()
    uid = eips.uid("my-eip")
    spare = ground.ec2().allocate_address(Domain="vpc")
    tag_by_hand(ground, spare["AllocationId"], cluster_tags(eips, uid))
    ground.wait(lambda: len(eips.owned(uid)) == 1, DEADLINE, "the end of the spare")
    assert eips.address()["AllocationId"] == kept["allocationId"]
    assert eips.wait("my-eip", "allocated")["allocationId"] == kept["allocationId"]


def test_an_address_that_another_account_holds_is_not_replaced(
    later: Callable[[], Operator], eips: Eips, ground: Ground
) -> None:
    """Started with the credentials of another account, an operator sees none of its addresses."""
    operator = later()
    before = eips.allocated()
    operator.stop()
    eips.patch_status("my-eip", {"accountID": "999999999999"})
    assert eips.status()["accountID"] == "999999999999"
    hidden = ground.proxy.rule("DescribeAddresses", do="respond", body=NO_ADDRESSES)
    since = ground.proxy.mark()
    operator.start()
    eips.wait_reason("my-eip", "AccountMismatch")
    wait_reads(ground, 4)
    eips.delete("my-eip")
    wait_reads(ground, 4)
    assert eips.get("my-eip") and not mutations(ground, since)
    operator.stop()
    eips.patch_status("my-eip", {"accountID": before["accountID"]})
    hidden.remove()
    operator.start()
    eips.wait_gone("my-eip")
    assert not eips.addresses()
