"""What a function of a migration sends, statement by statement: Knex's schema builder and raw SQL, compiled."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from console.core.refs import column_ref, table_ref
from console.core.statements import Guard, Sent
from console.frameworks.knex.rows import rows_of
from console.frameworks.knex.shaping import statements
from console.frameworks.knex.tables import Table, described
from console.frameworks.knex.words import Sql, UnreadableError, Writer, word, yes
from console.readers.javascript.answers import leaves_nothing
from console.readers.javascript.module import play
from console.readers.javascript.values import (
    UNDEFINED,
    Branch,
    Call,
    Chain,
    Function,
    Item,
    Many,
    Not,
    Pairs,
    Root,
    Step,
    Unread,
    Value,
    why_not,
)

KNEX = Root("parameter", "knex")
_PROMISE = Chain(Root("global", "Promise"))
"""What old versions of Knex give a migration beside themselves."""
_ASKS = frozenset(
    "hasTable hasColumn columnInfo select first pluck count countDistinct min max sum avg distinct".split()
)
_WRITES = frozenset(
    "insert update del delete truncate increment decrement upsert batchInsert onConflict merge ignore".split()
)
_HARMLESS = frozenset("destroy commit rollback on isCompleted".split())


@dataclass(frozen=True, slots=True)
class Place:
    """Where it is sent to."""

    writer: Writer
    home: str


@dataclass(slots=True)
class Reading:
    """What was found so far."""

    place: Place
    sent: list[Sent]
    lazy: list[int]
    """Lines of what is built and never awaited: Knex sends nothing of it."""
    together: list[int]
    """Lines of what is sent with others at one time."""
    quiet: list[int] = field(default_factory=list)
    """Lines where a failure is caught and not passed on."""


def sent_by(function: Function, place: Place) -> Reading:
    """All that one way of a migration sends."""
    reading = Reading(place, [], [], [])
    _played(function, (Chain(KNEX), _PROMISE), (), reading)
    return reading


def _played(function: Function, args: tuple[Value, ...], guards: tuple[Guard, ...], reading: Reading) -> None:
    played = play(function, args, reading.place.writer.known)
    reading.quiet += played.quiet
    _items(played.items, guards, reading)


def _items(items: tuple[Item, ...], guards: tuple[Guard, ...], reading: Reading) -> None:
    for item in items:
        if isinstance(item, Unread):
            reading.sent.append(Sent("", item.source, item.line, guards, item.why))
        elif isinstance(item, Branch):
            guard = _guard(item, reading.place)
            _items(item.then, (*guards, guard), reading)
            _items(item.otherwise, (*guards, _against(guard)), reading)
        else:
            _call(item, guards, reading)


def _guard(branch: Branch, place: Place) -> Guard:
    test, present = branch.test, True
    if isinstance(test, Not):
        test, present = test.value, False
    asked = test.root.of if isinstance(test, Chain) and not test.steps else None
    if asked is None or asked.root != KNEX or not asked.steps:
        return Guard(branch.text)
    last, schema = asked.steps[-1], place.home
    for step in asked.steps[:-1]:
        if step.name == "withSchema" and step.args and isinstance(step.args[0], str):
            schema = step.args[0]
    names = [one for one in last.args or () if isinstance(one, str)]
    if last.name == "hasTable" and len(names) == 1:
        return Guard(branch.text, table_ref(schema, names[0]), present)
    if last.name == "hasColumn" and len(names) == 2:
        return Guard(branch.text, column_ref(schema, names[0], names[1]), present)
    return Guard(branch.text)


def _against(guard: Guard) -> Guard:
    text = guard.text[1:] if guard.text.startswith("!") else f"!({guard.text})"
    return Guard(text, guard.ref, not guard.present if guard.ref is not None else True)


def _call(call: Call, guards: tuple[Guard, ...], reading: Reading) -> None:
    chain = _itself(call.chain)
    steps = chain.steps
    if chain.root != KNEX:
        _foreign(call, guards, reading)
    elif steps and steps[0].name == "transaction":
        for inner in (one for one in steps[0].args or () if isinstance(one, Function)):
            _played(inner, (Chain(KNEX),), guards, reading)
    elif call.kept:
        return
    elif not call.awaited and not _runs_alone(steps):
        reading.lazy.append(call.line)
    else:
        if call.together:
            reading.together.append(call.line)
        reading.sent += [_sent(one, line, call, guards) for one, line in _compiled(steps, reading.place)]


def _itself(chain: Chain) -> Chain:
    """What stands for Knex in a transaction is Knex: `const trx = await knex.transaction()`."""
    of = chain.root.of
    begun = of is not None and of.root == KNEX and [step.name for step in of.steps] == ["transaction"]
    return Chain(KNEX, chain.steps) if begun else chain


def _runs_alone(steps: tuple[Step, ...]) -> bool:
    return bool(steps) and steps[0].name in ("batchInsert", "destroy")


def _foreign(call: Call, guards: tuple[Guard, ...], reading: Reading) -> None:
    """What is called is not Knex: another file's function, or something made of an answer."""
    if call.chain.root.kind == "outcome" and call.chain.steps[-1].name in _HARMLESS:
        return
    handed = any(_hands_on(one) for step in call.chain.steps for one in step.args or ())
    if call.kept or (not handed and (call.chain.root.kind == "global" or leaves_nothing(call.chain))):
        return
    why = f"{call.chain.path} is not of this file, and what it sends is not known"
    reading.sent.append(Sent("", call.source, call.line, guards, why))


