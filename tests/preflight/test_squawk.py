"""Preflight and squawk (run as a program of its own) on the same statements: every disagreement is explained."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

import pytest

from console.core.preflight.finding import Finding, Severity
from console.core.schema import Schema
from tests.builders import schema_after
from tests.preflight.grounds import found, sized
from tests.preflight.squawk_cases import CASES, TABLES
from tests.preflight.squawk_explained import EXPLAINED, NO_TIMEOUT, OURS_OF_IT, SAME, STYLE, TIMEOUT
from tests.tools.packages import wanted_by_tests

SQUAWK = "squawk-cli==2.70.0"
NAMES = tuple(CASES)


@pytest.fixture(scope="module")
def squawk(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, frozenset[str]]:
    """What squawk says of each statement: the names of its rules."""
    program = wanted_by_tests(SQUAWK.replace("==", "-"), [SQUAWK]) / "bin" / "squawk"
    folder = tmp_path_factory.mktemp("squawk")
    files = [folder / f"{n:03}.sql" for n in range(len(NAMES))]
    for file, sql in zip(files, CASES.values(), strict=True):
        file.write_text(f"{sql};\n")
    command = [str(program), "--reporter", "Json", "--pg-version", "16", *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)
    told: dict[str, set[str]] = {name: set() for name in NAMES}
    for one in json.loads(done.stdout):
        told[NAMES[int(Path(one["file"]).stem)]].add(one["rule_name"])
    return {name: frozenset(rules) for name, rules in told.items()}


@cache
def _tables() -> Schema:
    return sized(schema_after(TABLES))


@cache
def _ours(name: str) -> tuple[Finding, ...]:
    return tuple(
        f
        for f in found(_tables(), CASES[name], framework="", transactional=False)
        if f.about.value in ("lock", "group", "code")
    )


def _at_least(findings: Iterable[Finding], severity: Severity) -> frozenset[str]:
    return frozenset(finding.rule for finding in findings if finding.severity.rank <= severity.rank)


@pytest.mark.parametrize("name", NAMES)
def test_every_disagreement_is_explained(squawk: Mapping[str, frozenset[str]], name: str) -> None:
    theirs = squawk[name] - STYLE.keys() - {TIMEOUT}
    assert theirs <= SAME.keys(), "a rule of squawk's that nothing is known of"
    told = _at_least(_ours(name), Severity.MED)
    unsaid = {rule for rule in theirs if not SAME[rule] & told}
    severe = _at_least(_ours(name), Severity.HIGH) - {OURS_OF_IT}
    more = {rule for rule in severe if not any(rule in SAME[one] for one in theirs)}
    explained = [each for each in EXPLAINED if name in each.cases]
    assert unsaid == {rule for each in explained for rule in each.theirs}
    assert more == {rule for each in explained for rule in each.ours}


def test_every_explanation_is_needed_and_every_rule_is_met(squawk: Mapping[str, frozenset[str]]) -> None:
    assert {name for each in EXPLAINED for name in each.cases} <= set(NAMES)
    assert all(each.reason and (each.theirs or each.ours) for each in EXPLAINED)
    met = frozenset(rule for rules in squawk.values() for rule in rules)
    assert met == SAME.keys() | STYLE.keys() | {TIMEOUT}


def test_a_lock_timeout_is_wanted_of_the_same_statements(squawk: Mapping[str, frozenset[str]]) -> None:
    theirs = {name for name in NAMES if TIMEOUT in squawk[name]}
    ours = {name for name in NAMES if OURS_OF_IT in {finding.rule for finding in _ours(name)}}
    assert theirs - ours == {name for names in NO_TIMEOUT for name in names.split("/")}
    assert ours <= theirs
