"""Triggers, policies and rules: what belongs to a table without being part of its rows."""

from __future__ import annotations

from collections.abc import Iterator

from console.core.lexer import TokenKind
from console.core.operations import Change, Create, Operation, Rename
from console.core.schema import Kind, Other, Policy, Ref, Trigger
from console.core.statements.alter_table import Action, Target, read_actions
from console.core.statements.cursor import Cursor, Unreadable
from console.core.statements.foreign_keys import Owner, deferral
from console.core.statements.verbs import Meaning, opaque
from console.core.types.postgres_words import quote_name

_EVENTS = ("INSERT", "DELETE", "UPDATE", "TRUNCATE")


def create_trigger(cursor: Cursor) -> Meaning:
    """Behind `CREATE [OR REPLACE] [CONSTRAINT] TRIGGER`."""
    before = {token.word for token in cursor.found[: cursor.at]}
    name = cursor.name()
    when = "INSTEAD OF" if cursor.accept("INSTEAD", "OF") else cursor.accept_any("BEFORE", "AFTER")
    events = _events(cursor)
    cursor.expect("ON")
    ref = cursor.part_of(Kind.TRIGGER, name)
    parts = [f"{when} {events} ON {quote_name(ref.schema)}.{quote_name(ref.table)}"]
    if cursor.accept("FROM"):
        parts.append(f"FROM {'.'.join(cursor.dotted())}")
    deferrable, deferred = deferral(cursor)
    if "CONSTRAINT" in before:
        parts.append(f"{'' if deferrable else 'NOT '}DEFERRABLE INITIALLY {'DEFERRED' if deferred else 'IMMEDIATE'}")
    parts += _transition_tables(cursor)
    parts.append(f"FOR EACH {_level(cursor)}")
    if cursor.accept("WHEN"):
        parts.append(f"WHEN ({cursor.grouped_text()})")
    function, arguments = _function(cursor)
    parts.append(f"EXECUTE FUNCTION {function}({arguments})")
    kind = "CONSTRAINT TRIGGER" if "CONSTRAINT" in before else "TRIGGER"
    definition = f"CREATE {kind} {quote_name(name)} {' '.join(parts)}"
    trigger = Trigger(ref=ref, definition=definition, function=function)
    return Meaning((Create((trigger,), replace="REPLACE" in before),), (Ref(Kind.TABLE, ref.schema, "", ref.table),))


def _events(cursor: Cursor) -> str:
    """The events in the order in which the server writes them."""
    found: dict[str, str] = {}
    while word := cursor.accept_any(*_EVENTS):
        columns: list[str] = []
        if cursor.accept("OF"):
            columns.append(quote_name(cursor.name()))
            while cursor.accept(","):
                columns.append(quote_name(cursor.name()))
        found[word] = f"{word} OF {', '.join(columns)}" if columns else word
        if not cursor.accept("OR"):
            break
    if not found:
        raise Unreadable
    return " OR ".join(found[event] for event in _EVENTS if event in found)


def _transition_tables(cursor: Cursor) -> list[str]:
    if not cursor.accept("REFERENCING"):
        return []
    found: dict[str, str] = {}
    while side := cursor.accept_any("OLD", "NEW"):
        cursor.expect("TABLE")
        cursor.accept("AS")
        found[side] = f"{side} TABLE AS {quote_name(cursor.name())}"
    return ["REFERENCING " + " ".join(found[side] for side in ("OLD", "NEW") if side in found)]


def _level(cursor: Cursor) -> str:
    if cursor.accept("FOR"):
        cursor.accept("EACH")
        return cursor.accept_any("ROW", "STATEMENT")
    return "STATEMENT"


def _function(cursor: Cursor) -> tuple[str, str]:
    cursor.expect("EXECUTE")
    if not cursor.accept_any("FUNCTION", "PROCEDURE"):
        raise Unreadable
    parts = cursor.dotted()
    arguments = ", ".join(_trigger_argument(item) for item in cursor.group().items())
    cursor.end()
    local = len(parts) == 1 or parts[-2] in (cursor.home, "pg_catalog")
    return (parts[-1] if local else ".".join(parts[-2:])), arguments


