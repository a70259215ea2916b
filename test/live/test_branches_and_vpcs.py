"""Interfaces that are not a node's own: the branch interface of a single pod, and those of another VPC."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from account import Foreign, calls_of_operator, effects, new_id, spare_ip
from eips import IMPATIENT, Eips, wait_reads
from ground import Ground, Operator
from ground.network import VPC_CIDR, Node

pytestmark = pytest.mark.only_on("double", reason="moto knows one private address per network interface")
Start = Callable[..., Operator]
Json = dict[str, Any]
own_interfaces = pytest.mark.only_on("secondary", reason="the test brings its own network interfaces")


# Branch interfaces: security groups for pods


class Branch:
    """A network interface that the VPC CNI made for one pod. It is attached to no instance of its own."""

    def __init__(self, ground: Ground, node: Node) -> None:
        self.ground = ground
        self.node = node
        self.id = new_id("eni")
        self.ip = spare_ip(node)
        self.row: Json = {
            "id": self.id,
            "interface_type": "branch",
            "status": "in-use",
            "description": "aws-k8s-branch-eni",
            "subnet_id": node.subnet_id,
            "mac_address": "02:00:00:00:00:99",
            "private_ip_addresses": [self.ip],
            "groups": [ground.network.security_group],
        }
        self.change()
        node.enis[self.ip] = self.id

    def change(self, **fields: Any) -> None:
        self.ground.double.seed({"network_interfaces": [{**self.row, **fields}]})

    def delete(self) -> None:
        self.node.enis.pop(self.ip, None)
        self.change(status="available")
        self.ground.ec2().delete_network_interface(NetworkInterfaceId=self.id)

    def annotation(self) -> str:
        """As the VPC resource controller writes it."""
        entry = {"eniId": self.id, "ifAddress": "02:00:00:00:00:99", "privateIp": self.ip, "vlanId": 1}
        return json.dumps([{**entry, "subnetCidr": self.node.subnet_cidr}])

    def pod(self, eips: Eips, name: str = "web", annotated: bool = True) -> None:
        notes = {"vpc.amazonaws.com/pod-eni": self.annotation()} if annotated else {}
        self.ground.create_pod(name, eips.namespace, node=self.node, late_ip=True, annotations=notes)
        self.ground.give_ip(name, eips.namespace, self.ip)


@pytest.fixture
def branch(namespace: str, ground: Ground) -> Iterator[Branch]:
    made = Branch(ground, ground.nodes[0])
    yield made
    made.delete()


@own_interfaces
def test_a_pod_with_a_branch_interface_gets_its_address_there(
    impatient: Operator, eips: Eips, ground: Ground, branch: Branch
) -> None:
    branch.pod(eips)
    eips.assigned()
    assert eips.check_on("my-eip", branch.ip)["NetworkInterfaceId"] == branch.id
    since = ground.double.mark()
    wait_reads(ground, 4)
    assert not effects(ground, since)
    eips.delete_pod()
    eips.wait_reason("my-eip", "PodNotFound")
    eips.wait("my-eip", "assigning")
    eips.check_free("my-eip")


@own_interfaces
def test_the_annotation_of_the_branch_interface_may_come_late(
    impatient: Operator, eips: Eips, ground: Ground, branch: Branch
) -> None:
    branch.pod(eips, annotated=False)
    eips.apply("my-eip", "web")
    eips.wait_reason("my-eip", "PodIPNotOnENI")
    eips.wait("my-eip", "assigning")
    eips.check_free("my-eip")
    eips.kubectl("annotate", "pod", "web", f"vpc.amazonaws.com/pod-eni={branch.annotation()}")
    eips.wait("my-eip", "assigned")
    assert eips.check_on("my-eip", branch.ip)["NetworkInterfaceId"] == branch.id


@own_interfaces
@pytest.mark.parametrize("wrong", ["VPC", "type", "private address"])
def test_what_is_no_branch_interface_of_the_pod_is_not_touched(
    impatient: Operator, eips: Eips, ground: Ground, branch: Branch, wrong: str, other_vpc: "OtherVpc"
) -> None:
    """Anyone who may edit the pod may write the annotation."""
    branch.change(
        **{
            "VPC": {"subnet_id": other_vpc.subnet_id},
            "type": {"interface_type": "interface"},
            "private address": {"private_ip_addresses": [spare_ip(branch.node)]},
        }[wrong]
    )
    branch.pod(eips)
    since = ground.double.mark()
    eips.apply("my-eip", "web")
    eips.wait_reason("my-eip", "PodIPNotOnENI")
    wait_reads(ground, 4)
    assert not calls_of_operator(ground, since, "AssociateAddress")
    eips.check_free("my-eip")
    branch.change()
    eips.wait("my-eip", "assigned")
    assert eips.check_on("my-eip", branch.ip)["NetworkInterfaceId"] == branch.id


# Two VPCs with the same addresses


class OtherVpc:
    """A VPC beside the cluster's, with the same range of private addresses."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.ec2 = ground.ec2()
        self.id = self.ec2.create_vpc(CidrBlock=VPC_CIDR)["Vpc"]["VpcId"]
        gateway = self.ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        self.ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=self.id)
        node = ground.nodes[0]
        created = self.ec2.create_subnet(VpcId=self.id, CidrBlock=node.subnet_cidr, AvailabilityZone=node.zone)
        self.subnet_id = created["Subnet"]["SubnetId"]
        self.enis: list[str] = []

    def interface(self, private_ip: str) -> str:
        made = self.ec2.create_network_interface(SubnetId=self.subnet_id, PrivateIpAddress=private_ip)
        self.enis.append(made["NetworkInterface"]["NetworkInterfaceId"])
        return self.enis[-1]


