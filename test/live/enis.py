"""What the live tests do with ENIs: written with kubectl, seen with kubectl and boto3."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ground import Ground
from ground.network import Node
from objects import DEADLINE, GROUP, Json, Objects, condition_of, own_tags, tags_of

# Keeps the VPC CNI of the node away from the interface:
# https://docs.aws.amazon.com/eks/latest/userguide/cni-custom-network.html
NO_MANAGE = {"node.k8s.amazonaws.com/no_manage": "true"}

# EC2's answer to DescribeNetworkInterfaces in an account, or a region, that has none.
NO_INTERFACES = (
    '<DescribeNetworkInterfacesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">'
    "<requestId>r</requestId><networkInterfaceSet/></DescribeNetworkInterfacesResponse>"
)
_numbers = itertools.count(1)
_small_subnets = itertools.count(0)


class Enis(Objects):
    """The ENIs of one namespace. Their interfaces are in subnets of their own, one per zone, where no pod has its IP."""

    KIND = "ENI"
    PLURAL = "enis"

    # Written

    def manifest(self, name: str, pod: str | None = None, node: Node | None = None, **spec: Any) -> Json:
        """In the zone of `node`, of the first one without."""
        wanted = {
            "subnetID": subnet_of(self.ground, node or self.ground.nodes[0]),
            "securityGroups": [self.ground.network.security_group],
            **({} if pod is None else {"attachment": {"podName": pod}}),
            **spec,
        }
        return self.body(name, wanted)

    def apply(self, name: str, pod: str | None = None, node: Node | None = None, **spec: Any) -> str:
        """`kubectl apply` of an ENI, for a pod if one is named; returns the uid of the object."""
        return self.apply_body(self.manifest(name, pod, node, **spec))

    def created(self, name: str = "my-eni", **how: Any) -> Json:
        """A new ENI that is attached to nothing, and ready; its status."""
        self.apply(name, **how)
        return self.wait_created(name)

    def attached(self, name: str = "my-eni", pod: str = "web", **how: Any) -> Json:
        """A new ENI that is attached to the instance of a pod which is there already; its status."""
        self.apply(name, pod, **how)
        return self.wait_attached(name, pod)

    def pod(self, name: str = "web", *, node: Node | None = None, **how: Any) -> str:
        """On the first node, unless another one is named: in the zone of the interfaces."""
        return super().pod(name, node=node or self.ground.nodes[0], **how)

    # Seen in Kubernetes

    def status(self, name: str = "my-eni") -> Json:
        return super().status(name)

    def wait_created(self, name: str = "my-eni", timeout: float = DEADLINE) -> Json:
        """Until its interface is as the present spec wants it, and on nothing; the status."""
        return self.wait_fresh(name, "Created", timeout=timeout)

    def wait_attached(self, name: str = "my-eni", pod: str = "web", timeout: float = DEADLINE) -> Json:
        """Until it is attached to the instance of the pod that now has this name; the status."""
        found = self.ground.wait(lambda: self._placed(pod), DEADLINE, f"a node for pod {pod}")
        uid, instance = found["metadata"]["uid"], self.node_of(pod).instance_id

        def reached() -> Json | None:
            eni = self.get(name)
            status, attachment = eni["status"], eni["status"].get("attachment", {})
            ready = condition_of(eni, "Ready")
            wanted = (pod, uid, instance, "Attached", "True", eni["metadata"]["generation"])
            said = (
                attachment.get("podName"), attachment.get("podUID"), attachment.get("instanceID"),
                ready.get("reason"), ready.get("status"), status["observedGeneration"],
            )  # fmt: skip
            if said == wanted:
                return status
            raise AssertionError(f"{status}; wanted: {wanted}")

        return self.ground.wait(reached, timeout, f"ENI {name} attached to the instance of pod {pod}")

    def _placed(self, pod: str) -> Json | None:
        found = self.ground.get("pod", pod, self.namespace)
        return found if found and found["spec"].get("nodeName") else None

    def node_of(self, pod: str) -> Node:
        found = self._placed(pod)
        assert found is not None, f"pod {pod} is on no node"
        return next(node for node in self.ground.nodes if node.name == found["spec"]["nodeName"])

    # Seen in EC2

    def all_interfaces(self) -> Sequence[Json]:
        return self.ground.network.ec2.describe_network_interfaces()["NetworkInterfaces"]

    def interfaces(self) -> Sequence[Json]:
        """All network interfaces with the tags of an ENI of this namespace."""
        key = f"{GROUP}/namespace"
        return [found for found in self.all_interfaces() if tags_of(found).get(key) == self.namespace]

    def owned(self, uid: str) -> Sequence[Json]:
        return [found for found in self.all_interfaces() if tags_of(found).get(f"{GROUP}/uid") == uid]

    def interface(self, name: str = "my-eni") -> Json:
        """The network interface that carries the uid of this ENI: there is one, no more."""
        found = self.owned(self.uid(name))
        assert len(found) == 1, f"ENI {name} owns {found}"
        return found[0]

    def own_tags(self, name: str = "my-eni") -> dict[str, str]:
        """Those that the operator puts on by itself."""
        return {**own_tags(self.ground, self.namespace, name, self.uid(name)), **NO_MANAGE}

    def check(self, name: str = "my-eni") -> Json:
        """What an ENI says of its interface is true in EC2; the interface."""
        status, interface = self.status(name), self.interface(name)
        assert status["networkInterfaceID"] == interface["NetworkInterfaceId"]
        assert status["macAddress"] == interface["MacAddress"]
        ips = private_ips(interface)
        assert sorted(status["privateIPAddresses"]) == sorted(ips) and status["privateIPAddresses"][0] == ips[0]
        said, true = status.get("attachment"), interface.get("Attachment")
        assert bool(said) == bool(true), f"{said}, in EC2 {true}"
        if true:
            assert said["instanceID"] == true["InstanceId"] and said["deviceIndex"] == true["DeviceIndex"]
            assert said["attachmentID"] == true["AttachmentId"] and true["Status"] == "attached"
        return interface

    def check_on(self, name: str, node: Node) -> Json:
        """The same, and it is attached to the instance of that node."""
        interface = self.check(name)
        assert interface["Attachment"]["InstanceId"] == node.instance_id
        return interface

    def check_free(self, name: str = "my-eni") -> Json:
        """The same, and it is attached to nothing."""
        interface = self.check(name)
        assert not interface.get("Attachment") and interface["Status"] == "available", interface
        return interface

    def wait_interface(self, name: str, what: str, holds: Callable[[Json], Any], timeout: float = DEADLINE) -> Json:
        """Until this is true of its interface in EC2; the interface."""

        def reached() -> Json | None:
            found = self.interface(name)
            if holds(found):
                return found
            raise AssertionError(f"{found}")

        return self.ground.wait(reached, timeout, f"interface of ENI {name}: {what}")

    def wait_tags(self, wanted: Mapping[str, str], name: str = "my-eni", timeout: float = DEADLINE) -> None:
        """Until the interface has these tags and those of the operator, and no others."""
        expected = {**self.own_tags(name), **wanted}
        self.wait_interface(name, f"tags {expected}", lambda found: tags_of(found) == expected, timeout)

    def wait_none(self, timeout: float = DEADLINE) -> None:
        """Until all ENIs of the namespace are gone; no interface is left then."""
        self.ground.wait(lambda: not list(self.list()), timeout, "the end of all ENIs")
        assert not self.interfaces()


class TrueEnis(Enis):
    """The same with the interfaces as they are in the double and not as reads show them."""

    def all_interfaces(self) -> Sequence[Json]:
        return [_as_boto3_shows(row) for row in self.ground.double.world()["network_interfaces"]]


def _as_boto3_shows(row: Json) -> Json:
    shown = {
        "NetworkInterfaceId": row["id"],
        "Status": row["status"],
        "Description": row["description"],
        "SubnetId": row["subnet_id"],
        "MacAddress": row["mac_address"],
        "PrivateIpAddresses": [
            {"PrivateIpAddress": ip, "Primary": number == 0} for number, ip in enumerate(row["private_ip_addresses"])
        ],
        "Groups": [{"GroupId": group} for group in row["groups"]],
        "TagSet": [{"Key": key, "Value": value} for key, value in row["tags"].items()],
    }
    if attachment := row["attachment"]:
        shown["Attachment"] = {
            "AttachmentId": attachment["id"],
            "InstanceId": attachment["instance_id"],
            "DeviceIndex": attachment["device_index"],
            "NetworkCardIndex": attachment["network_card_index"],
            "Status": attachment["status"],
        }
    return shown


def private_ips(interface: Mapping[str, Any]) -> list[str]:
    """The primary one first."""
    found = sorted(interface["PrivateIpAddresses"], key=lambda item: not item["Primary"])
    return [item["PrivateIpAddress"] for item in found]


def group_ids(interface: Mapping[str, Any]) -> list[str]:
    return sorted(group["GroupId"] for group in interface["Groups"])


# What tests bring along in EC2


def subnet_of(ground: Ground, node: Node) -> str:
    """A subnet in the node's zone that is for ENIs alone. A large one: moto draws addresses without a look at the others."""
    return _subnet(ground, f"10.0.{64 + 16 * 'abc'.index(node.zone[-1])}.0/20", node.zone)


