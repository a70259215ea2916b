"""The AWS account behind the double: what is true in it, and others who use it as well."""

from __future__ import annotations

import ipaddress
import itertools
from collections.abc import Sequence
from typing import Any

from eips import DEADLINE, GROUP, Eips, Json, on_nothing, tags_of
from ground import Ground
from ground.network import Node

# The access key of boto3 (Ground.ec2), by which its calls are told from those of the operator.
BOTO3 = "test"
_numbers = itertools.count(1)
# Parts of the first node's subnet that nothing else of the ground or the tests uses.
_pod_networks = itertools.cycle(range(18, 24))
_node_numbers = itertools.cycle(range(20, 60))  # `Node.interface_ip` makes 10.0.25.64 to 10.0.27.191 of them


def new_id(prefix: str) -> str:
    """An id as EC2 makes them, of nothing that is there."""
    return f"{prefix}-{0xABC << 56 | next(_numbers):017x}"


# What is true


def true_addresses(ground: Ground) -> Sequence[Json]:
    """All Elastic IPs as the double has them, in boto3's words: where reads lag, are refused or are spoilt, boto3 is
    no witness, and its calls would be counted with those of the operator."""
    return [_as_boto3_shows(row) for row in ground.double.world()["addresses"]]


def _as_boto3_shows(row: Json) -> Json:
    shown = {
        "AllocationId": row["id"],
        "PublicIp": row["public_ip"],
        "PublicIpv4Pool": row["public_ipv4_pool"],
        "Tags": [{"Key": key, "Value": value} for key, value in row["tags"].items()],
    }
    if association := row["association"]:
        shown["AssociationId"] = association["id"]
        shown["NetworkInterfaceId"] = association["network_interface_id"]
        shown["PrivateIpAddress"] = association["private_ip_address"]
    return shown


class TrueEips(Eips):
    """The EIPs of one namespace, and their addresses as they are in EC2 and not as reads show them."""

    def addresses(self) -> Sequence[Json]:
        key = f"{GROUP}/namespace"
        return [address for address in true_addresses(self.ground) if tags_of(address).get(key) == self.namespace]

    def owned(self, uid: str) -> Sequence[Json]:
        return [address for address in true_addresses(self.ground) if tags_of(address).get(f"{GROUP}/uid") == uid]

    def check_each_on(self, places: dict[str, str]) -> bool:
        """These EIPs, and no others, hold one address each, on these private addresses, and say so."""
        objects = {item["metadata"]["name"]: item for item in self.list()}
        held = {tags_of(address)[f"{GROUP}/uid"]: address for address in self.addresses()}
        assert len(held) == len(self.addresses()) == len(places), f"{len(self.addresses())} for {len(places)}"
        for name, private_ip in places.items():
            address, status = held[objects[name]["metadata"]["uid"]], objects[name].get("status", {})
            assert address.get("PrivateIpAddress") == private_ip, (name, private_ip, address)
            assert status["state"] == "assigned" and status["publicIPAddress"] == address["PublicIp"], status
        return True

    def wait_each_on(self, places: dict[str, str], timeout: float = DEADLINE) -> None:
        """Until EC2 and the EIPs agree that each is in its place; spares may take their time to go."""
        self.ground.wait(lambda: self.check_each_on(places), timeout, "each address in its place")

    def wait_none(self, timeout: float = DEADLINE) -> None:
        """Until all EIPs of the namespace are gone, and no address is left."""
        self.ground.wait(lambda: not list(self.list()), timeout, "the end of all EIPs")
        assert not self.addresses()


# What was called


def calls_of_operator(ground: Ground, since: int, action: str | None = None) -> Sequence[Json]:
    """From EC2's own log."""
    return [call for call in ground.double.calls(action, since) if call["access_key_id"] != BOTO3]


def effects(ground: Ground, since: int) -> Sequence[str]:
    """Actions of the operator's calls since then that have changed something."""
    return [
        call["action"]
        for call in calls_of_operator(ground, since)
        if call["effect"] and not call["action"].startswith(("Describe", "Get"))
    ]


def edit(eips: Eips, name: str) -> None:
    """What EC2 has refused is tried again at once when the object is edited."""
    eips.patch(name, {"spec": {"tags": {"edit": str(next(_numbers))}}})


# Others


