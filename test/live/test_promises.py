"""The table of promises names tests that are there. No server runs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

HERE = Path(__file__).parent
pytestmark = pytest.mark.only_on("moto", reason="EC2 plays no part here: once is enough")


def rows() -> list[str]:
    lines = (HERE / "promises.md").read_text().splitlines()
    return [line for line in lines if line.startswith("| ") and not line.startswith(("| promise |", "| --- |"))]


def test_each_promise_names_a_test_that_is_there() -> None:
    for row in rows():
        _, _, where = row.rpartition(" | ")
        files = re.findall(r"`(test_\w+\.py)`", where)
        assert files, f"no test: {row}"
        known = {name for file in files for name in re.findall(r"^def (test_\w+)", (HERE / file).read_text(), re.M)}
        missing = set(re.findall(r"`(test_\w+)`", where)) - known
        assert not missing, f"{missing} in none of {files}"


def test_no_file_about_enis_and_associations_is_left_out() -> None:
    text = (HERE / "promises.md").read_text()
    files = {path.name for pattern in ("test_eni_*.py", "test_association*.py") for path in HERE.glob(pattern)}
    assert files and not [name for name in files if name not in text]