def small_subnet(ground: Ground, node: Node) -> str:
    """A new one with room for 11 addresses, in the node's zone."""
    number = next(_small_subnets)
    return _subnet(ground, f"10.0.{230 + number // 16}.{16 * (number % 16)}/28", node.zone)


def _subnet(ground: Ground, cidr: str, zone: str) -> str:
    subnets = ground.network.subnets
    if cidr not in subnets:
        created = ground.ec2().create_subnet(VpcId=ground.network.vpc_id, CidrBlock=cidr, AvailabilityZone=zone)
        subnets[cidr] = created["Subnet"]["SubnetId"]
    return subnets[cidr]


def new_group(ground: Ground, name: str = "") -> str:
    """A new security group of the ground's VPC; its id."""
    return ground.ec2().create_security_group(
        GroupName=name or f"group-{next(_numbers)}", Description="of a test", VpcId=ground.network.vpc_id
    )["GroupId"]


def device_indices(ground: Ground, node: Node) -> set[int]:
    """Those that are taken on the node's instance."""
    (reservation,) = ground.ec2().describe_instances(InstanceIds=[node.instance_id])["Reservations"]
    interfaces = reservation["Instances"][0]["NetworkInterfaces"]
    return {interface["Attachment"]["DeviceIndex"] for interface in interfaces}


