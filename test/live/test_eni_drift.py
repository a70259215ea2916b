"""What others do to an ENI's interface behind the operator's back is noticed and repaired, within limits."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from account import effects
from eips import mutations, wait_reads
from enis import NO_INTERFACES, Enis, LooseInterface, TrueEnis, detach_by_hand, group_ids, new_group, tag_by_hand
from ground import Double, Ground, Operator
from objects import DEADLINE, GROUP

pytestmark = pytest.mark.usefixtures("impatient")  # before the namespace, so that it cleans up as well


def test_one_that_somebody_has_detached_is_attached_again(enis: Enis, ground: Ground) -> None:
    enis.pod("web")
    before = enis.attached()
    detach_by_hand(ground, enis.interface())
    ground.wait(lambda: mine_again(enis, before["attachment"]["attachmentID"]), DEADLINE, "another attachment")
    enis.wait_attached()
    enis.check_on("my-eni", ground.nodes[0])


def mine_again(enis: Enis, former: str) -> bool:
    found = enis.interface().get("Attachment", {})
    return found.get("AttachmentId", former) != former


def test_one_that_somebody_has_attached_though_no_pod_wants_it_is_detached(enis: Enis, ground: Ground) -> None:
    status = enis.created()
    ground.ec2().attach_network_interface(
        NetworkInterfaceId=status["networkInterfaceID"], InstanceId=ground.nodes[0].instance_id, DeviceIndex=90
    )
    enis.wait_interface("my-eni", "attached by hand, then detached", lambda found: not found.get("Attachment"))
    enis.wait_created()
    enis.check_free()


def test_security_groups_and_description_are_repaired(enis: Enis, ground: Ground) -> None:
    status, other = enis.created(description="as it should be"), new_group(ground)
    modify = ground.ec2().modify_network_interface_attribute
    modify(NetworkInterfaceId=status["networkInterfaceID"], Groups=[other])
    modify(NetworkInterfaceId=status["networkInterfaceID"], Description={"Value": "by hand"})
    wanted = ([ground.network.security_group], "as it should be")
    enis.wait_interface("my-eni", f"{wanted}", lambda found: (group_ids(found), found["Description"]) == wanted)


def test_tags_are_repaired_and_foreign_ones_stay(enis: Enis, ground: Ground) -> None:
    eni = enis.created(tags={"owner": "My team", "cost": "7"})["networkInterfaceID"]
    tag_by_hand(ground, eni, {"owner": "Mallory", "foreign": "stays"})
    ground.ec2().delete_tags(Resources=[eni], Tags=[{"Key": "cost"}, {"Key": f"{GROUP}/name"}])
    enis.wait_tags({"owner": "My team", "cost": "7", "foreign": "stays"})


def test_one_that_vanished_is_created_again_with_a_warning(enis: Enis, ground: Ground) -> None:
    """Not at the first look: reads may lag behind. And with another client token: of the old one EC2 knows it was made."""
    enis.pod("web")
    before = enis.attached(secondaryPrivateIPAddressCount=1, tags={"owner": "My team"})
    detach_by_hand(ground, enis.interface())
    since = ground.proxy.mark()
    vanish(enis, ground, before["networkInterfaceID"])
    ground.wait(lambda: enis.interfaces(), DEADLINE, "another interface")
    after = enis.wait_attached()
    interface = enis.check_on("my-eni", ground.nodes[0])
    assert after["networkInterfaceID"] != before["networkInterfaceID"]
    assert len(interface["PrivateIpAddresses"]) == 2
    enis.wait_tags({"owner": "My team"})
    (call,) = ground.proxy.calls("CreateNetworkInterface", since)
    looked = ground.proxy.calls("DescribeNetworkInterfaces", since, match=lambda look: look.seq < call.seq)
    assert len(looked) >= 3
    assert after["clientTokenSequence"] > before["clientTokenSequence"]
    ground.wait(lambda: enis.events("my-eni", "Warning"), DEADLINE, "a warning")
    assert [event["reason"] for event in enis.events("my-eni", "Warning")] == ["InterfaceLost"]


def vanish(enis: Enis, ground: Ground, eni: str) -> None:
    """Whoever attaches it again meanwhile: it is detached and deleted."""

    def gone() -> bool:
        found = [one for one in enis.all_interfaces() if one["NetworkInterfaceId"] == eni]
        if found and found[0].get("Attachment"):
            detach_by_hand(ground, found[0])
        if found:
            ground.ec2().delete_network_interface(NetworkInterfaceId=eni)
        return True

    ground.wait(gone, DEADLINE, f"the end of {eni}")


def test_many_that_vanish_all_together_are_not_created_again(enis: Enis, ground: Ground) -> None:
    """Rather it is the operator that looks into the wrong account."""
    names = [f"eni-{number}" for number in range(5)]
    enis.apply_bodies(enis.manifest(name) for name in names)
    statuses = {name: enis.wait_created(name) for name in names}
    since = ground.proxy.mark()
    hidden = ground.proxy.rule("DescribeNetworkInterfaces", do="respond", body=NO_INTERFACES)
    for name in names:
        enis.wait_reason(name, "ManyInterfacesVanished")
        assert enis.condition(name, "Stalled")["status"] == "True"
    wait_reads(ground, 4, "DescribeNetworkInterfaces")
    assert not mutations(ground, since)
    hidden.remove()
    for name in names:
        assert enis.wait_created(name)["networkInterfaceID"] == statuses[name]["networkInterfaceID"]
    assert not mutations(ground, since)


@pytest.mark.only_on("double", reason="at moto's pace nobody sees who was first")
def test_contention_is_said_and_slows_the_repair_down(enis: Enis, ground: Ground, double: Double) -> None:
    enis.pod("web")
    enis.attached()
    since = double.mark()

    def undone() -> bool:
        if enis.interface().get("Attachment", {}).get("Status") == "attached":
            detach_by_hand(ground, enis.interface())
        return enis.condition("my-eni", "Ready").get("reason") == "Contended"

    ground.wait(undone, DEADLINE * 3, "Contended")
    assert enis.condition("my-eni", "Stalled")["status"] == "True"
    assert effects(ground, since).count("AttachNetworkInterface") <= 8
    # Left alone it comes to rest again.
    enis.wait_attached(timeout=DEADLINE * 4)
    enis.check_on("my-eni", ground.nodes[0])


# Others' interfaces


def test_interfaces_that_are_not_ours_are_never_touched(enis: Enis, ground: Ground) -> None:
    """Neither those of nodes and pods, nor loose ones, nor what others have tagged alike."""
    with LooseInterface(ground, Description="of a database") as loose, LooseInterface(ground) as tagged:
        tagged.tag({"owner": "My team", "Name": "my-eni"})
        ours = {found["NetworkInterfaceId"] for found in enis.interfaces()}
        before = [found for found in enis.all_interfaces() if found["NetworkInterfaceId"] not in ours]
        since = ground.proxy.mark()
        enis.pod("web")
        enis.attached(tags={"owner": "My team", "Name": "my-eni"}, secondaryPrivateIPAddressCount=1)
        mine = enis.status()["networkInterfaceID"]
        enis.apply("my-eni", "web", description="changed", tags={})
        enis.wait_attached()
        enis.kubectl("delete", "eni", "my-eni")
        named = {value for call in ground.proxy.calls(since=since) if call.action in mutations(ground, since)
                 for value in call.params.values() if value.startswith("eni-") and "attach" not in value}  # fmt: skip
        assert named == {mine}
        after = {found["NetworkInterfaceId"]: found for found in enis.all_interfaces()}
        for found in before:
            now = after[found["NetworkInterfaceId"]]
            keys = ("Groups", "Description", "TagSet", "Attachment", "PrivateIpAddresses")
            assert [now.get(key) for key in keys] == [found.get(key) for key in keys]
        assert loose.shown() and tagged.shown()


@pytest.mark.only_on("double", reason="moto has nothing that a service manages")
@pytest.mark.parametrize("managed", ["requester_managed", "operator_managed"])
def test_one_that_a_service_manages_is_left_to_it(enis: Enis, ground: Ground, double: Double, managed: str) -> None:
    eni = enis.created()["networkInterfaceID"]
    double.seed({"network_interfaces": [{"id": eni, managed: True}]})
    wait_reads(ground, 2, "DescribeNetworkInterfaces")
    since = double.mark()
    try:
        enis.pod("web")
        enis.apply("my-eni", "web", description="changed", tags={"a": "b"})
        enis.wait_reason("my-eni", "InUseByService")
        assert enis.condition("my-eni", "Stalled")["status"] == "True"
        enis.delete("my-eni")
        wait_reads(ground, 4, "DescribeNetworkInterfaces")
        assert not effects(ground, since)
    finally:
        double.seed({"network_interfaces": [{"id": eni, managed: False}]})
    enis.wait_gone("my-eni")
    assert not enis.interfaces()


# While reads lag


@pytest.fixture
def patient(impatient: Operator, own_operator: Callable[..., Operator]) -> Iterator[Operator]:
    """Waits several times the lag for what may not be shown yet."""
    impatient.stop()
    yield own_operator(flags=["-resync=1s", "-settle-time=12s"])


@pytest.mark.only_on("double", reason="moto shows everything at once")
def test_one_that_vanished_is_created_again_while_reads_lag(
    patient: Operator, namespace: str, ground: Ground, double: Double
) -> None:
    enis = TrueEnis(ground, namespace)
    before = enis.created()
    double.settings(visibility_ms=3000)
    since = double.mark()
    vanish(enis, ground, before["networkInterfaceID"])
    ground.wait(lambda: "CreateNetworkInterface" in effects(ground, since), DEADLINE, "another interface")
    ground.wait(
        lambda: enis.status()["networkInterfaceID"] != before["networkInterfaceID"], DEADLINE, "it in the status"
    )
    enis.wait_created()
    enis.check_free()
    assert effects(ground, since) == ["CreateNetworkInterface"]
