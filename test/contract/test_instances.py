"""Instances and instance types, for what they mean to network interfaces and addresses."""

from __future__ import annotations

from typing import Any

import pytest

from expect import by, refused
from marks import BROKEN, moto_differs, source, unconfirmed
from scene import TYPE, UNKNOWN_INSTANCE, ZONE, Scene
from sources import ELASTIC_IPS, ERRORS, INTERFACES, TERMINATION, api, measured
from stand_ins import StandIn


def ids(ec2: Any, **arguments: Any) -> list[str]:
    reservations = ec2.describe_instances(**arguments)["Reservations"]
    return sorted(instance["InstanceId"] for reservation in reservations for instance in reservation["Instances"])


def terminate(scene: Scene, *instances: dict[str, Any]) -> None:
    scene.ec2.terminate_instances(InstanceIds=[instance["InstanceId"] for instance in instances])


@source(api("Instance"))
def test_an_instance_shows_where_it_is(scene: Scene) -> None:
    """An instance shows type, state, zone, subnet, VPC and its primary private address."""
    made = scene.instance()
    shown = scene.see_instance(made)
    assert (shown["InstanceType"], shown["State"]["Name"]) == (TYPE, "running")
    assert (shown["SubnetId"], shown["VpcId"], shown["Placement"]["AvailabilityZone"]) == (
        scene.subnet, scene.vpc, ZONE
    )  # fmt: skip
    assert shown["PrivateIpAddress"] == made["PrivateIpAddress"]


@source(api("InstanceNetworkInterface"), INTERFACES)
def test_an_instance_has_a_primary_interface(scene: Scene) -> None:
    """The primary interface has device index 0 and the instance's private address."""
    instance = scene.instance()
    primary = scene.see_interface(instance["NetworkInterfaces"][0])
    assert primary["PrivateIpAddress"] == instance["PrivateIpAddress"]
    assert primary["Attachment"]["InstanceId"] == instance["InstanceId"]
    assert primary["Attachment"]["DeviceIndex"] == 0
    assert primary["Status"] == "in-use"


@source(INTERFACES, TERMINATION)
@moto_differs("says false", "assert False is True")
def test_a_primary_interface_is_to_be_deleted_with_its_instance(scene: Scene) -> None:
    """DeleteOnTermination is true for the interface that RunInstances makes."""
    primary = scene.see_interface(scene.instance()["NetworkInterfaces"][0])
    assert primary["Attachment"]["DeleteOnTermination"] is True


@source(ERRORS)
@moto_differs("gives it out twice", "not refused")
def test_an_instance_gets_no_private_address_that_is_in_use(scene: Scene) -> None:
    """A primary private address that is in use is refused."""
    used = scene.interface()["PrivateIpAddress"]
    with refused("InvalidIPAddress.InUse"):
        scene.instance(PrivateIpAddress=used)


@source(api("InstanceNetworkInterfaceAssociation"))
def test_an_instance_shows_its_public_address(scene: Scene) -> None:
    """DescribeInstances shows the address of the primary private address, with the instance and with the interface."""
    address, instance = scene.address(), scene.instance()
    scene.associate(address, instance["NetworkInterfaces"][0])
    shown = scene.see_instance(instance)
    assert shown["PublicIpAddress"] == address["PublicIp"]
    assert shown["NetworkInterfaces"][0]["Association"]["PublicIp"] == address["PublicIp"]


@source(api("DescribeInstances"))
def test_instances_are_described_by_id_or_all(scene: Scene) -> None:
    """InstanceIds chooses instances; without it all are shown."""
    one, two = scene.instance()["InstanceId"], scene.instance()["InstanceId"]
    assert ids(scene.ec2, InstanceIds=[two]) == [two]
    assert ids(scene.ec2) == sorted([one, two])


@source(api("DescribeInstances"), ERRORS)
def test_one_unknown_id_fails_the_call(scene: Scene) -> None:
    """An unknown id among known ones fails the whole call."""
    with refused("InvalidInstanceID.NotFound"):
        ids(scene.ec2, InstanceIds=[scene.instance()["InstanceId"], UNKNOWN_INSTANCE])


@source(ERRORS)
@moto_differs("says that it is not found", "NotFound")
def test_a_malformed_id_is_refused(ec2: Any) -> None:
    """What has not the form of an instance's id is refused as such."""
    with refused("InvalidInstanceID.Malformed"):
        ids(ec2, InstanceIds=["instance-1"])


