"""What a test does with pods: a part of Ground, in its own file for the sake of length."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from . import stages
from .api import Api
from .network import Network, Node


class PodHelpers:
    """Mixed into Ground, which has the members named first."""

    network: Network
    api: Api
    kubectl: Callable[..., str]
    get: Callable[..., dict[str, Any] | None]
    wait: Callable[..., Any]

    def create_pod(
        self,
        name: str,
        namespace: str,
        *,
        node: Node | str | None = None,
        late_ip: bool = False,
        hold_delete: bool = False,
        host_network: bool = False,
        annotations: Mapping[str, str] | None = None,
        **spec: Any,
    ) -> dict[str, Any]:
        """A pod with one container; further keywords go into its spec (`serviceAccountName`, `initContainers`)."""
        notes = dict(annotations or {})
        notes.update({stages.LATE_IP: "true"} if late_ip else {})
        notes.update({stages.HOLD_DELETE: "true"} if hold_delete else {})
        body: dict[str, Any] = {"containers": [{"name": "main", "image": "registry.invalid/main:1"}], **spec}
        if node is not None:
            wanted = node if isinstance(node, str) else node.name
            body["nodeSelector"] = {"kubernetes.io/hostname": wanted}
        if host_network:
            body["hostNetwork"] = True
        pod = {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": name, "namespace": namespace, "annotations": notes},
            "spec": body,
        }
        return self.api.create("pods", pod, namespace)

    def wait_pod_ip(self, name: str, namespace: str, timeout: float = 20.0) -> str:
        """Wait until the pod has an address, make sure that an ENI holds it, and return it."""

        def address() -> str:
            pod = self.get("pod", name, namespace)
            return (pod or {}).get("status", {}).get("podIP", "")

        found = self.wait(address, timeout, f"address of pod {namespace}/{name}")
        self.network.ensure_eni(self.network.node_for(found), found)
        return found

    def give_ip(self, name: str, namespace: str, ip: str) -> str:
        """Give a pod that waits (`late_ip`) this address, on an ENI; waits until the pod shows it."""
        self.network.ensure_eni(self.network.node_for(ip), ip)
        self.kubectl("-n", namespace, "annotate", "--overwrite", "pod", name, f"{stages.IP}={ip}")
        return self.wait_pod_ip(name, namespace)

    def change_ip(self, name: str, namespace: str, ip: str) -> None:
        """Give a running pod another address, as after the loss of its sandbox."""
        self.network.ensure_eni(self.network.node_for(ip), ip)
        self.patch_pod_status(name, namespace, {"podIP": ip, "podIPs": [{"ip": ip}]})

    def finish_pod(self, name: str, namespace: str, phase: str = "Succeeded") -> None:
        """Make the pod Succeeded or Failed; it keeps its address in the status, as finished pods do."""
        self.patch_pod_status(name, namespace, {"phase": phase})

    def patch_pod_status(self, name: str, namespace: str, status: Mapping[str, Any]) -> None:
        patch = json.dumps({"status": status})
        self.kubectl("-n", namespace, "patch", "pod", name, "--subresource=status", "--type=merge", "-p", patch)

    def hold_delete(self, name: str, namespace: str) -> None:
        """When deleted, the pod stays terminating until `release_delete`."""
        self.kubectl("-n", namespace, "annotate", "--overwrite", "pod", name, f"{stages.HOLD_DELETE}=true")

    def release_delete(self, name: str, namespace: str) -> None:
        self.kubectl("-n", namespace, "annotate", "pod", name, f"{stages.HOLD_DELETE}-")
