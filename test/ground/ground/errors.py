"""What the ground raises. Every message says which part failed and shows the end of its log."""

from __future__ import annotations


class GroundError(Exception):
    """Anything that the ground itself could not do."""


class ComponentError(GroundError):
    """A process of the ground died or did not get ready."""

    def __init__(self, name: str, problem: str, log_tail: str) -> None:
        super().__init__(f"{name}: {problem}\n--- end of the log of {name} ---\n{log_tail}")
        self.component = name


class KubectlError(GroundError):
    """kubectl ended with an error; `returncode`, `stdout` and `stderr` hold the details."""

    def __init__(self, argv: list[str], returncode: int, stdout: str, stderr: str) -> None:
        super().__init__(f"kubectl {' '.join(argv)}: exit code {returncode}: {stderr.strip() or stdout.strip()}")
        self.returncode = returncode
        self.stdout = stdout
        self.stderr = stderr
