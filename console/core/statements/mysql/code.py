"""Triggers, routines, events and views: what holds code or a query."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from console.core.operations import Change, Create, Drop, Opaque, Operation, Rename
from console.core.schema import Event, Kind, Ref, Routine, Trigger, Value, View, uncased
from console.core.statements.cursor import Unreadable
from console.core.statements.mysql.cursor import MyCursor
from console.core.statements.verbs import Meaning, opaque
from console.core.types.mysql_defaults import trigger_definition, view_options

Reader = Callable[[MyCursor], Meaning]
_TAILS = (("WITH", "CASCADED", "CHECK", "OPTION"), ("WITH", "LOCAL", "CHECK", "OPTION"), ("WITH", "CHECK", "OPTION"))


def _replaces(cursor: MyCursor) -> bool:
    return any(token.word == "REPLACE" for token in cursor.found[: cursor.at])


def create_trigger(cursor: MyCursor) -> Meaning:
    """Behind `CREATE [OR REPLACE] [DEFINER = x] TRIGGER`."""
    replaces = _replaces(cursor)
    if_absent = cursor.if_not_exists()
    ref = cursor.ref(Kind.TRIGGER)
    timing = cursor.accept_any("BEFORE", "AFTER")
    event = cursor.accept_any("INSERT", "UPDATE", "DELETE")
    cursor.expect("ON")
    table = cursor.table()
    cursor.expect("FOR", "EACH", "ROW")
    if cursor.accept_any("FOLLOWS", "PRECEDES"):
        cursor.name()
    if not (timing and event):
        raise Unreadable
    definition = trigger_definition(timing, event, cursor.rest())
    trigger = Trigger(ref=ref, table=table.name, definition=definition, unread=frozenset({"function"}))
    return Meaning((Create((trigger,), if_absent=if_absent, replace=replaces),), (table,))


def create_routine(kind: Kind) -> Reader:
    """Behind `CREATE [OR REPLACE] [DEFINER = x] [AGGREGATE] {PROCEDURE | FUNCTION}`."""

    def reader(cursor: MyCursor) -> Meaning:
        replaces = _replaces(cursor)
        if_absent = cursor.if_not_exists()
        ref = cursor.code(kind)
        if cursor.word() != "(":
            raise Unreadable  # a function that is loaded from a library
        cursor.skip_group()
        returns = cursor.kind_of_type().name if cursor.accept("RETURNS") else ""
        start = cursor.at
        comment = _characteristics(cursor)
        said = [token.word for token in cursor.found[start : cursor.at]]
        routine = Routine(
            ref=ref,
            type="procedure" if kind is Kind.PROCEDURE else "function",
            language="sql",
            returns=returns,
            comment=comment,
            volatility=_volatility(said),
            security=_security(said) or None,
            body=cursor.rest(),
            unread=frozenset({"owner"}),
        )
        return Meaning((Create((routine,), if_absent=if_absent, replace=replaces),))

    return reader


def _volatility(said: list[str]) -> str | None:
    """`deterministic`, where the characteristics say either."""
    if "DETERMINISTIC" not in said:
        return None
    return "not deterministic" if ("NOT", "DETERMINISTIC") in pairwise(said) else "deterministic"


def _security(said: list[str]) -> str:
    """Behind SQL SECURITY."""
    return next((word.lower() for before, word in pairwise(said) if before == "SECURITY"), "")


_CHARACTERISTICS = (
    ("NOT", "DETERMINISTIC"),
    ("DETERMINISTIC",),
    ("CONTAINS", "SQL"),
    ("NO", "SQL"),
    ("READS", "SQL", "DATA"),
    ("MODIFIES", "SQL", "DATA"),
    ("SQL", "SECURITY", "DEFINER"),
    ("SQL", "SECURITY", "INVOKER"),
    ("LANGUAGE", "SQL"),
)


def _characteristics(cursor: MyCursor) -> str | None:
    """What stands between the arguments and the body; its comment."""
    comment = None
    while True:
        if any(cursor.accept(*words) for words in _CHARACTERISTICS):
            continue
        if cursor.accept("COMMENT"):
            comment = cursor.text_value() or None
        elif cursor.accept("CHARACTER", "SET") or cursor.accept("CHARSET") or cursor.accept("COLLATE"):
            cursor.step()
        else:
            return comment


def alter_routine(kind: Kind) -> Reader:
    """Behind `ALTER {PROCEDURE | FUNCTION}`."""

    def reader(cursor: MyCursor) -> Meaning:
        ref = cursor.code(kind)
        comment = _characteristics(cursor)
        cursor.end()
        if comment is not None:
            return Meaning((Change(ref, (("comment", comment),)),))
        why = "Halfway reads the source of a routine, not its other settings."
        unsays = tuple((ref, name) for name in ("volatility", "security", "options"))
        return Meaning((Opaque(why, harmless=True, unsays=unsays),))

    return reader


def create_event(cursor: MyCursor) -> Meaning:
    """Behind `CREATE [OR REPLACE] [DEFINER = x] EVENT`."""
    replaces = _replaces(cursor)
    if_absent = cursor.if_not_exists()
    ref = cursor.code(Kind.EVENT)
    said = _event(cursor)
    unread = {"owner"} | ({"schedule"} if not said.get("schedule") else set())
    event = Event(
        ref=ref,
        schedule=str(said.get("schedule", "")),
        enabled=str(said.get("enabled", "enabled")),
        comment=_text(said.get("comment")),
        body=_text(said.get("body")),
        unread=frozenset(unread),
    )
    return Meaning((Create((event,), if_absent=if_absent, replace=replaces),))


def _text(value: Value) -> str | None:
    return None if value is None else str(value)


def _event(cursor: MyCursor) -> dict[str, Value]:
    """What is said about an event, by attribute."""
    said: dict[str, Value] = {}
    while not cursor.done:
        if cursor.accept("ON", "SCHEDULE"):
            said["schedule"] = _schedule(cursor)
        elif cursor.accept("ON", "COMPLETION"):
            cursor.accept("NOT")
            cursor.expect("PRESERVE")
        elif cursor.accept("ENABLE"):
            said["enabled"] = "enabled"
        elif cursor.accept("DISABLE"):
            behind = cursor.accept("ON", "SLAVE") or cursor.accept("ON", "REPLICA")
            said["enabled"] = "replica side disabled" if behind else "disabled"
        elif cursor.accept("COMMENT"):
            said["comment"] = cursor.text_value() or None
        else:
            cursor.expect("DO")
            said["body"] = cursor.rest()
    return said


def _schedule(cursor: MyCursor) -> str:
    """`every 1 day`; '' for a moment, which the server works out."""
    stops = ("ON", "ENABLE", "DISABLE", "COMMENT", "DO", "STARTS", "ENDS", "RENAME")
    if cursor.accept("AT"):
        cursor.until(stops)
        return ""
    cursor.expect("EVERY")
    every = cursor.until(stops).lower().replace("'", "")
    while cursor.accept_any("STARTS", "ENDS"):
        cursor.until(stops)
    return f"every {' '.join(every.split())}"


def alter_event(cursor: MyCursor) -> Meaning:
    """Behind `ALTER [DEFINER = x] EVENT`."""
    ref = cursor.code(Kind.EVENT)
    renames: list[Operation] = []
    at = next((i for i in range(cursor.at, len(cursor.found)) if cursor.found[i].word == "RENAME"), None)
    body = next((i for i in range(cursor.at, len(cursor.found)) if cursor.found[i].word == "DO"), len(cursor.found))
    if at is not None and at < body:
        there = cursor.within(cursor.found[at + 2 :])
        renames.append(Rename(ref, there.code(Kind.EVENT)))
        without_rename = (*cursor.found[cursor.at : at], *cursor.found[at + 2 + there.at :])
        cursor.rest()
        cursor = cursor.within(without_rename)
    said = _event(cursor)
    changes = [Change(ref, tuple(said.items()))] if said else []
    if not said and not renames:
        return Meaning((Opaque("It says nothing of an event that is read.", harmless=True),))
    return Meaning((*changes, *renames))


def create_view(cursor: MyCursor) -> Meaning:
    """Behind `CREATE [OR REPLACE] [ALGORITHM = x] [DEFINER = x] [SQL SECURITY x] VIEW`, and `ALTER VIEW`."""
    before = [token.word for token in cursor.found[: cursor.at]]
    replaces = _replaces(cursor) or "ALTER" in before
    if_absent = cursor.if_not_exists()
    ref = cursor.ref(Kind.VIEW)
    unread = {"owner"}
    if cursor.word() == "(":
        cursor.skip_group()
        unread.add("definition")
    cursor.expect("AS")
    start, end, checked = cursor.at, len(cursor.found), ""
    for tail in _TAILS:
        if end == len(cursor.found) and tuple(token.word for token in cursor.found[-len(tail) :]) == tail:
            end -= len(tail)
            checked = "local" if "LOCAL" in tail else "cascaded"
    cursor.rest()
    algorithm = next((b for a, b in zip(before, before[2:], strict=False) if a == "ALGORITHM"), "").lower()
    told = view_options(_security(before), checked, algorithm if cursor.dialect == "mariadb" else "")
    view = View(ref=ref, definition=cursor.slice(start, end), options=told or None, unread=frozenset(unread))
    return Meaning((Create((view,), if_absent=if_absent, replace=replaces),), (ref,))


def drop_code(kind: Kind) -> Reader:
    """Behind `DROP {TRIGGER | PROCEDURE | FUNCTION | EVENT}`."""

    def reader(cursor: MyCursor) -> Meaning:
        if_present = cursor.if_exists()
        ref = uncased(cursor.ref(kind))
        return Meaning((Drop(ref, if_present=if_present),))

    return reader


def drop_tables(kind: Kind) -> Reader:
    """Behind `DROP {TABLE | VIEW | SEQUENCE}`."""

    def reader(cursor: MyCursor) -> Meaning:
        if_present = cursor.if_exists()
        refs = [cursor.ref(kind)]
        while cursor.accept(","):
            refs.append(cursor.ref(kind))
        if cursor.accept("WAIT"):
            cursor.step()
        cursor.accept("NOWAIT")
        cursor.accept_any("RESTRICT", "CASCADE")
        return Meaning(tuple(Drop(ref, if_present=if_present) for ref in refs), tuple(refs))

    return reader


def rename_tables(cursor: MyCursor) -> Meaning:
    """Behind `RENAME TABLE`: one after the other, all or none."""
    if_present = cursor.if_exists()
    renames: list[Rename] = []
    while True:
        old = cursor.table()
        while cursor.accept_any("WAIT", "NOWAIT"):
            if cursor.found[cursor.at - 1].word == "WAIT":
                cursor.step()
        cursor.expect("TO")
        renames.append(Rename(old, cursor.table(), if_present=if_present))
        if not cursor.accept(","):
            break
    return Meaning(tuple(renames), tuple(ref for rename in renames for ref in (rename.ref, rename.to)))


def drop_database(cursor: MyCursor) -> Meaning:
    """Behind `DROP {DATABASE | SCHEMA}`."""
    if_present = cursor.if_exists()
    return Meaning((Drop(Ref(Kind.SCHEMA, "", "", cursor.name()), if_present=if_present),))


def create_database(cursor: MyCursor) -> Meaning:
    """Behind `CREATE {DATABASE | SCHEMA}`: another database than the one looked at, or one that is there already."""
    if cursor.done:
        raise Unreadable
    text = cursor.rest()
    return Meaning((opaque(text, "Halfway reads one database only.", harmless=True, dialect=cursor.dialect),))
