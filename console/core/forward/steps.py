"""What of a migration is left to do, each statement with the question that guards it; refused where one is not known.

A guarded statement has to be told apart from the same statement done, also by a catalog that has seen all of the
migration and by one that has seen a little more of it than this. So what a later statement changes again is known in
both shapes, and what a later statement takes away again is not written at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from console.core.assessment import JudgedMigration
from console.core.compare import Sight, look
from console.core.describe import noun
from console.core.forward.anew import made_anew
from console.core.forward.asking import Catalog, question, renamed
from console.core.forward.bounding import bounded
from console.core.forward.mysql import MySQL
from console.core.forward.near import near
from console.core.forward.postgres import Postgres
from console.core.forward.sqlite import SQLite
from console.core.forward.values import ADDED, Attrs, Fact, Step
from console.core.landed import Judgement, Verdict, out_of_band
from console.core.members import MEMBER
from console.core.operations import Change, Create, Drop, Opaque, Operation, Rename
from console.core.plain import one_line
from console.core.plan import CannotWriteError
from console.core.refs import Kind, Ref
from console.core.schema import Constraint, Index, Schema, Table, Thing
from console.core.state import Picture, picture_of
from console.core.statements import Nature, Statement
from console.core.things import stated

_APART = ("owner", "comment", "arguments")
"""Of what is replaced: it stays as it is."""
_LONGEST = 200_000
"""Characters of all that is left to run: a file for people to read."""


def catalog_of(dialect: str, home: str) -> Catalog:
    """The catalog of such a server."""
    if dialect == "postgres":
        return Postgres(home)
    if dialect in ("mysql", "mariadb"):
        return MySQL(home, mariadb=dialect == "mariadb")
    if dialect == "sqlite":
        return SQLite(home)
    raise CannotWriteError(f"No guarded file is written for {dialect}.")


def steps_of(
    migration: JudgedMigration,
    schema: Schema,
    dialect: str,
    former: Callable[[], Picture],
    beyond: Iterable[Operation] = (),
) -> tuple[Step, ...]:
    """What is left, in its order. CannotWriteError says in one sentence what is not known.

    `dialect` is the server's: the texts of more than one are spelled alike. `former` is what the migrations that are
    recorded left before it, `beyond` what those behind it do: other databases of the project may have run them already.
    """
    catalog = catalog_of(dialect, schema.home)
    rest = tuple(_rest(migration.statements, schema, former))
    if not rest:
        raise CannotWriteError("Nothing of it is left to do.")
    if sum(len(judgement.statement.sql) for judgement in rest) > _LONGEST:
        raise CannotWriteError("What is left to do is too long for a file that somebody should read.")
    statements = [judgement.statement for judgement in rest]
    beyond = tuple(near(statements, beyond, catalog.dialect))
    picture, steps = picture_of(schema), []
    for place, statement in enumerate(statements):
        own = tuple(o for other in statements[place + 1 :] for o in other.operations)
        try:
            steps.append(_step(statement, own, beyond, picture, catalog))
        except CannotWriteError as why:
            raise CannotWriteError(f"Statement {statement.n} cannot be guarded: {why}.") from why
        for operation in statement.operations:
            picture = operation.apply(picture)
    return tuple(steps)


def _rest(judgements: tuple[Judgement, ...], schema: Schema, former: Callable[[], Picture]) -> Iterator[Judgement]:
    """What did not land, and nothing that is not known well enough to be run again."""
    if odd := out_of_band(judgements) or made_anew(judgements, schema.home):
        raise CannotWriteError(odd)
    for judgement in judgements:
        if judgement.skipped or judgement.verdict is Verdict.LANDED:
            continue
        if judgement.verdict is Verdict.PARTIAL and not _untouched(judgement.statement, schema, former()):
            found = f"landed in part ({judgement.evidence}): mend that first"
            raise CannotWriteError(f"Statement {judgement.statement.n} {found}.")
        if why := _unfit(judgement):
            raise CannotWriteError(f"Statement {judgement.statement.n} {why}.")
        yield judgement


def _unfit(judgement: Judgement) -> str:
    statement = judgement.statement
    if not statement.readable:
        return "is not known as SQL: only the tool can send it"
    if statement.database:
        return f"goes to another database ({statement.database})"
    if statement.guards:
        return "is sent only under a condition of the file"
    if judgement.obstacle:
        return f"would be refused: {judgement.obstacle}"
    if statement.nature is Nature.DATA and statement.probe is None:
        return "changes data and nothing in its own WHERE keeps it from doing so twice"
    if statement.nature is Nature.OPAQUE and not _is_harmless(statement):
        return "is code, and nothing in the catalog shows whether it ran"
    if any(ord(char) < 32 and char not in "\n\t\r" for char in statement.sql):
        return "has control characters in it"
    if any("\ud800" <= char <= "\udfff" for char in statement.sql):
        return "has half a character in it, which no file can hold"
    return ""


def _untouched(statement: Statement, schema: Schema, former: Picture) -> bool:
    """It only changes what is there, and that is to the letter as the migrations before it left it."""
    for operation in statement.operations:
        known = former.get(operation.ref) if isinstance(operation, Change) else None
        if not isinstance(operation, Change) or known is None:
            return False
        names = {name for name, _ in operation.attrs} & known.keys()
        seen = look(operation.ref, {name: known[name] for name in names}, schema)
        if not names or seen.sight is not Sight.AS_WANTED or seen.uncertain:
            return False
    return True


def _is_harmless(statement: Statement) -> bool:
    return all(isinstance(operation, Opaque) and operation.harmless for operation in statement.operations)


def _step(
    statement: Statement, own: Sequence[Operation], beyond: Sequence[Operation], picture: Picture, catalog: Catalog
) -> Step:
    later = (*own, *beyond)
    title = f"statement {statement.n}: {one_line(statement.sql, 60)}"
    bare = Step(statement.n, title, "", statement.sql, statement.concurrently)
    if statement.nature is Nature.DATA:
        return replace(bare, question=bounded(statement, own, beyond, catalog))
    if statement.nature is Nature.OPAQUE:
        return bare
    match statement.operations:
        case (Rename() as rename,):
            _stays(rename.to, later)
            return replace(bare, question=renamed(rename.ref, rename.to, catalog))
    operations = tuple(_merged(statement.operations))
    around = _Around((*operations, *later), statement, picture, catalog)
    facts = tuple(fact for operation in operations for fact in _facts(operation, around))
    facts = tuple(fact for fact in facts if not _says_nothing(fact, catalog))
    if not facts:
        raise CannotWriteError("nothing in the catalog shows whether it ran")
    return replace(bare, question=question(facts, catalog))


def _says_nothing(fact: Fact, catalog: Catalog) -> bool:
    """It was so before: a primary key over a column that has no NULLs anyway."""
    if fact.before is None:
        return False
    was, wanted = (tuple(catalog.conditions(fact.ref, attrs)) for attrs in (fact.before, fact.done[0]))
    return was == wanted


def _merged(operations: Iterable[Operation]) -> Iterator[Operation]:
    """All that one statement changes about one thing is one change: nobody ever sees it half done."""
    changes: dict[Ref, Change] = {}
    for operation in operations:
        if not isinstance(operation, Change):
            yield operation
            continue
        before = changes.get(operation.ref)
        attrs = dict((*before.attrs, *operation.attrs)) if before is not None else dict(operation.attrs)
        changes[operation.ref] = replace(operation, attrs=tuple(attrs.items()))
    yield from changes.values()


@dataclass(frozen=True, slots=True)
class _Around:
    """What there is to know for the facts of one operation."""

    after: Sequence[Operation]
    """This statement's operations and those of all that follow it."""
    statement: Statement
    picture: Picture
    catalog: Catalog


