"""Moto's server, with one instance type more: with room for an interface per pod address, which no type of EC2's has.

A program of its own: moto_server.py NAME OF THE TYPE, OPTIONS OF MOTO'S SERVER...
"""

from __future__ import annotations

import copy
import sys

from moto.ec2.models import instance_types
from moto.server import main

INTERFACES = 300


def add_type(name: str) -> None:
    made = copy.deepcopy(instance_types.INSTANCE_TYPES["m5.large"])
    made["InstanceType"] = name
    network = made["NetworkInfo"]
    network["MaximumNetworkInterfaces"] = network["NetworkCards"][0]["MaximumNetworkInterfaces"] = INTERFACES
    instance_types.INSTANCE_TYPES[name] = made
    instance_types.InstanceTypeBackend.instance_types.append(instance_types.InstanceType(name))


if __name__ == "__main__":
    add_type(sys.argv[1])
    main(sys.argv[2:])
