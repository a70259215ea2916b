"""Where the built tools are. Standard library only: `install` uses it before any environment exists.

Each set of tools lives in a directory named by a hash of what it is made from, so a change of one lock file
rebuilds that set alone, and two checkouts with different versions can share the cache.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

GROUND_DIR = Path(__file__).resolve().parent.parent
REPOSITORY = GROUND_DIR.parent.parent

KUBERNETES_VERSION = "1.36.3"
_VERSION_PACKAGE = "k8s.io/component-base/version"
# Without these values /version says v0.0.0, and Helm refuses charts that name a Kubernetes version.
_KUBERNETES_LDFLAGS = " ".join(
    f"-X {_VERSION_PACKAGE}.{name}={value}"
    for name, value in (
        ("gitVersion", f"v{KUBERNETES_VERSION}"),
        ("gitMajor", KUBERNETES_VERSION.split(".")[0]),
        ("gitMinor", KUBERNETES_VERSION.split(".")[1]),
        ("gitTreeState", "clean"),
    )
)
GO_ENVIRONMENT = {"GOTOOLCHAIN": "local", "CGO_ENABLED": "0", "GOWORK": "off", "GOFLAGS": "-mod=readonly"}
COMPLETE = ".complete"


@dataclass(frozen=True)
class GoTools:
    """Programs that one Go module with `tool` lines builds; `rename` maps Go's name to ours."""

    name: str
    programs: tuple[str, ...]
    ldflags: str = "-s -w"
    rename: tuple[tuple[str, str], ...] = ()

    @property
    def module(self) -> Path:
        return GROUND_DIR / "tools" / self.name

    def arguments(self, output: str) -> list[str]:
        return ["go", "build", "-trimpath", "-ldflags", self.ldflags, "-o", output, "tool"]


GO_TOOLS = (
    GoTools("etcd", ("etcd",), rename=(("server", "etcd"),)),
    GoTools("kwok", ("kwok",)),
    GoTools(
        "kubernetes",
        ("kube-apiserver", "kube-controller-manager", "kube-scheduler"),
        ldflags=f"-s -w {_KUBERNETES_LDFLAGS}",
    ),
)
NODE_DIR = GROUND_DIR / "tools" / "node"
NODE_PROGRAMS = ("kubectl", "helm")
REQUIREMENTS = GROUND_DIR / "requirements.txt"


class MissingTools(RuntimeError):
    """Something is not built yet."""


def cache_dir() -> Path:
    configured = os.environ.get("K8S_AWS_OPERATOR_CACHE")
    return Path(configured) if configured else Path.home() / ".cache" / "k8s-aws-operator"


def go_version() -> str:
    try:
        result = subprocess.run(
            ["go", "env", "GOVERSION", "GOOS", "GOARCH"],
            capture_output=True, text=True, check=True, env={**os.environ, **GO_ENVIRONMENT}, cwd="/",
        )  # fmt: skip
    except (OSError, subprocess.CalledProcessError) as error:
        raise MissingTools(f"go is needed to build the tools and does not run: {error}") from None
    return " ".join(result.stdout.split())


def _key(*parts: bytes) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()[:16]


def go_tools_dir(tools: GoTools, version: str) -> Path:
    flags = " ".join(tools.arguments("")) + str(sorted(GO_ENVIRONMENT.items())) + str(tools.rename)
    locks = [(tools.module / name).read_bytes() for name in ("go.mod", "go.sum")]
    return cache_dir() / "tools" / f"{tools.name}-{_key(version.encode(), flags.encode(), *locks)}"


def node_tools_dir() -> Path:
    return cache_dir() / "tools" / f"node-{_key((NODE_DIR / 'package-lock.json').read_bytes())}"


def python_version() -> str:
    return ".".join(map(str, sys.version_info[:3]))


def venv_dir() -> Path:
    return cache_dir() / "tools" / f"venv-{_key(REQUIREMENTS.read_bytes(), python_version().encode())}"


def programs() -> dict[str, Path]:
    """Every program by name. Raises MissingTools when `install` has to run first."""
    found: dict[str, Path] = {}
    version = go_version()
    for tools in GO_TOOLS:
        found.update({name: go_tools_dir(tools, version) / name for name in tools.programs})
    found.update({name: node_tools_dir() / name for name in NODE_PROGRAMS})
    missing = sorted(name for name, path in found.items() if not (path.parent / COMPLETE).exists())
    if missing:
        raise MissingTools(f"not built yet: {', '.join(missing)}; run test/ground/install")
    return found