@source(api("DescribeInstances"))
@pytest.mark.parametrize("name", ["instance-id", "private-ip-address", "tag:owner", "tag-key"])
def test_a_filter_finds_one_instance(scene: Scene, name: str) -> None:
    """There are filters by id, private address and tags."""
    tags = [{"ResourceType": "instance", "Tags": [{"Key": "owner", "Value": "one"}]}]
    made = scene.instance(TagSpecifications=tags)
    scene.instance()
    values = {
        "instance-id": made["InstanceId"], "private-ip-address": made["PrivateIpAddress"],
        "tag:owner": "one", "tag-key": "owner",
    }  # fmt: skip
    assert ids(scene.ec2, Filters=by(name, values[name])) == [made["InstanceId"]]


@source(api("DescribeInstances"))
def test_a_filter_finds_instances_by_state_subnet_and_vpc(scene: Scene) -> None:
    """There are filters by state, subnet and VPC."""
    made, gone = scene.instance(), scene.instance(scene.other_subnet)
    terminate(scene, gone)
    assert ids(scene.ec2, Filters=by("instance-state-name", "running")) == [made["InstanceId"]]
    assert ids(scene.ec2, Filters=by("subnet-id", scene.subnet)) == [made["InstanceId"]]
    assert made["InstanceId"] in ids(scene.ec2, Filters=by("vpc-id", scene.vpc))
    assert ids(scene.ec2, Filters=by("vpc-id", "vpc-0aaaaaaaaaaaaaaaa")) == []


@source(api("DescribeInstances"))
@moto_differs("fails with status 500", BROKEN)
def test_a_filter_finds_the_instance_of_an_interface(scene: Scene) -> None:
    """There is a filter by the id of a network interface."""
    made = scene.instance()
    scene.instance()
    eni = made["NetworkInterfaces"][0]["NetworkInterfaceId"]
    assert ids(scene.ec2, Filters=by("network-interface.network-interface-id", eni)) == [made["InstanceId"]]


@source(api("DescribeInstances"))
@unconfirmed("the code InvalidParameterCombination")
def test_ids_and_pages_exclude_each_other(scene: Scene) -> None:
    """MaxResults can't be given together with ids."""
    with refused("InvalidParameterCombination"):
        ids(scene.ec2, InstanceIds=[scene.instance()["InstanceId"]], MaxResults=5)


@source(api("DescribeInstances"))
def test_instances_come_in_pages(scene: Scene) -> None:
    """MaxResults and NextToken lead through all instances, each once."""
    made = sorted(scene.instance()["InstanceId"] for _ in range(7))
    first = scene.ec2.describe_instances(MaxResults=5)
    assert len([item for reservation in first["Reservations"] for item in reservation["Instances"]]) == 5
    found = [item["InstanceId"] for reservation in first["Reservations"] for item in reservation["Instances"]]
    assert sorted(found + ids(scene.ec2, MaxResults=5, NextToken=first["NextToken"])) == made


@source(api("TerminateInstances"), TERMINATION)
def test_a_terminated_instance_is_shown_for_a_while(scene: Scene) -> None:
    """A terminated instance is still described, as terminated, and can be terminated again."""
    instance = scene.instance()
    terminate(scene, instance)
    assert scene.see_instance(instance)["State"]["Name"] == "terminated"
    terminate(scene, instance)


@source(api("InstanceState"))
@moto_differs("ends it at once", "assert 'terminated' == 'shutting-down'")
def test_an_instance_shuts_down_first(scene: Scene, stand_in: StandIn) -> None:
    """An instance that is being terminated is shutting-down, and its interface in use, until it is terminated."""
    address, instance = scene.address(), scene.instance()
    association = scene.associate(address, instance["NetworkInterfaces"][0])
    stand_in.settings(instance_stop_ms=600_000)
    terminate(scene, instance)
    assert scene.see_instance(instance)["State"]["Name"] == "shutting-down"
    assert scene.see_address(address)["AssociationId"] == association


@source(api("InstanceState"))
@moto_differs("has it running at once", "assert 'running' == 'pending'")
def test_an_instance_is_pending_first(scene: Scene, stand_in: StandIn) -> None:
    """A new instance is pending until it is running."""
    stand_in.settings(instance_start_ms=600_000)
    assert scene.see_instance(scene.instance())["State"]["Name"] == "pending"


