"""The ways in which EC2 knows the addresses of pods. Each fills `node.enis`: private address -> ENI that holds it."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

from .wait import wait_for

if TYPE_CHECKING:
    from .network import Network, Node


class OwnInterfaces:
    """An ENI for each pod address, which is its primary one.

    Moto knows one address per ENI and ignores PrivateIpAddress when it associates. With an ENI of its own for each
    pod address its answers are nevertheless right, and it stays an independent witness.
    """

    def __init__(self, network: "Network") -> None:
        self.network = network

    def add(self, node: "Node", addresses: list[str]) -> None:
        for address in addresses:
            node.enis[address] = self.network.add_interface(node, address)

    def remove(self, node: "Node", address: str) -> None:
        ec2, eni = self.network.ec2, node.enis.pop(address)

        def shown() -> dict:
            return ec2.describe_network_interfaces(NetworkInterfaceIds=[eni])["NetworkInterfaces"][0]

        ec2.detach_network_interface(AttachmentId=shown()["Attachment"]["AttachmentId"])
        wait_for(lambda: shown()["Status"] == "available", 30, f"{eni} detached")
        ec2.delete_network_interface(NetworkInterfaceId=eni)


class SharedInterfaces:
    """Pod addresses on ENIs beside the primary one; another is made when these are full.

    With `prefix_length` 32 they are secondary private addresses, the default of the VPC CNI; with 28 they lie in
    delegated prefixes. Either takes one of the places that the instance type has on each of its ENIs.
    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-prefix-eni.html
    """

    def __init__(self, network: "Network", prefix_length: int) -> None:
        self.network = network
        self._prefix_length = prefix_length
        self._parameter = "PrivateIpAddresses" if prefix_length == 32 else "Ipv4Prefixes"
        self._held: dict[str, dict[str, list[ipaddress.IPv4Network]]] = {}  # node -> ENI -> what is assigned to it

    def add(self, node: "Node", addresses: list[str]) -> None:
        wanted = list(dict.fromkeys(map(self._block, addresses)))
        held, places = self._held.setdefault(node.name, {}), self.network.places_per_interface
        while wanted:
            eni = next((eni for eni, assigned in held.items() if len(assigned) < places), "")
            if not eni:
                eni = self.network.add_interface(node, node.interface_ip(len(held)))
                held[eni] = []
            room = places - len(held[eni])
            part, wanted = wanted[:room], wanted[room:]
            self.network.ec2.assign_private_ip_addresses(
                NetworkInterfaceId=eni, **{self._parameter: list(map(self._text, part))}
            )
            held[eni] += part
            node.enis.update({str(address): eni for block in part for address in block})

    def remove(self, node: "Node", address: str) -> None:
        block, eni = self._block(address), node.enis[address]
        self.network.ec2.unassign_private_ip_addresses(NetworkInterfaceId=eni, **{self._parameter: [self._text(block)]})
        self._held[node.name][eni].remove(block)
        for gone in block:
            del node.enis[str(gone)]

    def _block(self, address: str) -> ipaddress.IPv4Network:
        return ipaddress.IPv4Network(f"{address}/{self._prefix_length}", strict=False)

    @staticmethod
    def _text(block: ipaddress.IPv4Network) -> str:
        return str(block.network_address) if block.prefixlen == 32 else str(block)
