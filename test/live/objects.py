"""What is the same for the objects of all kinds: written with kubectl, seen with kubectl."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ground import Call, Ground

GROUP = "aws.k8s.logmein.com"
API_VERSION = f"{GROUP}/v1alpha1"
# The machine may be busy with other work. No test says how fast something is, only that it comes.
DEADLINE = 60.0

Json = dict[str, Any]


class Objects:
    """The objects of one kind in one namespace."""

    KIND = ""
    PLURAL = ""

    def __init__(self, ground: Ground, namespace: str) -> None:
        self.ground = ground
        self.namespace = namespace

    # Written

    def kubectl(self, *args: str, **more: Any) -> str:
        return self.ground.kubectl("-n", self.namespace, *args, **more)

    def body(self, name: str, spec: Mapping[str, Any]) -> Json:
        metadata = {"name": name, "namespace": self.namespace}
        return {"apiVersion": API_VERSION, "kind": self.KIND, "metadata": metadata, "spec": dict(spec)}

    def apply_body(self, body: Json) -> str:
        """`kubectl apply`; returns the uid of the object."""
        return json.loads(self.kubectl("apply", "-o", "json", "-f", "-", input=body))["metadata"]["uid"]

    def apply_bodies(self, bodies: Iterable[Json]) -> None:
        """All at once, in one `kubectl apply`."""
        self.kubectl("apply", "-f", "-", input={"apiVersion": "v1", "kind": "List", "items": list(bodies)})

    def create_left_by_1_4_1(self, body: Json, status: Mapping[str, Any] | None = None) -> str:
        """An object as the Go operator left it, with its finalizer; no operator may run. Returns its uid."""
        body["metadata"]["finalizers"] = [GROUP]
        created = json.loads(self.kubectl("create", "-o", "json", "-f", "-", input=body))
        if status is not None:
            self.patch_status(body["metadata"]["name"], status)
        return created["metadata"]["uid"]

    def patch(self, name: str, patch: Mapping[str, Any], *more: str) -> None:
        self.kubectl("patch", f"{self.PLURAL}.{GROUP}", name, "--type=merge", "-p", json.dumps(patch), *more)

    def patch_status(self, name: str, status: Mapping[str, Any]) -> None:
        self.patch(name, {"status": status}, "--subresource=status")

    def delete(self, name: str) -> None:
        """Asks for it, without waiting."""
        self.kubectl("delete", f"{self.PLURAL}.{GROUP}", name, "--wait=false")

    def pod(self, name: str = "web", **how: Any) -> str:
        """A running pod with an address that EC2 knows; the address."""
        self.ground.create_pod(name, self.namespace, **how)
        return self.ground.wait_pod_ip(name, self.namespace)

    def delete_pod(self, name: str = "web") -> None:
        self.kubectl("delete", "pod", name)

    # Seen in Kubernetes

    def get(self, name: str) -> Json:
        found = self.ground.get(f"{self.PLURAL}.{GROUP}", name, self.namespace)
        if found is None:
            raise LookupError(f"there is no {self.KIND} {name}")
        return found

    def list(self) -> Iterable[Json]:
        return self.ground.list(f"{self.PLURAL}.{GROUP}", self.namespace)

    def uid(self, name: str) -> str:
        return self.get(name)["metadata"]["uid"]

    def status(self, name: str) -> Json:
        return self.get(name).get("status", {})

    def condition(self, name: str, kind: str) -> Json:
        """The condition of that type; an empty one when there is none."""
        return condition_of(self.get(name), kind)

    def wait_reason(self, name: str, *reasons: str, kind: str = "Ready", timeout: float = DEADLINE) -> Json:
        """Until the condition of type `kind` has one of these reasons; the condition."""

        def reached() -> Json | None:
            found = self.condition(name, kind)
            if found.get("reason") in reasons:
                return found
            raise AssertionError(f"{self.status(name)}")

        return self.ground.wait(reached, timeout, f"{kind} of {self.KIND} {name}: {' or '.join(reasons)}")

    def wait_fresh(self, name: str, *reasons: str, kind: str = "Ready", timeout: float = DEADLINE) -> Json:
        """The same, once the operator has seen the present spec; the status."""

        def reached() -> Json | None:
            found = self.get(name)
            seen = found["status"]["observedGeneration"] == found["metadata"]["generation"]
            if seen and condition_of(found, kind).get("reason") in reasons:
                return found["status"]
            raise AssertionError(f"{found['status']}, generation {found['metadata']['generation']}")

        return self.ground.wait(reached, timeout, f"{kind} of {self.KIND} {name}: {' or '.join(reasons)}")

    def wait_gone(self, name: str, timeout: float = DEADLINE) -> None:
        self.ground.wait(
            lambda: self.ground.get(f"{self.PLURAL}.{GROUP}", name, self.namespace) is None, timeout,
            f"{self.KIND} {name} gone",
        )  # fmt: skip

    def wait_younger(self, name: str) -> None:
        """Until what is created now is younger than this object: times of creation are in whole seconds."""
        created = self.get(name)["metadata"]["creationTimestamp"]

        def now() -> str:
            clock = f"clock-{self.ground.audit_log.mark()}"
            return self.kubectl("create", "configmap", clock, "-o", "jsonpath={.metadata.creationTimestamp}")

        self.ground.wait(lambda: now() > created, DEADLINE, "the next second")

    def kubectl_wait(self, name: str, condition: str = "Ready", timeout: float = DEADLINE) -> None:
        """`kubectl wait`, as a user does it."""
        self.kubectl(
            "wait", f"{self.PLURAL}.{GROUP}/{name}", f"--for=condition={condition}", f"--timeout={timeout:.0f}s"
        )

    def events(self, name: str, kind: str | None = None) -> Sequence[Json]:
        """Kubernetes Events about an object; `kind` is Normal or Warning."""
        return [
            event
            for event in self.ground.list("events", self.namespace)
            if event["involvedObject"].get("kind") == self.KIND
            and event["involvedObject"].get("name") == name
            and kind in (None, event["type"])
        ]


def condition_of(found: Mapping[str, Any], kind: str) -> Json:
    entries = [entry for entry in found.get("status", {}).get("conditions", []) if entry["type"] == kind]
    return entries[0] if entries else {}


def tags_of(thing: Mapping[str, Any]) -> dict[str, str]:
    """Of what boto3 shows: an address has Tags, a network interface a TagSet."""
    return {tag["Key"]: tag["Value"] for tag in thing.get("Tags", thing.get("TagSet", []))}


def own_tags(ground: Ground, namespace: str, name: str, uid: str) -> dict[str, str]:
    """The tags that say whose an address or a network interface is."""
    cluster = ground.get("namespace", "kube-system")["metadata"]["uid"]
    return {
        f"{GROUP}/cluster": cluster,
        f"{GROUP}/namespace": namespace,
        f"{GROUP}/name": name,
        f"{GROUP}/uid": uid,
    }


def sent_tags(call: Call) -> dict[str, str]:
    """The tags that went with a call that makes something."""
    prefix = "TagSpecification.1.Tag."
    numbers = {key[len(prefix) :].split(".")[0] for key in call.params if key.startswith(prefix)}
    return {call.params[f"{prefix}{number}.Key"]: call.params[f"{prefix}{number}.Value"] for number in numbers}
