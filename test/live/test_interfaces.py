"""How pods have their addresses on the interfaces of their nodes: as secondary ones, and inside of prefixes."""

from __future__ import annotations

import ipaddress
import itertools
from collections.abc import Iterator
from typing import Any

import pytest

from account import Foreign, OwnInterface, calls_of_operator, effects, spare_ip
from eips import DEADLINE, Eips, wait_reads
from ground import Ground, Operator
from ground.network import Node

pytestmark = pytest.mark.only_on("double", reason="moto knows one private address per network interface")
Json = dict[str, Any]
own_interfaces = pytest.mark.only_on("secondary", reason="the test brings its own network interfaces")
_prefixes = itertools.count(1)


def shown(ground: Ground, eni: str) -> Json:
    (interface,) = ground.ec2().describe_network_interfaces(NetworkInterfaceIds=[eni])["NetworkInterfaces"]
    return interface


# Secondary private addresses


@pytest.mark.only_on("secondary", "prefix", reason="pods share a network interface")
@pytest.mark.usefixtures("operator")
def test_eips_of_pods_on_one_interface_are_apart(eips: Eips, ground: Ground) -> None:
    ips = {name: eips.pod(name, node=ground.nodes[0]) for name in ("one", "two", "three")}
    eips.apply_many({name: name for name in ips})
    eips.wait_all("assigned", 3)
    before = {name: eips.check_on(name, ip) for name, ip in ips.items()}
    assert len({address["NetworkInterfaceId"] for address in before.values()}) == 1
    assert len({address["PrivateIpAddress"] for address in before.values()}) == 3
    eips.delete_pod("two")
    eips.wait_reason("two", "PodNotFound")
    eips.wait("two", "assigning")
    eips.check_free("two")
    for name in ("one", "three"):
        assert eips.check_on(name, ips[name])["AssociationId"] == before[name]["AssociationId"]


@own_interfaces
@pytest.mark.parametrize("by", ["podName", "privateIPAddress"])
def test_a_private_address_that_moves_to_another_interface_takes_the_address_along(
    impatient: Operator, eips: Eips, ground: Ground, by: str
) -> None:
    """EC2 moves the association with it; there is nothing to repair."""
    node = ground.nodes[0]
    ip = eips.pod(node=node)
    eips.apply("my-eip", assignment={by: "web" if by == "podName" else ip})
    before = eips.wait("my-eip", "assigned")
    since = ground.double.mark()
    with OwnInterface(ground, node) as other:
        other.take(ip)
        ground.wait(lambda: eips.status()["networkInterfaceId"] == other.id, DEADLINE, "the other interface")
        after = eips.wait("my-eip", "assigned")
        assert after["associationId"] == before["associationId"]
        eips.check_on("my-eip", ip)
        assert not effects(ground, since)
        # And with the interface it is gone.
        other.delete()
        eips.wait_reason("my-eip", "PodIPNotOnENI", "PrivateIPNotFound")
        eips.wait("my-eip", "assigning")
        eips.check_free("my-eip")
    ground.network.ensure_eni(node, ip)
    eips.wait("my-eip", "assigned")
    eips.check_on("my-eip", ip)


@own_interfaces
def test_a_private_address_that_moves_to_another_instance_is_no_longer_the_pods(
    impatient: Operator, eips: Eips, ground: Ground
) -> None:
    """The pod's address is now one of a network interface of another node of the subnet, and so is the Elastic IP."""
    with OwnInterface(ground, ground.nodes[0]) as first:
        ip = spare_ip(ground.nodes[0])
        ground.ec2().assign_private_ip_addresses(NetworkInterfaceId=first.id, PrivateIpAddresses=[ip])
        ground.nodes[0].enis[ip] = first.id
        ground.create_pod("web", eips.namespace, node=ground.nodes[0], late_ip=True)
        ground.give_ip("web", eips.namespace, ip)
        eips.assigned()
        instance = other_instance(ground, ground.nodes[0])
        try:
            theirs = instance["NetworkInterfaces"][0]["NetworkInterfaceId"]
            ground.ec2().assign_private_ip_addresses(
                NetworkInterfaceId=theirs, PrivateIpAddresses=[ip], AllowReassignment=True
            )
            eips.wait_reason("my-eip", "PodIPNotOnENI")
            first.take(ip)
            eips.wait("my-eip", "assigned")
            eips.check_on("my-eip", ip)
        finally:
            ground.ec2().terminate_instances(InstanceIds=[instance["InstanceId"]])


def other_instance(ground: Ground, node: Node) -> Json:
    """Another instance in the node's subnet, which is none of the cluster."""
    return ground.ec2().run_instances(
        ImageId="ami-12c6146b", MinCount=1, MaxCount=1, InstanceType=node.instance_type,
        SubnetId=node.subnet_id, PrivateIpAddress=spare_ip(node), SecurityGroupIds=[ground.network.security_group],
    )["Instances"][0]  # fmt: skip


@own_interfaces
def test_a_private_address_that_went_with_its_pod_while_nobody_looked(
    impatient: Operator, eips: Eips, ground: Ground
) -> None:
    """The network plugin has taken it from the interface, and with it EC2 the Elastic IP."""
    node = ground.nodes[1]
    ip = eips.pod(node=node)
    eips.assigned()
    impatient.kill9()
    eips.delete_pod()
    ground.network.remove_address(node, ip)
    assert ground.address_of(ip) is None
    since = ground.double.mark()
    impatient.start()
    eips.wait_reason("my-eip", "PodNotFound")
    eips.wait("my-eip", "assigning")
    eips.check_free("my-eip")
    assert not effects(ground, since)
    assert eips.status()["publicIPAddress"] == eips.address()["PublicIp"]