class Foreign:
    """An Elastic IP of somebody else in the account; given back at the end."""

    def __init__(self, ground: Ground, **parameters: Any) -> None:
        self.ground = ground
        self._parameters = parameters
        self.id = ""

    def __enter__(self) -> "Foreign":
        self.id = self.ground.ec2().allocate_address(Domain="vpc", **self._parameters)["AllocationId"]
        self.public_ip = self.shown()["PublicIp"]
        return self

    def __exit__(self, *_: object) -> None:
        if self.id:
            self.release()

    def shown(self) -> Json:
        (address,) = self.ground.ec2().describe_addresses(AllocationIds=[self.id])["Addresses"]
        return address

    def put_on(self, private_ip: str, eni: str = "") -> None:
        """Whatever is there is displaced, as EC2 does it."""
        self.ground.ec2().associate_address(
            AllocationId=self.id, NetworkInterfaceId=eni or self.ground.eni_of(private_ip),
            PrivateIpAddress=private_ip, AllowReassociation=True,
        )  # fmt: skip

    def take_off(self) -> None:
        shown = self.shown()
        if not on_nothing(shown):
            self.ground.ec2().disassociate_address(AssociationId=shown["AssociationId"])

    def release(self) -> None:
        self.take_off()
        self.ground.ec2().release_address(AllocationId=self.id)
        self.id = ""


def spare_ip(node: Node) -> str:
    """A private address in the node's subnet that nothing else here uses, each time another."""
    return str(ipaddress.ip_network(node.subnet_cidr).network_address + 13 * 256 + next(_numbers))


class OwnInterface:
    """A further network interface of a node's instance; detached and deleted at the end."""

    def __init__(self, ground: Ground, node: Node) -> None:
        self.ground = ground
        self.node = node
        self.private_ip = spare_ip(node)

    def __enter__(self) -> "OwnInterface":
        self.id = self.ground.network.add_interface(self.node, self.private_ip)
        self.node.enis[self.private_ip] = self.id
        return self

    def __exit__(self, *_: object) -> None:
        self.node.enis = {ip: eni for ip, eni in self.node.enis.items() if eni != self.id}
        if self.ground.ec2().describe_network_interfaces(
            Filters=[{"Name": "network-interface-id", "Values": [self.id]}]
        )["NetworkInterfaces"]:
            self.delete()

    def delete(self) -> None:
        ec2 = self.ground.ec2()
        (shown,) = ec2.describe_network_interfaces(NetworkInterfaceIds=[self.id])["NetworkInterfaces"]
        ec2.detach_network_interface(AttachmentId=shown["Attachment"]["AttachmentId"])
        ec2.delete_network_interface(NetworkInterfaceId=self.id)

    def take(self, private_ip: str) -> None:
        """Make a private address that another interface has a secondary one of this."""
        self.ground.ec2().assign_private_ip_addresses(
            NetworkInterfaceId=self.id, PrivateIpAddresses=[private_ip], AllowReassignment=True
        )
        self.node.enis[private_ip] = self.id


class FurtherNode:
    """A node in the zone of the first one, which need not live to the end. While it is there it is the first one."""

    def __init__(self, ground: Ground, instance_type: str = "") -> None:
        self.ground = ground
        self._instance_type = instance_type

    def __enter__(self) -> Node:
        first = self.ground.nodes[0]
        self.node = made = Node(
            first.zone, first.subnet_cidr, f"10.0.28.{next(_node_numbers)}", f"10.0.{next(_pod_networks)}.0/24",
            self._instance_type or first.instance_type, first.subnet_id,
        )  # fmt: skip
        instance = self.ground.ec2().run_instances(
            ImageId="ami-12c6146b", MinCount=1, MaxCount=1, InstanceType=made.instance_type,
            SubnetId=made.subnet_id, PrivateIpAddress=made.ip, SecurityGroupIds=[self.ground.network.security_group],
        )["Instances"][0]  # fmt: skip
        made.instance_id = instance["InstanceId"]
        made.primary_eni = made.enis[made.ip] = instance["NetworkInterfaces"][0]["NetworkInterfaceId"]
        status, answer = self.ground.api.request("POST", "/api/v1/nodes", made.manifest())
        assert status == 201, answer
        self.ground.network.nodes.insert(0, made)  # before the one whose subnet it shares
        return made

    def __exit__(self, *_: object) -> None:
        ec2, made = self.ground.ec2(), self.node
        self.ground.network.nodes.remove(made)
        self.ground.kubectl("delete", "node", made.name)
        ec2.terminate_instances(InstanceIds=[made.instance_id])
        # What was attached later stays, with the addresses of pods.
        shown = {found["NetworkInterfaceId"] for found in ec2.describe_network_interfaces()["NetworkInterfaces"]}
        for eni in shown & set(made.enis.values()):
            ec2.delete_network_interface(NetworkInterfaceId=eni)
