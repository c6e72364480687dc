"""What verifying says: each check holds, does not hold, or is not known, and what was not looked at never holds."""

from __future__ import annotations

from dataclasses import replace

import pytest

from console.core.assessment import Assessment, Blocked
from console.core.faults import NotPermittedFault
from console.core.judge import assess
from console.core.observation import Health, Reading, Server
from console.core.schema import Schema
from console.core.verify import Check, Counted, Found, checks, verdict
from console.core.verify.application import judged
from console.core.verify.asked import (
    BYTES,
    LAG,
    MEMBERS,
    OWN,
    REPLICAS,
    SLOTS,
    UNSEEN,
    judged_orphans,
    judged_replicas,
    judged_watch,
    nulls,
    of_server,
    orphans,
)
from console.lanes.verifying import Verifier
from tests.builders import NOON, SERVER, observation, recorded, schema_after, session, tracking

BASE = "CREATE TABLE customers (id bigint PRIMARY KEY); CREATE TABLE orders (id bigint, customer_id bigint);"
LATER = """ALTER TABLE orders ADD COLUMN note text;
ALTER TABLE orders ADD CONSTRAINT to_customer FOREIGN KEY (customer_id) REFERENCES customers (id);"""
SCHEMA = schema_after(BASE + LATER)
HOLDS, FAILS, UNKNOWN = Found.HOLDS, Found.FAILS, Found.UNKNOWN


def seen(there: Schema = SCHEMA, **more: object) -> Assessment:
    read = observation(there, tracking(recorded("1", BASE), recorded("2", LATER)), sessions=(session("1"),))
    return assess(replace(read, **more))  # type: ignore[arg-type]


def found(now: Assessment) -> dict[str, Found]:
    return {check.what: check.found for check in checks(now)}


def test_all_that_is_seen_holds_and_what_nothing_tells_is_not_known() -> None:
    now = seen()
    assert set(found(now).values()) == {HOLDS}
    assert verdict(checks(now)) == f"verified: all {len(checks(now))} checks hold"
    untold = checks(replace(now, baseline=None))
    assert verdict(untold) == "attention: not verified: schema as expected"


def test_an_effect_that_is_gone_does_not_hold() -> None:
    now = seen(schema_after(BASE))
    told = {check.what: check for check in checks(now)}
    assert (told["post-conditions"].found, told["ledger"].found) == (FAILS, FAILS)
    assert "V2__test statement 1 is NOT LANDED" in told["post-conditions"].evidence
    assert verdict(checks(now)).startswith("attention: post-conditions, ledger, schema as expected do not hold")


def test_a_schema_that_was_not_read_shows_nothing() -> None:
    old = Reading(SCHEMA, Health.STALE, "the link is down", taken_at=NOON)
    told = found(seen(schema=old))
    assert {told[what] for what in ("post-conditions", "constraints validated", "indexes valid")} == {UNKNOWN}


def test_what_is_invalid_and_what_is_not_valid_do_not_hold() -> None:
    things = tuple(replace(t, validated=False) if t.ref.name == "to_customer" else t for t in SCHEMA.things)  # type: ignore[call-arg]
    assert found(seen(replace(SCHEMA, things=things)))["constraints validated"] is FAILS


def test_who_waits_and_whom_nobody_sees() -> None:
    now = replace(seen(), blocked=Blocked(total=2, waiting=1))
    assert found(now)["blocked sessions gone"] is FAILS
    blind = seen(server=Reading(replace(SERVER, sees_all_sessions=False), Health.OK, taken_at=NOON))
    assert found(blind)["blocked sessions gone"] is UNKNOWN
    file = seen(sessions=Reading(None, Health.NOT_SUPPORTED, "SQLite has no sessions"))
    assert {found(file)[what] for what in ("blocked sessions gone", "migrations ended")} == {UNKNOWN}


def test_each_foreign_key_of_its_tables_is_asked_about() -> None:
    now = seen()
    (asked,) = orphans(now, now.frameworks[0].migrations[1])
    assert asked.sql == (
        'SELECT count(*) FROM "public"."orders" c WHERE c."customer_id" IS NOT NULL AND NOT EXISTS '
        '(SELECT 1 FROM "public"."customers" p WHERE p."id" = c."customer_id")'
    )
    (empty,) = nulls(now, now.frameworks[0].migrations[1])
    assert empty.sql == 'SELECT count(*) FROM "public"."orders" WHERE "note" IS NULL'


def test_a_key_that_names_no_columns_of_its_parent_means_the_primary_key() -> None:
    bare = (replace(t, referenced_columns=()) if t.ref.name == "to_customer" else t for t in SCHEMA.things)  # type: ignore[call-arg]
    asked = [
        orphans(now, now.frameworks[0].migrations[1]) for now in (seen(), seen(replace(SCHEMA, things=tuple(bare))))
    ]
    assert asked[0] == asked[1]


