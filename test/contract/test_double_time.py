"""What takes time on the double, and what comes from its world: late visibility, rate limits, dump and seed."""

from __future__ import annotations

from typing import Any

import pytest

from expect import by, refused
from ground import wait_for
from scene import Scene
from stand_ins import OurDouble

HOUR = 3_600_000


@pytest.fixture
def scene(double: OurDouble) -> Scene:
    return Scene(double.ec2)


def seen(double: OurDouble, address: dict[str, Any]) -> bool:
    return bool(double.ec2.describe_addresses(Filters=by("allocation-id", address["AllocationId"]))["Addresses"])


def test_a_write_is_not_visible_at_once(double: OurDouble, scene: Scene) -> None:
    """With visibility_ms reads see each resource as it was up to so long ago: a new one is not found, by any call."""
    interface = scene.interface()
    double.control.settings(visibility_ms=HOUR)
    address = scene.address()
    assert not seen(double, address)
    with refused("InvalidAllocationID.NotFound"):
        scene.see_address(address)
    with refused("InvalidAllocationID.NotFound"):
        scene.associate(address, interface)
    double.control.settings(visibility_ms=0)
    assert seen(double, address)


def test_a_change_is_not_visible_at_once(double: OurDouble, scene: Scene) -> None:
    """What was there long enough is seen as it was: without the association, or still allocated."""
    address, other, interface = scene.address(), scene.address(), scene.interface()
    world = double.control.world()
    double.control.reset(world)  # resources of a dump have always been there
    double.control.settings(visibility_ms=HOUR)
    scene.associate(address, interface)
    scene.ec2.release_address(AllocationId=other["AllocationId"])
    assert not scene.see_address(address).get("AssociationId")
    assert seen(double, other)
    double.control.settings(visibility_ms=0)
    assert scene.see_address(address)["AssociationId"]
    assert not seen(double, other)


def test_reads_may_step_back(double: OurDouble, scene: Scene) -> None:
    """A read that shows a resource does not mean that the next one does; in the end all do."""
    double.control.settings(visibility_ms=5_000)
    address = scene.address()
    reads: list[bool] = []

    def stepped_back() -> bool:
        reads.append(seen(double, address))
        return reads[-2:] == [True, False]

    wait_for(stepped_back, 20, "a read that is older than the one before", interval=0.01)
    double.control.settings(visibility_ms=0)
    assert all(seen(double, address) for _ in range(5))


def test_attaching_ends(double: OurDouble, scene: Scene) -> None:
    """attach_ms and detach_ms: an attachment gets attached, and goes away, by itself."""
    interface, instance = scene.interface(), scene.instance()
    double.control.settings(attach_ms=300, detach_ms=300)
    attachment = scene.attach(interface, instance)
    wait_for(lambda: scene.see_interface(interface)["Attachment"]["Status"] == "attached", 20, "attached")
    scene.ec2.detach_network_interface(AttachmentId=attachment)
    wait_for(lambda: scene.see_interface(interface)["Status"] == "available", 20, "detached")
    assert not scene.see_interface(interface).get("Attachment")


def test_instances_and_interfaces_get_ready(double: OurDouble, scene: Scene) -> None:
    """instance_start_ms, interface_create_ms and instance_stop_ms: pending ends, and so does shutting down."""
    subnet = scene.subnet
    double.control.settings(instance_start_ms=300, interface_create_ms=300, instance_stop_ms=300)
    instance, interface = scene.instance(subnet), scene.interface(subnet)
    wait_for(lambda: scene.see_instance(instance)["State"]["Name"] == "running", 20, "running")
    wait_for(lambda: scene.see_interface(interface)["Status"] == "available", 20, "available")
    scene.ec2.terminate_instances(InstanceIds=[instance["InstanceId"]])
    wait_for(lambda: scene.see_instance(instance)["State"]["Name"] == "terminated", 20, "terminated")


def test_reverse_dns_gets_done(double: OurDouble, scene: Scene) -> None:
    """reverse_dns_ms: a name is set by itself."""
    double.control.settings(reverse_dns_ms=300)
    address = scene.address()
    scene.ec2.modify_address_attribute(AllocationId=address["AllocationId"], DomainName="mail.example.com")

    def record() -> Any:
        shown = scene.ec2.describe_addresses_attribute(
            AllocationIds=[address["AllocationId"]], Attribute="domain-name"
        )["Addresses"]
        return shown and shown[0].get("PtrRecord")

    assert wait_for(record, 20, "the name") == "mail.example.com."


