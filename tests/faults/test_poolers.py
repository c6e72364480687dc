"""Something between Halfway and the server that hands its connections round: what is read is the same, and nothing is
done by that way."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from threading import Thread
from typing import Any, cast

import pytest
from sqlalchemy.engine import URL, make_url

from console.core.faults import LockedFault, ReadFault
from console.core.intent import Intent, Verb
from console.core.statements import DataProbe
from console.dialects import open_dialect
from tests.acting.faults import STATEMENTS, Server, Stage, do, stage_on
from tests.dialects.contract import answer
from tests.faults.multiplexing import multiplexed
from tests.faults.stands import FEW
from tests.headless import Answer, halfway
from tests.tools.pgbouncer import bouncer
from tests.waiting import eventually

_numbers = count(1)
_PASSING = frozenset({"taken_at", "since_seconds", "total"})
"""What is another from second to second, or counts the connections of whatever stands between."""
_WAITS = {
    "postgresql": "SELECT 1 FROM pg_locks WHERE NOT granted AND database = (SELECT oid FROM pg_database"
    " WHERE datname = current_database())",
    "mysql": "SELECT 1 FROM information_schema.processlist WHERE state LIKE 'Waiting for%' AND db = database()",
}
WISHES = (
    Intent(Verb.FINISH, migration="2", framework="flyway"),
    Intent(Verb.ROLL_BACK, migration="2", framework="flyway"),
    Intent(Verb.MARK_RAN, migration="2", framework="flyway"),
)


@dataclass(frozen=True)
class Shared:
    """A server that is not looked into."""

    kind: str
    url: URL

    def log(self) -> str:
        """Nobody asks."""
        return ""


@dataclass(frozen=True)
class Between:
    """Half a migration behind somebody's transaction, by both ways."""

    stage: Stage
    through: URL
    blocker: str

    def assess(self, url: URL) -> Answer:
        """As a program reads it."""
        address = url.render_as_string(hide_password=False)
        return halfway("assess", address, "--project", str(self.stage.folder), "--json")


def between(kind: str, folder: Path, url: URL) -> AbstractContextManager[URL]:
    """A real PgBouncer; for MySQL a proxy of our own."""
    return bouncer(folder, url) if kind == "postgresql" else multiplexed(url)


@pytest.fixture(scope="module")
def by_both(contract_server: tuple[str, URL], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Between]:
    """Once for each server."""
    kind = contract_server[1].get_backend_name()
    server = cast("Server", Shared(kind, contract_server[1]))
    with stage_on(server, f"between_{os.getpid()}_{next(_numbers)}", tmp_path_factory.mktemp("project")) as stage:
        blocker = stage.blocker()
        do(stage.url, "INSERT INTO carriers VALUES (1)")
        late = Thread(target=do, args=(stage.url, STATEMENTS[1]), daemon=True)
        late.start()
        eventually(lambda: do(stage.url, _WAITS[kind]))
        with between(kind, tmp_path_factory.mktemp("pooler"), stage.url) as through:
            yield Between(stage, through, blocker)
        stage.end_blockers()
        late.join(10)


ON_BOTH = pytest.mark.parametrize("contract_server", FEW[:2], indirect=True, scope="module")


def settled(document: Any) -> Any:
    """Without what passes."""
    if isinstance(document, dict):
        return {name: settled(value) for name, value in document.items() if name not in _PASSING}
    return [settled(each) for each in document] if isinstance(document, list) else document


@ON_BOTH
def test_every_finding_through_a_pooler_is_the_direct_one(by_both: Between) -> None:
    direct, through = by_both.assess(by_both.stage.url), by_both.assess(by_both.through)
    assert direct.code == through.code == 1
    assert direct.states == {"1": "applied", "2": "half_applied"}
    assert direct.document["sessions"]["trees"]
    found, meant = through.document, direct.document
    (note,) = found["database"].pop("notes")
    assert "stands between" in note
    assert meant["database"].pop("notes") == []
    assert settled(found) == settled(meant)


@ON_BOTH
def test_nothing_is_done_through_a_pooler_and_the_server_itself_is_named(by_both: Between) -> None:
    console = by_both.stage.console(by_both.through, by_both.through)
    seen = console.incident.fresh()
    assert any("stands between" in note for note in seen.observation.server.value.notes)  # type: ignore[union-attr]
    for wish in (Intent(Verb.TERMINATE, (by_both.blocker,)), *WISHES):
        plan = console.acting.propose(wish, seen)
        assert "stands between" in plan.refused[0], plan
        assert not plan.sql
        itself = make_url(plan.refused[0].rpartition(", ")[2].rstrip("."))
        assert (itself.port, itself.database) == (by_both.stage.url.port, by_both.stage.name)
        result = console.acting.carry_out(plan, plan.phrases)
        assert not any(outcome.sent for outcome in result.outcomes)
    assert by_both.stage.there(by_both.blocker)


SLOW = "SELECT count(*) FROM carriers WHERE (SELECT true FROM pg_sleep(30 + id * 0)) IS NULL"


@pytest.mark.parametrize("contract_server", FEW[:1], indirect=True, scope="module")
def test_a_count_through_pgbouncer_gives_way_too(by_both: Between) -> None:
    found: list[object] = []

    def count_them() -> None:
        with closing(open_dialect("postgresql").open(by_both.through, "schema")) as link:
            found.append(answer(lambda: link.count(DataProbe(SLOW, ("public", "carriers")), 60.0)))

    counting = Thread(target=count_them)
    counting.start()
    eventually(lambda: do(by_both.stage.url, "SELECT 1 FROM pg_stat_activity WHERE query LIKE '%pg_sleep(30 + id%'"
                                             " AND state = 'active' AND pid <> pg_backend_pid()"))  # fmt: skip
    do(by_both.stage.url, "ALTER TABLE carriers ADD COLUMN late int", "ALTER TABLE carriers DROP COLUMN late")
    counting.join(10)
    assert isinstance(found[0], LockedFault), found
    assert "gave way" in str(found[0])


@pytest.mark.parametrize("contract_server", FEW[1:2], indirect=True, scope="module")
def test_a_count_through_a_proxy_of_mysql_is_said_to_be_unavailable(by_both: Between) -> None:
    probe = DataProbe("SELECT count(*) FROM carriers", (by_both.stage.name, "carriers"))
    unavailable = pytest.raises(ReadFault, match="behind a proxy a count could not be stopped")
    with closing(open_dialect("mysql").open(by_both.through, "schema")) as link, unavailable:
        link.count(probe, 5.0)
