"""What one preflight asks besides the usual look: this moment, the rows, a replica of them, the disk, the backups.

Everything is asked here and handed to the core as values; the command and the screen take the same way. Without a wish
no row is read: the questions are listed with the SQL that asks them.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from console.comments import comments_of
from console.core.assessment import Assessment
from console.core.causes import Doubt, Question
from console.core.faults import Fault
from console.core.plain import lasted, one_line
from console.core.ports import Link
from console.core.preflight.data import Foreseen, Place, Reply, data_findings, foreseen
from console.core.preflight.finding import Finding, Report
from console.core.preflight.ground import Case, Ground, cases
from console.core.preflight.now import Kept, Now, Replica
from console.core.preflight.reporting import ground_of, report_of
from console.core.preflight.touched import tables_of, touches
from console.core.restore.found import Found
from console.core.schema import Schema, table_ref
from console.core.storage import Room, Storage
from console.core.write_rates import TableName
from console.lanes.foreseeing import Budget, Foresight, foresight
from console.surroundings import around

_BACKUP_SECONDS = 20.0
"""How long reading backups may take; what is not read by then is not known to be whole."""

Looked = tuple[Sequence[Found], Sequence[str]]
"""Backups, and what was there that is none."""


@dataclass(frozen=True)
class Sources:
    """What may be asked."""

    opened: Callable[[str], Link]
    """A connection of the lane it is given."""
    room: Callable[[Storage], Room] | None = None
    places: tuple[str, ...] = ()
    """Where backups lie."""
    backups: Callable[[], Looked] | None = None
    """Looks at them; None: nobody does."""
    replica: Callable[[str], Link] | None = None
    """Likewise of another server that is asked instead about rows."""
    replica_name: str = ""


@dataclass(frozen=True)
class Wish:
    """What a person asked for."""

    data: bool = False
    """The questions about the rows are asked."""
    budget: Budget = Budget()  # noqa: RUF009 - a frozen value
    redact: bool = False


class Preflight:
    """Asks once; every call asks anew."""

    def __init__(self, sources: Sources, wish: Wish | None = None) -> None:
        """Nothing is opened before `look`."""
        self._sources, self._wish = sources, wish or Wish()

    def look(self, ground: Ground) -> tuple[Ground, tuple[Finding, ...]]:
        """The same with what is known of this moment, and what the rows say of it."""
        coming = tuple(case for case in cases(ground) if not case.unit.past)
        if not coming:
            return self._sized(ground), ()
        reading = _Backups(self._sources)
        asked = tuple(foreseen(coming))
        with foresight(self._sources.opened, self._wish.budget) as here:
            now, replies, place = self._asked(here, ground, coming, asked)
        findings = tuple(data_findings(asked, replies, place, redact=self._wish.redact))
        return replace(ground, now=replace(now, kept=reading.kept())), findings

    def _sized(self, ground: Ground) -> Ground:
        """What ran long ago waits for nobody, but how large its tables are by now is to be known."""
        tables = _tables(ground, tuple(cases(ground)))
        if not tables:
            return ground
        with foresight(self._sources.opened, self._wish.budget) as here:
            return replace(ground, now=Now(here.moment(tables)))

    def _asked(
        self, here: Foresight, ground: Ground, coming: Sequence[Case], asked: Sequence[Foreseen]
    ) -> tuple[Now, Mapping[int, Reply], Place]:
        tables = _tables(ground, coming)
        room = self._sources.room
        now = Now(here.moment(tables), room(here.storage(tables)) if room is not None else Room())
        wanted = {n: each for n, each in enumerate(asked) if each.question.told is None}
        catalog = {n: each for n, each in wanted.items() if each.question.doubt is Doubt.DEPENDENTS}
        if not self._wish.data:  # what the catalog tells costs nobody anything
            return now, _unasked(here, wanted) | _replies(here, catalog), Place()
        if self._sources.replica is None:
            replies = _unasked(here, wanted) | _replies(here, wanted)
            return replace(now, paces=tuple(here.paces(_large(now)))), replies, Place()
        told, replica = self._elsewhere(here, ground, now, wanted)
        return replace(now, replica=replica), told, _place(replica)

    def _elsewhere(
        self, here: Foresight, ground: Ground, now: Now, wanted: Mapping[int, Foreseen]
    ) -> tuple[Mapping[int, Reply], Replica]:
        """The same asked of another server, as far as it is known to hold the same."""
        assert self._sources.replica is not None
        name, unasked = self._sources.replica_name, _unasked(here, wanted)
        with foresight(self._sources.replica, self._wish.budget) as there:
            try:
                server, schema = there.itself()
            except Fault as problem:
                why = one_line(f"{name} did not answer: {problem}", 300)
                told = {n: Reply(None, why, unasked[n].sql) for n in wanted}
                return told | _put_off(unasked, wanted), Replica(name, None, why)
            moment = there.moment(())
            lag = server.replica_lag if server.replica_lag is not None else moment.lag
            same = server.identity == ground.server.identity
            called = now.moment.called if now.moment is not None else frozenset[str]()
            replica = Replica(
                name, 0.0 if same else lag, _doubt(name, called & moment.follows, lag) if not same else ""
            )
            alike = {n: each for n, each in wanted.items() if not _differs(each.question, ground.schema, schema)}
            told = {
                n: Reply(None, f"what it is about is not there, or defined otherwise, in {name}", unasked[n].sql)
                for n in wanted
            }
            return unasked | told | _replies(there, alike) | _put_off(unasked, wanted), replica


def _put_off(unasked: Mapping[int, Reply], wanted: Mapping[int, Foreseen]) -> dict[int, Reply]:
    return {n: unasked[n] for n, each in wanted.items() if not each.askable}


def _doubt(name: str, proofs: Iterable[str], lag: float | None) -> str:
    """Why what it says may not be so here."""
    if not any(proofs):
        return f"{name} is not proved to be a copy of this server"
    return f"how far {name} is behind is not known" if lag is None else ""


def _place(replica: Replica) -> Place:
    behind = f", {lasted(replica.lag)} behind" if replica.lag else ""
    return Place(replica.name, replica.doubt, behind)


def _unasked(here: Foresight, wanted: Mapping[int, Foreseen]) -> dict[int, Reply]:
    words = here.wordings([each.question for each in wanted.values()]) if wanted else ()
    return {n: Reply(sql=sql) for n, sql in zip(wanted, words, strict=True)}


def _replies(asking: Foresight, wanted: Mapping[int, Foreseen]) -> dict[int, Reply]:
    askable = {n: each.question for n, each in wanted.items() if each.askable}
    return dict(zip(askable, asking.replies(list(askable.values())), strict=True))


def _differs(question: Question, here: Schema, there: Schema) -> bool:
    """Whether a table it is about is another there."""
    tables = (question.table, question.parent) if question.parent else (question.table,)
    return any(_definition(here, table) != _definition(there, table) for table in tables)


def _definition(schema: Schema, table: TableName) -> tuple[object, ...]:
    members = sorted(schema.by_table.get(table, ()), key=lambda thing: repr(thing.ref))
    return (schema.get(table_ref(*table)), *members)


def _tables(ground: Ground, coming: Sequence[Case]) -> tuple[TableName, ...]:
    """Those that are touched and there."""
    found = (*tables_of(touches(coming)), *(table for case in coming for table in case.statement.tables))
    named = dict.fromkeys((schema or ground.schema.home, name) for schema, name in found)
    return tuple(table for table in named if table_ref(*table) in ground.schema.by_ref)


def _large(now: Now) -> tuple[TableName, ...]:
    """The largest table: a rate is the server's, and reading one part is load enough."""
    sizes = now.moment.sizes if now.moment is not None else ()
    return tuple(name for name, _ in sorted(sizes, key=lambda each: -each[1])[:1])


