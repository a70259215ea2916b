"""Which network interface is whose: by the uid tag, and for what version 1.4.1 left behind by the status."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from eips import IMPATIENT, mutations, wait_reads
from enis import NO_INTERFACES, Enis, LooseInterface, private_ips, subnet_of
from ground import Ground, Operator
from objects import DEADLINE, GROUP, Json, own_tags, tags_of

Start = Callable[..., Operator]
DEAD = "0a0a0a0a-0000-4000-8000-000000000000"


@pytest.fixture
def later(own_operator: Start) -> Callable[[], Operator]:
    """Starts an impatient operator, when all is as another one left it."""
    return lambda: own_operator(flags=IMPATIENT)


def old_interface(ground: Ground, *, secondary: int = 0, **tags: str) -> Json:
    """An interface as 1.4.1 made it: with the user's tags and nothing that names the object."""
    parameters: Json = {"SecondaryPrivateIpAddressCount": secondary} if secondary else {}
    if tags:
        listed = [{"Key": key, "Value": value} for key, value in tags.items()]
        parameters["TagSpecifications"] = [{"ResourceType": "network-interface", "Tags": listed}]
    return ground.ec2().create_network_interface(
        SubnetId=subnet_of(ground, ground.nodes[0]), Groups=[ground.network.security_group], **parameters
    )["NetworkInterface"]


def old_status(interface: Json, pod: str = "") -> Json:
    return {
        "networkInterfaceID": interface["NetworkInterfaceId"],
        "macAddress": interface["MacAddress"],
        "privateIPAddresses": private_ips(interface),
        **({"attachment": {"podName": pod}} if pod else {}),
    }


# Taking over from 1.4.1


def test_an_object_of_1_4_1_is_taken_over_by_tags_only(later: Callable[[], Operator], enis: Enis, ground: Ground) -> None:
    interface = old_interface(ground, secondary=1, owner="My team", foreign="stays")
    body = enis.manifest("my-eni", secondaryPrivateIPAddressCount=1, tags={"owner": "My team"})
    uid = enis.create_left_by_1_4_1(body, old_status(interface))
    since = ground.proxy.mark()
    later()
    enis.wait_tags({"owner": "My team", "foreign": "stays"})
    status = enis.wait_created()
    assert status["networkInterfaceID"] == interface["NetworkInterfaceId"]
    assert status["privateIPAddresses"] == private_ips(interface)
    assert len(enis.owned(uid)) == 1
    wait_reads(ground, 2, "DescribeNetworkInterfaces")
    assert set(mutations(ground, since)) == {"CreateTags"}
    enis.kubectl("delete", "eni", "my-eni")
    assert not enis.owned(uid)


def test_an_attached_object_of_1_4_1_stays_attached(later: Callable[[], Operator], enis: Enis, ground: Ground) -> None:
    enis.pod("web")
    interface = old_interface(ground)
    attachment = ground.ec2().attach_network_interface(
        NetworkInterfaceId=interface["NetworkInterfaceId"], InstanceId=ground.nodes[0].instance_id, DeviceIndex=80
    )["AttachmentId"]
    enis.create_left_by_1_4_1(enis.manifest("my-eni", "web"), old_status(interface, "web"))
    since = ground.proxy.mark()
    later()
    assert enis.wait_attached()["attachment"]["attachmentID"] == attachment
    enis.check_on("my-eni", ground.nodes[0])
    enis.wait_tags({})
    wait_reads(ground, 2, "DescribeNetworkInterfaces")
    assert set(mutations(ground, since)) == {"CreateTags"}


def test_objects_of_1_4_1_in_other_states_end_as_they_should(
    later: Callable[[], Operator], enis: Enis, ground: Ground
) -> None:
    """One of which nothing is there yet, one that is being deleted, one whose pod has gone while it was attached."""
    doomed, left = old_interface(ground), old_interface(ground)
    ground.ec2().attach_network_interface(
        NetworkInterfaceId=left["NetworkInterfaceId"], InstanceId=ground.nodes[0].instance_id, DeviceIndex=81
    )
    enis.create_left_by_1_4_1(enis.manifest("early"))
    enis.create_left_by_1_4_1(enis.manifest("doomed"), old_status(doomed))
    enis.create_left_by_1_4_1(enis.manifest("left", "gone"), old_status(left, "gone"))
    enis.delete("doomed")
    later()
    enis.wait_gone("doomed")
    assert doomed["NetworkInterfaceId"] not in [found["NetworkInterfaceId"] for found in enis.all_interfaces()]
    enis.wait_created("early")
    enis.wait_reason("left", "PodNotFound")
    enis.wait_interface("left", "on nothing", lambda found: not found.get("Attachment"))
    assert enis.interface("left")["NetworkInterfaceId"] == left["NetworkInterfaceId"]


def test_a_foreign_interface_that_a_status_names_is_left_alone(
    later: Callable[[], Operator], enis: Enis, ground: Ground
) -> None:
    with LooseInterface(ground, Description="of somebody else") as loose:
        loose.tag({f"{GROUP}/cluster": "another", f"{GROUP}/uid": DEAD})
        before = loose.shown()
        enis.create_left_by_1_4_1(enis.manifest("my-eni", description="ours"), old_status(before))
        since = ground.proxy.mark()
        later()
        said = enis.wait_reason("my-eni", "InterfaceNotOurs")
        assert loose.id in said["message"]
        assert enis.condition("my-eni", "Stalled")["status"] == "True"
        wait_reads(ground, 2, "DescribeNetworkInterfaces")
        assert not mutations(ground, since)
        enis.kubectl("delete", "eni", "my-eni", "--timeout=60s")
        assert loose.shown() == before