def _facts(operation: Operation, around: _Around) -> Iterator[Fact]:
    after = around.after
    match operation:
        case Create():
            if operation.replace and operation.subject.kind is not Kind.ROUTINE:
                raise CannotWriteError("it takes the place of whatever is there already")
            known = around.picture.get(operation.subject) if operation.replace else None
            before = {name: value for name, value in known.items() if name not in _APART} if known is not None else None
            for thing, also in around.catalog.looked_at(operation, around.statement, after):
                shapes = tuple({**shape, **also} for shape in _shapes(thing, after))
                yield Fact(thing.ref, shapes, before, named=thing.named)
        case Drop():
            if operation.cascade and operation.ref.kind not in (Kind.COLUMN, Kind.CONSTRAINT):
                raise CannotWriteError("what goes with it by CASCADE is not known")
            if any(isinstance(other, Create) and other.subject == operation.ref for other in after):
                raise CannotWriteError(f"a later statement makes {noun(operation.ref)} again")
            yield Fact(operation.ref)
        case Change():
            yield _changed(operation, [other for other in after if other != operation], around.picture)
        case _:
            raise CannotWriteError("it does several things, and one of them cannot be looked at")


def _stays(ref: Ref, later: Iterable[Operation]) -> None:
    """A later statement that takes it away would make 'not there yet' and 'gone again' look the same."""
    for operation in later:
        if isinstance(operation, Drop | Rename) and _touches(operation.ref, ref):
            what = "renames" if isinstance(operation, Rename) else "drops"
            raise CannotWriteError(f"a later statement {what} {noun(operation.ref)} again")


