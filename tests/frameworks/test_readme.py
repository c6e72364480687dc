"""The README's table of tools names every tool there is, and what it says of each is a test."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from console.frameworks import load, names

ROOT = Path(__file__).parents[2]
_LINK = re.compile(r"\[yes\]\((tests/[\w/]+\.py)\)")


def rows() -> dict[str, str]:
    """Tool -> its line."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    table = text.partition("<!-- tools -->\n")[2].partition("<!-- /tools -->")[0]
    return {line.split("|")[1].strip(): line for line in table.splitlines()[2:]}


def test_every_tool_has_a_row() -> None:
    assert {load(name).name for name in names()} == {tool.lower() for tool in rows()}


@pytest.mark.parametrize("tool", sorted(rows()))
def test_every_yes_is_a_test(tool: str) -> None:
    cells = [cell.strip() for cell in rows()[tool].split("|")[2:-1]]
    assert len(cells) == 7
    for cell in cells:
        link = _LINK.match(cell)
        assert link or cell.startswith("no: "), cell
        if link:
            assert "def test_" in (ROOT / link[1]).read_text(encoding="utf-8")