def _hands_on(value: Value) -> bool:
    """Whether something that sends may be in it."""
    if isinstance(value, Many | Pairs):
        return any(map(_hands_on, value.values if isinstance(value, Many) else value.values.values()))
    return isinstance(value, Function) or (isinstance(value, Chain) and _itself(value).root == KNEX)


def _sent(one: Sql, line: int, call: Call, guards: tuple[Guard, ...]) -> Sent:
    return Sent(
        one.sql,
        call.source,
        line,
        guards,
        one.why,
        one.effect,
        data=one.why.startswith(_ROWS),
        apart=call.together or call.quiet,
    )


_ROWS = "it changes rows"


def _compiled(steps: tuple[Step, ...], place: Place) -> Iterator[tuple[Sql, int]]:
    names = tuple(step.name for step in steps)
    if steps and names[0] == "schema":
        yield from _schema(steps[1:], place)
        return
    line = steps[0].line if steps else 1
    if names[:1] == ("raw",) and steps[0].args and len(steps) == 1:
        yield from ((one, line) for one in _tried(lambda: [Sql(place.writer.filled(steps[0].args or ()))]))
    elif _HARMLESS & set(names[:1]):
        return
    elif _WRITES & set(names):
        for one in _tried(lambda: [Sql(rows_of(steps, place.writer))]):
            yield replace(one, why=f"{_ROWS}: {one.why}") if one.why else one, line
    elif names[:1] != ("",) and not _ASKS & set(names):
        why = next((why for step in steps for one in step.args or () if (why := why_not(one))), "")
        yield Sql("", why=why or f"what knex.{'.'.join(name for name in names if name)} sends is not read"), line


def _tried(make: Callable[[], list[Sql]]) -> list[Sql]:
    try:
        return make()
    except UnreadableError as error:
        return [Sql("", why=str(error))]


def _schema(steps: tuple[Step, ...], place: Place) -> Iterator[tuple[Sql, int]]:
    schema = ""
    for step in steps:
        if step.name == "withSchema" and step.args:
            if not isinstance(step.args[0], str):
                yield Sql("", why=why_not(step.args[0]) or "the schema is not known"), step.line
                return
            schema = step.args[0]
    for step in steps:
        if step.name not in ("withSchema", "hasTable", "hasColumn", "queryContext"):
            made = _tried(lambda step=step: _step(step, schema, place.writer))  # type: ignore[misc]
            yield from ((one, step.line) for one in made)