def _touches(other: Ref, ref: Ref) -> bool:
    """It is the thing itself, its table, or the table's own."""
    table = ref.table or ref.name
    return other == ref or (other.kind is Kind.TABLE and (other.schema, other.name) == (ref.schema, table))


def _shapes(thing: Thing, operations: Sequence[Operation]) -> tuple[Attrs, ...]:
    """What it is once it is made, and what later statements make of it."""
    first = dict(stated(thing))
    if isinstance(thing, Table) and "columns" in thing.unread:
        raise CannotWriteError("what columns it gets is not in its text")
    if isinstance(thing, Constraint | Index):
        _keeps_its_columns(thing, operations)
    if any(first.get(name) is False for name in ("nulls_distinct", "valid", "visible", "enforced")):
        raise CannotWriteError(f"{noun(thing.ref)} is of a sort that cannot be compared from inside a migration")
    return _later(thing.ref, first, operations)


def _keeps_its_columns(thing: Constraint | Index, operations: Iterable[Operation]) -> None:
    table = thing.ref.table or (thing.table if isinstance(thing, Index) else "")
    others = {thing.references} if isinstance(thing, Constraint) else set()
    for operation in operations:
        if not isinstance(operation, Drop | Rename):
            continue
        ref = operation.ref
        own = ref.kind is Kind.COLUMN and ref.table == table and any(ref.name in column for column in thing.columns)
        theirs = ref.kind is Kind.TABLE and (ref.name == table or f"{ref.schema}.{ref.name}" in others)
        if own or theirs:
            raise CannotWriteError(f"a later statement takes away or renames what {noun(thing.ref)} is made of")


def _later(ref: Ref, first: Attrs, operations: Sequence[Operation]) -> tuple[Attrs, ...]:
    _stays(ref, operations)
    shapes = [dict(first)]
    for operation in operations:
        if isinstance(operation, Create) and operation.replace and operation.subject == ref:
            shapes.append(dict(stated(operation.things[0])))
        elif isinstance(operation, Change) and operation.ref == ref:
            attrs = {name: value for name, value in operation.attrs if name in first}
            _plain(operation)
            shapes.append({**shapes[-1], **attrs})
        elif _is_key_over(operation, ref) and first.get("nullable") is True:
            shapes.append({**shapes[-1], "nullable": False})
    return tuple({tuple(sorted(s.items(), key=lambda pair: pair[0])): s for s in shapes}.values())


def _is_key_over(operation: Operation, ref: Ref) -> bool:
    """A primary key makes its columns NOT NULL."""
    if not isinstance(operation, Create) or ref.kind is not Kind.COLUMN:
        return False
    keys = [t for t in operation.things if isinstance(t, Constraint) and t.type == "primary key"]
    return any((k.ref.schema, k.ref.table) == (ref.schema, ref.table) and ref.name in k.columns for k in keys)


def _plain(change: Change) -> None:
    if any(MEMBER in name for name, _ in change.attrs) or change.spreads:
        raise CannotWriteError(f"what it changes about {noun(change.ref)} cannot be compared")


def _changed(change: Change, later: Sequence[Operation], picture: Picture) -> Fact:
    """Before it, the thing was as it is now, or as the statements before leave it."""
    match change.attrs:
        case ((name, True),) if name.startswith(f"labels{MEMBER}") and change.ref.kind is Kind.TYPE:
            label = name.partition(MEMBER)[2]
            _stays(change.ref, later)
            return Fact(change.ref, ({ADDED: (label, True)},), {ADDED: (label, False)})
    _plain(change)
    wanted, known = dict(change.attrs), picture.get(change.ref)
    if known is None:
        raise CannotWriteError(f"{noun(change.ref)} is not known as it was before")
    typed = {"type": known["type"]} if "default" in wanted and "type" in known else {}
    before = {**typed, **{name: known[name] for name in wanted if name in known}}
    if not wanted.keys() <= known.keys():
        raise CannotWriteError(f"what {noun(change.ref)} was before it is not known")
    shapes = _later(change.ref, {**typed, **wanted}, later)
    if before in shapes[1:]:
        raise CannotWriteError(f"a later statement makes {noun(change.ref)} again what it was")
    return Fact(change.ref, shapes, before)
