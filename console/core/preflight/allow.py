"""Exceptions: a finding that somebody knows of, with a reason and perhaps a last day, in the configuration or beside
the statement. An exception that does not do what was meant is told, because whoever wrote it relies on it.

A comment counts for the statement that begins right below it (or that it stands in or behind), and for the whole file
where it stands on top. What is a comment and what is not is told by who reads the file's language.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fnmatch import fnmatchcase

from console.core.exceptions import Allow
from console.core.plain import one_line
from console.core.preflight.finding import About, Allowed, Finding, Severity
from console.core.preflight.ground import Unit

_MARK = re.compile(r"[\W_]*halfway:\s*allow\b(?P<rest>.*)", re.IGNORECASE | re.DOTALL)
_REST = re.compile(
    r"\s+(?P<rules>[a-z][\w-]*(?:\s*,\s*[a-z][\w-]*)*)(?:\s+until\s+(?P<until>[^\s:]+))?\s*(?::\s*(?P<reason>.*))?",
    re.IGNORECASE | re.DOTALL,
)
_ENDS = re.compile(r"\s*(?:\*+/|--+>|%>)?\s*\Z")
_PREAMBLE = re.compile(r"\s*(?:<\?php|<\?xml\b.*|declare\s*\(.*\)\s*;|#!.*|\ufeff|---|['\"]use strict['\"];?)\s*\Z")
_WRAPPING = re.compile(r"\s*(?:<changeSet\b[^<]*|-?\s*changeSet:\s*|-?\s*(?:id|author):.*|changes:\s*)\Z")
"""What stands around a change of a changelog and is none itself."""
_SEVERAL = frozenset({"liquibase"})
"""Tools that keep several migrations in one file: what stands above one is nothing to another."""
FORM = "halfway: allow RULE until 2027-01-31: the reason"


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment of a file."""

    line: int
    """From 1."""
    end: int
    """Its last line."""
    text: str
    alone: bool = True
    """Nothing else stands on its lines."""
    below: tuple[int, int] = (0, 0)
    """First and last line of the call that follows it, where the language tells calls apart."""


@dataclass(frozen=True, slots=True)
class _Claim:
    """One exception and where it counts."""

    allow: Allow
    unit: Unit | None = None
    """The migration it stands in; None: of the configuration."""
    line: int = 0
    statements: frozenset[int] | None = None
    """Those it is about; None: all."""
    wrong: str = ""
    """Why it counts for nothing."""

    def covers(self, finding: Finding) -> bool:
        """Whether it is about that finding."""
        if finding.rule != self.allow.rule or self.wrong:
            return False
        if self.unit is None:
            return _names(self.allow, finding)
        if (finding.migration or finding.file) != self.unit.id:
            return False
        return self.statements is None or finding.n in self.statements


def _names(allow: Allow, finding: Finding) -> bool:
    name = finding.file.rpartition("/")[2]
    places = (finding.migration, finding.file, name, name.rpartition(".")[0])
    tables = (finding.table, finding.table.rpartition(".")[2])
    there = not allow.migration or any(fnmatchcase(place, allow.migration) for place in places)
    return there and (not allow.table or any(fnmatchcase(table, allow.table) for table in tables))


def with_exceptions(
    findings: Iterable[Finding],
    units: Sequence[Unit],
    configured: Iterable[Allow],
    comments: Mapping[str, Sequence[Comment]],
    today: date,
) -> tuple[Finding, ...]:
    """The findings, those that are allowed marked so, and what is to be told of the exceptions themselves.

    `comments`: of each migration, by its id.
    """
    claims = [_Claim(allow, wrong=_wrong(allow)) for allow in configured]
    claims += [claim for unit in units for comment in comments.get(unit.id, ()) for claim in _claims(unit, comment,
               comments[unit.id])]  # fmt: skip
    alive = [claim for claim in claims if not _ended(claim.allow, today)]
    marked = tuple(_marked(finding, alive) for finding in findings)
    return (*marked, *(told for claim in claims for told in _told(claim, marked, units, today)))


def _marked(finding: Finding, claims: Iterable[_Claim]) -> Finding:
    for claim in claims:
        if claim.covers(finding):
            return replace(finding, allowed=Allowed(claim.allow.reason, claim.allow.until, claim.allow.where))
    return finding


def _ended(allow: Allow, today: date) -> bool:
    return bool(allow.until) and _day(allow.until) is not None and allow.until < today.isoformat()