@source(api("TerminateInstances"))
def test_all_instances_are_terminated_or_none(scene: Scene) -> None:
    """An unknown instance among known ones fails the call, and none is terminated."""
    instance = scene.instance()
    with refused("InvalidInstanceID.NotFound"):
        terminate(scene, instance, {"InstanceId": UNKNOWN_INSTANCE})
    assert scene.see_instance(instance)["State"]["Name"] == "running"


@source(INTERFACES, TERMINATION)
@moto_differs("keeps it", "not refused")
def test_the_primary_interface_goes_with_its_instance(scene: Scene) -> None:
    """When an instance is terminated its primary interface is deleted."""
    instance = scene.instance()
    terminate(scene, instance)
    with refused("InvalidNetworkInterfaceID.NotFound"):
        scene.see_interface(instance["NetworkInterfaces"][0])


@source(ELASTIC_IPS, measured("scenario/test_vpc_addresses"))
@moto_differs("leaves it associated", "still there")
def test_the_address_of_a_terminated_instance_is_free(scene: Scene) -> None:
    """When an instance is terminated the address of its primary interface is disassociated, and stays allocated."""
    address, instance = scene.address(), scene.instance()
    scene.associate(address, instance["NetworkInterfaces"][0])
    terminate(scene, instance)
    assert not scene.see_address(address).get("AssociationId"), "still there"


@source(INTERFACES, measured("scenario/test_vpc_addresses"))
@moto_differs("leaves it attached", "assert 'in-use' == 'available'")
def test_an_interface_survives_its_instance_with_its_address(scene: Scene) -> None:
    """An interface that was attached later is available after the termination, and keeps its address."""
    address, interface, instance = scene.address(), scene.interface(), scene.instance()
    scene.attach(interface, instance)
    association = scene.associate(address, interface)
    terminate(scene, instance)
    assert scene.see_interface(interface)["Status"] == "available"
    assert scene.see_address(address)["AssociationId"] == association


@source(measured("scenario/test_vpc_addresses"))
@moto_differs("ignores DeleteOnTermination", "not refused")
def test_an_interface_goes_with_its_instance_if_that_is_set(scene: Scene) -> None:
    """With DeleteOnTermination an attached interface is deleted with the instance, and its address free."""
    address, interface, instance = scene.address(), scene.interface(), scene.instance()
    attachment = scene.attach(interface, instance)
    scene.associate(address, interface)
    scene.ec2.modify_network_interface_attribute(
        NetworkInterfaceId=interface["NetworkInterfaceId"],
        Attachment={"AttachmentId": attachment, "DeleteOnTermination": True},
    )
    terminate(scene, instance)
    with refused("InvalidNetworkInterfaceID.NotFound"):
        scene.see_interface(interface)
    assert not scene.see_address(address).get("AssociationId")


@source(ELASTIC_IPS)
def test_a_stopped_instance_keeps_its_address(scene: Scene) -> None:
    """An address stays associated while its instance is stopped."""
    address, instance = scene.address(), scene.instance()
    association = scene.associate(address, instance["NetworkInterfaces"][0])
    scene.ec2.stop_instances(InstanceIds=[instance["InstanceId"]])
    assert scene.see_instance(instance)["State"]["Name"] == "stopped"
    assert scene.see_address(address)["AssociationId"] == association


@source(api("NetworkInfo"))
def test_a_type_says_how_many_interfaces_and_addresses_it_has(ec2: Any) -> None:
    """An m5.large has one network card, 3 interfaces, and 10 IPv4 addresses on each."""
    shown = ec2.describe_instance_types(InstanceTypes=["m5.large"])["InstanceTypes"]
    assert [item["InstanceType"] for item in shown] == ["m5.large"]
    info = shown[0]["NetworkInfo"]
    assert (info["MaximumNetworkInterfaces"], info["Ipv4AddressesPerInterface"]) == (3, 10)
    assert info["MaximumNetworkCards"] == 1
    assert [(card["NetworkCardIndex"], card["MaximumNetworkInterfaces"]) for card in info["NetworkCards"]] == [(0, 3)]


@source(ERRORS)
def test_an_unknown_type_is_refused(ec2: Any) -> None:
    """An instance type that EC2 does not have is refused."""
    with refused("InvalidInstanceType"):
        ec2.describe_instance_types(InstanceTypes=["m5.moon"])


@source(api("DescribeInstanceTypes"))
@moto_differs("shows everything at once", "too many")
def test_types_come_in_pages(ec2: Any) -> None:
    """MaxResults, 5 to 100, and NextToken lead through all types."""
    first = ec2.describe_instance_types(MaxResults=5)
    assert len(first["InstanceTypes"]) <= 5, "too many"
