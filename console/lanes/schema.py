"""The schema lane: read the schema when it changed, the ledgers each time, the files now and then.

A steady turn asks the server four things, whether anything changed and what the ledger says; where the ledger is and
which server this is are asked again only when the schema or the connection is a new one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from console.core.dryrun import DryRun, rehearsed
from console.core.faults import Fault, LinkLostFault
from console.core.fleet.tenancy import resolved
from console.core.ledgers import told_apart
from console.core.migration import Ledger, Tracked
from console.core.observation import Health, Reading, Runs, Server, Tracking
from console.core.ports import Files, Framework, KeepsMore, KeepsMoving, Link, Project
from console.core.recency_runs import worth_asking
from console.core.schema import Schema
from console.core.statements import Statement
from console.core.table_case import at_home
from console.core.verdicts import good
from console.lanes.reading import Reader
from console.lanes.slack import give_back
from console.lanes.source import Source
from console.lanes.tracks import Tracks, with_login

FILES_EVERY = 15.0
"""Seconds after which the migration files are looked at again."""
_SEVERAL = "several schemas have one"
_APART = "it is in {place}, and {home} is looked at: --schema says which of them holds its tables, {place} or {home}"
NO_PROJECT = "no project was found here: name it with --project DIR or --migrations PATH"


@dataclass(frozen=True)
class Seen:
    """What the schema lane found in one turn."""

    schema: Reading[Schema]
    tracking: tuple[Reading[Tracking], ...]


@dataclass(frozen=True)
class Found:
    """The ledger that counts, and what is to be known about the choice."""

    ledger: Ledger
    others: tuple[str, ...] = ()
    """Tables of the same name in other schemas, not looked at."""
    doubt: str = ""
    """Why it is not known whether this one is meant, or whether its migrations are about the schema that is looked at:
    nothing is judged then."""


@dataclass(frozen=True)
class _Runs:
    """How often statements ran, as it was told at a time."""

    of: list[tuple[str, Statement]]
    at: datetime
    told: tuple[tuple[str, int, Runs], ...]


class SchemaReader:
    """State lives on the lane's thread only."""

    def __init__(self, source: Source, reader: Reader) -> None:
        """Nothing is read yet."""
        self._source = source
        self.strangers = source.strangers
        self._reader = reader
        self._link: Link | None = None
        self._server: Server | None = None
        self._mark = ""
        self._schema: Reading[Schema] = Reading()
        self._places: dict[str, tuple[str, ...]] = {}
        self._tracking: dict[str, Reading[Tracking]] = {}
        self._files: dict[str, tuple[datetime, Files]] = {}
        self._runs: dict[str, _Runs] = {}
        self._tracks = Tracks(reader)
        self._slack = self.doubts = False
        """A schema was read, and is judged by now; the next turn asks for more than a hint (set from any thread)."""
        self._beside: dict[str, Ledger] = {}
        self.dry_runs: dict[tuple[str, str], DryRun] = {}
        """(framework, migration id) -> what the tool's own dry run printed, where a person asked for it."""

    def forget_files(self) -> None:
        """Look at the files again on the next turn; any thread."""
        self._files = {}

    def turn(self, link: Link) -> Seen:
        """One turn. A lost link is raised, everything else is a Reading."""
        server = self._server_of(link)
        self._read_schema(link, server)
        for framework, project in self._source.frameworks:
            found = self._track(link, server, framework, project)
            self._tracking.pop(framework.name, None)
            if found is not None:
                self._tracking[framework.name] = found
        bare = {tool.name for tool, project in self._source.frameworks if project is not None and project.bare}
        return Seen(self._schema, _meant(told_apart(tuple(self._tracking.values())), bare))

    def _server_of(self, link: Link) -> Server:
        if link is not self._link or self._server is None:
            server = link.server()
            home = self._source.home or server.home
            self._server = replace(server, home=home.lower() if server.folds_tables else home)
            self._link = link
        return self._server

    def _read_schema(self, link: Link, server: Server) -> None:
        nothing: Reading[str] = Reading()
        if self.doubts:
            self.doubts = False
            link.doubt()
        fingerprint = self._reader.read(link.fingerprint, nothing)
        mark = f"{server.identity} {fingerprint.value}" if fingerprint.complete else ""
        if not mark or mark != self._mark:
            self._places = {}
        whole = self._schema.value is not None and not self._schema.value.unread and self._schema.complete
        if mark and mark == self._mark and whole:
            self._schema = replace(self._schema, taken_at=self._reader.clock.now())
            if self._slack:
                self._slack = False
                give_back()
            return
        self._slack = True
        fresh = self._reader.read(link.schema, self._schema)
        if fresh.value is not None and fresh.complete:
            found = resolved(at_home(fresh.value, server.home), self._source.shared)
            fresh = replace(fresh, value=self._as_before(found))
        self._schema = fresh
        self._mark = mark if fresh.complete else ""

    def _as_before(self, schema: Schema) -> Schema:
        """The very same value as before when nothing in it is new: then nothing is judged again."""
        old = self._schema.value
        if old is None or old != schema:
            return schema
        return old if all(a.unread == b.unread for a, b in zip(old.things, schema.things, strict=True)) else schema

    def _track(
        self, link: Link, server: Server, framework: Framework, project: Project | None
    ) -> Reading[Tracking] | None:
        nothing: Reading[Found | None] = Reading()
        found = self._reader.read(lambda: self._ledger(link, server, framework, project), nothing)
        if found.complete and project is None and (found.value is None or not found.value.ledger.exists):
            return None
        fresh: Reading[Tracking] = Reading()
        old = self._tracking.get(framework.name, fresh)
        ledger = self._known_ledger(found, old.value, framework.ledger_tables(project)[0][1])
        files = self._read_files(framework, project, server, recorded=ledger.exists)
        tracked = self._tracks.of(framework, project, (files, server, ledger), old)
        if not tracked.complete or tracked.value is None:
            return tracked
        value = tracked.value if not (ledger.unread and not ledger.rows) else replace(tracked.value, tracked=())
        value = with_login(self._with_runs(self._rehearsed(value, server), link, server), project)
        kept = old.value if old.value == value else value
        return _told(replace(tracked, value=kept), found)

    def _with_runs(self, tracking: Tracking, link: Link, server: Server) -> Tracking:
        """With how often such statements ran of which the catalog tells nothing."""
        files = [t.migration for t in tracking.tracked if not good(t) and t.migration is not None]
        asked = list(worth_asking((file.id, s) for file in files for s in file.statements))
        if server.dialect != "mysql" or not asked:
            return tracking
        kept = self._runs.get(tracking.framework)
        now = self._reader.clock.now()
        if kept is None or kept.of != asked or (now - kept.at).total_seconds() >= FILES_EVERY:
            found = ((migration, s.n, link.runs(s.sql)) for migration, s in asked)
            told = tuple((migration, n, runs) for migration, n, runs in found if runs is not None)
            kept = self._runs[tracking.framework] = _Runs(asked, now, told)
        return replace(tracking, runs=kept.told)

    def _rehearsed(self, tracking: Tracking, server: Server) -> Tracking:
        """With what the dry runs added."""
        mine = {name: run for (framework, name), run in tuple(self.dry_runs.items()) if framework == tracking.framework}
        if not mine:
            return tracking
        tracked = tuple(self._with_dry_run(t, mine.get(t.id), server) for t in tracking.tracked)
        return replace(tracking, tracked=tracked)

    def _with_dry_run(self, tracked: Tracked, dry: DryRun | None, server: Server) -> Tracked:
        if dry is None or tracked.migration is None:
            return tracked
        migration, told = rehearsed(tracked.migration, dry, server.grammar, server.home)
        return replace(tracked, migration=migration, note=f"{tracked.note} {told}".strip())

    def _known_ledger(self, found: Reading[Found | None], old: Tracking | None, table: str) -> Ledger:
        """The ledger as it is; what was read of it before when it cannot be read now."""
        if found.complete and found.value is None:
            return Ledger(table, exists=False)
        if found.value is not None:
            ledger = found.value.ledger
            return Ledger(ledger.name, True, unread=found.value.doubt) if found.value.doubt else ledger
        if old is not None and old.ledger.exists:
            return replace(old.ledger, unread=found.reason)
        return Ledger(table, exists=True, unread=found.reason)

    def _ledger(self, link: Link, server: Server, framework: Framework, project: Project | None) -> Found | None:
        """The likeliest ledger; only its own fault is raised, never that of a less likely one."""
        fault: Fault | None = None
        for schema, table in framework.ledger_tables(project):
            named = schema.lower() if schema is not None and server.folds_tables else schema
            places = [
                p for p in self._places_of(link, table) if p in ((named,) if named is not None else _near(server, p))
            ]
            for place in sorted(places, key=lambda p: (p != server.home, p)):
                chosen = schema is not None or place == server.home or len(places) == 1
                apart = schema is None and place != server.home and self._source.home is None
                try:
                    ledger = framework.parse_ledger(f"{place}.{table}", link.rows(place, table))
                except Fault as problem:
                    if chosen or isinstance(problem, LinkLostFault):
                        raise
                    fault = fault or problem
                    continue
                if ledger is not None:
                    near = (p for p in self._places_of(link, table) if p != place and p in _near(server, p))
                    others = tuple(f"{p}.{table}" for p in near)
                    doubt = (_APART.format(place=place, home=server.home) if apart else "") if chosen else _SEVERAL
                    return Found(self._with_beside(ledger, link, place, framework), others, doubt)
        if fault is not None:
            raise fault
        return None

    def _with_beside(self, ledger: Ledger, link: Link, place: str, framework: Framework) -> Ledger:
        """With what its tool keeps in a second table, which is only written together with rows."""
        if not isinstance(framework, KeepsMore):
            return ledger
        beside = framework.beside.replace("{}", ledger.name.rpartition(".")[2])
        if place not in self._places_of(link, beside):
            return ledger
        kept = self._beside.get(framework.name) if not isinstance(framework, KeepsMoving) else None
        if kept is not None and replace(kept, beside=()) == ledger:
            return kept
        try:
            self._beside[framework.name] = framework.with_beside(ledger, link.rows(place, beside))
        except Fault as problem:
            if isinstance(problem, LinkLostFault):
                raise
            return ledger
        return self._beside[framework.name]

    def _places_of(self, link: Link, table: str) -> tuple[str, ...]:
        if table not in self._places:
            self._places[table] = link.tables_named(table)
        return self._places[table]

    def _read_files(self, framework: Framework, project: Project | None, server: Server, *, recorded: bool) -> Files:
        if project is None:
            return Files(unread=self._source.unfound.get(framework.name) or NO_PROJECT)
        if project.apart and not (recorded and project.url is None):
            return Files(unread=project.apart)
        now, known_files = self._reader.clock.now(), self._files
        kept = known_files.get(framework.name)
        if kept is not None and (now - kept[0]).total_seconds() < FILES_EVERY:
            return kept[1]
        try:
            known = replace(project, server_version=server.version)
            files = self._source.read_files(framework, known, self._source.given, server.grammar, server.home)
        except Fault as fault:
            files = Files(unread=str(fault))
        except Exception as problem:  # noqa: BLE001 - one bad file must not cost the whole picture
            self._reader.surprise(problem)
            files = Files(unread=f"Halfway itself failed ({type(problem).__name__}) while it read them")
        known_files[framework.name] = (now, files)  # forgotten meanwhile: this is another dictionary by now
        return files


