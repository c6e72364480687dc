"""`preflight --shadow URL`: ALGORITHM= and LOCK= tried on copies of the tables' definitions, on a scratch server.

Production is only read. The scratch database must be empty and on another server (console/cli/shadow.py proves both);
what is made there is dropped again. No rows are copied, so what is proved is the way, not the time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from console.cli.shadow import Scratch
from console.core.faults import Fault, LinkLostFault, UsageFault
from console.core.plain import one_line

if TYPE_CHECKING:
    from console.core.plan import Settings
    from console.core.ports_acting import Hand
    from console.core.preflight.algorithm_told import Proof, Trial
    from console.core.preflight.finding import Finding
    from console.core.preflight.ground import Case, Ground
    from console.core.schema import Ref

_NAMES = {"mysql": "MySQL", "mariadb": "MariaDB"}
_NUMBER = (
    "SELECT coalesce(sum(table_id), 0) FROM information_schema.{place} "
    "WHERE name IN ({whole}) OR name LIKE {parts} ESCAPE '|'"
)
_TRIED = 200
"""Statements of one run that are tried."""


def proofs(ground: Ground, shadow_url: str) -> tuple[Finding, ...]:
    """What the scratch server took and refused. UsageFault where it must not be used."""
    from console.cli.once import ended_by_signals
    from console.core.preflight.algorithm_told import nothing_to_try, told, tried
    from console.core.preflight.ground import cases
    from console.core.shadow import nothing_of
    from console.wiring import parse_url

    if ground.server.dialect == "sqlite":
        raise UsageFault("SQLite has no ALGORITHM to try: --shadow is for MySQL and MariaDB")
    if ground.server.dialect not in _NAMES:
        return (nothing_to_try(),)
    found = [case for case in cases(ground) if tried(case)]
    scratch = Scratch(parse_url(shadow_url))
    scratch.check(ground.server)
    if not found:
        return ()
    trying = _Trying(scratch, ground)
    with ended_by_signals():
        made = nothing_of(ground.schema, scratch.home)
        proved = scratch.used(made, {}, lambda hand: [trying.proof(case, hand) for case in found[:_TRIED]])
    return tuple(told(proof) for proof in proved)


class _Trying:
    """Tries one statement after the other."""

    def __init__(self, scratch: Scratch, ground: Ground) -> None:
        """Nothing is made yet."""
        self._scratch = scratch
        self._home = scratch.home
        self._there = scratch.server
        name = _NAMES[self._there.dialect]
        self._server = f"{name} {self._there.version}"
        other = self._there.version_number != ground.server.version_number
        wanted = f"{name} {ground.server.version}"
        self._otherwise = f"The migration is for {wanted}, which may do it in another way." if other else ""

    def proof(self, case: Case, hand: Hand) -> Proof:
        """What came of it; whatever was made is dropped."""
        from console.core.plan import CannotWriteError
        from console.core.preflight.algorithm_told import Proof, around

        why = self._speaks_of_another(case)
        if why:
            return Proof(case, why_not=why)
        refs = around(case)
        try:
            self._make(case, refs, hand)
            return Proof(case, tuple(self._trials(case, refs, hand)), "", self._server, self._otherwise)
        except (CannotWriteError, Fault) as problem:
            if isinstance(problem, LinkLostFault):
                raise
            return Proof(case, why_not=f"its table could not be made there: {one_line(_why(problem), 300)}")
        finally:
            self._drop(case, refs, hand)

    def _speaks_of_another(self, case: Case) -> str:
        """Only the one empty database may be touched."""
        home = case.schema.home
        places = {schema for schema, _ in case.statement.tables} - {"", home}
        spelled = re.search(rf"(?<![\w$])`?{re.escape(home)}`?\s*\.", case.statement.sql, re.IGNORECASE)
        if places or (spelled and self._home != home):
            return f"it names the database {min(places) if places else home}; call the scratch database so"
        return ""

    def _make(self, case: Case, refs: tuple[Ref, ...], hand: Hand) -> None:
        from console import dialects
        from console.core.operations import Create
        from console.core.preflight.algorithm_told import divided, moved, needed
        from console.core.schema import Schema, Table

        renderer, empty = dialects.renderer(self._there.dialect), Schema((), self._home, dialect=self._there.dialect)
        hand.settle(self._session(case))
        _run(hand, "SET SESSION foreign_key_checks = 0")
        for table, *parts in moved(case.schema, refs, self._home):
            assert isinstance(table, Table)
            whole = replace(table, partition_key=None, partitions=())
            (sql,) = renderer.operation(Create((whole, *needed(parts))), empty)
            _run(hand, sql + divided(table))
        checks = case.server.setting("foreign_key_checks").lower() not in ("0", "off")
        _run(hand, f"SET SESSION foreign_key_checks = {int(checks)}")

    def _session(self, case: Case) -> Settings:
        from console import dialects

        mode = case.server.setting("sql_mode")
        given = {"sql_mode": mode} if case.server.settings else {}
        return dialects.renderer(self._there.dialect).settings(given, "")

    def _trials(self, case: Case, refs: tuple[Ref, ...], hand: Hand) -> Iterator[Trial]:
        """The statement as it is where it says its own; then from the best way to the worst, until one is taken."""
        from console.core.preflight.algorithm import asked, manners, own
        from console.core.preflight.algorithm_told import Trial, about_the_way

        sql, server = case.statement.sql, self._there
        stated, later = own(sql, server.grammar), next(iter(_renamed(case)), refs[-1])
        if stated:
            first = self._trial(sql, stated, (refs[-1], later), hand)
            yield first
            if not first.error or not about_the_way(first):
                return
        written = [(str(m), text) for m in manners(server.dialect, server.version_number)
                   if (text := asked(sql, m, server.grammar)) is not None]  # fmt: skip
        for manner, text in written or [("", sql)]:
            trial = self._trial(text, manner, (refs[-1], later), hand)
            yield Trial(manner, trial.error, trial.rebuilt)
            if not trial.error or not about_the_way(trial):
                return

    def _trial(self, sql: str, manner: str, table: tuple[Ref, Ref], hand: Hand) -> Trial:
        from console.core.preflight.algorithm_told import Trial

        before = self._number(table[0], hand)
        try:
            _run(hand, sql)
        except LinkLostFault:
            raise
        except Fault as fault:
            return Trial(manner, one_line(_why(fault), 300).rstrip("."))
        after = self._number(table[1], hand)
        unseen = before is None or after is None or before == after == 0
        return Trial(manner, "", None if unseen else before != after)

    def _number(self, table: Ref, hand: Hand) -> int | None:
        """InnoDB's number of the table, or of its parts; None where this account may not see it."""
        place = "innodb_tables" if self._there.dialect == "mysql" else "innodb_sys_tables"
        whole = f"{self._home}/{table.name}".replace("'", "''").replace("\\", "")
        parts = whole.replace("|", "||").replace("%", "|%").replace("_", "|_")
        return hand.count(_NUMBER.format(place=place, whole=f"'{whole}'", parts=f"'{parts}#%'"), 5.0)

    def _drop(self, case: Case, refs: tuple[Ref, ...], hand: Hand) -> None:
        """These, and what the statement renames one of them to: nothing else was made."""
        from console.dialects.mysql.quoting import quoted

        with suppress(Fault):
            _run(hand, "SET SESSION foreign_key_checks = 0")
            for ref in (*refs, *_renamed(case)):
                _run(hand, f"DROP TABLE IF EXISTS {quoted(self._home)}.{quoted(ref.name)}")


def _renamed(case: Case) -> list[Ref]:
    """What the statement calls a table from then on."""
    from console.core.operations import Rename
    from console.core.schema import Kind

    return [op.to for op in case.statement.operations if isinstance(op, Rename) and op.to.kind is Kind.TABLE]


def _why(problem: Exception) -> str:
    if isinstance(problem, Fault):
        code = getattr(problem, "code", "")
        why = problem.why or problem.what
        return f"{why} ({code})" if code and code not in why else why
    return str(problem)


def _run(hand: Hand, sql: str) -> None:
    from console.core.plan import Step, StepKind

    hand.run(Step(1, StepKind.SCHEMA, "the scratch database", (sql,)))
