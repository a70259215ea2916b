"""What only a person can mend is said with a reason and what to do, is not tried in a tight loop, and passes once it
is mended. On the double: moto has no limits, quotas and zones."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest

from account import FurtherNode, calls_of_operator
from eips import wait_reads
from enis import Enis, LooseInterface, group_ids, new_group, private_ips, small_subnet
from ground import Double, Ground, Operator
from objects import DEADLINE, Json

pytestmark = [
    pytest.mark.only_on("secondary", reason="moto has no limits; how pods get their addresses is no matter here"),
    pytest.mark.usefixtures("impatient"),  # before the namespace, so that it cleans up as well
]
_edits = itertools.count(1)


def stalled(enis: Enis, reason: str, *words: str, name: str = "my-eni") -> Json:
    """Until that is the reason; Stalled says so too, and the message has these words."""
    said = enis.wait_reason(name, reason)
    assert said["status"] == "False"
    assert enis.condition(name, "Stalled")["status"] == "True"
    for word in words:
        assert word in said["message"], said
    return said


def tried(ground: Ground, since: int, action: str) -> int:
    return len(calls_of_operator(ground, since, action))


def no_tight_loop(ground: Ground, since: int, action: str) -> None:
    """While the operator compares with EC2 again and again, it does not try again each time."""
    before = tried(ground, since, action)
    wait_reads(ground, 5, "DescribeNetworkInterfaces")
    assert tried(ground, since, action) - before <= 1
    assert tried(ground, since, action) <= 3


def edit(enis: Enis, name: str = "my-eni") -> None:
    """What EC2 has refused is tried again at once when the object is edited."""
    enis.patch(name, {"spec": {"tags": {"edit": str(next(_edits))}}})


def test_an_instance_that_is_full_is_known_beforehand(enis: Enis, ground: Ground, double: Double) -> None:
    """From what EC2 tells of the type: an m5.large has 3 interfaces. Nothing is tried that cannot succeed."""
    with FurtherNode(ground, "m5.large") as node:
        with LooseInterface(ground, ground.nodes[1]) as taken:
            ground.ec2().attach_network_interface(
                NetworkInterfaceId=taken.id, InstanceId=node.instance_id, DeviceIndex=1
            )
            ground.create_pod("web", enis.namespace, node=node, late_ip=True)
            enis.attached("first")
            since = double.mark()
            enis.apply("my-eni", "web")
            stalled(enis, "AttachmentLimitExceeded", "m5.large", node.instance_id)
            wait_reads(ground, 4, "DescribeNetworkInterfaces")
            assert not tried(ground, since, "AttachNetworkInterface")
            enis.check_free()
        # Somebody has made room.
        enis.wait_attached(timeout=DEADLINE * 2)
        enis.check_on("my-eni", node)
        assert enis.condition("my-eni", "Stalled")["status"] == "False"
        enis.kubectl("delete", "enis", "--all")


def test_a_limit_of_attachments_that_ec2_alone_knows(enis: Enis, ground: Ground, double: Double) -> None:
    refused = double.rule(
        "AttachNetworkInterface", "error", times=0, code="AttachmentLimitExceeded", status=400, message="so says EC2"
    )
    enis.pod("web")
    since = double.mark()
    enis.apply("my-eni", "web")
    stalled(enis, "AttachmentLimitExceeded")
    no_tight_loop(ground, since, "AttachNetworkInterface")
    double.remove_rule(refused)
    edit(enis)
    enis.wait_attached()


def test_a_pod_in_another_zone_than_the_subnet(enis: Enis, ground: Ground, double: Double) -> None:
    enis.pod("web", node=ground.nodes[1])
    since = double.mark()
    enis.apply("my-eni", "web")
    stalled(enis, "WrongAvailabilityZone", ground.nodes[0].zone, ground.nodes[1].zone)
    wait_reads(ground, 4, "DescribeNetworkInterfaces")
    assert not tried(ground, since, "AttachNetworkInterface")
    enis.check_free()
    enis.delete_pod()
    enis.pod("web", node=ground.nodes[0])
    enis.wait_attached()


def test_a_subnet_that_is_full(enis: Enis, ground: Ground, double: Double) -> None:
    subnet = small_subnet(ground, ground.nodes[0])
    enis.created("first", subnetID=subnet, secondaryPrivateIPAddressCount=9)
    since = double.mark()
    enis.apply("my-eni", subnetID=subnet, secondaryPrivateIPAddressCount=2)
    stalled(enis, "InsufficientFreeAddressesInSubnet")
    no_tight_loop(ground, since, "CreateNetworkInterface")
    enis.kubectl("delete", "eni", "first")
    edit(enis)
    enis.wait_created()
    assert len(private_ips(enis.check_free())) == 3


def test_a_subnet_that_becomes_too_small(enis: Enis, ground: Ground, double: Double) -> None:
    subnet = small_subnet(ground, ground.nodes[0])
    before = enis.created(subnetID=subnet, secondaryPrivateIPAddressCount=5)
    since = double.mark()
    enis.apply("my-eni", subnetID=subnet, secondaryPrivateIPAddressCount=20)
    stalled(enis, "InsufficientFreeAddressesInSubnet")
    no_tight_loop(ground, since, "AssignPrivateIpAddresses")
    assert enis.status()["privateIPAddresses"] == before["privateIPAddresses"]
    enis.apply("my-eni", subnetID=subnet, secondaryPrivateIPAddressCount=7)
    enis.wait_created()
    assert len(private_ips(enis.check_free())) == 8


def test_a_quota_of_interfaces_that_is_used_up(enis: Enis, ground: Ground, double: Double) -> None:
    double.settings(quotas={"network_interfaces": len(enis.all_interfaces())})
    since = double.mark()
    enis.apply("my-eni")
    stalled(enis, "NetworkInterfaceLimitExceeded")
    no_tight_loop(ground, since, "CreateNetworkInterface")
    double.settings(quotas={"network_interfaces": 5000})
    enis.wait_created(timeout=DEADLINE * 3)  # by itself, after a while
    enis.check_free()
    assert len(enis.interfaces()) == 1


def test_more_security_groups_than_the_quota_allows(enis: Enis, ground: Ground, double: Double) -> None:
    groups = [new_group(ground) for _ in range(6)]
    since = double.mark()
    enis.apply("my-eni", securityGroups=groups)
    stalled(enis, "SecurityGroupsPerInterfaceLimitExceeded")
    no_tight_loop(ground, since, "CreateNetworkInterface")
    enis.apply("my-eni", securityGroups=groups[:5])
    enis.wait_created()
    assert group_ids(enis.check_free()) == sorted(groups[:5])


@pytest.mark.parametrize("unknown", ["sg-0123456789abcdef0", "by-name"])
def test_a_security_group_that_is_not_there(enis: Enis, ground: Ground, double: Double, unknown: str) -> None:
    unknown = f"{unknown}-{enis.namespace[-12:]}" if unknown == "by-name" else unknown
    since = double.mark()
    enis.apply("my-eni", securityGroups=[unknown])
    stalled(enis, "SecurityGroupNotFound", unknown)
    no_tight_loop(ground, since, "CreateNetworkInterface")
    assert tried(ground, since, "DescribeSecurityGroups") <= 6
    if unknown.startswith("sg-"):
        enis.apply("my-eni")
    else:
        new_group(ground, unknown)  # made afterwards, it is found by itself
    enis.wait_created(timeout=DEADLINE * 2)
    assert len(group_ids(enis.check_free())) == 1


def test_a_security_group_that_is_not_there_keeps_those_that_are(enis: Enis, ground: Ground) -> None:
    enis.created()
    enis.apply("my-eni", securityGroups=["no-such-group", ground.network.security_group])
    stalled(enis, "SecurityGroupNotFound", "no-such-group")
    assert group_ids(enis.check_free()) == [ground.network.security_group]


def test_a_subnet_that_is_not_there(enis: Enis, ground: Ground, double: Double) -> None:
    since = double.mark()
    enis.apply("my-eni", subnetID="subnet-0123456789abcdef0")
    stalled(enis, "SubnetNotFound", "subnet-0123456789abcdef0")
    no_tight_loop(ground, since, "CreateNetworkInterface")
    assert tried(ground, since, "DescribeSubnets") <= 6
    # What was asked for once cannot be changed. It is known to have come to nothing, so the way is short.
    assert "intent" not in enis.status()
    enis.kubectl("delete", "eni", "my-eni", "--timeout=20s")
    enis.created()


def test_more_addresses_than_the_instance_type_takes(enis: Enis, ground: Ground, double: Double) -> None:
    """An m5.large takes 10 on each interface."""
    with FurtherNode(ground, "m5.large") as node:
        ground.create_pod("web", enis.namespace, node=node, late_ip=True)
        since = double.mark()
        enis.apply("my-eni", "web", secondaryPrivateIPAddressCount=12)
        stalled(enis, "PrivateIpAddressLimitExceeded")
        assert tried(ground, since, "AttachNetworkInterface") <= 1
        enis.apply("my-eni", "web", secondaryPrivateIPAddressCount=9)
        enis.wait_attached()
        assert len(private_ips(enis.check_on("my-eni", node))) == 10
        enis.kubectl("delete", "eni", "my-eni")


# Permissions

PERMISSIONS: dict[str, Callable[[Enis], object]] = {
    "CreateNetworkInterface": lambda enis: enis.apply("my-eni"),
    "AttachNetworkInterface": lambda enis: enis.apply("my-eni", "web"),
    "DetachNetworkInterface": lambda enis: enis.delete_pod(),
    "ModifyNetworkInterfaceAttribute": lambda enis: enis.apply("my-eni", "web", description="changed"),
    "AssignPrivateIpAddresses": lambda enis: enis.apply("my-eni", "web", secondaryPrivateIPAddressCount=2),
    "UnassignPrivateIpAddresses": lambda enis: enis.apply("my-eni", "web", secondaryPrivateIPAddressCount=0),
    "DescribeSubnets": lambda enis: enis.apply("my-eni", securityGroups=["ground-nodes"]),
    "DescribeSecurityGroups": lambda enis: enis.apply("my-eni", securityGroups=["ground-nodes"]),
    "DescribeInstances": lambda enis: enis.apply("my-eni", "web"),
}
FROM_NOTHING = ("CreateNetworkInterface", "DescribeSubnets", "DescribeSecurityGroups")


@pytest.mark.parametrize("action", PERMISSIONS)
def test_a_permission_that_is_missing_is_named(
    impatient: Operator, enis: Enis, ground: Ground, double: Double, action: str
) -> None:
    """It is tried again slowly, and goes on by itself once the permission is there."""
    enis.pod("web")
    if action in ("AttachNetworkInterface", "DescribeInstances"):
        enis.created()
    elif action not in FROM_NOTHING:
        enis.attached(secondaryPrivateIPAddressCount=1)
    if action.startswith("Describe"):
        impatient.restart()  # what it has read already it may know by heart
    refused = double.rule(
        action, "error", times=0, code="UnauthorizedOperation", status=403,
        message="You are not authorized to perform this operation.",
    )  # fmt: skip
    since = double.mark()
    PERMISSIONS[action](enis)
    stalled(enis, "Unauthorized", f"ec2:{action}")
    assert tried(ground, since, action) <= (6 if action.startswith("Describe") else 3)
    double.remove_rule(refused)
    if action == "DetachNetworkInterface":
        enis.wait_reason("my-eni", "PodNotFound", timeout=DEADLINE * 2)
        enis.wait_interface("my-eni", "on nothing", lambda found: not found.get("Attachment"))
    elif action in FROM_NOTHING:
        enis.wait_created(timeout=DEADLINE * 2)
    else:
        enis.wait_attached(timeout=DEADLINE * 2)
    assert len(enis.interfaces()) == 1


# The table of reasons


@pytest.mark.parametrize("code", ["InternalError", "Unavailable", "RequestLimitExceeded"])
def test_an_error_of_ec2_that_passes_is_not_stalled(enis: Enis, ground: Ground, double: Double, code: str) -> None:
    refused = double.rule("CreateNetworkInterface", "error", times=0, code=code, status=503)
    enis.apply("my-eni")
    enis.wait_reason("my-eni", "Throttled", "EC2Unavailable", "EC2Error", "AwaitingCreation")
    assert enis.condition("my-eni", "Stalled").get("status", "False") == "False"
    double.remove_rule(refused)
    enis.wait_created(timeout=DEADLINE * 2)
    assert len(enis.interfaces()) == 1
    assert len(enis.events("my-eni", "Warning")) <= 1


def test_a_detachment_that_does_not_end_is_awaited_and_never_forced(
    enis: Enis, ground: Ground, double: Double
) -> None:
    enis.pod("web")
    enis.attached()
    double.settings(detach_ms=3_600_000)
    since = double.mark()
    enis.delete_pod()
    enis.wait_reason("my-eni", "Detaching")
    wait_reads(ground, 3, "DescribeNetworkInterfaces")
    assert tried(ground, since, "DetachNetworkInterface") == 1
    assert "Force" not in str(calls_of_operator(ground, since, "DetachNetworkInterface")[0]["parameters"])
    # The person detaches it by force; the operator goes on.
    attachment = enis.interface()["Attachment"]["AttachmentId"]
    ground.ec2().detach_network_interface(AttachmentId=attachment, Force=True)
    enis.wait_reason("my-eni", "PodNotFound", timeout=DEADLINE * 2)
    enis.check_free()
