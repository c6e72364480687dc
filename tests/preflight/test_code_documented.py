"""docs/preflight_code.md names each rule about code that runs, with the severity that it has."""

from __future__ import annotations

import re
from pathlib import Path

from console.core.preflight.finding import Severity

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "preflight_code.md").read_text(encoding="utf-8")
_ROW = re.compile(r"^\| `([\w-]+)` \| (\w+) \| (.+) \|$", re.MULTILINE)
_MADE = re.compile(r'"((?:app|contract)-[\w-]+)"')


def test_every_rule_has_its_line_and_no_line_is_without_a_rule() -> None:
    sources = (ROOT / "console/core/preflight").glob("*.py")
    mine = [path for path in sources if path.stem.startswith(("code", "contract", "phases"))]
    made = {rule for path in mine for rule in _MADE.findall(path.read_text(encoding="utf-8"))}
    phases = {f"app-phase-{phase}" for phase in ("expand", "migrate-data", "contract", "switch")}
    assert {rule for rule, _, _ in _ROW.findall(PAGE)} == made | phases


def test_every_severity_is_one() -> None:
    words = {severity.value for severity in Severity}
    assert [rule for rule, severity, _ in _ROW.findall(PAGE) if severity not in words] == []
