"""What a replay of the project on a scratch server sends: what made the schema, and nothing that reaches beyond it.

Rows are left out, and so is what makes no object (grants, settings, maintenance). What cannot be known without running
a file, or may change more than the one scratch database, is refused before anything is sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from console.core.assessment import Assessment
from console.core.expected import By
from console.core.expected_base import Baseline, family
from console.core.expected_replay import replayed
from console.core.faults import UsageFault
from console.core.observation import Server
from console.core.operations import Opaque
from console.core.plan import Step, StepKind
from console.core.replay import effects
from console.core.schema import Kind, Ref, Schema, Thing
from console.core.statements import Nature, Statement
from console.core.verdicts import good

Address = tuple[Kind, str, str, str]
_BEYOND = re.compile(
    r"\b(?:(?:CREATE|ALTER|DROP)\s+(?:ROLE|USER|GROUP|DATABASE|SYSTEM|TABLESPACE|SERVER|SUBSCRIPTION|EVENT|"
    r"USER\s+MAPPING|UNDO)|SET\s+(?:GLOBAL|PERSIST\w*)|DBLINK\w*|FEDERATED|PROGRAM|LOAD\s+DATA|INTO\s+(?:OUT|DUMP)FILE)\b",
    re.IGNORECASE,
)
"""What is kept by the server and not by a database, and what runs later or elsewhere; also inside code."""
_PATH = re.compile(
    r"^\s*(?:SET\s+(?:LOCAL\s+|SESSION\s+)?search_path|SELECT\s+(?:pg_catalog\.)?set_config\('search_path')",
    re.IGNORECASE | re.MULTILINE,
)
"""Settings are not sent, and this one says where things are made."""
_TOGETHER = ("Galera cluster", "replication group")
"""What a node of MySQL's or MariaDB's says of itself."""
_FROM_THE_BEGINNING = frozenset({(Kind.EXTENSION, "plpgsql")})


@dataclass(frozen=True, slots=True)
class Sending:
    """What goes to the server in one go."""

    by: By
    """Its first statement."""
    framework: str
    step: Step


@dataclass(frozen=True, slots=True)
class Replay:
    """A whole replay, before anything of it was sent."""

    source: str
    recorded: dict[str, frozenset[str]]
    """Framework -> the migrations whose work is in it."""
    sendings: tuple[Sending, ...]
    makes: frozenset[Address]
    """What the statements speak of by making, naming or changing it, in the scratch database."""
    left_out: int
    """How many statements only change rows."""
    of_dump: bool = False
    """It begins with a dump: tables may come before those that they refer to."""


def address(ref: Ref) -> Address:
    """Where it is, whatever case its server gives names."""
    return ref.kind, ref.schema.lower(), ref.table.lower(), ref.name.lower()


def _addresses(statements: Iterable[Statement], home: str, scratch: str) -> Iterator[Address]:
    for statement in statements:
        for operation in statement.operations:
            yield from _at_home((ref for ref, attrs in effects(operation) if attrs is not None), home, scratch)


def _at_home(refs: Iterable[Ref], home: str, scratch: str) -> Iterator[Address]:
    for ref in refs:
        yield address(replace(ref, schema=scratch) if ref.schema == home else ref)


def replay_of(
    assessment: Assessment, scratch: str, more: Sequence[tuple[str, By, Statement]] = (), also: Sequence[Statement] = ()
) -> Replay:
    """What the database that was looked at has run, for an empty one where unqualified names mean the schema `scratch`;
    then `more`; somebody else sends `also` in the end. UsageFault where that is not known, or may reach beyond."""
    base = replayed(assessment.observation, assessment.frameworks)
    if isinstance(base, str):
        raise UsageFault(f"the project cannot be replayed: {base}")
    sent = [*_ran(base, assessment), *more]
    setting = next(_of_other_paths(base, assessment), "")
    if setting:
        raise UsageFault(f"the project cannot be replayed: {setting} sets search_path")
    for by, statement in (*((by, statement) for _, by, statement in sent), *((By("the plan", s.n), s) for s in also)):
        why = _refused(statement, base, scratch)
        if why:
            raise UsageFault(f"the project cannot be replayed: {by} {why}")
    makes = [each for each in sent if _makes(each[2])]
    recorded = {f.framework: frozenset(m.id for m in f.migrations if good(m.tracked)) for f in assessment.frameworks}
    return Replay(
        base.source,
        recorded,
        tuple(_sendings(makes, in_transactions=base.dialect == "postgresql")),
        frozenset(_addresses((*(statement for _, _, statement in makes), *also), base.schema.home, scratch)),
        sum(1 for _, _, statement in sent if statement.nature is Nature.DATA),
        of_dump=bool(base.statements),
    )


def nothing_of(schema: Schema, scratch: str) -> Replay:
    """No replay at all: what is in `schema` is made there by somebody else, and is to be dropped again."""
    return Replay("", {}, (), frozenset(_at_home((thing.ref for thing in schema.things), schema.home, scratch)), 0)


def is_one_group(scratch: Server, incident: Server) -> bool:
    """Whether what is done on one may be done on the other: nodes of one cluster, or a replica and who knows which
    primary. PostgreSQL's replicas have the number of their primary."""
    nodes = all(any(word in note for word in _TOGETHER for note in server.notes) for server in (scratch, incident))
    return nodes or (incident.replica and incident.dialect != "postgresql")