class _Backups:
    """Reads the backups while the server is asked; given up after a while."""

    def __init__(self, sources: Sources) -> None:
        self._places, self._look = sources.places, sources.backups
        self._found: Looked | None = None
        self._why = ""
        self._thread = threading.Thread(target=self._read, name="halfway-backups", daemon=True)
        if self._look is not None and self._places:
            self._thread.start()

    def _read(self) -> None:
        assert self._look is not None
        try:
            self._found = self._look()
        except Fault as problem:
            self._why = one_line(str(problem), 300)

    def kept(self) -> Kept | None:
        """What was found in time; None where nobody looks."""
        if self._look is None:
            return None
        if self._thread.ident is not None:
            self._thread.join(_BACKUP_SECONDS)
        if self._places and self._found is None:
            late = f"reading them took longer than {_BACKUP_SECONDS:g} s"
            return Kept(self._places, why=self._why.rstrip(".") or late)
        found, notes = self._found or ((), ())
        return Kept(self._places, tuple(found), tuple(notes))


def report_now(assessment: Assessment, sources: Sources, *, redact: bool = False) -> Report:
    """What is pending, judged on this look and this moment. UsageFault where the schema was not read."""
    ground = around(ground_of(assessment), os.environ)
    comments = {unit.id: comments_of(unit.file, unit.text, ground.server.grammar) for unit in ground.units}
    ground, more = Preflight(sources, Wish(redact=redact)).look(ground)
    return report_of(ground, more, comments)
