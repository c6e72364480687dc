"""Every drill on every server, as the command without a terminal prints it: headline, verdicts, who blocks whom."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import pytest

from console.drill.kinds import NAMES as SERVERS
from console.drill.laravel import app, released
from console.drill.scenes import ONLY, SCENES
from tests.drill.watching import prepare
from tests.headless import Answer, halfway

L, N, P, U = "landed", "not_landed", "partial", "unknowable"


@dataclass(frozen=True)
class Told:
    """What the assessment must say of the migration that went wrong."""

    id: str
    state: str
    headline: str
    verdicts: tuple[str, ...]
    blocked: int = 0
    next: tuple[str, ...] = ()
    """Words of the steps, one for each step at least, in this order."""


AGAIN = "Do not run {} again as it is: finish statements {}"
SHIPPING = "V4__add_shipping"
COLUMNS = Told(app.SHIPPING, "half_applied", "1 of 3 statements landed, 1 partly. Laravel has not", (L, P, N), 0,
               ("Statement 2 cannot run as written", AGAIN.format(app.SHIPPING, "2 to 3")))  # fmt: skip
FOREIGN = Told(app.TITLES, "half_applied", "1 of 3 statements landed. Laravel has not recorded it", (L, N, N), 0,
               (AGAIN.format(app.TITLES, "2 to 3"),))  # fmt: skip
UNIQUE = Told(app.PHONES, "half_applied", "1 of 3 statements landed. Laravel has not recorded it", (L, N, N), 0,
              (AGAIN.format(app.PHONES, "2 to 3"),))  # fmt: skip
UNRECORDED = Told("4", "unrecorded", f"{SHIPPING} is unrecorded: 4 of 4 statements landed", (L, L, L, L), 0,
                  (f"All of {SHIPPING} is in the catalog: record it",))  # fmt: skip
FAILED = Told("4", "half_applied", "2 of 4 statements landed. Flyway recorded the failure", (L, L, N, N), 0,
              (AGAIN.format(SHIPPING, "3 to 4"),))  # fmt: skip
HEALTHY = Told("4", "applied", "Healthy: 6 migrations applied, none pending", (L, L, L, L))


REVERTED = Told(app.SHIPPING, "applied", "Healthy: 4 migrations applied, none pending", (L, L, L))
RENAMED = Told(released.BUYERS, "applied", "Healthy: 4 migrations applied, none pending", (L,))
DROPPED = replace(RENAMED, id=released.DATES)


def nulls(*verdicts: str, of: int) -> Told:
    """One statement less where a column's comment is part of it."""
    headline = f"1 of {of} statements landed. Laravel has not recorded it"
    return Told(app.SOURCES, "half_applied", headline, verdicts, 0, (AGAIN.format(app.SOURCES, f"2 to {of}"),))


def backfill(*verdicts: str, of: int) -> Told:
    """One statement less where a column's comment is part of it."""
    headline = f"1 of {of} statements landed, 1 cannot be told. Laravel has not recorded it"
    return Told(app.NAMES, "half_applied", headline, verdicts, 0, (AGAIN.format(app.NAMES, f"2 to {of}"),))


def ghost(headline: str, verdicts: tuple[str, ...], stuck: int) -> Told:
    """An orphan that waits; on MySQL an ALTER of customers waits for orders, which refers to it."""
    steps = (f"lands statement {stuck} by itself once", "frees 21", AGAIN.format(SHIPPING, f"{stuck} to 4"))
    return Told("4", "half_applied", f"{headline}. Flyway has not recorded it", verdicts, 21, steps)


def stampede(headline: str, verdicts: tuple[str, ...], stuck: int, wait: str) -> Told:
    """A migration that waits, its client still there."""
    steps = (wait, AGAIN.format(SHIPPING, f"{stuck} to 4"))
    return Told("4", "half_applied", f"{headline}. Flyway has not recorded it", verdicts, 21, steps)


