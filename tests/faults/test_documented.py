"""docs/faults.md names every fault, every hostile input and every terminal with its tests, and every test of these."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.test_recover_documented import ROOT, those_in

PAGE = (ROOT / "docs" / "faults.md").read_text(encoding="utf-8")
_NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
WANTED = {
    "faults": "half-open|5 s latency|1 KB/s|restarted|in recovery|read-only|failed over|exhausted before"
    "|exhausted during|login revoked|VACUUM FULL|DDL storm|900 waiters|clock skew|terminal gone|terminal stalled"
    "|resize storm|PgBouncer|ProxySQL",
    "hostile": "statement reader|PHP, Ruby, Python, JavaScript|ledger rows|configuration|URLs|every screen|latin1"
    "|63 bytes|code in a migration|links out|tar bombs|zip bombs",
    "terminals": "xterm|screen|tmux|linux|vt100|dumb|NO_COLOR|LANG=C|60x20|split keys|paste",
}
FOLDERS = ("tests/faults", "tests/hostile", "tests/terminals")


def rows(table: str) -> Iterator[list[str]]:
    """Cells of each line between the marks."""
    text = PAGE.partition(f"<!-- {table} -->\n")[2].partition(f"<!-- /{table} -->")[0]
    for line in text.splitlines()[2:]:
        yield [cell.strip() for cell in line.strip("|").split(" | ")]


@pytest.mark.parametrize("table", WANTED)
def test_every_fault_says_what_is_shown_and_names_tests_that_are_there(table: str) -> None:
    for row in rows(table):
        assert len(row) == 3, row
        assert row[1]
        named = _NAMED.findall(row[2])
        assert named, row
        assert [f"{path}::{name}" for path, name in named if name not in those_in(path)] == []


@pytest.mark.parametrize("table", WANTED)
def test_nothing_that_was_promised_is_missing(table: str) -> None:
    first = "\n".join(row[0] for row in rows(table))
    assert [name for name in WANTED[table].split("|") if name not in first] == []


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_test_of_these_is_missing_on_the_page(folder: str) -> None:
    own = {name for path in (ROOT / folder).glob("test_*.py") for name in those_in(f"{folder}/{path.name}")}
    named = {name for _, name in _NAMED.findall(PAGE)}
    here = {name for name in own if name.startswith("test_")} - those_in("tests/faults/test_documented.py")
    assert here - named == set()
