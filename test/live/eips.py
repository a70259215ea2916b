"""What the live tests do with EIPs: written with kubectl, seen with kubectl and boto3."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ground import Call, Ground, Operator

GROUP = "aws.k8s.logmein.com"
API_VERSION = f"{GROUP}/v1alpha1"
WRITES = ("create", "update", "patch", "delete", "deletecollection")
# The machine may be busy with other work. No test says how fast something is, only that it comes.
DEADLINE = 60.0
# Quick looks for drift, and a short wait for what a lost call may have done.
IMPATIENT = ("-resync=1s", "-settle-time=4s")

# EC2's answer to DescribeAddresses in an account, or a region, that has none.
NO_ADDRESSES = (
    '<DescribeAddressesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">'
    "<requestId>r</requestId><addressesSet/></DescribeAddressesResponse>"
)

Json = dict[str, Any]


class Eips:
    """The EIPs of one namespace."""

    def __init__(self, ground: Ground, namespace: str) -> None:
        self.ground = ground
        self.namespace = namespace

    # Written

    def kubectl(self, *args: str, **more: Any) -> str:
        return self.ground.kubectl("-n", self.namespace, *args, **more)

    def manifest(self, name: str, pod: str | None = None, **spec: Any) -> Json:
        if pod is not None:
            spec["assignment"] = {"podName": pod}
        metadata = {"name": name, "namespace": self.namespace}
        return {"apiVersion": API_VERSION, "kind": "EIP", "metadata": metadata, "spec": spec}

    def apply(self, name: str, pod: str | None = None, **spec: Any) -> str:
        """`kubectl apply` of an EIP, for a pod if one is named; returns the uid of the object."""
        text = self.kubectl("apply", "-o", "json", "-f", "-", input=self.manifest(name, pod, **spec))
        return json.loads(text)["metadata"]["uid"]

    def apply_many(self, pods: Mapping[str, str | None], **spec: Any) -> None:
        """All at once, in one `kubectl apply`: names of EIPs, each with its pod or None."""
        items = [self.manifest(name, pod, **spec) for name, pod in pods.items()]
        self.kubectl("apply", "-f", "-", input={"apiVersion": "v1", "kind": "List", "items": items})

    def allocated(self, name: str = "my-eip", **spec: Any) -> Json:
        """A new EIP in state allocated; its status."""
        self.apply(name, **spec)
        return self.wait(name, "allocated")

    def assigned(self, name: str = "my-eip", pod: str = "web", **spec: Any) -> Json:
        """A new EIP that is assigned to a pod which is there already; its status."""
        self.apply(name, pod, **spec)
        return self.wait(name, "assigned")

    def left_by_1_4_1(self, name: str, status: Mapping[str, Any], **spec: Any) -> str:
        """An object as the Go operator left it, with its finalizer; no operator may run. Returns its uid."""
        body = self.manifest(name, **spec)
        body["metadata"]["finalizers"] = [GROUP]
        uid = json.loads(self.kubectl("create", "-o", "json", "-f", "-", input=body))["metadata"]["uid"]
        self.patch_status(name, status)
        return uid

    def patch(self, name: str, patch: Mapping[str, Any], *more: str) -> None:
        self.kubectl("patch", "eip", name, "--type=merge", "-p", json.dumps(patch), *more)

    def patch_status(self, name: str, status: Mapping[str, Any]) -> None:
        self.patch(name, {"status": status}, "--subresource=status")

    def delete(self, name: str) -> None:
        """Asks for it, without waiting."""
        self.kubectl("delete", "eip", name, "--wait=false")

    def pod(self, name: str = "web", **how: Any) -> str:
        """A running pod with an address that EC2 knows; the address."""
        self.ground.create_pod(name, self.namespace, **how)
        return self.ground.wait_pod_ip(name, self.namespace)

    def delete_pod(self, name: str = "web") -> None:
        self.kubectl("delete", "pod", name)

    # Seen in Kubernetes

    def get(self, name: str) -> Json:
        found = self.ground.get(f"eip.{GROUP}", name, self.namespace)
        if found is None:
            raise LookupError(f"there is no EIP {name}")
        return found

    def list(self) -> Iterable[Json]:
        return self.ground.list(f"eips.{GROUP}", self.namespace)

    def uid(self, name: str) -> str:
        return self.get(name)["metadata"]["uid"]

    def status(self, name: str = "my-eip") -> Json:
        return self.get(name).get("status", {})

    def condition(self, name: str, kind: str) -> Json:
        """The condition of that type; an empty one when there is none."""
        found = [entry for entry in self.status(name).get("conditions", []) if entry["type"] == kind]
        return found[0] if found else {}

    def wait(self, name: str, state: str, timeout: float = DEADLINE) -> Json:
        """Until the operator has seen the present spec and says that state; the status."""

        def reached() -> Json | None:
            found = self.get(name)
            status = found["status"]
            fresh = status.get("observedGeneration") == found["metadata"]["generation"]
            if fresh and status.get("state") == state:
                return status
            raise AssertionError(f"{status}, generation {found['metadata']['generation']}")

        return self.ground.wait(reached, timeout, f"EIP {name} {state}")

    def wait_all(self, state: str, count: int, timeout: float = DEADLINE) -> None:
        def reached() -> bool:
            states = [item.get("status", {}).get("state") for item in self.list()]
            assert states.count(state) == count, f"{states.count(state)} of {count} {state}: {set(states)}"
            return True

        self.ground.wait(reached, timeout, f"{count} EIPs {state}")

    def wait_reason(self, name: str, *reasons: str, kind: str = "Ready", timeout: float = DEADLINE) -> Json:
        """Until the condition of type `kind` has one of these reasons; the condition."""

        def reached() -> Json | None:
            found = self.condition(name, kind)
            if found.get("reason") in reasons:
                return found
            raise AssertionError(f"{self.status(name)}")

        return self.ground.wait(reached, timeout, f"{kind} of EIP {name}: {' or '.join(reasons)}")

    def wait_pod_uid(self, name: str, pod: str, timeout: float = DEADLINE) -> Json:
        """Until the EIP is assigned to the pod that now has this name; the status."""
        uid = self.ground.get("pod", pod, self.namespace)["metadata"]["uid"]

        def reached() -> Json | None:
            status = self.status(name)
            if status.get("state") == "assigned" and status.get("assignment", {}).get("podUID") == uid:
                return status
            raise AssertionError(f"{status}; the pod is {uid}")

        return self.ground.wait(reached, timeout, f"EIP {name} assigned to pod {pod} of uid {uid}")

    def wait_gone(self, name: str, timeout: float = DEADLINE) -> None:
        self.ground.wait(
            lambda: self.ground.get(f"eip.{GROUP}", name, self.namespace) is None, timeout, f"EIP {name} gone"
        )

    def events(self, name: str, kind: str | None = None) -> Sequence[Json]:
        """Kubernetes Events about an EIP; `kind` is Normal or Warning."""
        return [
            event
            for event in self.ground.list("events", self.namespace)
            if event["involvedObject"].get("kind") == "EIP"
            and event["involvedObject"].get("name") == name
            and kind in (None, event["type"])
        ]

    # Seen in EC2

    def addresses(self) -> Sequence[Json]:
        """All Elastic IPs with the tags of an EIP of this namespace."""
        key = f"{GROUP}/namespace"
        return [address for address in self.ground.addresses() if tags_of(address).get(key) == self.namespace]

    def owned(self, uid: str) -> Sequence[Json]:
        return [address for address in self.ground.addresses() if tags_of(address).get(f"{GROUP}/uid") == uid]

    def address(self, name: str = "my-eip") -> Json:
        """The Elastic IP that carries the uid of this EIP: there is one, no more."""
        found = self.owned(self.uid(name))
        assert len(found) == 1, f"EIP {name} owns {found}"
        return found[0]

    def check_on(self, name: str, private_ip: str) -> Json:
        """What an assigned EIP and EC2 say agrees: the one address of this EIP is on that private address."""
        status, address = self.status(name), self.address(name)
        assert address["PrivateIpAddress"] == private_ip
        assert address["PublicIp"] == status["publicIPAddress"]
        assert address["AllocationId"] == status["allocationId"]
        assert address["AssociationId"] == status["associationId"]
        assert address["NetworkInterfaceId"] == status["networkInterfaceId"] == self.ground.eni_of(private_ip)
        assert status["assignment"]["privateIPAddress"] == private_ip
        return address

    def check_free(self, name: str) -> Json:
        address, status = self.address(name), self.status(name)
        assert on_nothing(address), address
        assert not status.get("associationId") and not status.get("assignment"), status
        return address


def tags_of(address: Mapping[str, Any]) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in address.get("Tags", [])}


def on_nothing(address: Mapping[str, Any]) -> bool:
    return not address.get("AssociationId") and not address.get("PrivateIpAddress")


def mutates(call: Call) -> bool:
    return call.service == "ec2" and not call.action.startswith("Describe")


def is_read(call: Call) -> bool:
    return call.service == "ec2" and not mutates(call)


def mutations(ground: Ground, since: int) -> list[str]:
    """The actions of all calls since then that may change something in EC2."""
    return [call.action for call in ground.proxy.calls(since=since, match=mutates)]


def reads(ground: Ground, since: int) -> list[str]:
    return [call.action for call in ground.proxy.calls(since=since, match=is_read)]


def wait_reads(ground: Ground, count: int, action: str = "DescribeAddresses") -> None:
    """Until the operator has looked `count` more times: a span of time that does not depend on the machine."""
    since = ground.proxy.mark()
    ground.wait(lambda: len(ground.proxy.calls(action, since)) >= count, DEADLINE, f"{count} calls of {action}")


def wait_exit(operator: Operator, timeout: float = 30.0) -> int:
    """The exit code of an operator that ends by itself."""
    process = operator.component.process
    assert process is not None
    operator.ground.wait(lambda: process.poll() is not None, timeout, f"the end of {operator.name}")
    return process.returncode


# The README of the original operator

_README = Path(__file__).parent / "manifests/original-readme.md"


def original(heading: str) -> str:
    """The YAML below a heading of the original README, as it is written there."""
    blocks = originals(heading)
    assert len(blocks) == 1, heading
    return blocks[0]


def originals(heading: str) -> list[str]:
    lines = iter(_README.read_text().splitlines())
    for line in lines:
        if line.startswith("#") and line.lstrip("#").strip() == heading:
            break
    else:
        raise LookupError(heading)
    blocks: list[str] = []
    inside = False
    for line in lines:
        if line.startswith("```"):
            inside = line == "```yaml"
            blocks += [""] if inside else []
        elif inside:
            blocks[-1] += line + "\n"
        elif line.startswith("#") and not blocks == []:
            break
    return blocks
