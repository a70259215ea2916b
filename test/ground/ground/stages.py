"""The kwok configuration of a ground: stages.yaml with the common status of a running pod filled in."""

from __future__ import annotations

from pathlib import Path

LATE_IP = "ground.test/late-ip"
IP = "ground.test/ip"
HOLD_DELETE = "ground.test/hold-delete"

# YAML has no way to share a part of a text between two templates, hence this replacement.
_RUNNING = """\
{{ $now := Now }}
podIP: {{ $ip | Quote }}
podIPs:
- ip: {{ $ip | Quote }}
{{ with NodeIPWith .spec.nodeName }}
hostIP: {{ . | Quote }}
hostIPs:
- ip: {{ . | Quote }}
{{ end }}
conditions:
- lastTransitionTime: {{ $now | Quote }}
  status: "True"
  type: Initialized
- lastTransitionTime: {{ $now | Quote }}
  status: "True"
  type: ContainersReady
- lastTransitionTime: {{ $now | Quote }}
  status: "True"
  type: Ready
containerStatuses:
{{ range .spec.containers }}
- image: {{ .image | Quote }}
  name: {{ .name | Quote }}
  ready: true
  restartCount: 0
  state:
    running:
      startedAt: {{ $now | Quote }}
{{ end }}
initContainerStatuses:
{{ range .spec.initContainers }}
- image: {{ .image | Quote }}
  name: {{ .name | Quote }}
  ready: true
  restartCount: 0
  state:
    terminated:
      exitCode: 0
      finishedAt: {{ $now | Quote }}
      reason: Completed
      startedAt: {{ $now | Quote }}
{{ end }}
phase: Running
startTime: {{ $now | Quote }}
"""


def write_stages(path: Path) -> Path:
    template = Path(__file__).with_name("stages.yaml").read_text()
    lines: list[str] = []
    for line in template.splitlines():
        if line.strip() == "@RUNNING@":
            indent = line[: line.index("@")]
            lines.extend(indent + part for part in _RUNNING.splitlines())
        else:
            lines.append(line)
    path.write_text("\n".join(lines) + "\n")
    return path