def _step(step: Step, schema: str, writer: Writer) -> list[Sql]:
    args = step.args
    if args is None or not args:
        raise UnreadableError(f"what {step.name} is told is not known")
    if step.name in _TABLES:
        return _table(_TABLES[step.name], args, schema, writer)
    if step.name == "raw":
        return [Sql(writer.filled(args))]
    if step.name == "createTableLike":
        return _like(args, schema, writer)
    if step.name in _PLAIN:
        return [Sql(_PLAIN[step.name] + writer.name(_within(schema, word(args[0]))))]
    if step.name in _OF_POSTGRES and writer.postgres:
        cascade = " cascade" if step.name.startswith("dropSchema") and len(args) > 1 and yes(args[1]) else ""
        return [Sql(_OF_POSTGRES[step.name] + writer.name(word(args[0])) + cascade)]
    if step.name == "renameTable" and len(args) > 1:
        return [_renamed(args, schema, writer)]
    if step.name == "renameView" and len(args) > 1 and not writer.sqlite:
        old, new = writer.name(word(args[0])), writer.name(word(args[1]))
        return [Sql(f"alter view {old} rename to {new}" if writer.postgres else f"rename table {old} to {new}")]
    if step.name == "refreshMaterializedView" and writer.postgres:
        how = " concurrently" if len(args) > 1 and yes(args[1]) else ""
        return [Sql(f"refresh materialized view{how} {writer.name(word(args[0]))}")]
    raise UnreadableError(f"what knex.schema.{step.name} sends is not read")


_TABLES = {"createTable": "create", "createTableIfNotExists": "create_if_not", "table": "alter", "alterTable": "alter"}
_PLAIN = {
    "dropTable": "drop table ",
    "dropTableIfExists": "drop table if exists ",
    "dropView": "drop view ",
    "dropViewIfExists": "drop view if exists ",
}
_OF_POSTGRES = {
    "createSchema": "create schema ",
    "createSchemaIfNotExists": "create schema if not exists ",
    "dropSchema": "drop schema ",
    "dropSchemaIfExists": "drop schema if exists ",
    "createExtension": "create extension ",
    "createExtensionIfNotExists": "create extension if not exists ",
    "dropExtension": "drop extension ",
    "dropExtensionIfExists": "drop extension if exists ",
    "dropMaterializedView": "drop materialized view ",
    "dropMaterializedViewIfExists": "drop materialized view if exists ",
}


def _within(schema: str, name: str) -> str:
    return f"{schema}.{name}" if schema else name


def _table(kind: str, args: tuple[Value, ...], schema: str, writer: Writer) -> list[Sql]:
    function = args[1] if len(args) > 1 else UNDEFINED
    if not isinstance(function, Function):
        raise UnreadableError(why_not(function) or "what is done to the table stands in another file")
    table = Table(kind, word(args[0]), schema, writer)
    described(function, table)
    return statements(table)


def _like(args: tuple[Value, ...], schema: str, writer: Writer) -> list[Sql]:
    if len(args) != 2:
        raise UnreadableError("a copy of a table with more columns is not read")
    new, old = (writer.name(_within(schema, word(one))) for one in args)
    if writer.postgres:
        return [Sql(f"create table {new} (like {old} including all)")]
    if writer.sqlite:
        return [Sql(f"create table {new} as select * from {old} where 0=1")]
    return [Sql(f"create table {new} like {old}")]


def _renamed(args: tuple[Value, ...], schema: str, writer: Writer) -> Sql:
    old, new = word(args[0]), writer.name(word(args[1]))
    if writer.family == "mysql":
        return Sql(f"rename table {writer.name(old)} to {new}")
    whole = _within(schema, old) if writer.postgres else old
    return Sql(f"alter table {writer.name(whole)} rename to {new}")