def _trigger_argument(item: Cursor) -> str:
    """Whatever it is, the server keeps it as a string."""
    token = item.step()
    value = token.value if token.kind is TokenKind.STRING else token.folded
    return "'" + value.replace("'", "''") + "'"


def create_policy(cursor: Cursor) -> Meaning:
    """Behind `CREATE POLICY`."""
    name = cursor.name()
    cursor.expect("ON")
    ref = cursor.part_of(Kind.POLICY, name)
    permissive, command = True, "all"
    if cursor.accept("AS"):
        permissive = cursor.accept_any("PERMISSIVE", "RESTRICTIVE") == "PERMISSIVE"
    if cursor.accept("FOR"):
        command = cursor.accept_any("ALL", "SELECT", "INSERT", "UPDATE", "DELETE").lower()
    roles = _roles(cursor) if cursor.accept("TO") else ("public",)
    using = cursor.grouped_text() if cursor.accept("USING") else None
    check = cursor.grouped_text() if cursor.accept("WITH", "CHECK") else None
    cursor.end()
    policy = Policy(
        ref=ref,
        command=command,
        permissive=permissive,
        roles=roles or (),
        using=using,
        check=check,
        unread=frozenset() if roles else frozenset({"roles"}),
    )
    return Meaning((Create((policy,)),), (Ref(Kind.TABLE, ref.schema, "", ref.table),))


def _roles(cursor: Cursor) -> tuple[str, ...] | None:
    """None when one of them is whoever runs the migration."""
    found: list[str] = []
    certain = True
    while True:
        if cursor.accept_any("CURRENT_USER", "SESSION_USER", "CURRENT_ROLE"):
            certain = False
        else:
            found.append(cursor.name())
        if not cursor.accept(","):
            break
    if "public" in found:
        return ("public",)
    return tuple(sorted(found)) if certain else None


def create_rule(cursor: Cursor) -> Meaning:
    """Behind `CREATE [OR REPLACE] RULE`."""
    replaces = any(token.word == "REPLACE" for token in cursor.found[: cursor.at])
    name = cursor.name()
    cursor.expect("AS", "ON")
    cursor.step()
    cursor.expect("TO")
    ref = cursor.part_of(Kind.RULE, name)
    cursor.rest()
    # The catalog rewrites a rule completely, so its text cannot be compared.
    rule = Other(ref=ref, unread=frozenset({"definition"}))
    return Meaning((Create((rule,), replace=replaces),), (Ref(Kind.TABLE, ref.schema, "", ref.table),))


def alter_part(kind: Kind) -> Action:
    """Behind `ALTER {TRIGGER | POLICY | RULE}`, as an action without a target."""

    def action(cursor: Cursor, _: Target) -> Iterator[Operation]:
        name = cursor.name()
        cursor.expect("ON")
        ref = cursor.part_of(kind, name)
        yield from read_actions(cursor, Target(ref, Owner(ref), if_present=False), _PART_ACTIONS[kind])

    return action


def _rename(cursor: Cursor, target: Target) -> Iterator[Operation]:
    ref = target.ref
    yield Rename(ref, Ref(ref.kind, ref.schema, ref.table, cursor.name()))


def _change_policy(cursor: Cursor, target: Target) -> Iterator[Operation]:
    attrs: list[tuple[str, str | tuple[str, ...]]] = []
    if cursor.accept("TO"):
        roles = _roles(cursor)
        if roles is None:
            raise Unreadable
        attrs.append(("roles", roles))
    if cursor.accept("USING"):
        attrs.append(("using", cursor.grouped_text()))
    if cursor.accept("WITH", "CHECK"):
        attrs.append(("check", cursor.grouped_text()))
    if not attrs:
        raise Unreadable
    yield Change(target.ref, tuple(attrs))


def _extension(cursor: Cursor, target: Target) -> Iterator[Operation]:
    yield opaque(cursor.rest(), "Halfway does not read what depends on an extension.", harmless=True)


_PART_ACTIONS: dict[Kind, dict[tuple[str, ...], Action]] = {
    Kind.TRIGGER: {("RENAME", "TO"): _rename, ("DEPENDS",): _extension, ("NO", "DEPENDS"): _extension},
    Kind.POLICY: {("RENAME", "TO"): _rename, (): _change_policy},
    Kind.RULE: {("RENAME", "TO"): _rename},
}
