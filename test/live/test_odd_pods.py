"""Pods and nodes that are not like most; and specs of which only version 1.4.1 could have several readings."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

from eips import IMPATIENT, Eips, wait_reads
from enis import Enis
from ground import Ground, Operator
from objects import DEADLINE, GROUP

CRD = Path(__file__).resolve().parents[2] / f"config/crd/bases/{GROUP}_eips.yaml"
IPV6 = "2001:db8::17"
_numbers = itertools.count(1)


def addresses_of_pod(eips: Eips, *ips: str) -> None:
    eips.ground.patch_pod_status("web", eips.namespace, {"podIP": ips[0], "podIPs": [{"ip": ip} for ip in ips]})


@pytest.mark.usefixtures("operator")
def test_a_pod_without_an_ipv4_address(eips: Eips, ground: Ground) -> None:
    node = ground.nodes[1]
    ground.create_pod("web", eips.namespace, node=node, late_ip=True)
    addresses_of_pod(eips, IPV6)
    eips.apply("my-eip", "web")
    eips.wait_reason("my-eip", "NoIPv4")
    assert eips.condition("my-eip", "Stalled")["status"] == "True"
    eips.wait("my-eip", "assigning")
    eips.check_free("my-eip")
    ip = node.pod_ip(207)
    ground.network.ensure_eni(node, ip)
    addresses_of_pod(eips, IPV6, ip)
    eips.wait("my-eip", "assigned")
    eips.check_on("my-eip", ip)


@pytest.mark.usefixtures("operator")
def test_the_first_ipv4_address_of_a_pod_counts(eips: Eips, ground: Ground) -> None:
    node = ground.nodes[2]
    ip = node.pod_ip(208)
    ground.network.ensure_eni(node, ip)
    ground.create_pod("web", eips.namespace, node=node, late_ip=True)
    addresses_of_pod(eips, IPV6, ip)
    eips.assigned()
    eips.check_on("my-eip", ip)


@contextmanager
def odd_node(ground: Ground, **spec: Any) -> Iterator[str]:
    """A node of the cluster that is like the first one but for its name, label and provider id."""
    manifest = ground.nodes[0].manifest()
    name = manifest["metadata"]["name"] = f"odd-{next(_numbers)}"
    manifest["metadata"]["labels"]["kubernetes.io/hostname"] = name
    manifest["metadata"]["labels"].update(spec.pop("labels", {}))
    manifest["status"]["addresses"] = [{"type": "Hostname", "address": name}]
    manifest["spec"] = {key: value for key, value in spec.items() if value}
    status, answer = ground.api.request("POST", "/api/v1/nodes", manifest)
    assert status == 201, answer
    yield name
    ground.kubectl("delete", "node", name)


@pytest.mark.usefixtures("operator")
def test_fargate_is_not_supported(eips: Eips, ground: Ground) -> None:
    """Its network interfaces are not the account's. https://docs.aws.amazon.com/eks/latest/userguide/fargate.html
    Pods and nodes of it have such labels."""
    provider = "aws:///us-east-1a/0123456789-0123456789abcdef0123456789abcdef/fargate-ip-10-0-16-99.ec2.internal"
    with odd_node(ground, providerID=provider, labels={"eks.amazonaws.com/compute-type": "fargate"}) as node:
        ground.create_pod("web", eips.namespace, node=node, late_ip=True)
        eips.kubectl("label", "pod", "web", "eks.amazonaws.com/fargate-profile=default")
        addresses_of_pod(eips, "10.0.16.99")
        eips.apply("my-eip", "web")
        eips.wait_reason("my-eip", "Unsupported")
        assert eips.condition("my-eip", "Stalled")["status"] == "True"
        eips.check_free("my-eip")
        eips.kubectl("delete", "pod", "web", "--now")


@pytest.mark.usefixtures("operator")
def test_a_node_that_names_no_instance_is_waited_for(eips: Eips, ground: Ground) -> None:
    """The cloud controller writes the provider id a moment after the node is there."""
    ip = ground.nodes[0].pod_ip(209)
    ground.network.ensure_eni(ground.nodes[0], ip)
    with odd_node(ground) as node:
        ground.create_pod("web", eips.namespace, node=node, late_ip=True)
        addresses_of_pod(eips, ip)
        eips.apply("my-eip", "web")
        eips.wait_reason("my-eip", "NodeNotReady")
        assert eips.condition("my-eip", "Stalled").get("status", "False") == "False"
        provider = ground.nodes[0].provider_id
        ground.kubectl("patch", "node", node, "-p", f'{{"spec":{{"providerID":"{provider}"}}}}')
        eips.wait("my-eip", "assigned")
        eips.check_on("my-eip", ip)
        eips.kubectl("delete", "pod", "web", "--now")
        eips.wait_reason("my-eip", "PodNotFound")


# Specs that 1.4.1 has written, or would have read in its own way


@pytest.mark.usefixtures("operator")
def test_a_pod_that_is_named_wins_over_the_address_beside_it(eips: Eips, ground: Ground) -> None:
    """1.4.1 wrote the pod's address there, which may be from the pod before."""
    ip, other = eips.pod("web", node=ground.nodes[0]), eips.pod("other", node=ground.nodes[1])
    eips.apply("my-eip", assignment={"podName": "web", "privateIPAddress": other})
    eips.wait("my-eip", "assigned")
    eips.check_on("my-eip", ip)
    assert ground.address_of(other) is None


