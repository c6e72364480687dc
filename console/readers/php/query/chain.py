"""A chain on `DB::table(...)`: which call ends it, and what that sends."""

from __future__ import annotations

from console.core.statements import Sent
from console.readers.php.draft import Call, Connection, Line, UnreadableError
from console.readers.php.query import selects, wheres
from console.readers.php.query.servers import grammar_of
from console.readers.php.query.state import Query
from console.readers.php.query.steps import apply, hide_deleted, is_step
from console.readers.php.query.writes import WRITES
from console.readers.php.values import Body

TAUGHT = (selects, wheres)
"""Imported so that their calls are known."""

READS = frozenset(
    """
    get first firstorfail find findmany findorfail findornew firstornew sole solevalue value rawvalue valueorfail
    exists doesntexist count min max sum avg average aggregate numericaggregate pluck implode paginate simplepaginate
    cursorpaginate tosql torawsql getbindings explain all dd ddrawsql getcountforpagination
    """.split()
)
"""Calls that end a chain and only read."""

LOOPS = frozenset(
    """
    chunk chunkbyid chunkbyiddesc chunkmap each eachbyid lazy lazybyid lazybyiddesc cursor orderedchunkbyid
    """.split()
)
"""Calls that hand the rows to the project's own code."""

_OF_ROWS = frozenset(
    """
    all toarray tojson count first last isempty isnotempty pluck values keys unique sort sortby sortbydesc sortdesc
    filter reject map mapwithkeys mapinto flatmap reduce groupby keyby flip sum max min avg average contains
    doesntcontain implode join merge diff intersect only except take skip slice chunk collapse flatten get has where
    wherein wherenotin wherenull wherenotnull firstwhere reverse shuffle nth pop shift search toresponse getkey
    getattribute format tobase collect some every partition zip combine concat dump value
    """.split()
)
"""What may be asked of rows that were read, without anything being written."""


def end_of(line: Line) -> tuple[int, str]:
    """Where the chain ends, and how: `write`, `read`, `loop`; `build` when nothing is run."""
    for place, call in enumerate(line.calls[1:], 1):
        name = call.name.lower()
        for kind, names in (("write", WRITES), ("read", READS), ("loop", LOOPS)):
            if name in names:
                return place, kind
    return len(line.calls), "build"


def compile_chain(line: Line, connection: Connection) -> tuple[Sent, ...] | None:
    """What a chain sends; None when it writes nothing."""
    place, kind = end_of(line)
    rest = line.calls[place + 1 :]
    if kind == "write":
        return _written(line, line.calls[: place + 1], connection)
    if kind == "loop":
        return (unread(line, f"what {line.calls[place].name}() does with the rows is not known", data=True),)
    if hides_a_write(line.calls):
        return (unread(line, "a closure inside the query changes rows", data=True),)
    strange = [call.name for call in rest if call.name.lower() not in _OF_ROWS]
    if kind == "read":
        return (unread(line, f"what {strange[0]}() does with the rows is not known", data=True),) if strange else None
    strange = [call.name for call in line.calls[1:] if not is_step(call.name)]
    return (unread(line, f"what {strange[0]}() does is not known"),) if strange else None


def hides_a_write(calls: tuple[Call, ...]) -> bool:
    """Whether a closure given to one of the calls changes rows."""
    bodies = [value for call in calls for value in (*call.args, *call.named.values()) if isinstance(value, Body)]
    inside = [line.calls for body in bodies for line in body.lines]
    return any(call.name.lower() in WRITES.keys() | LOOPS for found in inside for call in found) or any(
        map(hides_a_write, inside)
    )


def unread(line: Line, why: str, *, effect: str = "", data: bool = False) -> Sent:
    """A statement whose SQL is not known."""
    return Sent("", line.source, line.line, line.guards, unreadable=why, effect=effect, data=data)


def _written(line: Line, calls: tuple[Call, ...], connection: Connection) -> tuple[Sent, ...] | None:
    try:
        texts = _texts(calls, connection, by_effect=False)
    except UnreadableError as why:
        return (unread(line, str(why), effect=_effect(calls, connection), data=True),)
    return tuple(Sent(text, line.source, line.line, line.guards) for text in texts) or None


def _effect(calls: tuple[Call, ...], connection: Connection) -> str:
    """The same with what is certain; empty when nothing is."""
    try:
        return ";\n".join(_texts(calls, connection, by_effect=True))
    except UnreadableError:
        return ""


def _texts(calls: tuple[Call, ...], connection: Connection, *, by_effect: bool) -> tuple[str, ...]:
    query = built(calls[:-1], connection)
    query.by_effect = by_effect
    try:
        return WRITES[calls[-1].name.lower()](query, calls[-1])
    except IndexError:
        raise UnreadableError(f"{calls[-1].name}() is given too little") from None


def built(calls: tuple[Call, ...], connection: Connection) -> Query:
    """The query that calls describe; the first one's name is the facade's."""
    query = Query(connection)
    for call in calls:
        apply(query, call)
    return query


def filter_of(line: Line, connection: Connection) -> tuple[str, str] | None:
    """(table, condition) of the rows a chain reads, as SQL; the condition is empty when it reads all.

    None when more than conditions decides which rows they are, or when they are not known.
    """
    place, kind = end_of(line)
    if line.unreadable or not line.calls or kind == "write":
        return None
    try:
        query = built(line.calls[:place], connection)
        hide_deleted(query)
        words = grammar_of(connection)
        table, condition = words.wrap_table(query.table), words.wheres(query)
    except UnreadableError:
        return None
    more = (query.joins, query.groups, query.havings, query.unions, query.distinct, query.offset)
    if any(more) or query.limit is not None:
        return None
    return table, condition.removeprefix("where ")
