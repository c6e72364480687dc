"""`--shadow URL`: the project's migrations replayed on a scratch server, to read there what they make.

The only command-line option that writes to a database, so it only writes to one that is empty and on another server
than the incident's, and drops what it made there. What it could not drop is said.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

import click

from console.cli.snapshot import expected_of
from console.core.faults import Fault, RefusedFault, UsageFault
from console.core.plain import one_line

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

    from console.core.drift import Difference
    from console.core.expected_base import Baseline
    from console.core.observation import Server
    from console.core.plan import Settings, Step
    from console.core.ports_acting import Hand
    from console.core.schema import Schema
    from console.core.shadow import Replay
    from console.wiring import Found, Options

A = TypeVar("A")
SHADOW = click.option(
    "--shadow", metavar="URL", help="Compare with a replay of the migrations in this empty database, on another server."
)

_DROP = re.compile(r"DROP (?:TABLE|VIEW|MATERIALIZED VIEW|TYPE|DOMAIN|SEQUENCE|FUNCTION|PROCEDURE) ")
_APART = "Name one on a server that neither replicates to it nor from it"
_ROUNDS = 20
"""What others stand on is dropped after them."""


def bases_of(expect: Sequence[str], shadow: str | None, options: Options) -> tuple[Baseline, ...]:
    """What the schema should be, by either option; the best first. UsageFault where both are given."""
    if shadow and expect:
        raise UsageFault("--shadow and --expect both say what is expected", todo="Name one of them")
    return (shadowed(shadow, options),) if shadow else expected_of(expect, options)


def shadowed(named: str, options: Options) -> Baseline:
    """What the project makes of the empty database `named`, which is empty again afterwards."""
    from console.cli.once import ended_by_signals, observe_once
    from console.core.shadow import replay_of
    from console.wiring import find, parse_url

    found = find(options)
    scratch = Scratch(parse_url(named))
    assessment = observe_once(options, found=found, keep=True)
    server = assessment.observation.server.value
    if server is None:
        raise UsageFault("the database of the incident was not read, so nothing is replayed")
    scratch.check(server)
    replay = replay_of(assessment, scratch.home)
    with ended_by_signals():
        schema = scratch.replayed(replay, settings_of(found, server))
    if replay.left_out:
        many = "1 statement" if replay.left_out == 1 else f"{replay.left_out} statements"
        click.echo(f"halfway: {many} that only change rows were not sent to the scratch database", err=True)
    return replace(
        scratch.baseline(schema), source=f"{replay.source} on {one_line(server_name(scratch.server))}",
        taken_at=assessment.taken_at, recorded=replay.recorded,
    )  # fmt: skip


def server_name(server: Server) -> str:
    """`scratch on db2`, for people."""
    return f"{server.name} on {server.host}"


def settings_of(found: Found, server: Server) -> dict[str, Settings]:
    """Of each tool, what makes a session like its own."""
    from console import dialects, frameworks

    renderer = dialects.renderer(server.dialect)
    markers = {tool.name: frameworks.marker(tool.name, project) for tool, project in found.projects}
    return {name: renderer.settings(marker.session_settings(server), "") for name, marker in markers.items()}


class Scratch:
    """The scratch database."""

    def __init__(self, url: URL) -> None:
        """Read it. UsageFault where nothing can be replayed in it."""
        from console import dialects

        if url.get_backend_name() == "sqlite":
            todo = "Name PostgreSQL, MySQL or MariaDB; of a file copy it (VACUUM INTO) and try things on the copy"
            raise UsageFault("no replay is made on SQLite", todo=todo)
        self._url = url
        self._dialect = dialects.open_dialect(url.get_backend_name())
        self._before, self.server = self._read()

    @property
    def home(self) -> str:
        """The schema that unqualified names mean there."""
        return self._before.home

    def check(self, incident: Server) -> None:
        """UsageFault unless it is another server of the same kind, with nothing in it."""
        from console.core.shadow import is_empty, is_one_group

        name, schema = f"the scratch database {one_line(server_name(self.server))}", self._before
        mine, theirs = (server.identity.partition(" ")[0] for server in (self.server, incident))
        if self.server.dialect != incident.dialect:
            raise UsageFault(f"{name} is {self.server.dialect}, and what is replayed is for {incident.dialect}")
        if not mine or not theirs:
            raise UsageFault(f"whether {name} is on the server of the incident cannot be told, so nothing is replayed")
        if mine == theirs:
            raise UsageFault(f"{name} is on the server of the incident", todo="Name one on another server")
        if is_one_group(self.server, incident):
            raise UsageFault(f"{name} may be in one cluster with the server of the incident", todo=_APART)
        if schema.unread or schema.untold:
            raise UsageFault(f"whether {name} is empty cannot be told, so nothing is replayed")
        if not is_empty(schema):
            raise UsageFault(f"{name} is not empty", todo="Name an empty one")
        if self.server.read_only or self.server.foreign:
            raise UsageFault(f"{name} is {self.server.foreign or 'read-only'}, so nothing is replayed")

    def baseline(self, schema: Schema) -> Baseline:
        """The schema as what is expected."""
        from datetime import UTC, datetime

        from console.core.expected_base import Baseline

        server = self.server
        return Baseline(
            schema, "", server.dialect, server.version, server.name, server.now or datetime.now(UTC),
            version_number=server.version_number,
        )  # fmt: skip

    def schema(self) -> Schema:
        """What is there now."""
        return self._read()[0]

    def replayed(self, replay: Replay, settings: Mapping[str, Settings]) -> Schema:
        """The schema after everything was sent; by then what was made is dropped again."""
        return self.used(replay, settings, lambda _: self.schema())

    def another(self) -> Hand:
        """A second connection that acts there. UsageFault where the same name has led to another server."""
        from console import dialects

        hand = dialects.open_hand(self.server.dialect, self._url)
        try:
            if hand.identity().partition(" ")[0] == self.server.identity.partition(" ")[0]:
                return hand
        except Fault:
            hand.close()
            raise
        hand.close()
        raise UsageFault("the scratch database is on another server than a moment ago, so nothing is replayed")

    def used(self, replay: Replay, settings: Mapping[str, Settings], work: Callable[[Hand], A]) -> A:
        """What `work` gives after everything was sent; by then what was made is dropped again."""
        hand = self.another()
        try:
            try:
                self._send(replay, settings, hand)
                return work(hand)
            finally:
                self._clear(replay, hand)
        finally:
            hand.close()

    def _send(self, replay: Replay, settings: Mapping[str, Settings], hand: Hand) -> None:
        from console.core.plan import Settings

        last = None
        for sending in replay.sendings:
            try:
                if sending.framework != last:
                    hand.settle(settings.get(last := sending.framework, Settings()))
                    if replay.of_dump:
                        self._without_keys(hand)
                hand.run(sending.step)
            except Fault as fault:
                what = f"{one_line(str(sending.by))} could not be replayed on the scratch database"
                raise RefusedFault(what, one_line(fault.why or fault.what)) from fault

    def _without_keys(self, hand: Hand) -> None:
        """Tables may come before those that they refer to."""
        if self.server.dialect != "postgresql":
            hand.run(_step("SET SESSION foreign_key_checks = 0"))

    def _clear(self, replay: Replay, hand: Hand) -> None:
        """Drop what the replay made; say what is left."""
        try:
            self._without_keys(hand)
            left = self._dropped(replay, hand)
        except Fault as fault:
            place = one_line(server_name(self.server))
            click.echo(f"halfway: what was made in {place} is still there: {fault}", err=True)
            return
        if left:
            home = self._before.home
            many = f" and {len(left) - 3} more" if len(left) > 3 else ""
            text = ", ".join(f"{d.ref.kind} {one_line(d.ref.label(home), 80)}" for d in left[:3])
            click.echo(f"halfway: left in {one_line(server_name(self.server))}: {text}{many}", err=True)

    def _dropped(self, replay: Replay, hand: Hand) -> list[Difference]:
        """Drop what the statements name and nothing else; what is still there once nothing more can be dropped."""
        from console.cli.mending import written
        from console.core.shadow import address

        found: list[Difference] = []
        for _ in range(_ROUNDS):
            now, _server = self._read()
            found = self._over(now)
            ours = [difference for difference in found if address(difference.ref) in replay.makes]
            sent = [sql for mend in written(ours, self.baseline(now)) for sql in mend.sql]
            if not sum(_done(hand, sql) for sql in (*self._with_all_in_it(ours), *map(self._also_behind_it, sent))):
                break
        return found

    def _with_all_in_it(self, ours: list[Difference]) -> Iterator[str]:
        """Schemas and extensions that were not there before: whatever is in them was not, either."""
        from console.core.schema import Kind
        from console.dialects.postgres.quoting import quoted

        for difference in ours if self.server.dialect == "postgresql" else ():
            if difference.ref.kind in (Kind.SCHEMA, Kind.EXTENSION):
                yield f"DROP {difference.ref.kind.value} {quoted(difference.ref.name)} CASCADE"

    def _also_behind_it(self, sql: str) -> str:
        """Tables that refer to each other can only be dropped so; what stood here before was nothing."""
        return f"{sql} CASCADE" if self.server.dialect == "postgresql" and _DROP.match(sql) else sql

    def _over(self, now: Schema) -> list[Difference]:
        from console.core.drift import Change, compare_schemas

        drift = compare_schemas(self._before, now)
        both = (*drift.differences, *drift.ignored)
        return [replace(d, ignored="") for d in both if d.change is Change.UNEXPECTED]

    def _read(self) -> tuple[Schema, Server]:
        link = self._dialect.open(self._url, "shadow")
        try:
            return link.schema(), link.server()
        finally:
            link.close()


def _step(sql: str) -> Step:
    from console.core.plan import Step, StepKind

    return Step(1, StepKind.SCHEMA, "the scratch database", (sql,))


def _done(hand: Hand, sql: str) -> bool:
    with suppress(RefusedFault):
        hand.run(_step(sql))
        return True
    return False
