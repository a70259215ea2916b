"""The EC2 side of the nodes: a VPC, a subnet per zone, an instance per node, an ENI per pod address.

The stand-in knows one address per ENI and ignores PrivateIpAddress when it associates. With an ENI of its own for
each pod address its answers are nevertheless right, and it stays an independent witness.
"""

from __future__ import annotations

import ipaddress
import threading
from dataclasses import dataclass, field
from typing import Any

REGION = "us-east-1"
VPC_CIDR = "10.0.0.0/16"


@dataclass
class Node:
    """A node of the cluster and its instance. Pod addresses come from `pod_cidr`, counted from its base + 1."""

    zone: str
    subnet_cidr: str
    ip: str
    pod_cidr: str
    subnet_id: str = ""
    instance_id: str = ""
    primary_eni: str = ""
    enis: dict[str, str] = field(default_factory=dict)  # private address -> ENI id
    next_index: int = 1

    @property
    def name(self) -> str:
        return f"ip-{self.ip.replace('.', '-')}.ec2.internal"

    @property
    def provider_id(self) -> str:
        return f"aws:///{self.zone}/{self.instance_id}"

    def pod_ip(self, number: int) -> str:
        return str(ipaddress.ip_network(self.pod_cidr).network_address + number)

    def holds(self, address: str) -> bool:
        return ipaddress.ip_address(address) in ipaddress.ip_network(self.subnet_cidr)

    def manifest(self) -> dict[str, Any]:
        resources = {"cpu": "64", "memory": "256Gi", "pods": "1000"}
        return {
            "apiVersion": "v1",
            "kind": "Node",
            "metadata": {
                "name": self.name,
                "annotations": {"kwok.x-k8s.io/node": "fake"},
                "labels": {
                    "kubernetes.io/hostname": self.name,
                    "kubernetes.io/os": "linux",
                    "kubernetes.io/arch": "amd64",
                    "node.kubernetes.io/instance-type": "m5.large",
                    "topology.kubernetes.io/region": REGION,
                    "topology.kubernetes.io/zone": self.zone,
                },
            },
            "spec": {"providerID": self.provider_id, "podCIDR": self.pod_cidr, "podCIDRs": [self.pod_cidr]},
            "status": {
                "capacity": resources,
                "allocatable": resources,
                "addresses": [
                    {"type": "InternalIP", "address": self.ip},
                    {"type": "InternalDNS", "address": self.name},
                    {"type": "Hostname", "address": self.name},
                ],
            },
        }


def plan(count: int) -> list[Node]:
    """`count` nodes over three zones: subnets 10.0.16.0/20, 10.0.32.0/20, 10.0.48.0/20, a /24 of pods per node."""
    nodes = []
    for number in range(count):
        third, round_ = 16 * (1 + number % 3), number // 3
        nodes.append(
            Node(
                zone=f"{REGION}{'abc'[number % 3]}",
                subnet_cidr=f"10.0.{third}.0/20",
                ip=f"10.0.{third}.{10 + round_}",
                pod_cidr=f"10.0.{third + 1 + round_}.0/24",
            )
        )
    return nodes


class Network:
    def __init__(self, ec2: Any, nodes: list[Node]) -> None:
        self.ec2 = ec2
        self.nodes = nodes
        self.vpc_id = ""
        self.subnets: dict[str, str] = {}  # CIDR -> id
        self.security_group = ""
        self._lock = threading.Lock()

    def create(self, enis_per_node: int) -> None:
        ec2 = self.ec2
        self.vpc_id = ec2.create_vpc(CidrBlock=VPC_CIDR)["Vpc"]["VpcId"]
        gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=self.vpc_id)
        self.security_group = ec2.create_security_group(
            GroupName="ground-nodes", Description="nodes and pods", VpcId=self.vpc_id
        )["GroupId"]
        for node in self.nodes:
            if node.subnet_cidr not in self.subnets:
                created = ec2.create_subnet(
                    VpcId=self.vpc_id, CidrBlock=node.subnet_cidr, AvailabilityZone=node.zone
                )
                self.subnets[node.subnet_cidr] = created["Subnet"]["SubnetId"]
            node.subnet_id = self.subnets[node.subnet_cidr]
            self._run_instance(node)
            self.ensure_enis(node, enis_per_node)

    def _run_instance(self, node: Node) -> None:
        instance = self.ec2.run_instances(
            ImageId="ami-12c6146b", MinCount=1, MaxCount=1, InstanceType="m5.large",
            SubnetId=node.subnet_id, PrivateIpAddress=node.ip, SecurityGroupIds=[self.security_group],
            TagSpecifications=[{"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": node.name}]}],
        )["Instances"][0]  # fmt: skip
        node.instance_id = instance["InstanceId"]
        interface = instance["NetworkInterfaces"][0]
        if interface["PrivateIpAddress"] != node.ip:
            raise AssertionError(f"instance of {node.name} has {interface['PrivateIpAddress']}")
        node.primary_eni = interface["NetworkInterfaceId"]
        node.enis[node.ip] = node.primary_eni

    def node_for(self, address: str) -> Node:
        """The node whose pods have this address, or else the first one in its subnet."""
        parsed = ipaddress.ip_address(address)
        for node in self.nodes:
            if parsed in ipaddress.ip_network(node.pod_cidr):
                return node
        for node in self.nodes:
            if node.holds(address):
                return node
        raise ValueError(f"no subnet of the ground holds {address}")

    def ensure_enis(self, node: Node, count: int) -> None:
        """ENIs for the first `count` pod addresses of the node."""
        for number in range(1, count + 1):
            self.ensure_eni(node, node.pod_ip(number))

    def ensure_eni(self, node: Node, address: str) -> str:
        """The ENI with this primary address, attached to the node's instance; made when there is none."""
        with self._lock:
            if address not in node.enis:
                created = self.ec2.create_network_interface(
                    SubnetId=node.subnet_id, PrivateIpAddress=address, Groups=[self.security_group],
                    Description=f"pod address {address}",
                )  # fmt: skip
                eni = created["NetworkInterface"]["NetworkInterfaceId"]
                self.ec2.attach_network_interface(
                    NetworkInterfaceId=eni, InstanceId=node.instance_id, DeviceIndex=node.next_index
                )
                node.next_index += 1
                node.enis[address] = eni
            return node.enis[address]
