"""A real Kubernetes control plane with a stand-in for EC2, for the tests of k8s-aws-operator.

The names below are the whole interface; README.md beside this package shows them at work.
"""

from .cluster import Ground
from .double import Double
from .errors import ComponentError, GroundError, KubectlError
from .kubelet import expand, run_init_container
from .operator import Operator
from .proxy import Call, Proxy, Rule
from .wait import WaitTimeout, wait_for

__all__ = [
    "Call",
    "ComponentError",
    "Double",
    "Ground",
    "GroundError",
    "KubectlError",
    "Operator",
    "Proxy",
    "Rule",
    "WaitTimeout",
    "expand",
    "run_init_container",
    "wait_for",
]
