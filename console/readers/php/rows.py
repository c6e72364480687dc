"""Loops over rows: how often their code runs is known only when it runs, so all of it is one statement.

Where every row of a filter is updated by its own key, one UPDATE with that filter leaves the same behind as far as the
filter is concerned; it is handed on as the effect, so that the rows still to do can be counted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from console.core.statements import Guard, Sent
from console.readers.php.assign import forget
from console.readers.php.draft import Call, Line, UnreadableError
from console.readers.php.endings import Ending, How, Leave
from console.readers.php.guards import short
from console.readers.php.machine import Emission, Machine
from console.readers.php.scope import Frame
from console.readers.php.syntax import Node, line_of, shown
from console.readers.php.things import Building, Field, On
from console.readers.php.values import Listing, Unknown, Value, unknowns

_DATA = frozenset({"insert", "update", "delete", "truncate", "merge", "replace", "copy"})
_CONTROL = frozenset({"begin", "commit", "rollback"})
_WHOLE = frozenset({"chunkbyid", "chunkbyiddesc", "eachbyid", "lazybyid", "lazybyiddesc", "cursor", "get"})
"""They come to every row even when the loop changes what they filter by."""
_NO_FILTER = frozenset({"orderby", "orderbydesc", "latest", "oldest", "select", "addselect", "reorder", "orderbyraw"})
_KEYS = frozenset({"id", "uuid", "ulid"})
_WHY = "it depends on rows that are known only when the file is run"


def collapse(
    machine: Machine,
    node: Node,
    frame: Frame,
    walk: Callable[[], Ending],
    *,
    building: Building | None = None,
    by: str = "",
    body: Node | None = None,
    why: str = _WHY,
) -> Ending:
    """Walk code that runs an unknown number of times, and take down one statement for all it sends."""
    if body is not None:
        forget(machine, body, frame, why)
    before, marks = machine.out, [(sheet, len(sheet.buildings)) for sheet in machine.sheets]
    machine.out = []
    begun = machine.trail.begin()
    try:
        ending = walk()
    finally:
        found, machine.out = machine.out, before
    for cell in machine.trail.since(begun):
        machine.trail.write(cell, Unknown(why))
    for sheet, length in marks:
        if len(sheet.buildings) > length:
            del sheet.buildings[length:]
            machine.spoil(sheet, node, why)
    _take_down(machine, node, frame, _without_control(found), ending, building, by, why)
    return _left(ending, node)


def _left(ending: Ending, node: Node) -> Ending:
    """A return inside is one that may have happened."""
    ways = [ending.how, *(leave.how for leave in ending.leaves)]
    if How.RETURN not in ways:
        return Ending()
    return Ending(leaves=(Leave(How.RETURN, (Guard(short(shown(node))),), Unknown(_WHY)),))


def _without_control(found: list[Emission]) -> list[Emission]:
    return [one for one in found if one.sent.sql.lower() not in _CONTROL]


def _take_down(
    machine: Machine,
    node: Node,
    frame: Frame,
    found: list[Emission],
    ending: Ending,
    building: Building | None,
    by: str,
    why: str,
) -> None:
    if not found:
        return
    places = {one.sent.database for one in found}
    data = all(_is_data(one.sent) for one in found)
    plain = ending.how is How.ON and not ending.leaves and len(found) == 1
    plain = plain and found[0].sent.guards == tuple(machine.guards)
    line = found[0].line if plain else None
    machine.emit(
        Sent(
            "",
            source=shown(node),
            line=frame.foreign or line_of(node),
            unreadable="" if data else why,
            effect=_effect(machine, line, building, by) if line is not None and building is not None else "",
            data=data,
            database=places.pop() if len(places) == 1 else " and ".join(sorted(filter(None, places))),
        ),
        line=line,
    )


def _is_data(sent: Sent) -> bool:
    return sent.data or sent.sql.lstrip().partition(" ")[0].lower() in _DATA


def _effect(machine: Machine, line: Line, building: Building, by: str) -> str:
    """One UPDATE that leaves of the loop's filter what the loop leaves; empty when that is not certain."""
    filter_calls = building.calls.value
    if by.lower() not in _WHOLE or not isinstance(filter_calls, tuple) or building.broken or len(line.calls) != 3:
        return ""
    table, where, update = line.calls
    if table != filter_calls[0] or not _is_own_row(where, building):
        return ""
    values = _certain_values(update)
    filters = [call for call in filter_calls[1:] if call.name.lower() not in _NO_FILTER]
    if values is None or not _is_filter(filters, nulls_only=any(True for _ in unknowns(update.arg(0, "values")))):
        return ""
    on = building.on or machine.on
    return _compiled(machine, replace(line, calls=(table, *filters, Call("update", (values,)))), on)


def _compiled(machine: Machine, line: Line, on: On) -> str:
    try:
        made = machine.compilers.query(line, on.connection) or ()
    except UnreadableError:
        return ""
    return made[0].sql if len(made) == 1 else ""


def _is_own_row(where: Call, building: Building) -> bool:
    """`->where('id', $row->id)` about a row of this very loop."""
    column, value = where.arg(0, "column"), where.args[-1] if where.args else None
    plain = len(where.args) == 2 or (len(where.args) == 3 and where.args[1] == "=")
    return (
        where.name == "where"
        and plain
        and column in _KEYS
        and isinstance(value, Field)
        and value.name == column
        and value.building is building
    )


def _certain_values(update: Call) -> Listing | None:
    """What is set, with a text in the place of what is not known and not null; None: it may be null."""
    given = update.arg(0, "values")
    if update.name != "update" or not isinstance(given, Listing) or not given.items:
        return None
    if any(not isinstance(key, str) or not _is_present(value) for key, value in given.items):
        return None
    return Listing(tuple((key, "?" if isinstance(value, Unknown) else value) for key, value in given.items))


def _is_present(value: Value) -> bool:
    return value.never_null if isinstance(value, Unknown) else value is not None


def _is_filter(calls: list[Call], *, nulls_only: bool) -> bool:
    names = {call.name.lower() for call in calls}
    known = all(not any(True for _ in unknowns(value)) for call in calls for value in call.args)
    wheres = all(name.startswith(("where", "orwhere")) for name in names)
    return known and wheres and bool(names) and (not nulls_only or names <= {"wherenull", "wherenotnull"})