EVERYWHERE = {
    "laravel-columns": COLUMNS,
    "laravel-unique": UNIQUE,
    "laravel-foreign": FOREIGN,
    "laravel-reverted": REVERTED,
    "laravel-renamed": RENAMED,
    "laravel-dropped": DROPPED,
    "failed": FAILED,
    "unrecorded": UNRECORDED,
    "healthy": HEALTHY,
}
TOLD = {
    "postgresql": EVERYWHERE
    | {
        "laravel-backfill": backfill(L, U, N, N, of=4),
        "laravel-nulls": nulls(L, N, N, N, of=4),
        "failed": replace(
            FAILED, headline="2 of 4 statements landed, 1 partly. Flyway recorded", verdicts=(L, L, P, N)
        ),
        "ghost": ghost("2 of 4 statements landed", (L, L, N, N), 3),
        "stampede": stampede("2 of 4 statements landed", (L, L, N, N), 3, "then goes on with statement 3"),
        "invalid-index": Told("3", "applied", "invalid index customers_email_unique", (L, L)),
    },
    "mysql": EVERYWHERE
    | {
        "laravel-backfill": backfill(L, U, N, of=3),
        "laravel-nulls": nulls(L, N, N, of=3),
        "ghost": ghost("1 of 4 statements landed", (L, N, N, N), 2),
        "stampede": stampede("1 of 4 statements landed", (L, N, N, N), 2, "then goes on with statement 2"),
    },
    "mariadb": EVERYWHERE
    | {
        "laravel-backfill": backfill(L, U, N, of=3),
        "laravel-nulls": nulls(L, N, N, of=3),
        "ghost": ghost("2 of 4 statements landed, 1 cannot be told", (L, L, U, N), 3),
        "stampede": stampede("2 of 4 statements landed", (L, L, N, N), 3, "it stops at statement 3"),
    },
}
CASES = [(server, name) for server in SERVERS for name in TOLD[server]]


@cache
def drill(name: str, server: str) -> Answer:
    """What the command answers."""
    prepare(server)
    return halfway("drill", name, "--server", server, "--json")


def nodes(trees: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """All sessions of the trees, a blocker before those who wait for it."""
    for node in trees:
        yield node
        yield from nodes(node["waiters"])


@pytest.mark.parametrize(("server", "name"), CASES)
def test_a_drill_is_assessed_as_what_it_is(server: str, name: str) -> None:
    told, answer = TOLD[server][name], drill(name, server)
    assert answer.code == 0, answer.err
    document = answer.document
    assert told.headline in document["verdict"]["summary"]
    steps = iter(document["verdict"]["next"])
    assert [words for words in told.next if not any(words in step for step in steps)] == []
    migration = answer.migration(told.id)
    assert migration["state"] == told.state
    assert tuple(statement["verdict"] for statement in migration["statements"]) == told.verdicts
    others = {state for id_, state in answer.states.items() if id_ != told.id}
    assert others <= {"applied", "pending"}
    assert document["sessions"]["blocked"] == told.blocked
    assert document["database"]["dialect"] == server


@pytest.mark.parametrize("server", SERVERS)
@pytest.mark.parametrize("name", ["ghost", "stampede"])
def test_the_migration_stands_between_one_blocker_and_twenty_others(server: str, name: str) -> None:
    (root,) = drill(name, server).document["sessions"]["trees"]
    (own,) = root["waiters"]
    assert (root["user"], root["blocks"], root["is_migration"]) == ("web", 21, False)
    assert root["state"] == ("idle in transaction" if name == "ghost" else "active")
    assert (own["user"], own["is_migration"]) == ("deploy", True)
    assert "orders" in own["waits_for"]
    behind = list(nodes(own["waiters"]))
    assert len(behind) == 20
    assert {each["user"] for each in behind} == {"web"}


@pytest.mark.parametrize("server", ["mysql", "mariadb"])
@pytest.mark.parametrize("name", list(ONLY))
def test_a_drill_of_another_server_is_refused_with_the_one_it_needs(server: str, name: str) -> None:
    answer = halfway("drill", name, "--server", server)
    assert answer.code == 2
    assert f"the drill '{name}' needs a postgresql server" in answer.err
    assert answer.out == ""


def test_an_unknown_server_is_refused_with_the_ones_there_are() -> None:
    answer = halfway("drill", "--server", "oracle")
    assert answer.code == 2
    assert "postgresql, mysql, mariadb" in answer.err


def test_every_drill_is_judged_on_every_server_it_can_be_on() -> None:
    for server in SERVERS:
        assert set(TOLD[server]) == {name for name in SCENES if ONLY.get(name, (server,))[0] == server}
