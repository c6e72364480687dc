"""Exceptions: what a comment or the configuration allows, for how long, and what is told of one that does nothing."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from console.comments import comments_of
from console.core.exceptions import Allow
from console.core.faults import UsageFault
from console.core.preflight.allow import with_exceptions
from console.core.preflight.finding import About, Finding, Severity
from console.core.preflight.ground import Unit
from console.store.config import load
from tests.preflight.grounds import unit

TODAY = date(2026, 6, 15)


def _at(n: int, rule: str = "pg-set-not-null", table: str = "orders") -> Finding:
    found = {"migration": "7", "file": "sql/V7.sql", "n": n, "table": table}
    return Finding(rule, Severity.HIGH, About.LOCK, "why", **found)  # type: ignore[arg-type]


def _found(
    text: str, *given: Finding, allow: tuple[Allow, ...] = (), today: date = TODAY, **more: Any
) -> tuple[Finding, ...]:
    judged: Unit = unit(text, "7", **more)
    comments = {"7": comments_of(judged.file, text, "postgres")}
    return with_exceptions(given or tuple(_at(s.n) for s in judged.statements), [judged], allow, comments, today)


def _allowed(found: tuple[Finding, ...]) -> list[int]:
    return [finding.n for finding in found if finding.allowed]


def _told(found: tuple[Finding, ...]) -> list[str]:
    return [finding.rule for finding in found if finding.about is About.ALLOW]


TWO = "alter table a add x int;\n{}alter table b add x int;\nalter table c add x int;\n"


@pytest.mark.parametrize(
    ("comment", "expected"),
    [
        ("-- halfway: allow pg-set-not-null: tiny\n", [2]),
        ("-- halfway: allow pg-set-not-null until 2026-06-15: tiny\n", [2]),
        ("/* Halfway: allow pg-other, PG-SET-NOT-NULL : tiny */\n\n", [2]),
        ("/* by hand:\n * halfway: allow pg-set-not-null: tiny\n */\n-- more\n", [2]),
        ("alter table b alter y drop default; -- halfway: allow pg-set-not-null: tiny\n", [2]),
        ("alter table b\n  -- halfway: allow pg-set-not-null: tiny\n  alter y drop default;\n", [2]),
        ("select '\n-- halfway: allow pg-set-not-null: a text\n';\n", []),
        ("set role x;\n-- halfway: allow pg-set-not-null: tiny\nset role y;\n", []),
    ],
    ids=["above", "last day", "several", "block", "behind", "inside", "text", "nothing below"],
)
def test_a_comment_counts_for_the_statement_below_it(comment: str, expected: list[int]) -> None:
    assert _allowed(_found(TWO.format(comment))) == expected


def test_on_top_of_the_file_it_counts_for_all_of_it() -> None:
    text = "-- Carriers.\n-- halfway: allow pg-set-not-null: all tiny\n\n" + TWO.format("")
    found = _found(text)
    assert (_allowed(found), _told(found)) == ([1, 2, 3], [])
    allowed = found[0].allowed
    assert allowed is not None
    assert (allowed.reason, allowed.until, allowed.where) == ("all tiny", "", "sql/V7.sql:2")
    assert _allowed(_found(text.replace("\n\n", "\n"))) == [1], "right above the first statement: that one"


def test_one_that_has_ended_counts_again_and_says_so() -> None:
    found = _found(TWO.format("-- halfway: allow pg-set-not-null until 2026-06-14: till the move\n"))
    assert (_allowed(found), _told(found)) == ([], ["allow-expired"])
    assert "held until 2026-06-14: 1 finding counts again. Its reason was: till the move" in found[-1].why
    assert (found[-1].line, found[-1].file, found[-1].migration) == (2, "sql/V7.sql", "7")


@pytest.mark.parametrize(
    ("comment", "rule", "severity"),
    [
        ("-- halfway: allow pg-set-not-null\n", "allow-without-reason", Severity.LOW),
        ("-- halfway: allow pg-set-not-null:  \n", "allow-without-reason", Severity.LOW),
        ("-- halfway: allow pg-set-not-null until soon: tiny\n", "allow-unreadable", Severity.LOW),
        ("-- halfway: allow pg-set-not-null until 2026-02-30: tiny\n", "allow-unreadable", Severity.LOW),
        ("-- halfway: allow everything here\n", "allow-unreadable", Severity.LOW),
        ("-- halfway: allow pg-add-fk: tiny\n", "allow-unmatched", Severity.INFO),
    ],
    ids=["no reason", "blank reason", "no date", "no such day", "no form", "no finding"],
)
def test_one_that_does_nothing_is_told(comment: str, rule: str, severity: Severity) -> None:
    found = _found(TWO.format(comment))
    assert (_allowed(found), _told(found), found[-1].severity) == ([], [rule], severity)


@pytest.mark.parametrize(
    ("allow", "expected", "told"),
    [
        (Allow("pg-set-not-null", "tiny"), [1, 2, 3], []),
        (Allow("pg-set-not-null", "tiny", table="orders", migration="V7"), [1, 2, 3], []),
        (Allow("pg-set-not-null", "tiny", table="ord*", migration="sql/*"), [1, 2, 3], []),
        (Allow("pg-set-not-null", "tiny", table="lines"), [], ["allow-unmatched"]),
        (Allow("pg-set-not-null", "tiny", migration="8"), [], []),
        (Allow("pg-set-not-null", "", migration="7"), [], ["allow-without-reason"]),
        (Allow("pg-set-not-null", "tiny", until="2026-01-01"), [], ["allow-expired"]),
        (Allow("pg-set-not-null", "tiny", until="next week"), [], ["allow-unreadable"]),
    ],
    ids=["all", "named", "patterns", "other table", "other migration", "no reason", "ended", "no date"],
)
def test_the_configuration_allows_by_rule_migration_and_table(
    allow: Allow, expected: list[int], told: list[str]
) -> None:
    found = _found(TWO.format(""), allow=(allow,))
    assert (_allowed(found), _told(found)) == (expected, told)


def test_a_running_exception_wins_over_one_that_has_ended() -> None:
    ended = Allow("pg-set-not-null", "old", until="2026-01-01")
    found = _found(TWO.format(""), allow=(ended, Allow("pg-set-not-null", "new")))
    assert [f.allowed.reason for f in found if f.allowed] == ["new"] * 3
    assert _told(found) == [], "what it would have covered is covered"


ROW = "halfway: allow pg-x: why"


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("a.sql", f"select 1; -- {ROW}\n/* {ROW} */\nselect '-- {ROW}', $$ -- {ROW} $$;", [(1, False), (2, True)]),
        ("a.php", f"<?php\n// {ROW}\n$a = '// {ROW}'; # {ROW}\n/** {ROW} */\nf(<<<X\n// {ROW}\nX);\n",
         [(2, True), (3, False), (4, True)]),
        ("a.rb", f"# {ROW}\nx = '# {ROW}' # {ROW}\nf <<~X\n  # {ROW}\nX\n", [(1, True), (2, False)]),
        ("a.py", f"# {ROW}\nx = '# {ROW}'  # {ROW}\ny = '''\n# {ROW}\n'''\n", [(1, True), (2, False)]),
        ("a.js", f"// {ROW}\nx = `\n// {ROW}`; /* {ROW} */\n", [(1, True), (3, False)]),
        ("a.ts", f"const x: string = '/* {ROW} */';\n// {ROW}\n", [(2, True)]),
        ("a.xml", f"<a>\n<!-- {ROW} -->\n<b/> <!-- {ROW} -->\n<![CDATA[<!-- {ROW} -->]]></a>", [(2, True), (3, False)]),
        ("a.yaml", f"# {ROW}\na: 'x # {ROW}'\nb: c#{ROW}\nd: e # {ROW}\nf: |\n  # {ROW}\ng: 1\n# {ROW}\n",
         [(1, True), (4, False), (8, True)]),
        ("a.json", f'{{"a": "// {ROW}"}}\n// {ROW}', []),
        ("broken.py", f"# {ROW}\ndef f(:\n", []),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 12 else "",
)  # fmt: skip
def test_only_what_the_language_calls_a_comment_is_one(name: str, text: str, expected: list[tuple[int, bool]]) -> None:
    assert [(found.line, found.alone) for found in comments_of(name, text, "postgres")] == expected


def _configured(folder: Path, text: str) -> tuple[Allow, ...]:
    (folder / "halfway.toml").write_text(text)
    return load(str(folder / "halfway.toml"), {}).allow


def test_the_configuration_is_read_with_its_place(tmp_path: Path) -> None:
    text = '[[preflight.allow]]\nrule = "pg-x"\ntable = "t"\nuntil = 2027-01-31\nreason = "r"\n'
    first, second = _configured(tmp_path, text + '[[preflight.allow]]\nrule="y"\n')
    assert first == Allow("pg-x", "r", "2027-01-31", "", "t", str(tmp_path / "halfway.toml"))
    assert (second.rule, second.reason) == ("y", "")


@pytest.mark.parametrize(
    "text",
    ["preflight = 1", "[preflight]\nallow = 1", "[preflight]\nother = 1", '[[preflight.allow]]\nreason = "r"',
     '[[preflight.allow]]\nrule = "r"\nfor = "ever"', "[preflight]\nallow = [1]"],
    ids=["number", "no list", "other key", "no rule", "unknown word", "no table"],
)  # fmt: skip
def test_a_configuration_that_cannot_be_meant_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(UsageFault, match="preflight"):
        _configured(tmp_path, text)