class LooseInterface:
    """A network interface of somebody else in the account; detached and deleted at the end."""

    def __init__(self, ground: Ground, node: Node | None = None, **parameters: Any) -> None:
        self.ground = ground
        self.node = node or ground.nodes[0]
        self._parameters = parameters
        self.id = ""

    def __enter__(self) -> "LooseInterface":
        self.id = self.ground.ec2().create_network_interface(
            SubnetId=subnet_of(self.ground, self.node), Groups=[self.ground.network.security_group], **self._parameters
        )["NetworkInterface"]["NetworkInterfaceId"]
        return self

    def __exit__(self, *_: object) -> None:
        found = self.ground.ec2().describe_network_interfaces(
            Filters=[{"Name": "network-interface-id", "Values": [self.id]}]
        )["NetworkInterfaces"]
        if found:
            self.detach()
            self.ground.ec2().delete_network_interface(NetworkInterfaceId=self.id)

    def shown(self) -> Json:
        (found,) = self.ground.ec2().describe_network_interfaces(NetworkInterfaceIds=[self.id])["NetworkInterfaces"]
        return found

    def attach(self, device_index: int) -> None:
        self.ground.ec2().attach_network_interface(
            NetworkInterfaceId=self.id, InstanceId=self.node.instance_id, DeviceIndex=device_index
        )

    def detach(self) -> None:
        if attachment := self.shown().get("Attachment"):
            self.ground.ec2().detach_network_interface(AttachmentId=attachment["AttachmentId"])
            self.ground.wait(lambda: self.shown()["Status"] == "available", DEADLINE, f"{self.id} detached")

    def tag(self, tags: Mapping[str, str]) -> None:
        tag_by_hand(self.ground, self.id, tags)


def tag_by_hand(ground: Ground, resource: str, tags: Mapping[str, str]) -> None:
    ground.ec2().create_tags(Resources=[resource], Tags=[{"Key": key, "Value": value} for key, value in tags.items()])


def detach_by_hand(ground: Ground, interface: Mapping[str, Any]) -> None:
    ground.ec2().detach_network_interface(AttachmentId=interface["Attachment"]["AttachmentId"])
