"""What was on the screens, kept in the account so that they can be drawn again: `halfway replay` reads it.

It holds what the pages show and no more: of a large schema the tables of the incident, of a long history its newest
part and what is in trouble. Values of rows are left out, and what a log said: the account is read by many.
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from console.core.assessment import Assessment, Blocked, JudgedFramework
from console.core.journal import Entry, Topic
from console.core.migration import State, Tracked
from console.core.observation import Observation, Reading, Tracking
from console.core.room.codec import Hide, WrongError, decode, encode
from console.core.schema import Namespace, Schema, Table, Thing, owner_of
from console.core.session import Node, walk

NAME = "picture"
"""The first detail; what does not fit into it goes on in `picture.2`, `picture.3`, ..."""
PART = 60_000
"""Bytes that one detail holds."""
PARTS = 4
_MOST_TEXT = 32 * 1024 * 1024
"""Letters that a picture has once it is unpacked: more is none of ours."""
MOST_THINGS = 600
"""Of a larger schema only the tables of the incident are kept."""
HEAVY = 30
"""Migrations that are kept with their statements and files although nothing is the matter with them."""
TROUBLED = 200
SESSIONS = 300
DEEP = 40
"""Levels of a blocking tree; who waits deeper is kept side by side there."""
DIFFERENCES = 200
SHORT = "picture.short"
"""The detail that says of what there was more."""
_LEFT_OUT = "left out: "
_CALM = (State.APPLIED, State.PENDING)
_NOT_KEPT = "only the tables of the incident were kept of this schema: it is large"
V = TypeVar("V")


def details_of(assessment: Assessment, hide: Hide | None = None) -> dict[str, str]:
    """The details of an entry; `hide` takes out of any text what must not be written."""
    try:
        text = encode(cut(assessment), hide)
    except RecursionError:
        return {NAME: f"{_LEFT_OUT}its sessions wait behind each other in too long a row"}
    except WrongError as wrong:
        return {NAME: f"{_LEFT_OUT}{wrong}"}
    packed = base64.b64encode(zlib.compress(text.encode("ascii"), 6)).decode("ascii")
    if len(packed) > PART * PARTS:
        return {NAME: f"{_LEFT_OUT}it does not fit, with {len(packed):,} bytes"}
    parts = [packed[at : at + PART] for at in range(0, len(packed), PART)]
    more = "; ".join(_more(assessment))
    return {_name(n): part for n, part in enumerate(parts, start=1)} | ({SHORT: more} if more else {})


def _more(assessment: Assessment) -> Iterator[str]:
    """What a picture has not got all of, in words."""
    seen, drift = assessment.observation, len(assessment.drift)
    if drift > DIFFERENCES:
        yield f"{DIFFERENCES} of {drift:,} differences"
    if seen.schema.value is not None and len(seen.schema.value.things) > MOST_THINGS:
        yield "of the schema only the tables of the incident"
    if len(seen.sessions.value or ()) > SESSIONS:
        yield f"{SESSIONS} of {len(seen.sessions.value or ()):,} sessions"


def is_part(name: str) -> bool:
    """Whether a detail is a piece of a picture, which nobody reads."""
    return name in _NAMES


def picture_of(entry: Entry) -> Assessment | None:
    """What was on the screens; None where the entry has no picture that can be read: `why_none` says why."""
    if entry.topic is not Topic.SEEN or not _packed(entry.details):
        return None
    try:
        unpacking = zlib.decompressobj()
        text = unpacking.decompress(base64.b64decode(_packed(entry.details), validate=True), _MOST_TEXT)
        return decode(text.decode("ascii")) if unpacking.eof else None
    except (ValueError, zlib.error):
        return None


def why_none(entry: Entry) -> str:
    """Why there is no picture."""
    given = entry.details.get(NAME, "")
    if not given:
        return "no picture was kept with this entry"
    if given.startswith(_LEFT_OUT):
        return f"its picture was {given[:300]}"
    return "its picture cannot be read: it is cut, changed, or another version of Halfway wrote it"


def _packed(details: Mapping[str, str]) -> str:
    given = details.get(NAME, "")
    return "" if given.startswith(_LEFT_OUT) else "".join(details.get(name, "") for name in _NAMES)


def _name(n: int) -> str:
    return NAME if n == 1 else f"{NAME}.{n}"


_NAMES = tuple(map(_name, range(1, PARTS + 1)))


def cut(assessment: Assessment) -> Assessment:
    """With what the pages show."""
    cutting = _Cutting(assessment)
    expected = assessment.expected
    return replace(
        assessment,
        observation=cutting.observation(assessment.observation),
        frameworks=tuple(map(cutting.framework, assessment.frameworks)),
        drift=assessment.drift[:DIFFERENCES],
        drift_ignored=assessment.drift_ignored[:DIFFERENCES],
        expected=cutting.schema(expected) if expected is not None else None,
        blocked=replace(assessment.blocked, trees=tuple(_shallow(node, DEEP) for node in assessment.blocked.trees)),
    )


class _Cutting:
    """What of one assessment is kept."""

    def __init__(self, assessment: Assessment) -> None:
        self._tables = frozenset(_tables(assessment))
        self._heavy = {f.framework: frozenset(_heavy(f)) for f in assessment.frameworks}
        self._sessions = frozenset(_in_trees(assessment.blocked))
        self._light: dict[int, Tracked] = {}
        self._schemas: dict[int, Schema] = {}

    def observation(self, seen: Observation) -> Observation:
        """Without values of rows, and without what only judging needs."""
        answers = tuple(replace(answer, sample=()) for answer in seen.answers)
        kept = replace(seen.clues, error="", log="", kernel=None)
        if seen.clues.log or seen.clues.error:
            kept = replace(kept, unread="what the log and the error said is not kept with a picture")
        return replace(
            seen,
            schema=_with(seen.schema, self.schema),
            sessions=_with(seen.sessions, self._first_sessions),
            locks=_with(seen.locks, lambda locks: tuple(k for k in locks if k.session in self._sessions)[:SESSIONS]),
            tracking=tuple(_with(each, self._tracking) for each in seen.tracking),
            elsewhere=tuple(replace(each, schema=_with(each.schema, self.schema)) for each in seen.elsewhere),
            machine=replace(seen.machine, sockets=frozenset()),
            answers=answers,
            clues=kept,
            baseline=None,
            kept=(),
        )

    def framework(self, found: JudgedFramework) -> JudgedFramework:
        """Migrations far back without their statements, no cause with a sample."""
        heavy = self._heavy[found.framework]
        made = (
            replace(m, causes=tuple(replace(cause, sample=()) for cause in m.causes))
            if m.id in heavy
            else replace(m, tracked=self._light_of(m.tracked), statements=())
            for m in found.migrations
        )
        return replace(found, migrations=tuple(made))

    def schema(self, schema: Schema) -> Schema:
        """All of a small one."""
        if len(schema.things) <= MOST_THINGS:
            return schema
        if id(schema) not in self._schemas:
            things = tuple(thing for thing in schema.things if self._is_kept(thing))[:MOST_THINGS]
            self._schemas[id(schema)] = replace(schema, things=things, unread=(*schema.unread, _NOT_KEPT))
        return self._schemas[id(schema)]

    def _is_kept(self, thing: Thing) -> bool:
        owner = owner_of(thing) or (thing.ref.name if isinstance(thing, Table) else "")
        return (thing.ref.schema, owner) in self._tables or isinstance(thing, Namespace)

    def _first_sessions(self, sessions: tuple[Any, ...]) -> tuple[Any, ...]:
        if len(sessions) <= SESSIONS:
            return sessions
        waiting = [each for each in sessions if each.id in self._sessions]
        others = [each for each in sessions if each.id not in self._sessions]
        return tuple([*waiting, *others][:SESSIONS])

    def _tracking(self, found: Tracking) -> Tracking:
        heavy = self._heavy.get(found.framework, frozenset())
        tracked = tuple(each if each.id in heavy else self._light_of(each) for each in found.tracked)
        rows = tuple(row if row.id in heavy else replace(row, raw=()) for row in found.ledger.rows)
        return replace(found, tracked=tracked, ledger=replace(found.ledger, rows=rows), dump=None)

    def _light_of(self, tracked: Tracked) -> Tracked:
        """Without its statements and its file; the same one for the same one."""
        if id(tracked) not in self._light:
            file, row = tracked.migration, tracked.row
            self._light[id(tracked)] = replace(
                tracked,
                migration=file and replace(file, statements=(), down=(), text=""),
                row=row and replace(row, raw=()),
            )
        return self._light[id(tracked)]


def _with(reading: Reading[V], change: Any) -> Reading[V]:  # noqa: ANN401 - V -> V; a lambda says no more
    return reading if reading.value is None else replace(reading, value=change(reading.value))


def _heavy(framework: JudgedFramework) -> Iterator[str]:
    """Those in trouble, and the newest of the others."""
    troubled, calm, pending = (
        [m.id for m in framework.migrations if (m.state in states) is within]
        for states, within in ((_CALM, False), (_CALM, True), ((State.PENDING,), True))
    )
    yield from (*troubled[-TROUBLED:], *pending[:HEAVY], *calm[-HEAVY:])


def _tables(assessment: Assessment) -> Iterator[tuple[str, str]]:
    """The tables of what is in trouble, of what was left and of what differs."""
    schema = assessment.observation.schema.value
    home = schema.home if schema is not None else ""
    for _, migration in assessment.troubled:
        for judgement in migration.statements:
            yield from ((schema_of or home, name) for schema_of, name in judgement.statement.tables)
    differing = (*assessment.drift[:DIFFERENCES], *assessment.drift_ignored[:DIFFERENCES])
    yield from ((item.ref.schema, item.table) for item in differing if item.ref is not None)
    refs = (*(item.ref for item in differing), *(left.ref for left in assessment.debris))
    yield from ((ref.schema, ref.table or ref.name) for ref in refs if ref is not None)


def _shallow(node: Node, levels: int) -> Node:
    """With everybody who waits deeper than that side by side: none is lost, and none counts twice."""
    if not node.waiters:
        return node
    if levels > 1:
        return replace(node, waiters=tuple(_shallow(waiter, levels - 1) for waiter in node.waiters))
    return replace(node, waiters=tuple(replace(below, waiters=()) for below in walk(node.waiters)))


def _in_trees(blocked: Blocked) -> Iterator[str]:
    for node in walk(blocked.trees):
        yield node.session.id
