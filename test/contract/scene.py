"""What the cases stand on: a VPC with an internet gateway, made when it is first asked for, and what is put into it.

Private addresses are always chosen here, where EC2's own choice is not the subject: moto's is random, and may be one
that is in use.
"""

from __future__ import annotations

import ipaddress
import itertools
from functools import cached_property
from typing import Any

ZONE, OTHER_ZONE = "us-east-1a", "us-east-1b"
UNKNOWN_ADDRESS = "eipalloc-0aaaaaaaaaaaaaaaa"
UNKNOWN_ASSOCIATION = "eipassoc-0aaaaaaaaaaaaaaaa"
UNKNOWN_INTERFACE = "eni-0aaaaaaaaaaaaaaaa"
UNKNOWN_ATTACHMENT = "eni-attach-0aaaaaaaaaaaaaaaa"
UNKNOWN_INSTANCE = "i-0aaaaaaaaaaaaaaaa"
UNKNOWN_SUBNET = "subnet-0aaaaaaaaaaaaaaaa"
UNKNOWN_GROUP = "sg-0aaaaaaaaaaaaaaaa"
IMAGE = "ami-12c6146b"  # one that moto has
TYPE = "m5.large"  # 3 interfaces with 10 IPv4 addresses each


class Scene:
    def __init__(self, ec2: Any) -> None:
        self.ec2 = ec2
        self._numbers: dict[str, itertools.count[int]] = {}

    @cached_property
    def vpc(self) -> str:
        """With an internet gateway."""
        created = self.new_vpc()
        self.new_gateway(created)
        return created

    @cached_property
    def subnet(self) -> str:
        return self.new_subnet(self.vpc, "10.0.16.0/24", ZONE)

    @cached_property
    def other_subnet(self) -> str:
        """In another zone."""
        return self.new_subnet(self.vpc, "10.0.17.0/24", OTHER_ZONE)

    @cached_property
    def group(self) -> str:
        return self.new_group("one")

    def new_vpc(self) -> str:
        """Without an internet gateway."""
        created: str = self.ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        return created

    def new_gateway(self, vpc: str) -> str:
        created: str = self.ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        self.ec2.attach_internet_gateway(InternetGatewayId=created, VpcId=vpc)
        return created

    def new_subnet(self, vpc: str, cidr: str, zone: str = ZONE) -> str:
        created: str = self.ec2.create_subnet(VpcId=vpc, CidrBlock=cidr, AvailabilityZone=zone)["Subnet"]["SubnetId"]
        self._numbers[created] = itertools.count(int(ipaddress.ip_network(cidr).network_address) + 10)
        return created

    def new_group(self, name: str) -> str:
        created: str = self.ec2.create_security_group(GroupName=name, Description=name, VpcId=self.vpc)["GroupId"]
        return created

    def free_ip(self, subnet: str | None = None) -> str:
        """A private address of the subnet that was not given out before."""
        return str(ipaddress.ip_address(next(self._numbers[subnet or self.subnet])))

    # What is made. Each returns what EC2 answered.

    def address(self, **arguments: Any) -> dict[str, Any]:
        answer: dict[str, Any] = self.ec2.allocate_address(Domain="vpc", **arguments)
        return answer

    def interface(self, subnet: str | None = None, secondary: int = 0, **arguments: Any) -> dict[str, Any]:
        """A network interface; its first private address is the primary one."""
        subnet = subnet or self.subnet
        addresses = [
            {"PrivateIpAddress": self.free_ip(subnet), "Primary": number == 0} for number in range(1 + secondary)
        ]
        answer = self.ec2.create_network_interface(SubnetId=subnet, PrivateIpAddresses=addresses, **arguments)
        made: dict[str, Any] = answer["NetworkInterface"]
        return made

    def interface_with(self, **arguments: Any) -> dict[str, Any]:
        """A network interface for whose private addresses `arguments` speak."""
        made: dict[str, Any] = self.ec2.create_network_interface(SubnetId=self.subnet, **arguments)["NetworkInterface"]
        return made

    def instance(self, subnet: str | None = None, **arguments: Any) -> dict[str, Any]:
        subnet = subnet or self.subnet
        arguments.setdefault("PrivateIpAddress", self.free_ip(subnet))
        return self.instance_with(SubnetId=subnet, **arguments)

    def instance_with(self, **arguments: Any) -> dict[str, Any]:
        """An instance for whose interfaces `arguments` speak."""
        made: dict[str, Any] = self.ec2.run_instances(
            ImageId=IMAGE, InstanceType=TYPE, MinCount=1, MaxCount=1, **arguments
        )["Instances"][0]
        return made

    def attach(self, interface: dict[str, Any], instance: dict[str, Any], index: int = 1) -> str:
        attachment: str = self.ec2.attach_network_interface(
            NetworkInterfaceId=interface["NetworkInterfaceId"], InstanceId=instance["InstanceId"], DeviceIndex=index
        )["AttachmentId"]
        return attachment

    def associate(
        self, address: dict[str, Any], interface: dict[str, Any], private_ip: str | None = None, **arguments: Any
    ) -> str:
        if private_ip is not None:
            arguments["PrivateIpAddress"] = private_ip
        association: str = self.ec2.associate_address(
            AllocationId=address["AllocationId"], NetworkInterfaceId=interface["NetworkInterfaceId"], **arguments
        )["AssociationId"]
        return association

    # What EC2 shows now.

    def see_address(self, address: dict[str, Any]) -> dict[str, Any]:
        shown = self.ec2.describe_addresses(AllocationIds=[address["AllocationId"]])["Addresses"]
        return one(shown)

    def see_interface(self, interface: dict[str, Any]) -> dict[str, Any]:
        ids = [interface["NetworkInterfaceId"]]
        return one(self.ec2.describe_network_interfaces(NetworkInterfaceIds=ids)["NetworkInterfaces"])

    def see_instance(self, instance: dict[str, Any]) -> dict[str, Any]:
        reservations = self.ec2.describe_instances(InstanceIds=[instance["InstanceId"]])["Reservations"]
        return one([found for reservation in reservations for found in reservation["Instances"]])


def one(things: list[dict[str, Any]]) -> dict[str, Any]:
    assert len(things) == 1, f"{len(things)} instead of one: {things}"
    return things[0]


def secondary_ips(interface: dict[str, Any]) -> list[str]:
    return [item["PrivateIpAddress"] for item in interface["PrivateIpAddresses"] if not item["Primary"]]


def association_of(interface: dict[str, Any], private_ip: str) -> dict[str, Any]:
    """What the interface shows of the association of one of its private addresses; empty if there is none."""
    item = one([item for item in interface["PrivateIpAddresses"] if item["PrivateIpAddress"] == private_ip])
    found: dict[str, Any] = item.get("Association", {})
    return found