def _near(server: Server, place: str) -> tuple[str, ...]:
    """Where a ledger may be that no project names: any schema of this database; on MySQL a schema is a database of its
    own, and what another one records is not about this one."""
    return (server.home,) if server.grammar in ("mysql", "mariadb") else (place,)


def _meant(trackings: tuple[Reading[Tracking], ...], bare: set[str]) -> tuple[Reading[Tracking], ...]:
    """Without the frameworks that --migrations did not mean: neither files nor a ledger of theirs is there."""
    found = tuple(t for t in trackings if t.value is None or t.value.framework not in bare or _is_used(t.value))
    return found or trackings[:1]


def _is_used(tracking: Tracking) -> bool:
    return tracking.ledger.exists or bool(tracking.tracked)


def _told(tracking: Reading[Tracking], found: Reading[Found | None]) -> Reading[Tracking]:
    """The tracking with what is to be said about its ledger."""
    if not found.complete:
        return replace(tracking, health=found.health, reason=found.reason, grant=found.grant)
    if found.value is None or not (found.value.others or found.value.doubt):
        return tracking
    also = ", ".join(found.value.others[:3]) + (" and more" if len(found.value.others) > 3 else "")
    if not found.value.doubt:
        return replace(tracking, reason=f"{also} not looked at: --schema NAME chooses it")
    if not also:
        return replace(tracking, health=Health.NOT_READ, reason=found.value.doubt)
    return replace(tracking, health=Health.NOT_READ, reason=f"{also} is there too: choose with --schema NAME")
