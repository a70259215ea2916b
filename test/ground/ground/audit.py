"""Reads the audit log of the apiserver: who did what, and how it was answered."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

# Leases of the nodes and the watches of the ground's own components would only make the file long.
POLICY = """\
apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived, ResponseStarted]
rules:
- level: None
  namespaces: [kube-node-lease]
- level: None
  users: [kube-controller-manager, kube-scheduler]
  verbs: [get, list, watch]
- level: Metadata
"""

WRITES = ("create", "update", "patch", "delete", "deletecollection")


@dataclass(frozen=True)
class AuditRecord:
    number: int
    user: str
    user_agent: str
    verb: str
    uri: str
    group: str
    resource: str
    subresource: str
    namespace: str
    name: str
    code: int
    received: str

    @property
    def write(self) -> bool:
        return self.verb in WRITES


def _parse(number: int, line: bytes) -> AuditRecord | None:
    try:
        event = json.loads(line)
    except ValueError:
        return None  # a line that a killed apiserver did not finish
    if event.get("stage") != "ResponseComplete":
        return None
    reference = event.get("objectRef") or {}
    return AuditRecord(
        number=number,
        user=event.get("user", {}).get("username", ""),
        user_agent=event.get("userAgent", ""),
        verb=event.get("verb", ""),
        uri=event.get("requestURI", ""),
        group=reference.get("apiGroup", ""),
        resource=reference.get("resource", ""),
        subresource=reference.get("subresource", ""),
        namespace=reference.get("namespace", ""),
        name=reference.get("name", ""),
        code=int((event.get("responseStatus") or {}).get("code", 0)),
        received=event.get("requestReceivedTimestamp", ""),
    )


class AuditLog:
    def __init__(self, path: Path) -> None:
        self.path = path
        self._offset = 0
        self._rest = b""
        self._records: list[AuditRecord] = []
        self._lock = threading.Lock()

    def _read_new(self) -> None:
        if not self.path.exists():
            return
        with self.path.open("rb") as file:
            file.seek(self._offset)
            data = file.read()
        self._offset += len(data)
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            record = _parse(len(self._records), line)
            if record is not None:
                self._records.append(record)

    def mark(self) -> int:
        """The number of records so far; pass it as `since` to see only later ones."""
        with self._lock:
            self._read_new()
            return len(self._records)

    def select(
        self,
        user: str | None = None,
        verbs: Iterable[str] | str | None = None,
        resource: str | None = None,
        namespace: str | None = None,
        name: str | None = None,
        subresource: str | None = None,
        since: int = 0,
    ) -> list[AuditRecord]:
        """Records of finished requests. The apiserver writes one after its answer, so counts may lag a moment."""
        wanted = {verbs} if isinstance(verbs, str) else None if verbs is None else set(verbs)
        exact = {
            "user": user, "resource": resource, "namespace": namespace, "name": name, "subresource": subresource,
        }  # fmt: skip
        conditions = [(field, value) for field, value in exact.items() if value is not None]
        with self._lock:
            self._read_new()
            return [
                record
                for record in self._records[since:]
                if (wanted is None or record.verb in wanted)
                and all(getattr(record, field) == value for field, value in conditions)
            ]
