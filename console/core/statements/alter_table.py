"""ALTER TABLE: one table of first words, one reader an action; each action becomes operations of its own.

One unknown action must not hide the known ones beside it, so every action is read alone and what cannot be read is an
`Opaque` with the action's own text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from console.core.operations import Change, Create, Drop, Opaque, Operation, Rename
from console.core.schema import Constraint, Kind, Ref, Value, column_ref
from console.core.statements.alter_column import COLUMN_ACTIONS
from console.core.statements.columns import read_column, settled
from console.core.statements.constraints import read_constraint
from console.core.statements.cursor import Cursor, Unreadable
from console.core.statements.foreign_keys import Owner, deferral
from console.core.statements.tables import partition_bound
from console.core.statements.verbs import Meaning, cascades, if_exists, opaque

_CONSTRAINT_WORDS = ("CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN", "EXCLUDE", "NOT")
PENDING = "a partition that is still being detached"


@dataclass
class Target:
    """What is altered."""

    ref: Ref
    owner: Owner
    if_present: bool

    def change(self, *attrs: tuple[str, Value]) -> Change:
        """A change of the target itself."""
        return Change(self.ref, attrs, if_present=self.if_present)

    def part(self, kind: Kind, name: str) -> Ref:
        """A part of the target."""
        return Ref(kind, self.ref.schema, self.ref.name, name)


Action = Callable[[Cursor, Target], Iterator[Operation]]


def alter_table(cursor: Cursor) -> Meaning:
    """Behind `ALTER [FOREIGN] TABLE`."""
    if_present = if_exists(cursor)
    cursor.accept("ONLY")
    target = read_target(cursor, Kind.TABLE, if_present=if_present)
    cursor.accept("*")
    concurrently = any(token.word == "CONCURRENTLY" for token in cursor.found[cursor.at :][:4])
    operations = read_actions(cursor, target, TABLE_ACTIONS)
    return Meaning(operations, (target.ref, *target.owner.referenced), concurrently=concurrently)


def read_target(cursor: Cursor, kind: Kind, *, if_present: bool) -> Target:
    """The name of what is altered."""
    ref = cursor.ref(kind)
    return Target(ref, Owner(ref), if_present)


def read_actions(cursor: Cursor, target: Target, actions: dict[tuple[str, ...], Action]) -> tuple[Operation, ...]:
    """All actions behind the name, unknown ones as Opaque."""
    found: list[Operation] = []
    items = list(cursor.items())
    if not items:
        raise Unreadable
    for item in items:
        found += _action(item, target, actions)
    return tuple(found)


def _action(item: Cursor, target: Target, actions: dict[tuple[str, ...], Action]) -> list[Operation]:
    try:
        for words, action in actions.items():
            if item.accept(*words):
                done = list(action(item, target))
                item.end()
                return done
    except Unreadable:
        pass
    item.at = 0
    text = f"{target.ref.name} {item.rest()}"
    return [opaque(text, f"Halfway does not read this part: {text}", anything=True)]


def _add(cursor: Cursor, target: Target) -> Iterator[Operation]:
    if cursor.word() in _CONSTRAINT_WORDS and (cursor.word() != "EXCLUDE" or cursor.word(1) in ("USING", "(")):
        yield from _add_constraint(cursor, target)
        return
    cursor.accept("COLUMN")
    if_absent = cursor.accept("IF", "NOT", "EXISTS")
    column, others = read_column(cursor, target.owner)
    yield Create((settled(column, target.owner), *others), if_absent=if_absent)


def _add_constraint(cursor: Cursor, target: Target) -> Iterator[Operation]:
    owner = target.owner
    owner.forget()
    things = read_constraint(cursor, owner)
    if not things:
        raise Unreadable
    taken_over = owner.using_index
    if taken_over and taken_over.name != things[0].ref.name:
        yield Rename(taken_over, replace(taken_over, name=things[0].ref.name))
    yield Create(things)
    columns = things[0].columns if isinstance(things[0], Constraint) else ()
    for name in columns:
        if name in owner.not_null:
            yield Change(column_ref(owner.table.schema, owner.table.name, name), (("nullable", False),))


def _drop_column(cursor: Cursor, target: Target) -> Iterator[Operation]:
    if_present = if_exists(cursor) or target.if_present
    ref = target.part(Kind.COLUMN, cursor.name())
    yield Drop(ref, if_present=if_present, cascade=cascades(cursor))


def _drop_constraint(cursor: Cursor, target: Target) -> Iterator[Operation]:
    if_present = if_exists(cursor) or target.if_present
    ref = target.part(Kind.CONSTRAINT, cursor.name())
    yield Drop(ref, if_present=if_present, cascade=cascades(cursor))


def _alter_column(cursor: Cursor, target: Target) -> Iterator[Operation]:
    ref = target.part(Kind.COLUMN, cursor.name())
    for words, action in COLUMN_ACTIONS.items():
        if cursor.accept(*words):
            yield from action(cursor, ref, target.if_present)
            return
    raise Unreadable


def _alter_constraint(cursor: Cursor, target: Target) -> Iterator[Operation]:
    ref = target.part(Kind.CONSTRAINT, cursor.name())
    start = cursor.at
    deferrable, deferred = deferral(cursor)
    if cursor.at == start:
        raise Unreadable
    yield Change(ref, (("deferrable", deferrable), ("deferred", deferred)), if_present=target.if_present)


def _validate(cursor: Cursor, target: Target) -> Iterator[Operation]:
    yield Change(target.part(Kind.CONSTRAINT, cursor.name()), (("validated", True),), if_present=target.if_present)


def _rename_constraint(cursor: Cursor, target: Target) -> Iterator[Operation]:
    yield _rename_part(cursor, target, Kind.CONSTRAINT)


def _rename_column(cursor: Cursor, target: Target) -> Iterator[Operation]:
    yield _rename_part(cursor, target, Kind.COLUMN)


def _rename_part(cursor: Cursor, target: Target, kind: Kind) -> Rename:
    old = cursor.name()
    cursor.expect("TO")
    return Rename(target.part(kind, old), target.part(kind, cursor.name()), if_present=target.if_present)


def rename_to(cursor: Cursor, target: Target) -> Iterator[Operation]:
    """Behind RENAME TO."""
    yield Rename(target.ref, replace(target.ref, name=cursor.name()), if_present=target.if_present)


def set_schema(cursor: Cursor, target: Target) -> Iterator[Operation]:
    """Behind SET SCHEMA."""
    yield Rename(target.ref, replace(target.ref, schema=cursor.name()), if_present=target.if_present)


def owner_to(cursor: Cursor, target: Target) -> Iterator[Operation]:
    """Behind OWNER TO; who CURRENT_USER was is not known."""
    if cursor.accept_any("CURRENT_USER", "SESSION_USER", "CURRENT_ROLE"):
        yield Opaque("The owner became whoever ran the migration.", harmless=True)
        return
    yield target.change(("owner", cursor.name()))


def set_options(cursor: Cursor, target: Target) -> Iterator[Operation]:
    """At the parentheses behind SET."""
    if cursor.word() != "(":
        raise Unreadable
    yield target.change(*((f"options:{option}", True) for option in cursor.options()))


def reset_options(cursor: Cursor, target: Target) -> Iterator[Operation]:
    """Behind RESET."""
    names = [item.dotted() for item in cursor.group().items()]
    yield target.change(*((f"options:{'.'.join(name)}=", False) for name in names))


def not_shown(why: str, unsays: str = "") -> Action:
    """An action on something that Halfway does not read and that changes nothing else but the attribute `unsays`."""

    def action(cursor: Cursor, target: Target) -> Iterator[Operation]:
        cursor.rest()
        open_ = ((target.ref, unsays),) if unsays else ()
        yield Opaque(why, frozenset({target.ref.name.lower()}), harmless=True, unsays=open_)

    return action


def _sets(name: str, value: str | bool) -> Action:
    def action(cursor: Cursor, target: Target) -> Iterator[Operation]:
        yield target.change((name, value))

    return action


def _attach(cursor: Cursor, target: Target) -> Iterator[Operation]:
    child = cursor.ref(Kind.TABLE)
    target.owner.referenced.append(child)
    bound = partition_bound(cursor)
    attrs: tuple[tuple[str, str | None], ...] = (("partition_of", f"{target.ref.schema}.{target.ref.name}"),)
    yield Change(child, attrs if bound is None else (*attrs, ("partition_bound", bound)))


def _detach(cursor: Cursor, target: Target) -> Iterator[Operation]:
    child = cursor.ref(Kind.TABLE)
    target.owner.referenced.append(child)
    concurrently = cursor.accept("CONCURRENTLY")
    cursor.accept("FINALIZE")
    attrs = (("partition_of", None), ("partition_bound", None))
    yield Change(child, attrs, leaves=PENDING if concurrently else "")


def _inherits(value: bool) -> Action:
    def action(cursor: Cursor, target: Target) -> Iterator[Operation]:
        parent = cursor.ref(Kind.TABLE)
        target.owner.referenced.append(parent)
        yield target.change((f"inherits:{parent.schema}.{parent.name}", value))

    return action


def _replica_identity(cursor: Cursor, target: Target) -> Iterator[Operation]:
    if cursor.accept("USING", "INDEX"):
        cursor.name()
        yield target.change(("replica_identity", "index"))
        return
    word = cursor.accept_any("DEFAULT", "FULL", "NOTHING")
    if not word:
        raise Unreadable
    yield target.change(("replica_identity", word.lower()))


def _triggers(enabled: str) -> Action:
    def action(cursor: Cursor, target: Target) -> Iterator[Operation]:
        if word := cursor.accept_any("ALL", "USER"):
            text = f"{target.ref.name} {word}"
            yield opaque(text, f"Which triggers of {target.ref.name} there were is not known from the text.")
            return
        ref = target.part(Kind.TRIGGER, cursor.name())
        yield Change(ref, (("enabled", enabled),), if_present=target.if_present)

    return action


TABLE_ACTIONS: dict[tuple[str, ...], Action] = {
    ("ADD",): _add,
    ("DROP", "CONSTRAINT"): _drop_constraint,
    ("DROP", "COLUMN"): _drop_column,
    ("DROP",): _drop_column,
    ("ALTER", "COLUMN"): _alter_column,
    ("ALTER", "CONSTRAINT"): _alter_constraint,
    ("ALTER",): _alter_column,
    ("VALIDATE", "CONSTRAINT"): _validate,
    ("RENAME", "CONSTRAINT"): _rename_constraint,
    ("RENAME", "COLUMN"): _rename_column,
    ("RENAME", "TO"): rename_to,
    ("RENAME",): _rename_column,
    ("SET", "SCHEMA"): set_schema,
    ("SET", "LOGGED"): _sets("persistence", "permanent"),
    ("SET", "UNLOGGED"): _sets("persistence", "unlogged"),
    ("SET", "TABLESPACE"): not_shown("Halfway does not read tablespaces."),
    ("SET", "ACCESS", "METHOD"): not_shown("Halfway does not read access methods."),
    ("SET", "WITHOUT"): not_shown("Halfway does not read which index a table is clustered on."),
    ("SET",): set_options,
    ("RESET",): reset_options,
    ("CLUSTER", "ON"): not_shown("Halfway does not read which index a table is clustered on."),
    ("OWNER", "TO"): owner_to,
    ("ATTACH", "PARTITION"): _attach,
    ("DETACH", "PARTITION"): _detach,
    ("INHERIT",): _inherits(value=True),
    ("NO", "INHERIT"): _inherits(value=False),
    ("REPLICA", "IDENTITY"): _replica_identity,
    ("ENABLE", "TRIGGER"): _triggers("origin"),
    ("ENABLE", "REPLICA", "TRIGGER"): _triggers("replica"),
    ("ENABLE", "ALWAYS", "TRIGGER"): _triggers("always"),
    ("DISABLE", "TRIGGER"): _triggers("disabled"),
    ("ENABLE", "ROW", "LEVEL", "SECURITY"): _sets("row_security", "on"),
    ("DISABLE", "ROW", "LEVEL", "SECURITY"): _sets("row_security", "off"),
    ("FORCE", "ROW", "LEVEL", "SECURITY"): _sets("row_security", "forced"),
    ("NO", "FORCE", "ROW", "LEVEL", "SECURITY"): _sets("row_security", "on"),
}
