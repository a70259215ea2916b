#!/usr/bin/env python3
"""The table of docs/ec2-double.md: where moto differs from EC2, and what is not confirmed. Made from the cases' marks.

    deviations.py            writes the table into the page
    deviations.py --check    exits 1, with a diff, if the page has another one
"""

from __future__ import annotations

import contextlib
import difflib
import io
import sys
from pathlib import Path

import pytest

import sources

HERE = Path(__file__).resolve().parent
PAGE = HERE.parent.parent / "docs" / "ec2-double.md"
BEGIN, END = "<!-- made by test/contract/deviations.py: begin -->\n", "<!-- end -->\n"


class Collector:
    """A pytest plugin that keeps the items."""

    def __init__(self) -> None:
        self.items: list[pytest.Item] = []

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self.items = list(session.items)


def collect() -> list[pytest.Item]:
    collector = Collector()
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        arguments = ["--collect-only", "-qq", "-p", "no:cacheprovider", "--rootdir", str(HERE), str(HERE)]
        status = pytest.main(arguments, plugins=[collector])
    if status != pytest.ExitCode.OK:
        raise SystemExit(f"the cases can't be collected\n{output.getvalue()}")
    return collector.items


class Row:
    """A case with a mark; the runs of one that has parameters are gathered."""

    def __init__(self, item: pytest.Function) -> None:
        self.file = item.path.name
        self.says = " ".join((item.function.__doc__ or "").split())
        self.marks: dict[str, list[tuple[str, ...]]] = {}

    def add(self, item: pytest.Function) -> None:
        for mark in item.iter_markers():
            found = self.marks.setdefault(mark.name, [])
            if mark.name in ("moto_differs", "double_differs", "unconfirmed", "source") and mark.args not in found:
                found.append(mark.args)

    def words(self, name: str) -> str:
        return "; ".join(arguments[0] for arguments in self.marks.get(name, []))

    @property
    def links(self) -> list[str]:
        return [link for arguments in self.marks.get("source", []) for link in arguments]

    def line(self) -> str:
        moto, double = self.words("moto_differs"), self.words("double_differs")
        if double:
            moto += f" (the double {double} as well)"
        known = ", ".join(f"[{sources.name_of(link)}]" for link in self.links)
        cells = (self.says, moto, self.words("unconfirmed"), known, f"`{self.file}`")
        return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def table() -> str:
    rows: dict[str, Row] = {}
    for item in collect():
        if not isinstance(item, pytest.Function) or "stand_in" not in item.fixturenames:
            continue
        row = rows.setdefault(item.nodeid.split("[")[0], Row(item))
        row.add(item)
    marked = [row for row in rows.values() if row.words("moto_differs") or row.words("unconfirmed")]
    moto = sum(1 for row in marked if row.words("moto_differs"))
    unconfirmed = sum(1 for row in marked if row.words("unconfirmed"))
    lines = [
        f"Of {len(rows)} cases moto fails {moto}; {unconfirmed} have something that is not confirmed.",
        "",
        "| what EC2 does | moto instead | not confirmed | known from | case in |",
        "| --- | --- | --- | --- | --- |",
        *(row.line() for row in marked),
        "",
        *(f"[{sources.name_of(link)}]: {link}" for link in sorted({link for row in marked for link in row.links})),
    ]
    return "\n".join(lines) + "\n"


def main() -> int:
    page = PAGE.read_text()
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    if END not in rest:
        raise SystemExit(f"{PAGE} has no place for the table: {BEGIN.strip()} ... {END.strip()}")
    wanted = before + BEGIN + table() + END + after
    if sys.argv[1:] == ["--check"]:
        old, new = page.splitlines(keepends=True), wanted.splitlines(keepends=True)
        sys.stdout.writelines(difflib.unified_diff(old, new, "the page", "the marks", n=0))
        return int(page != wanted)
    if sys.argv[1:]:
        print(__doc__, file=sys.stderr)
        return 2
    PAGE.write_text(wanted)
    return 0


if __name__ == "__main__":
    sys.exit(main())