@pytest.mark.parametrize(
    ("rows", "asked", "told"),
    [(0, True, HOLDS), (3, True, FAILS), (None, True, UNKNOWN), (None, False, UNKNOWN)],
)
def test_orphans(rows: int | None, asked: bool, told: Found) -> None:
    check = judged_orphans((Counted("orphans of orders.to_customer", "", 0), Counted("orphans of x", "", rows, asked)))
    assert check.found is told
    assert ("not reached" in check.evidence) == (not asked)


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ({}, UNKNOWN),
        ({REPLICAS: 0}, HOLDS),
        ({REPLICAS: 2, LAG: 1, UNSEEN: 0}, HOLDS),
        ({REPLICAS: 2, LAG: 900, UNSEEN: 0}, FAILS),
        ({REPLICAS: 2, LAG: 0, UNSEEN: 2}, UNKNOWN),
        ({REPLICAS: 1}, UNKNOWN),
    ],
    ids=["blind", "none", "near", "far", "hidden", "mysql"],
)
def test_replicas(rows: dict[str, int], told: Found) -> None:
    assert judged_replicas([Counted(what, "", count) for what, count in rows.items()]).found is told


def replicas(server: Server, **rows: int) -> Check:
    named = {"count": REPLICAS, "lag": LAG, "bytes": BYTES, "slots": SLOTS, "members": MEMBERS, "own": OWN}
    return judged_replicas([Counted(named[what], "", count) for what, count in rows.items()], server)


def test_what_else_there_is_to_replicas_is_not_taken_for_none() -> None:
    mysql = replace(SERVER, dialect="mysql")
    assert replicas(replace(mysql, sees_all_sessions=False), count=0).found is UNKNOWN
    assert replicas(mysql, count=0).found is HOLDS
    assert replicas(mysql, count=0, members=1).evidence == "1 of the group's members is not online"
    assert (replicas(SERVER, count=1, lag=0, slots=1).found, replicas(SERVER, count=1, lag=3).found) == (UNKNOWN, HOLDS)
    assert replicas(SERVER, count=1, lag=3, bytes=1 << 30).found is FAILS
    replica = replace(mysql, replica=True, replica_lag=700)
    assert (replicas(replica, count=0).found, replicas(replace(replica, replica_lag=0), count=1).found) == (
        FAILS,
        UNKNOWN,
    )
    assert replicas(replace(SERVER, replica=True), count=0, own=-1).found is UNKNOWN
    assert {each.what for each in of_server(replace(SERVER, replica=True))} - {
        each.what for each in of_server(SERVER)
    } == {OWN}


def test_what_may_not_be_read_is_not_known() -> None:
    def refused(sql: str, seconds: float) -> int:
        raise NotPermittedFault("The account may not read this")

    (one,) = Verifier(seen, refused).counted((Counted("a", "x"),), seen())
    assert (one.rows, one.asked) == (None, True)


def test_a_file_has_no_replicas() -> None:
    assert judged_replicas((), replace(SERVER, dialect="sqlite")).found is HOLDS


def test_the_watch_tells_what_changed_and_what_it_does_not_know() -> None:
    before = (Counted("NULLs in orders.note", "", 4), Counted("server errors", "", 10))
    now = (Counted("NULLs in orders.note", "", 9), Counted("server errors", "", None))
    assert judged_watch(before, now) == (
        "NULLs in orders.note: 9 (+5 since the watch began)",
        "server errors: not known",
    )


def test_nobody_has_said_whether_the_release_fits() -> None:
    assert judged(()).found is UNKNOWN
    assert judged((), "20260131").evidence.endswith("A; release 20260131 is the current one here")


def test_what_the_budget_does_not_reach_is_not_asked() -> None:
    clock = iter((0.0, 1.0, 30.0))
    verifier = Verifier(seen, lambda _, __: 0, lambda: next(clock))
    first, second = verifier.counted((Counted("a", "x"), Counted("b", "y")), seen())
    assert (first.rows, second.rows, second.asked) == (0, None, False)


def test_all_of_it_in_one_look() -> None:
    asked: list[str] = []

    def count(sql: str, seconds: float) -> int:
        assert seconds <= 5.0
        asked.append(sql)
        return 0

    verifier = Verifier(seen, count)
    told: dict[str, Check] = {check.what: check for check in verifier.verified("flyway", "2")}
    assert told["foreign keys whole"].found is told["replicas"].found is HOLDS
    assert len(asked) == 1 + len(of_server(SERVER))
    assert "migration" in {check.what for check in verifier.verified("flyway", "77")}
