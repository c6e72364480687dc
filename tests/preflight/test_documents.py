"""The documents of preflight have a row for each rule that the code can find, and for no other."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PREFIXES = ("pg", "my", "lite", "unknown")
_RULE = re.compile(r"(pg|my|lite|app|data|now|left|allow|way|unknown)(-[a-z0-9]+)+")
_NAMES = {"unknown-hazard"}
"""Texts that look like a rule and are none."""


def _in_code() -> set[str]:
    """Every text in the code that could be the id of a rule."""
    core = ROOT / "console" / "core"
    files = [*core.glob("hazards*.py"), *(core / "preflight").glob("*.py"), *(ROOT / "console").glob("*preflight*.py")]
    found = (node.value for path in files for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
             if isinstance(node, ast.Constant) and isinstance(node.value, str))  # fmt: skip
    return {text for text in found if _RULE.fullmatch(text)} - _NAMES


def _in_documents() -> Iterator[str]:
    for path in (ROOT / "docs").glob("preflight*.md"):
        rows = re.findall(r"^\| (`[^|]*`) \|", path.read_text(encoding="utf-8"), re.MULTILINE)
        yield from (name for row in rows for name in re.findall(r"`([a-z0-9-]+)`", row) if _RULE.fullmatch(name))


@pytest.mark.parametrize("prefix", PREFIXES)
def test_each_rule_has_its_row_and_each_row_its_rule(prefix: str) -> None:
    code = {rule for rule in _in_code() if rule.startswith(f"{prefix}-")}
    documents = [rule for rule in _in_documents() if rule.startswith(f"{prefix}-")]
    assert sorted(documents) == sorted(set(documents))
    assert set(documents) == code


def test_what_is_no_rule_about_sql_is_at_least_explained() -> None:
    texts = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "docs").glob("preflight*.md"))
    told = set(re.findall(r"`([a-z0-9-]+)`", texts))
    assert {rule for rule in _in_code() if not rule.startswith(PREFIXES)} <= told
