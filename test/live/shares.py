"""How several processes share the tests (pytest -n, tools/live): by the test, each taken by whoever has time."""

from __future__ import annotations

import functools
from pathlib import Path

from xdist.scheduler import LoadScopeScheduling

_MODULES = Path(__file__).parent


@functools.cache
def _holds_together(module: str) -> bool:
    """Its tests share a fixture, a ground of their own say, which would be there once for each process otherwise."""
    return 'scope="module"' in (_MODULES / module).read_text()


class Shares(LoadScopeScheduling):  # type: ignore[misc]
    """What belongs together first, then the others in the order of their collection."""

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.partition("::")[0]
        return path if _holds_together(Path(path).name) else nodeid