@pytest.mark.usefixtures("operator")
def test_an_eni_that_is_named_wins_over_the_address_beside_it(eips: Eips, enis: Enis, ground: Ground) -> None:
    other = eips.pod("other", node=ground.nodes[1])
    status = enis.created()
    eips.apply("my-eip", assignment={"eni": "my-eni", "privateIPAddress": other})
    eips.wait("my-eip", "assigned")
    assert eips.address()["NetworkInterfaceId"] == status["networkInterfaceID"]
    assert ground.address_of(other) is None


@contextmanager
def without_rules(ground: Ground) -> Iterator[None]:
    """The API server takes everything, as the CRD of 1.4.1 let it; afterwards our own rules are in force again."""
    crd = yaml.safe_load(CRD.read_text())

    def strip(node: Any) -> None:
        for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
            strip(child)
        if isinstance(node, dict):
            node.pop("x-kubernetes-validations", None)

    def takes_odd_ones() -> bool:
        odd = {"apiVersion": f"{GROUP}/v1alpha1", "kind": "EIP", "metadata": {"name": "odd", "namespace": "default"},
               "spec": {"publicIPv4Pool": "a", "publicIPv4Pools": ["b"]}}  # fmt: skip
        return ground.run_kubectl("create", "--dry-run=server", "-f", "-", input=odd).returncode == 0

    strip(crd)
    ground.apply(crd)
    ground.wait(takes_odd_ones, DEADLINE, "no rules")
    yield
    ground.kubectl("apply", "-f", str(CRD))
    ground.wait(lambda: not takes_odd_ones(), DEADLINE, "our rules")


RANKED = {
    "address": ({"publicIPAddress": "12.34.56.91", "publicIPv4Pool": "ipv4pool-ec2-a"}, {"Address": "12.34.56.91"}),
    "pool": (
        {"publicIPv4Pool": "ipv4pool-ec2-0000000000000000a", "publicIPv4Pools": ["ipv4pool-ec2-0000000000000000b"]},
        {"PublicIpv4Pool": "ipv4pool-ec2-0000000000000000a"},
    ),
}


@pytest.mark.parametrize("case", RANKED)
def test_a_stored_object_with_several_sources_is_read_as_1_4_1_read_it(
    own_operator: Callable[..., Operator], eips: Eips, ground: Ground, case: str
) -> None:
    """The exact address, else the pool, else the pools."""
    spec, sent = RANKED[case]
    ground.offer_address("12.34.56.91")
    for number, letter in enumerate("ab"):
        ground.offer_pool(f"ipv4pool-ec2-0000000000000000{letter}", f"203.0.114.{number * 16}", 16)
    with without_rules(ground):
        eips.apply("my-eip", **spec)
    since = ground.proxy.mark()
    own_operator(flags=IMPATIENT)
    eips.wait("my-eip", "allocated")
    (call,) = ground.proxy.calls("AllocateAddress", since)
    assert {key: value for key, value in call.params.items() if key in ("Address", "PublicIpv4Pool")} == sent
    wait_reads(ground, 2)
    eips.kubectl("delete", "eip", "my-eip")
    assert not eips.addresses()
