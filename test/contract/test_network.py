"""VPCs, subnets, security groups and zones: what network interfaces stand on."""

from __future__ import annotations

from typing import Any

from expect import by, refused
from marks import moto_differs, source
from scene import UNKNOWN_GROUP, UNKNOWN_SUBNET, ZONE, Scene
from sources import ERRORS, SUBNETS, api, issue, measured
from stand_ins import REGION


@source(api("Subnet"))
def test_a_subnet_shows_where_it_is(scene: Scene) -> None:
    """A subnet shows VPC, range and zone."""
    shown = scene.ec2.describe_subnets(SubnetIds=[scene.subnet])["Subnets"][0]
    assert (shown["VpcId"], shown["CidrBlock"], shown["AvailabilityZone"]) == (scene.vpc, "10.0.16.0/24", ZONE)


@source(SUBNETS, measured("api/test_network_interfaces"))
def test_a_subnet_counts_its_free_addresses(scene: Scene) -> None:
    """Of a /24 251 addresses are available, less those of the interfaces."""

    def free() -> int:
        shown = scene.ec2.describe_subnets(SubnetIds=[scene.subnet])["Subnets"][0]
        return int(shown["AvailableIpAddressCount"])

    assert free() == 251
    scene.interface()
    assert free() == 250


@source(api("DescribeSubnets"))
def test_subnets_are_filtered(scene: Scene) -> None:
    """There are filters by VPC and zone."""
    subnets = {scene.subnet, scene.other_subnet}
    found = scene.ec2.describe_subnets(Filters=by("vpc-id", scene.vpc))["Subnets"]
    assert {subnet["SubnetId"] for subnet in found} == subnets
    here = by("vpc-id", scene.vpc) + by("availability-zone", ZONE)
    assert [subnet["SubnetId"] for subnet in scene.ec2.describe_subnets(Filters=here)["Subnets"]] == [scene.subnet]


@source(ERRORS)
def test_an_unknown_subnet_is_not_found(ec2: Any) -> None:
    """An unknown subnet fails the call."""
    with refused("InvalidSubnetID.NotFound"):
        ec2.describe_subnets(SubnetIds=[UNKNOWN_SUBNET])


@source(api("SecurityGroup"))
def test_a_group_shows_its_vpc(scene: Scene) -> None:
    """A security group shows name and VPC; each VPC has one named default."""
    shown = scene.ec2.describe_security_groups(GroupIds=[scene.group])["SecurityGroups"][0]
    assert (shown["GroupName"], shown["VpcId"]) == ("one", scene.vpc)
    found = scene.ec2.describe_security_groups(Filters=by("vpc-id", scene.vpc))["SecurityGroups"]
    assert sorted(group["GroupName"] for group in found) == ["default", "one"]


@source(ERRORS)
def test_an_unknown_group_is_not_found(ec2: Any) -> None:
    """An unknown security group fails the call."""
    with refused("InvalidGroup.NotFound"):
        ec2.describe_security_groups(GroupIds=[UNKNOWN_GROUP])


@source(api("AvailabilityZone"))
@moto_differs("does not show it", "KeyError: 'NetworkBorderGroup'")
def test_a_zone_shows_its_border_group(ec2: Any) -> None:
    """An availability zone's network border group is the Region, by default."""
    shown = ec2.describe_availability_zones(ZoneNames=[ZONE])["AvailabilityZones"]
    assert [zone["ZoneName"] for zone in shown] == [ZONE]
    assert shown[0]["NetworkBorderGroup"] == REGION


@source(api("DescribeVpcs"))
def test_a_vpc_shows_its_range(scene: Scene) -> None:
    """A VPC shows its range."""
    assert scene.ec2.describe_vpcs(VpcIds=[scene.vpc])["Vpcs"][0]["CidrBlock"] == "10.0.0.0/16"


@source(ERRORS)
def test_an_internet_gateway_has_one_vpc(scene: Scene) -> None:
    """An internet gateway can't be attached to a second VPC."""
    gateway = scene.new_gateway(scene.new_vpc())
    with refused("Resource.AlreadyAssociated"):
        scene.ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=scene.new_vpc())


@source(issue("hashicorp/terraform", 497), ERRORS)
@moto_differs("detaches it", "not refused")
def test_an_internet_gateway_stays_while_there_are_public_addresses(scene: Scene) -> None:
    """The internet gateway of a VPC in which an address is associated can't be detached."""
    vpc = scene.new_vpc()
    gateway = scene.new_gateway(vpc)
    association = scene.associate(scene.address(), scene.interface(scene.new_subnet(vpc, "10.0.16.0/24")))
    with refused("DependencyViolation"):
        scene.ec2.detach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    scene.ec2.disassociate_address(AssociationId=association)
    scene.ec2.detach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)


@source(measured("api/test_network_interfaces"), ERRORS)
@moto_differs("deletes it", "not refused")
def test_a_subnet_is_deleted_when_it_is_empty(scene: Scene) -> None:
    """A subnet with a network interface in it can't be deleted."""
    interface = scene.interface()
    with refused("DependencyViolation"):
        scene.ec2.delete_subnet(SubnetId=scene.subnet)
    scene.ec2.delete_network_interface(NetworkInterfaceId=interface["NetworkInterfaceId"])
    scene.ec2.delete_subnet(SubnetId=scene.subnet)
    with refused("InvalidSubnetID.NotFound"):
        scene.ec2.describe_subnets(SubnetIds=[scene.subnet])


@source(ERRORS)
@moto_differs("deletes it", "not refused")
def test_a_group_is_deleted_when_nothing_has_it(scene: Scene) -> None:
    """A security group of a network interface can't be deleted."""
    interface = scene.interface(Groups=[scene.group])
    with refused("DependencyViolation"):
        scene.ec2.delete_security_group(GroupId=scene.group)
    scene.ec2.delete_network_interface(NetworkInterfaceId=interface["NetworkInterfaceId"])
    scene.ec2.delete_security_group(GroupId=scene.group)