def _told(claim: _Claim, findings: Sequence[Finding], units: Sequence[Unit], today: date) -> Iterator[Finding]:
    """What is to be known of one exception."""
    allow, covered = claim.allow, [finding for finding in findings if claim.covers(finding)]
    about = f"The exception for {one_line(allow.rule, 60)} in {one_line(allow.where, 200)}"
    if claim.wrong:
        rule = "allow-without-reason" if not allow.reason else "allow-unreadable"
        yield _finding(claim, rule, Severity.LOW, f"{about} counts for nothing: {claim.wrong}.", f"Write `{FORM}`.")
    elif covered and _ended(allow, today):
        again = [finding for finding in covered if finding.allowed is None]
        if not again:
            return
        what = "1 finding counts again" if len(again) == 1 else f"{len(again)} findings count again"
        why = f"{about} held until {allow.until}: {what}. Its reason was: {one_line(allow.reason, 200)}."
        yield _finding(
            claim, "allow-expired", Severity.LOW, why, "Look at it anew; give it another day, or take it out."
        )
    elif not covered and _is_asked(claim, units):
        where = "for this file" if claim.statements is None else "right below it"
        why = f"{about} matches no finding" + (f" {where}." if claim.unit is not None else ".")
        safer = "Take it out, or put it right above the statement it is about."
        yield _finding(claim, "allow-unmatched", Severity.INFO, why, safer)


def _is_asked(claim: _Claim, units: Sequence[Unit]) -> bool:
    """Whether what it names is judged here: one for another migration is none of this run's."""
    if claim.unit is not None:
        alone = sum(unit.file == claim.unit.file for unit in units) == 1 and claim.unit.framework not in _SEVERAL
        return alone or bool(claim.statements)
    anywhere = replace(claim.allow, table="")
    made = (Finding("", Severity.INFO, About.ALLOW, "", migration=unit.id, file=unit.file) for unit in units)
    return any(_names(anywhere, finding) for finding in made)


def _finding(claim: _Claim, rule: str, severity: Severity, why: str, safer: str) -> Finding:
    unit = claim.unit
    if unit is None:
        return Finding(rule, severity, About.ALLOW, why, safer)
    migration = unit.id if unit.framework else ""
    return Finding(rule, severity, About.ALLOW, why, safer, migration=migration, file=unit.file, line=claim.line)


def _wrong(allow: Allow) -> str:
    if not allow.reason.strip():
        return "it gives no reason"
    if allow.until and _day(allow.until) is None:
        return f"{one_line(allow.until, 40)} is no date as in 2027-01-31"
    return ""


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else None
    except ValueError:
        return None


def _claims(unit: Unit, comment: Comment, comments: Sequence[Comment]) -> Iterator[_Claim]:
    """The exceptions that a comment holds, one for each of its lines and rules."""
    for behind, text in enumerate(comment.text.splitlines()):
        marked = _MARK.match(text)
        if marked is None:
            continue
        line = comment.line + behind
        where = f"{unit.file}:{line}"
        given = _REST.fullmatch(_ENDS.sub("", marked["rest"], count=1))
        if given is None:
            wrong = f"`{one_line(marked['rest'], 80).strip()}` cannot be read"
            yield _Claim(Allow("a rule", "-", where=where), unit, line, frozenset(), wrong)
            continue
        reason, until = (given["reason"] or "").strip(), given["until"] or ""
        reach = _reach(unit, comment, comments)
        for rule in re.split(r"\s*,\s*", given["rules"].lower()):
            allow = Allow(rule, reason, until, where=where)
            yield _Claim(allow, unit, line, reach, _wrong(allow))


def _reach(unit: Unit, comment: Comment, comments: Sequence[Comment]) -> frozenset[int] | None:
    """The statements that it is about; None: the whole file."""
    ends = {s.n: s.line + s.sql.count("\n") if _is_sql(unit) else s.line for s in unit.statements}
    inside = {s.n for s in unit.statements if s.line <= comment.line <= ends[s.n]}
    if inside:
        return frozenset(inside)
    if not comment.alone:
        return frozenset()
    lines = unit.text.splitlines()
    silent = {n for one in comments if one.alone for n in range(one.line, one.end + 1)}
    code = _first_code(lines, comment.end + 1, silent)
    last = comment.below[1] if comment.below[0] == code else code
    below = frozenset(s.n for s in unit.statements if code <= s.line <= last)
    if comment.end >= _first_code(lines, 1, silent) or (below and not _apart(lines, comment.end, code)):
        return below
    return None


def _apart(lines: Sequence[str], end: int, code: int) -> bool:
    """A blank line stands between the comment on top and the first statement."""
    return any(not line.strip() for line in lines[end : code - 1])


def _is_sql(unit: Unit) -> bool:
    return not unit.framework or unit.file.endswith(".sql")


def _first_code(lines: Sequence[str], start: int, silent: set[int]) -> int:
    """The line of the first that does something, at or behind a line; one behind the end where nothing does."""
    for n in range(start, len(lines) + 1):
        line = lines[n - 1]
        if n not in silent and line.strip() and not _PREAMBLE.match(line) and not _WRAPPING.match(line):
            return n
    return len(lines) + 1