def test_each_action_has_a_bucket_of_its_own(double: OurDouble, scene: Scene) -> None:
    """rate_limits scales EC2's published buckets. At a hundredth a read has one token, a change half of one."""
    interface = scene.interface()
    double.control.settings(rate_limits=0.01)
    scene.ec2.describe_addresses()
    with refused("RequestLimitExceeded", status=503):
        scene.ec2.describe_addresses()
    with refused("RequestLimitExceeded", status=503):
        scene.address()
    scene.ec2.describe_subnets()
    scene.ec2.create_tags(Resources=[interface["NetworkInterfaceId"]], Tags=[{"Key": "a", "Value": "b"}])


def test_a_list_of_everything_has_a_smaller_bucket(double: OurDouble, scene: Scene) -> None:
    """DescribeNetworkInterfaces without filter and page has half the tokens of one with either."""
    double.control.settings(rate_limits=0.01)
    with refused("RequestLimitExceeded", status=503):
        scene.ec2.describe_network_interfaces()
    scene.ec2.describe_network_interfaces(MaxResults=5)


def test_others_use_up_the_rate_limit(double: OurDouble, scene: Scene) -> None:
    """drain: the bucket of an action is empty, the others are not; without limits nothing is refused."""
    double.control.settings(rate_limits=0.01)
    double.control.drain("DescribeSubnets")
    with refused("RequestLimitExceeded", status=503):
        scene.ec2.describe_subnets()
    scene.ec2.describe_addresses()
    double.control.settings(rate_limits=0)
    for _ in range(60):
        scene.ec2.describe_subnets()


def test_an_old_account_does_not_move_addresses_by_default(double: OurDouble, scene: Scene) -> None:
    """reassociation_default: what a missing AllowReassociation means (see issue NixOS/nixops-aws#143)."""
    double.control.settings(reassociation_default=False)
    address, there = scene.address(), scene.interface()
    scene.associate(address, scene.interface())
    with refused("Resource.AlreadyAssociated"):
        scene.associate(address, there)
    scene.associate(address, there, AllowReassociation=True)


def everything(ec2: Any) -> list[Any]:
    """What EC2 shows, without what differs from answer to answer."""
    return [
        ec2.describe_addresses()["Addresses"],
        ec2.describe_network_interfaces()["NetworkInterfaces"],
        ec2.describe_instances()["Reservations"],
        ec2.describe_subnets()["Subnets"],
        ec2.describe_security_groups()["SecurityGroups"],
        ec2.describe_vpcs()["Vpcs"],
        ec2.describe_tags()["Tags"],
        ec2.describe_public_ipv4_pools()["PublicIpv4Pools"],
    ]


def populate(double: OurDouble, scene: Scene) -> None:
    pool = {"id": "ipv4pool-ec2-0123456789abcdef0", "first_address": "203.0.113.0", "address_count": 4}
    double.control.seed({"pools": [pool]})
    tags = [{"ResourceType": "elastic-ip", "Tags": [{"Key": "owner", "Value": "ü"}]}]
    address, interface = scene.address(TagSpecifications=tags), scene.interface(secondary=2)
    scene.attach(interface, scene.instance())
    scene.associate(address, interface, interface["PrivateIpAddresses"][1]["PrivateIpAddress"])
    scene.address(PublicIpv4Pool=pool["id"])
    scene.interface_with(Ipv4Prefixes=[{"Ipv4Prefix": "10.0.16.64/28"}])


def test_a_world_can_be_dumped_and_restored(double: OurDouble, scene: Scene) -> None:
    """What GET world dumps is the same world again after a reset to it."""
    populate(double, scene)
    dump, shown = double.control.world(), everything(scene.ec2)
    double.control.reset()
    assert everything(scene.ec2) != shown
    double.control.reset(dump)
    assert everything(scene.ec2) == shown
    assert double.control.world() == dump


def test_the_same_start_gives_the_same_ids(double: OurDouble) -> None:
    """Ids and addresses come from the seed: the same calls from the same start give the same ones."""
    found = []
    for _ in range(2):
        double.control.reset()
        populate(double, Scene(double.ec2))
        world = double.control.world()
        tables = ("addresses", "network_interfaces", "instances")
        found.append([[row["id"] for row in world[table]] for table in tables])
    assert found[0] == found[1]


def test_a_part_of_a_world_is_merged(double: OurDouble, scene: Scene) -> None:
    """A seed changes the fields that it names, of the rows that it names, and nothing else."""
    address, other = scene.address(), scene.address()
    before = double.control.world()
    double.control.seed({"addresses": [{"id": address["AllocationId"], "tags": {"owner": "one"}}]})
    after = double.control.world()
    assert scene.see_address(address)["Tags"] == [{"Key": "owner", "Value": "one"}]
    assert scene.see_address(address)["PublicIp"] == address["PublicIp"]
    assert not scene.see_address(other).get("Tags")
    assert {name for name in before if before[name] != after[name]} == {"addresses"}
