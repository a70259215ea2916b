"""What the live tests do with EIPAssociations: written with kubectl, seen with kubectl."""

from __future__ import annotations

from typing import Any

from objects import DEADLINE, Json, Objects


class Associations(Objects):
    """The EIPAssociations of one namespace."""

    KIND = "EIPAssociation"
    PLURAL = "eipassociations"

    def manifest(self, name: str, eip: str = "my-eip", **assignment: Any) -> Json:
        """manifest("a", podName="web")"""
        return self.body(name, {"eipName": eip, "assignment": assignment})

    def apply(self, name: str = "my-association", eip: str = "my-eip", **assignment: Any) -> str:
        """`kubectl apply` of an EIPAssociation; returns the uid of the object."""
        return self.apply_body(self.manifest(name, eip, **assignment))

    def wait_ready(self, name: str = "my-association", timeout: float = DEADLINE) -> Json:
        """Until it is bound, and the address on the target that is wanted now; the status."""
        status = self.wait_fresh(name, "Assigned", timeout=timeout)
        said = {entry["type"]: (entry["status"], entry["reason"]) for entry in status["conditions"]}
        assert said["Bound"] == ("True", "Bound") and said["Ready"] == ("True", "Assigned"), said
        return status

    def wait_unbound(self, name: str, *reasons: str, timeout: float = DEADLINE) -> Json:
        """Until it says for one of these reasons that the EIP is not assigned because of it; the condition."""
        found = self.wait_reason(name, *reasons, kind="Bound", timeout=timeout)
        assert found["status"] == "False" and found["message"], found
        assert self.condition(name, "Ready")["status"] == "False"
        return found
