"""The contract of the API server double, played on it and on a real kube-apiserver.

usage: contract.py BINARY [OPTION FOR GOOGLETEST...]      with the ground's Python, and test/ground in PYTHONPATH

BINARY is kube_contract_test. For the real one a ground is started, with the CRDs as they are shipped. etcd is compacted every few
seconds, so that old versions and pages expire while a case waits.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from ground import Ground

ROOT = Path(__file__).resolve().parents[3]


def play(command: list[str], where: str, environment: dict[str, str]) -> bool:
    result = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=False)
    passed = re.search(r"\[  PASSED  \] (\d+) test", result.stdout)
    if result.returncode or not passed:
        print(result.stdout)
        print(f"failed on {where}")
        return False
    print(f"{passed[1]} passed on {where}", flush=True)
    return True


def main() -> int:
    command = sys.argv[1:]
    if not play(command, "the double", dict(os.environ)):
        return 1
    with Ground(apiserver_flags=["--etcd-compaction-interval=2s"]) as ground:
        ground.kubectl("apply", "-f", str(ROOT / "config/crd/bases"))
        ground.kubectl("wait", "--for=condition=Established", "--timeout=30s", "crd", "--all")
        environment = {**os.environ, "KUBE_CONTRACT_KUBECONFIG": str(ground.kubeconfig)}
        return 0 if play(command, "a real API server", environment) else 1


if __name__ == "__main__":
    sys.exit(main())