def is_empty(schema: Schema) -> bool:
    """Nothing is in it that anybody made."""
    return not any(True for _ in made(schema))


def made(schema: Schema) -> Iterator[Thing]:
    """Everything that is not there from the beginning."""
    others = schema.dialect in ("mysql", "mariadb")  # there a schema is a database, and what is in others is not read
    for thing in schema.things:
        place = thing.ref.kind, thing.ref.name
        if place in _FROM_THE_BEGINNING or (place[0] is Kind.SCHEMA and (others or place[1] == schema.home)):
            continue
        yield thing


def _ran(base: Baseline, assessment: Assessment) -> Iterator[tuple[str, By, Statement]]:
    first = assessment.frameworks[0].framework
    yield from ((first, By(base.source, statement.n), statement) for statement in base.statements)
    for framework in assessment.frameworks:
        held = base.recorded.get(framework.framework, frozenset())
        for migration in framework.migrations:
            if good(migration.tracked) and migration.id not in held:
                for judgement in migration.statements:
                    if not judgement.statement.database and not judgement.skipped:
                        yield framework.framework, By(migration.id, judgement.statement.n), judgement.statement


def _of_other_paths(base: Baseline, assessment: Assessment) -> Iterator[str]:
    for framework in assessment.frameworks:
        held = base.recorded.get(framework.framework, frozenset())
        for migration in framework.migrations:
            file = migration.tracked.migration
            if good(migration.tracked) and migration.id not in held and file is not None and _PATH.search(file.text):
                yield migration.label


def _refused(statement: Statement, base: Baseline, scratch: str) -> str:
    """Why it is not sent to a scratch database; '' when it may be."""
    if not _makes(statement):
        return ""
    if not statement.readable:
        return "is not known without running its file"
    if any(guard.ref is None for guard in statement.guards):
        return "is only sent under a condition that nobody can read"
    if _BEYOND.search(statement.sql):
        return "may change more than one database"
    return _beyond_mysql(statement, base, scratch) if family(base.dialect) == "mysql" else ""


def _beyond_mysql(statement: Statement, base: Baseline, scratch: str) -> str:
    """There every database of the server is within reach."""
    if any(isinstance(operation, Opaque) and operation.anything for operation in statement.operations):
        return "is code that nobody can read, and it may change another database of that server"
    home = base.schema.home
    subjects = [operation.subject.schema for operation in statement.operations if operation.subject is not None]
    places = {*subjects, *(schema for schema, _ in statement.tables)} - {"", home}
    spelled = re.search(rf"(?<![\w$])`?{re.escape(home)}`?\s*\.", statement.sql, re.IGNORECASE)
    if places or (spelled and scratch != home):
        return f"names the database {min(places) if places else home}, not only its own"
    return ""


def _makes(statement: Statement) -> bool:
    """It may leave an object behind."""
    harmless = all(isinstance(o, Opaque) and o.harmless for o in statement.operations)
    return statement.nature is not Nature.DATA and not harmless


def _sendings(sent: Iterable[tuple[str, By, Statement]], *, in_transactions: bool) -> Iterator[Sending]:
    for (framework, migration, _), group in groupby(sent, lambda each: (each[0], each[1].migration, each[2].group)):
        members = list(group)
        if in_transactions:
            yield _sending(framework, migration, members)
        else:
            yield from (_sending(framework, migration, [member]) for member in members)


def _sending(framework: str, migration: str, members: list[tuple[str, By, Statement]]) -> Sending:
    sql = tuple(statement.sql for _, _, statement in members)
    by = members[0][1]
    return Sending(by, framework, Step(1, StepKind.SCHEMA, migration, sql, atomic=len(sql) > 1))
