"""Certificates and kubeconfigs of one ground, made with openssl."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from .errors import GroundError

_SERVER_NAMES = "DNS:localhost,DNS:kubernetes.default.svc,IP:127.0.0.1,IP:10.96.0.1"


def _openssl(*args: str) -> None:
    result = subprocess.run(["openssl", *args], capture_output=True, text=True, check=False)
    if result.returncode:
        raise GroundError(f"openssl {args[0]}: {result.stderr.strip()}")


class Pki:
    """One authority, one server certificate, client certificates with all rights, one pair for service accounts."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        directory.mkdir(parents=True, exist_ok=True)
        self.ca = directory / "ca.crt"
        self._ca_key = directory / "ca.key"
        self.service_account_key = directory / "sa.key"
        self.service_account_public = directory / "sa.pub"
        _openssl(
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30",
            "-subj", "/CN=ground", "-keyout", str(self._ca_key), "-out", str(self.ca),
            "-addext", "keyUsage=critical,keyCertSign,cRLSign",
        )  # fmt: skip
        _openssl("genrsa", "-out", str(self.service_account_key), "2048")
        _openssl("rsa", "-in", str(self.service_account_key), "-pubout", "-out", str(self.service_account_public))
        self.server_cert, self.server_key = self._issue(
            "apiserver", "/CN=kube-apiserver", f"subjectAltName={_SERVER_NAMES}\nextendedKeyUsage=serverAuth\n"
        )

    def client(self, name: str) -> tuple[Path, Path]:
        """Certificate and key of a member of system:masters. Each component has its own name in the audit log."""
        return self._issue(name, f"/O=system:masters/CN={name}", "extendedKeyUsage=clientAuth\n")

    def _issue(self, name: str, subject: str, extensions: str) -> tuple[Path, Path]:
        key, request = self.directory / f"{name}.key", self.directory / f"{name}.csr"
        cert, ext = self.directory / f"{name}.crt", self.directory / f"{name}.ext"
        ext.write_text(extensions)
        _openssl(
            "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-subj", subject, "-keyout", str(key), "-out", str(request),
        )  # fmt: skip
        _openssl(
            "x509", "-req", "-in", str(request), "-CA", str(self.ca), "-CAkey", str(self._ca_key),
            "-CAcreateserial", "-days", "30", "-extfile", str(ext), "-out", str(cert),
        )  # fmt: skip
        return cert, key


def write_kubeconfig(
    path: Path,
    server: str,
    ca: Path,
    *,
    client: tuple[Path, Path] | None = None,
    token_file: Path | None = None,
    namespace: str | None = None,
) -> Path:
    """A kubeconfig (JSON is YAML) for a client certificate or for a token in a file."""
    user: dict[str, str] = {}
    if client is not None:
        user = {"client-certificate": str(client[0]), "client-key": str(client[1])}
    if token_file is not None:
        user = {"tokenFile": str(token_file)}
    context = {"cluster": "ground", "user": "user"}
    if namespace:
        context["namespace"] = namespace
    content = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "ground", "cluster": {"server": server, "certificate-authority": str(ca)}}],
        "users": [{"name": "user", "user": user}],
        "contexts": [{"name": "ground", "context": context}],
        "current-context": "ground",
    }
    path.write_text(json.dumps(content, indent=2) + "\n")
    path.chmod(0o600)
    return path
