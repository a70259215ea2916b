"""The EC2 side of the nodes: a VPC, a subnet per zone, an instance per node, and an ENI that holds each pod address."""

from __future__ import annotations

import ipaddress
import threading
from dataclasses import dataclass, field
from typing import Any

from .pod_addresses import OwnInterfaces, SharedInterfaces

# The operator attaches network interfaces as well, at the lowest free index, at the same moment perhaps.
FIRST_LATER_INDEX = 100
REGION = "us-east-1"
VPC_CIDR = "10.0.0.0/16"


@dataclass
class Node:
    """A node of the cluster and its instance. Pod addresses come from `pod_cidr`, counted from its base + 1."""

    zone: str
    subnet_cidr: str
    ip: str
    pod_cidr: str
    instance_type: str
    subnet_id: str = ""
    instance_id: str = ""
    primary_eni: str = ""
    enis: dict[str, str] = field(default_factory=dict)  # private address -> id of the ENI that holds it
    next_index: int = 1

    @property
    def name(self) -> str:
        return f"ip-{self.ip.replace('.', '-')}.ec2.internal"

    @property
    def provider_id(self) -> str:
        return f"aws:///{self.zone}/{self.instance_id}"

    def pod_ip(self, number: int) -> str:
        return str(ipaddress.ip_network(self.pod_cidr).network_address + number)

    def interface_ip(self, number: int) -> str:
        """The primary address of an ENI that holds those of pods: none of a pod, a node or another ENI."""
        first_of_node = int(self.ip.rpartition(".")[2]) * 16
        return str(ipaddress.ip_network(self.subnet_cidr).network_address + 8 * 256 + first_of_node + number)

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
                    "node.kubernetes.io/instance-type": self.instance_type,
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


def plan(count: int, instance_type: str) -> list[Node]:
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
                instance_type=instance_type,
            )
        )
    return nodes


class Network:
    def __init__(self, ec2: Any, nodes: list[Node], pod_addresses: str) -> None:
        """`pod_addresses`: "eni", "secondary" or "prefix"."""
        self.ec2 = ec2
        self.nodes = nodes
        self.vpc_id = ""
        self.subnets: dict[str, str] = {}  # CIDR -> id
        self.security_group = ""
        self.places_per_interface = 0  # for pod addresses or prefixes, beside its primary address
        self._lock = threading.Lock()
        self._pod_addresses = {
            "eni": lambda: OwnInterfaces(self),
            "secondary": lambda: SharedInterfaces(self, prefix_length=32),
            "prefix": lambda: SharedInterfaces(self, prefix_length=28),
        }[pod_addresses]()

    def create(self, addresses_per_node: int) -> None:
        ec2 = self.ec2
        self.vpc_id = ec2.create_vpc(CidrBlock=VPC_CIDR)["Vpc"]["VpcId"]
        gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=self.vpc_id)
        self.security_group = ec2.create_security_group(
            GroupName="ground-nodes", Description="nodes and pods", VpcId=self.vpc_id
        )["GroupId"]
        self.places_per_interface = self._addresses_per_interface() - 1
        for node in self.nodes:
            if node.subnet_cidr not in self.subnets:
                created = ec2.create_subnet(
                    VpcId=self.vpc_id, CidrBlock=node.subnet_cidr, AvailabilityZone=node.zone
                )
                self.subnets[node.subnet_cidr] = created["Subnet"]["SubnetId"]
            node.subnet_id = self.subnets[node.subnet_cidr]
            self._run_instance(node)
            self.ensure_addresses(node, addresses_per_node)
            node.next_index = FIRST_LATER_INDEX

    def _addresses_per_interface(self) -> int:
        (shown,) = self.ec2.describe_instance_types(InstanceTypes=[self.nodes[0].instance_type])["InstanceTypes"]
        return shown["NetworkInfo"]["Ipv4AddressesPerInterface"]

    def _run_instance(self, node: Node) -> None:
        instance = self.ec2.run_instances(
            ImageId="ami-12c6146b", MinCount=1, MaxCount=1, InstanceType=node.instance_type,
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

    def add_interface(self, node: Node, address: str) -> str:
        """A new ENI with this primary address, attached to the node's instance."""
        created = self.ec2.create_network_interface(
            SubnetId=node.subnet_id, PrivateIpAddress=address, Groups=[self.security_group],
            Description=f"pods of {node.name}",
        )  # fmt: skip
        eni = created["NetworkInterface"]["NetworkInterfaceId"]
        self.ec2.attach_network_interface(
            NetworkInterfaceId=eni, InstanceId=node.instance_id, DeviceIndex=node.next_index
        )
        node.next_index += 1
        return eni

    def ensure_addresses(self, node: Node, count: int) -> None:
        """ENIs of the node hold its first `count` pod addresses."""
        self._ensure(node, [node.pod_ip(number) for number in range(1, count + 1)])

    def ensure_eni(self, node: Node, address: str) -> str:
        """The ENI of the node's instance that holds this address; it gets it when none has it."""
        self._ensure(node, [address])
        return node.enis[address]

    def _ensure(self, node: Node, addresses: list[str]) -> None:
        with self._lock:
            self._pod_addresses.add(node, [address for address in addresses if address not in node.enis])

    def remove_address(self, node: Node, address: str) -> None:
        """No ENI holds this pod address any more (with prefixes: nor the others of its prefix)."""
        with self._lock:
            self._pod_addresses.remove(node, address)