@pytest.fixture(scope="module")
def _other_vpc(ground: Ground) -> OtherVpc:
    return OtherVpc(ground)


@pytest.fixture
def other_vpc(_other_vpc: OtherVpc, namespace: str) -> Iterator[OtherVpc]:
    yield _other_vpc
    while _other_vpc.enis:
        _other_vpc.ec2.delete_network_interface(NetworkInterfaceId=_other_vpc.enis.pop())


@pytest.mark.parametrize("by", ["podName", "privateIPAddress"])
def test_the_clusters_vpc_is_that_of_its_nodes(
    impatient: Operator, eips: Eips, ground: Ground, other_vpc: OtherVpc, by: str
) -> None:
    """What is on the same private address of another VPC is no matter."""
    ip = eips.pod(node=ground.nodes[0])
    theirs = other_vpc.interface(ip)
    with Foreign(ground) as foreign:
        foreign.put_on(ip, theirs)
        eips.apply("my-eip", assignment={by: "web" if by == "podName" else ip})
        eips.wait("my-eip", "assigned")
        assert eips.check_on("my-eip", ip)["NetworkInterfaceId"] == ground.eni_of(ip)
        assert foreign.shown()["NetworkInterfaceId"] == theirs


@own_interfaces
def test_a_private_address_of_another_vpc_is_not_found(
    impatient: Operator, eips: Eips, ground: Ground, other_vpc: OtherVpc
) -> None:
    ip = spare_ip(ground.nodes[0])
    other_vpc.interface(ip)
    since = ground.double.mark()
    eips.apply("my-eip", assignment={"privateIPAddress": ip})
    assert ground.network.vpc_id in eips.wait_reason("my-eip", "PrivateIPNotFound")["message"]
    assert not calls_of_operator(ground, since, "AssociateAddress")
    eips.check_free("my-eip")


@own_interfaces
def test_the_vpc_can_be_set(
    own_operator: Start, namespace: str, eips: Eips, ground: Ground, other_vpc: OtherVpc
) -> None:
    ip = ground.nodes[0].pod_ip(215)
    ground.network.ensure_eni(ground.nodes[0], ip)
    theirs = other_vpc.interface(ip)
    own_operator(flags=[*IMPATIENT, f"-vpc-id={other_vpc.id}"])
    eips.apply("my-eip", assignment={"privateIPAddress": ip})
    eips.wait("my-eip", "assigned")
    address = eips.address()
    assert (address["NetworkInterfaceId"], address["PrivateIpAddress"]) == (theirs, ip)
    eips.patch("my-eip", {"spec": {"assignment": None}})
    eips.wait("my-eip", "allocated")