# Delegated prefixes


class Prefix:
    """A /28 that an interface of the node has as a whole; its addresses are not listed one by one."""

    def __init__(self, ground: Ground, interface: OwnInterface) -> None:
        self.ground = ground
        self.interface = interface
        base = ipaddress.ip_network(interface.node.subnet_cidr).network_address + 14 * 256
        self.block = ipaddress.IPv4Network(f"{base + 16 * next(_prefixes)}/28")
        self.ips = [str(ip) for ip in self.block]
        self.assign()

    def assign(self) -> None:
        self.ground.ec2().assign_private_ip_addresses(
            NetworkInterfaceId=self.interface.id, Ipv4Prefixes=[str(self.block)]
        )
        self.interface.node.enis.update(dict.fromkeys(self.ips, self.interface.id))

    def give_away(self) -> None:
        self.ground.ec2().unassign_private_ip_addresses(
            NetworkInterfaceId=self.interface.id, Ipv4Prefixes=[str(self.block)]
        )

    def pod(self, eips: Eips, name: str, number: int) -> str:
        self.ground.create_pod(name, eips.namespace, node=self.interface.node, late_ip=True)
        return self.ground.give_ip(name, eips.namespace, self.ips[number])


@pytest.fixture
def prefix(namespace: str, ground: Ground) -> Iterator[Prefix]:
    with OwnInterface(ground, ground.nodes[0]) as interface:
        yield Prefix(ground, interface)


@own_interfaces
def test_addresses_inside_of_a_prefix(impatient: Operator, eips: Eips, ground: Ground, prefix: Prefix) -> None:
    """Its first and its last one, which are addresses like any other here."""
    ips = {"first": prefix.pod(eips, "first", 0), "last": prefix.pod(eips, "last", 15)}
    eips.apply_many({name: name for name in ips})
    eips.wait_all("assigned", 2)
    listed = [item["PrivateIpAddress"] for item in shown(ground, prefix.interface.id)["PrivateIpAddresses"]]
    for name, ip in ips.items():
        assert ip not in listed
        assert eips.check_on(name, ip)["NetworkInterfaceId"] == prefix.interface.id
    since = ground.double.mark()
    wait_reads(ground, 4)
    assert not effects(ground, since)
    # From one of its addresses to another.
    eips.delete_pod("first")
    eips.wait_reason("first", "PodNotFound")
    prefix.pod(eips, "first", 7)
    eips.wait("first", "assigned")
    eips.check_on("first", prefix.ips[7])
    assert ground.address_of(ips["first"]) is None


@own_interfaces
def test_a_foreign_address_inside_of_a_prefix_is_not_displaced(
    impatient: Operator, eips: Eips, ground: Ground, prefix: Prefix
) -> None:
    """The interface does not tell that it is there."""
    ip = prefix.pod(eips, "web", 3)
    with Foreign(ground) as foreign:
        foreign.put_on(ip)
        since = ground.double.mark()
        eips.apply("my-eip", "web")
        eips.wait_reason("my-eip", "TargetInUse")
        wait_reads(ground, 4)
        assert not calls_of_operator(ground, since, "AssociateAddress")
        assert ground.address_of(ip)["AllocationId"] == foreign.id
    eips.wait("my-eip", "assigned")
    eips.check_on("my-eip", ip)


@own_interfaces
def test_a_foreign_address_inside_of_a_prefix_is_not_displaced_next_to_one_of_ours(
    impatient: Operator, eips: Eips, ground: Ground, prefix: Prefix
) -> None:
    """The interface is read all the time, because of the other EIP, and does not tell."""
    eips.apply("neighbour", "neighbour")
    prefix.pod(eips, "neighbour", 4)
    eips.wait("neighbour", "assigned")
    ip = prefix.pod(eips, "web", 5)
    with Foreign(ground) as foreign:
        foreign.put_on(ip)
        # What was seen of the target counts for 5 s, and of an address inside a prefix no resync sees more.
        wait_reads(ground, 7, "GetCallerIdentity")
        eips.apply("my-eip", "web")
        eips.wait_reason("my-eip", "TargetInUse")
        assert ground.address_of(ip)["AllocationId"] == foreign.id


@own_interfaces
def test_a_prefix_that_is_given_away_takes_all_its_addresses_off(
    impatient: Operator, eips: Eips, ground: Ground, prefix: Prefix
) -> None:
    ips = {"one": prefix.pod(eips, "one", 1), "two": prefix.pod(eips, "two", 2)}
    eips.apply_many({name: name for name in ips})
    eips.wait_all("assigned", 2)
    prefix.give_away()
    for name in ips:
        eips.wait_reason(name, "PodIPNotOnENI")
        eips.wait(name, "assigning")
        eips.check_free(name)
    prefix.assign()
    eips.wait_all("assigned", 2)
    for name, ip in ips.items():
        eips.check_on(name, ip)


@own_interfaces
def test_a_private_address_inside_of_a_prefix_is_found_without_any_pod(
    impatient: Operator, eips: Eips, ground: Ground, prefix: Prefix
) -> None:
    """No filter of EC2's is known to find it; it is on an interface of one of the nodes."""
    eips.apply("my-eip", assignment={"privateIPAddress": prefix.ips[9]})
    eips.wait("my-eip", "assigned")
    eips.check_on("my-eip", prefix.ips[9])
