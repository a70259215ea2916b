"""What a test sees and does in EC2: a part of Ground, in its own file for the sake of length."""

from __future__ import annotations

import functools
import os
from typing import Any

import boto3
from botocore.config import Config

from .double import MANY_INTERFACES, Double
from .errors import GroundError
from .network import REGION, Network, Node

STAND_INS = ("moto", "double")
POD_ADDRESSES = ("eni", "secondary", "prefix")
# Named here since inside of Ground `list` is a method.
Objects = list[dict[str, Any]]


def _one_of(what: str, choices: tuple[str, ...], chosen: str) -> str:
    if chosen not in choices:
        raise GroundError(f"{what} can be {', '.join(choices)}, not {chosen}")
    return chosen


def choose(ec2: str | None, pod_addresses: str | None) -> tuple[str, str]:
    """Which stand-in for EC2, and how it knows the addresses of pods: as given, else as the environment
    says, else moto with an ENI each, or the double with what the VPC CNI does by default.
    """
    environment = os.environ.get
    stand_in = _one_of("the stand-in for EC2", STAND_INS, ec2 or environment("GROUND_EC2") or "moto")
    otherwise = "eni" if stand_in == "moto" else "secondary"
    addresses = _one_of(
        "pod addresses", POD_ADDRESSES, pod_addresses or environment("GROUND_POD_ADDRESSES") or otherwise
    )
    if stand_in == "moto" and addresses != "eni":
        raise GroundError(f"moto associates with the primary address of an ENI alone: {addresses} needs the double")
    return stand_in, addresses


def instance_type(stand_in: str, pod_addresses: str) -> str:
    """One with room for hundreds of pod addresses."""
    return MANY_INTERFACES if pod_addresses == "eni" else "m5.24xlarge"


@functools.cache  # to make one takes boto3 longer than many calls
def _client(url: str) -> Any:
    return boto3.client(
        "ec2", endpoint_url=url, region_name=REGION, aws_access_key_id="test", aws_secret_access_key="test",
        config=Config(retries={"total_max_attempts": 1}, read_timeout=60),
    )  # fmt: skip


class Ec2Helpers:
    """Mixed into Ground, which has the members named first."""

    network: Network
    stand_in: str
    ec2_port: int
    ec2_url: str

    def ec2(self, url: str | None = None) -> Any:
        """A boto3 client that talks to the stand-in directly, or to `url` (`proxy.url` for a recorded one)."""
        return _client(url or self.ec2_url)

    @property
    def double(self) -> Double:
        """The control interface of the double; moto has none."""
        if self.stand_in != "double":
            raise GroundError("this ground runs on moto, which has no control interface")
        return Double(self.ec2_port)

    def addresses(self) -> Objects:
        """All Elastic IPs that EC2 holds, as boto3 shows them."""
        return self.network.ec2.describe_addresses()["Addresses"]

    def address_of(self, private_ip: str) -> dict[str, Any] | None:
        """The Elastic IP on this private address, or None."""
        found = [address for address in self.addresses() if address.get("PrivateIpAddress") == private_ip]
        return found[0] if found else None

    def offer_address(self, public_ip: str) -> None:
        """EC2 allocates this address when it is asked for it by name."""
        if self.stand_in == "double":  # moto gives whatever is asked for
            self.double.seed({"recoverable": [public_ip]})

    def offer_pool(self, pool_id: str, first_address: str, count: int) -> None:
        """The account has brought these addresses to EC2."""
        if self.stand_in == "double":  # moto ignores pools
            pool = {"id": pool_id, "first_address": first_address, "address_count": count}
            self.double.seed({"pools": [pool]})

    def eni_of(self, ip: str) -> str:
        """The id of the ENI that holds this private address: as its primary or another one, or in a prefix."""
        return self.network.node_for(ip).enis[ip]

    def ensure_addresses(self, node: Node, count: int) -> None:
        """ENIs hold the first `count` pod addresses of a node; 16 are there from the start."""
        self.network.ensure_addresses(node, count)
