"""What the live tests do with EIPs: written with kubectl, seen with kubectl and boto3."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ground import Call, Ground, Operator
from objects import DEADLINE, GROUP, Json, Objects, tags_of

WRITES = ("create", "update", "patch", "delete", "deletecollection")
# Quick looks for drift, and a short wait for what a lost call may have done.
IMPATIENT = ("-resync=1s", "-settle-time=4s")

# EC2's answer to DescribeAddresses in an account, or a region, that has none.
NO_ADDRESSES = (
    '<DescribeAddressesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">'
    "<requestId>r</requestId><addressesSet/></DescribeAddressesResponse>"
)


class Eips(Objects):
    """The EIPs of one namespace."""

    KIND = "EIP"
    PLURAL = "eips"

    # Written

    def manifest(self, name: str, pod: str | None = None, **spec: Any) -> Json:
        if pod is not None:
            spec["assignment"] = {"podName": pod}
        return self.body(name, spec)

    def apply(self, name: str, pod: str | None = None, **spec: Any) -> str:
        """`kubectl apply` of an EIP, for a pod if one is named; returns the uid of the object."""
        return self.apply_body(self.manifest(name, pod, **spec))

    def apply_many(self, pods: Mapping[str, str | None], **spec: Any) -> None:
        """All at once, in one `kubectl apply`: names of EIPs, each with its pod or None."""
        self.apply_bodies(self.manifest(name, pod, **spec) for name, pod in pods.items())

    def allocated(self, name: str = "my-eip", **spec: Any) -> Json:
        """A new EIP in state allocated; its status."""
        self.apply(name, **spec)
        return self.wait(name, "allocated")

    def assigned(self, name: str = "my-eip", pod: str = "web", **spec: Any) -> Json:
        """A new EIP that is assigned to a pod which is there already; its status."""
        self.apply(name, pod, **spec)
        return self.wait(name, "assigned")

    def left_by_1_4_1(self, name: str, status: Mapping[str, Any], **spec: Any) -> str:
        """As `create_left_by_1_4_1`."""
        return self.create_left_by_1_4_1(self.manifest(name, **spec), status)

    # Seen in Kubernetes

    def status(self, name: str = "my-eip") -> Json:
        return super().status(name)

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

    def wait_pod_uid(self, name: str, pod: str, timeout: float = DEADLINE) -> Json:
        """Until the EIP is assigned to the pod that now has this name; the status."""
        uid = self.ground.get("pod", pod, self.namespace)["metadata"]["uid"]

        def reached() -> Json | None:
            status = self.status(name)
            if status.get("state") == "assigned" and status.get("assignment", {}).get("podUID") == uid:
                return status
            raise AssertionError(f"{status}; the pod is {uid}")

        return self.ground.wait(reached, timeout, f"EIP {name} assigned to pod {pod} of uid {uid}")

    def wait_events_sent(self) -> None:
        """The operator sends its Events one by one: when that of one more EIP is there, all before it are."""
        self.allocated("last")
        self.ground.wait(lambda: self.events("last"), DEADLINE, "the Event of a last EIP")

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


def wait_audit(ground: Ground, namespace: str) -> None:
    """All that was answered before this call is in the audit log when it returns."""
    since = ground.audit_log.mark()
    ground.kubectl("-n", namespace, "create", "configmap", f"mark-{since}")
    ground.wait(
        lambda: ground.audit(verbs="create", resource="configmaps", name=f"mark-{since}"), DEADLINE, "the audit log"
    )


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