def test_of_two_objects_that_name_one_interface_the_older_gets_it(
    later: Callable[[], Operator], enis: Enis, ground: Ground
) -> None:
    interface = old_interface(ground)
    enis.create_left_by_1_4_1(enis.manifest("older"), old_status(interface))
    enis.wait_younger("older")
    enis.create_left_by_1_4_1(enis.manifest("younger"), old_status(interface))
    later()
    enis.wait_created("older")
    enis.wait_reason("younger", "InterfaceNotOurs")
    assert enis.interface("older")["NetworkInterfaceId"] == interface["NetworkInterfaceId"]
    enis.kubectl("delete", "eni", "younger", "--timeout=60s")
    assert enis.interface("older")["NetworkInterfaceId"] == interface["NetworkInterfaceId"]


# Restored from a backup


def restored(enis: Enis, operator: Operator, *, attached: bool = False) -> str:
    """The object as a backup tool makes it anew: with another uid and without a status. The new uid."""
    operator.stop()
    enis.patch("my-eni", {"metadata": {"finalizers": None}})
    enis.kubectl("delete", "eni", "my-eni")
    return enis.apply("my-eni", "web" if attached else None, tags={"owner": "My team"})


@pytest.mark.parametrize("attached", [False, True], ids=["loose", "attached"])
def test_an_object_restored_from_a_backup_gets_its_interface_back(
    later: Callable[[], Operator], enis: Enis, ground: Ground, attached: bool
) -> None:
    operator = later()
    enis.pod("web")
    enis.apply("my-eni", "web" if attached else None, tags={"owner": "My team"})
    before = enis.wait_attached() if attached else enis.wait_created()
    uid = restored(enis, operator, attached=attached)
    since = ground.proxy.mark()
    operator.start()
    after = enis.wait_attached() if attached else enis.wait_created()
    assert after["networkInterfaceID"] == before["networkInterfaceID"]
    assert after["privateIPAddresses"] == before["privateIPAddresses"]
    assert after.get("attachment") == before.get("attachment")
    assert [found["NetworkInterfaceId"] for found in enis.interfaces()] == [before["networkInterfaceID"]]
    assert len(enis.owned(uid)) == 1
    assert set(mutations(ground, since)) <= {"CreateTags"}


def test_an_interface_of_another_cluster_or_name_is_not_adopted(
    later: Callable[[], Operator], enis: Enis, ground: Ground
) -> None:
    strangers = [
        {**own_tags(ground, enis.namespace, "my-eni", DEAD), f"{GROUP}/cluster": "another"},
        own_tags(ground, enis.namespace, "other-name", DEAD),
    ]
    with LooseInterface(ground) as one, LooseInterface(ground) as two:
        for loose, tags in zip((one, two), strangers):
            loose.tag(tags)
        later()
        assert enis.created()["networkInterfaceID"] not in (one.id, two.id)
        for loose, tags in zip((one, two), strangers):
            assert tags_of(loose.shown()) == tags


def test_an_interface_in_another_subnet_is_not_adopted(
    later: Callable[[], Operator], enis: Enis, ground: Ground
) -> None:
    """It does not fit the spec."""
    with LooseInterface(ground, ground.nodes[1]) as loose:
        loose.tag(own_tags(ground, enis.namespace, "my-eni", DEAD))
        later()
        assert enis.created()["networkInterfaceID"] != loose.id
        assert tags_of(loose.shown())[f"{GROUP}/uid"] == DEAD


# Spares


@pytest.mark.parametrize("place", ["loose", "attached"])
def test_a_spare_interface_with_our_uid_is_deleted(
    later: Callable[[], Operator], enis: Enis, ground: Ground, place: str
) -> None:
    later()
    kept = enis.created()
    with LooseInterface(ground) as spare:
        if place == "attached":
            spare.attach(85)
        spare.tag(own_tags(ground, enis.namespace, "my-eni", enis.uid("my-eni")))
        ground.wait(lambda: len(enis.owned(enis.uid("my-eni"))) == 1, DEADLINE, "the end of the spare")
        assert enis.wait_created()["networkInterfaceID"] == kept["networkInterfaceID"]
        assert enis.interface()["NetworkInterfaceId"] == kept["networkInterfaceID"]


def test_an_interface_that_another_account_holds_is_not_replaced(
    later: Callable[[], Operator], enis: Enis, ground: Ground
) -> None:
    operator = later()
    before = enis.created()
    operator.stop()
    enis.patch_status("my-eni", {"accountID": "999999999999"})
    since = ground.proxy.mark()
    hidden = ground.proxy.rule("DescribeNetworkInterfaces", do="respond", body=NO_INTERFACES)
    operator.start()
    enis.wait_reason("my-eni", "AccountMismatch")
    wait_reads(ground, 4, "DescribeNetworkInterfaces")
    assert not mutations(ground, since)
    operator.stop()
    enis.patch_status("my-eni", {"accountID": before.get("accountID")})
    hidden.remove()
    operator.start()
    assert enis.wait_created()["networkInterfaceID"] == before["networkInterfaceID"]
