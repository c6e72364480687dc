"""What makes a run wait, told from values: ages, replicas, backups, disks and sessions that cannot be had in a test."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from console.core.assessment import Assessment, Blocked, Debris, JudgedFramework, JudgedMigration, Overall
from console.core.migration import State
from console.core.moment import Ageing, Follower, Moment, Pace, Slot
from console.core.observation import Health, Machine, Reading, ToolProcess
from console.core.preflight.finding import Finding, Report, Severity
from console.core.preflight.judging import judged
from console.core.preflight.now import Kept, Now, Replica
from console.core.preflight.rates import of_size, roughly
from console.core.recover.given import Known
from console.core.restore.found import Form, Found
from console.core.session import Lock, MigrationSession, Session, SessionKind
from console.core.storage import Room
from tests.builders import NOON, SERVER, pending, schema_after
from tests.preflight.grounds import ground, sized, unit

TABLES = "CREATE TABLE orders (id bigint PRIMARY KEY, state text); CREATE INDEX i ON orders (state);"
ADD = "ALTER TABLE orders ADD COLUMN note text;"
REWRITE = "ALTER TABLE orders ALTER COLUMN id TYPE numeric;"
DROP = "ALTER TABLE orders DROP COLUMN state;"
ORDERS = ("public", "orders")
GIB = 2**30


def found(now: Now | None = None, sql: str = ADD, **seen: Any) -> tuple[Finding, ...]:
    """All that is said; `seen`: parts of the observation."""
    server = seen.pop("server", SERVER)
    base = ground(TABLES, unit(sql), server=server)
    given: dict[str, Any] = {part: Reading(value, Health.OK) for part, value in seen.items()}
    looked = replace(base.observation, **given)
    return judged(replace(base, now=now or Now(), observation=looked))


def told(findings: Iterable[Finding], rule: str) -> list[tuple[Severity, str]]:
    """How bad, and who is waited for, of one rule."""
    return [(f.severity, f.waits_for) for f in findings if f.rule == rule]


def moment(**more: Any) -> Now:
    return Now(Moment(**more))


@pytest.mark.parametrize(
    ("follower", "words"),
    [
        (Follower("r1@10.0.0.9", 29.0, 10), None),
        (Follower("r1@10.0.0.9", 90.0, 10), "replica r1@10.0.0.9, 1 min behind"),
        (Follower("r1@10.0.0.9", None, GIB), "replica r1@10.0.0.9, 1.0 GiB of log behind"),
        (Follower("r1@10.0.0.9"), None),
    ],
    ids=["near", "late", "far", "idle"],
)
def test_a_replica_that_is_behind_is_waited_for(follower: Follower, words: str | None) -> None:
    expected = [(Severity.BLOCK, words)] if words else []
    assert told(found(moment(followers=(follower,))), "now-replica-lag") == expected


def test_a_replica_that_was_named_counts_as_one_that_follows() -> None:
    assert told(found(Now(replica=Replica("r2", 600.0))), "now-replica-lag") == [
        (Severity.BLOCK, "replica r2, 10 min behind")
    ]
    assert told(found(Now(replica=Replica("r2", 600.0, "not proved"))), "now-replica-lag") == []


def test_mysql_does_not_know_how_far_its_replicas_are() -> None:
    server = replace(SERVER, dialect="mysql", version="9.7.4", version_number=90704, home="shop")
    dump = Session("9", user="repl", address="10.0.0.9", kind=SessionKind.REPLICATION, state="background")
    said = [f for f in found(server=server, sessions=(dump,)) if f.rule == "unknown-replica-lag"]
    assert ["repl@10.0.0.9" in f.why and "--data-from" in f.safer for f in said] == [True]


@pytest.mark.parametrize(
    ("age", "severity"),
    [(100, None), (185_000_000, Severity.MED), (200_000_000, Severity.HIGH), (1_600_000_000, Severity.CRIT)],
    ids=["young", "soon", "due", "near the end"],
)
def test_the_age_of_a_table_is_told(age: int, severity: Severity | None) -> None:
    each = Ageing("orders", age, 200_000_000, ORDERS)
    assert [s for s, _ in told(found(moment(ageing=(each,))), "now-wraparound")] == ([severity] if severity else [])


def test_a_slot_that_nobody_reads_keeps_what_a_rewrite_writes() -> None:
    slots = (Slot("old", active=False, kept=10), Slot("live", active=True, kept=5 * GIB))
    assert told(found(moment(slots=slots)), "now-slot") == []
    assert told(found(moment(slots=slots), REWRITE), "now-slot") == [(Severity.HIGH, "")]


@pytest.mark.parametrize(
    ("room", "rule", "severity"),
    [
        (Room(GIB, "/data"), "now-disk", Severity.BLOCK),
        (Room(None, "", "the server is another machine"), "unknown-disk", Severity.LOW),
        (Room(9 * GIB, "/data"), "now-disk", None),
        (Room(), "unknown-disk", None),
    ],
    ids=["too small", "not seen", "enough", "nobody looked"],
)
def test_a_rewrite_needs_room(room: Room, rule: str, severity: Severity | None) -> None:
    now = Now(Moment(sizes=((ORDERS, 4 * GIB),)), room)
    said = [f for f in found(now, REWRITE) if f.rule == rule]
    assert [(f.severity, f.n) for f in said] == ([(severity, 1)] if severity else [])
    assert all("4.0 GiB" in f.why for f in said)


BACKUP = Found("/b/shop.dump", Form.CUSTOM, 10, modified=NOON - timedelta(hours=2), whole=Known.YES)
BROKEN = replace(BACKUP, whole=Known.NO, why="it ends too early")
OLD = replace(BACKUP, modified=NOON - timedelta(days=3))


@pytest.mark.parametrize(
    ("kept", "sql", "rule", "severity"),
    [
        (Kept(("/b",), (BACKUP,)), DROP, "now-backup-old", None),
        (Kept(("/b",), (OLD, BACKUP)), DROP, "now-backup-old", None),
        (Kept(("/b",), (OLD, BROKEN)), DROP, "now-backup-old", Severity.BLOCK),
        (Kept(("/b",), (OLD,)), ADD, "now-backup-old", Severity.MED),
        (Kept(("/b",), (BROKEN,)), DROP, "now-backup-old", Severity.BLOCK),
        (Kept(("/b",)), ADD, "now-backup-old", Severity.MED),
        (Kept(("/b",), why="it took too long"), DROP, "unknown-backup", Severity.MED),
        (Kept(), DROP, "now-no-backup", Severity.MED),
        (Kept(), ADD, "now-no-backup", Severity.INFO),
        (None, DROP, "now-no-backup", None),
    ],
    ids=["fresh", "one is fresh", "the fresh one is broken", "old", "broken", "none", "unread", "unknown place",
         "nothing lost", "nobody looked"],
)  # fmt: skip
def test_a_run_that_loses_rows_wants_a_backup(
    kept: Kept | None, sql: str, rule: str, severity: Severity | None
) -> None:
    assert [s for s, _ in told(found(Now(kept=kept), sql), rule)] == ([severity] if severity else [])


def _held(mode: str, **session: Any) -> dict[str, Any]:
    given = {"user": "web", "address": "10.0.0.5", "state": "active", "transaction_at": NOON - timedelta(seconds=1),
             "query_at": NOON - timedelta(seconds=1), **session}  # fmt: skip
    lock = Lock(session="7", target=("relation", "1"), kind="relation", mode=mode, granted=True, object="orders",
                relation=ORDERS)  # fmt: skip
    return {"sessions": (Session("7", **given),), "locks": (lock,)}


LONG_AGO = NOON - timedelta(minutes=12)
AUTOVACUUM = {"kind": SessionKind.AUTOVACUUM, "user": None, "transaction_at": LONG_AGO}


@pytest.mark.parametrize(
    ("seen", "rule", "words"),
    [
        (_held("AccessShareLock"), "now-transaction", None),
        (_held("AccessShareLock", transaction_at=LONG_AGO), "now-transaction",
         "session 7 (web@10.0.0.5), active for 12 min, holds ACCESS SHARE on orders"),
        (_held("AccessShareLock", state="idle in transaction", changed_at=LONG_AGO), "now-transaction",
         "session 7 (web@10.0.0.5), idle in transaction for 12 min, holds ACCESS SHARE on orders"),
        (_held("ShareLock"), "now-transaction", "session 7 (web@10.0.0.5), active for <10 s, holds SHARE on orders"),
        (_held("AccessShareLock", state="unknown", visible=False, transaction_at=None, query_at=None),
         "now-transaction",
         "session 7 (web@10.0.0.5), whose state is not visible to this login, holds ACCESS SHARE on orders"),
        (_held("ShareUpdateExclusiveLock", **AUTOVACUUM, query="autovacuum: VACUUM orders"), "now-transaction", None),
        (_held("ShareUpdateExclusiveLock", **AUTOVACUUM,
               query="autovacuum: VACUUM orders (to prevent wraparound)"), "now-wraparound-vacuum",
         "session 7 (autovacuum), active for 12 min, holds SHARE UPDATE EXCLUSIVE on orders"),
        (_held("AccessExclusiveLock", own=True), "now-transaction", None),
    ],
    ids=["short", "long", "idle", "strong", "hidden", "gives way", "wraparound", "ours"],
)  # fmt: skip
def test_only_who_stays_is_waited_for(seen: dict[str, Any], rule: str, words: str | None) -> None:
    assert told(found(**seen), rule) == ([(Severity.BLOCK, words)] if words else [])


def test_what_was_run_long_ago_waits_for_nobody() -> None:
    seen = _held("AccessShareLock", transaction_at=LONG_AGO)
    base = ground(TABLES, unit(ADD, past=True))
    looked = replace(
        base.observation, sessions=Reading(seen["sessions"], Health.OK), locks=Reading(seen["locks"], Health.OK)
    )
    assert not Report(judged(replace(base, observation=looked))).waits


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.2, "less than 1 s"), (1.4, "1 s"), (9.6, "10 s"), (47, "50 s"), (170, "3 min"), (5000, "1 h"), (90000, "20 h")],
)
def test_no_more_digits_than_are_known(seconds: float, words: str) -> None:
    assert roughly(seconds) == words


def test_a_duration_says_what_it_rests_on() -> None:
    pace = Pace(ORDERS, 100 * 2**20, 1.0, "its first 12,800 pages")
    measured = of_size(30 * GIB, pace, rewritten=True)
    assert measured == (
        "30.0 GiB, which takes 5 min to read at 100.0 MiB a second, measured just now by reading its first 12,800 "
        "pages of orders; writing it anew takes longer"
    )
    assert of_size(30 * GIB, None, rewritten=False).startswith(
        "30.0 GiB, which takes 30 s to 30 min on disks as they are"
    )
    now = Now(Moment(sizes=((ORDERS, 30 * GIB),)), paces=(pace,))
    assert [f.hold.endswith(measured) for f in found(now, REWRITE) if f.rewrite] == [True]


def test_another_migration_that_is_alive_is_waited_for() -> None:
    own = MigrationSession(Session("12", user="deploy", address="", state="active", query_at=LONG_AGO), "runs V3")
    base = ground(TABLES, unit(ADD))
    assessed = Assessment(base.observation, Overall.ATTENTION, "", (), blocked=Blocked(migration=(own,)))
    expected = [(Severity.BLOCK, "session 12 (deploy@local), active for 12 min, which runs V3")]
    assert told(judged(replace(base, assessment=assessed)), "now-migration") == expected
    tool = ToolProcess(4711, "flyway migrate", "flyway")
    machine = replace(base, observation=replace(base.observation, machine=Machine(tools=(tool,))))
    assert told(judged(machine), "now-process") == [(Severity.MED, "process 4711 (flyway)")]


@pytest.mark.parametrize(
    ("detail", "waited"),
    [
        ("an unfinished copy of orders by gh-ost; no session speaks of it", True),
        ("an unfinished copy of big_orders by gh-ost; DROP TABLE `_orders_gho`", False),
        ("orders as it was before gh-ost put another in its place, with the rows of then", False),
    ],
    ids=["of it", "of another", "put aside"],
)
def test_a_tool_that_copies_the_table_is_waited_for(detail: str, waited: bool) -> None:
    base = ground(TABLES, unit(ADD))
    left = Debris("online_change_table", "_orders_gho", detail)
    assessed = Assessment(base.observation, Overall.ATTENTION, "", (), debris=(left,))
    found_ = told(judged(replace(base, assessment=assessed, now=moment())), "now-online-copy")
    assert told(judged(replace(base, assessment=assessed)), "now-online-copy") == []
    assert found_ == ([(Severity.BLOCK, "online change table _orders_gho")] if waited else [])


def test_an_incident_is_told_to_who_judges_a_script() -> None:
    troubled = JudgedMigration(pending("2", ADD), State.HALF_APPLIED, headline="1 of 2 statements landed.")
    base = ground(TABLES, unit(ADD, framework=""))
    framework = JudgedFramework("flyway", "flyway_schema_history", True, None, (troubled,))
    assessed = Assessment(base.observation, Overall.INCIDENT, "", (), (framework,))
    (finding,) = [f for f in judged(replace(base, assessment=assessed, now=moment())) if f.rule == "now-open-incident"]
    assert (finding.severity, "1 of 2 statements landed." in finding.why) == (Severity.HIGH, True)


def test_partitions_are_the_size_of_their_table() -> None:
    tables = """CREATE TABLE logs (id bigint) PARTITION BY RANGE (id);
    CREATE TABLE logs_1 PARTITION OF logs FOR VALUES FROM (1) TO (10);"""
    now = moment(sizes=((("public", "logs_1"), 30 * GIB),))
    base = ground(tables, unit("ALTER TABLE logs ALTER COLUMN id TYPE numeric;"))
    holds = [f.hold for f in judged(replace(base, now=now)) if f.rewrite]
    assert ["30.0 GiB" in hold for hold in holds] == [True]


MYSQL = replace(SERVER, dialect="mysql", version="8.4.2", version_number=80402, home="shop", name="shop")


@pytest.mark.parametrize(
    ("counted", "clause", "expected"),
    [
        (62, "", []),
        (63, "", [(2, Severity.HIGH)]),
        (64, ", ALGORITHM=INSTANT", [(1, Severity.BLOCK)]),
        (0, "", []),
    ],
    ids=["room for both", "room for one", "demanded", "fresh"],
)
def test_the_count_of_row_versions_is_run_through(
    counted: int, clause: str, expected: list[tuple[int, Severity]]
) -> None:
    tables = "CREATE TABLE orders (id bigint PRIMARY KEY, state text);"
    script = f"ALTER TABLE orders ADD COLUMN a int{clause};ALTER TABLE orders ADD COLUMN b int;"
    schema = sized(schema_after(tables, dialect="mysql", home="shop"))
    base = ground(schema, unit(script, dialect="mysql", home="shop"), server=MYSQL)
    now = moment(versions=((("shop", "orders"), counted),))
    said = [f for f in judged(replace(base, now=now)) if f.rule == "my-row-versions"]
    assert [(f.n, f.severity) for f in said] == expected


def test_who_writes_to_a_file_is_waited_for() -> None:
    assert told(found(moment(busy="process 4711")), "now-transaction") == [
        (Severity.BLOCK, "process 4711, which writes to the file")
    ]


def test_a_crowd_with_an_old_snapshot_is_counted_and_its_first_are_named() -> None:
    ids = tuple(str(n) for n in range(100, 124))
    started = NOON - timedelta(hours=1)
    crowd = tuple(
        Session(n, kind=SessionKind.CLIENT, user="web", state="active", query_at=started, transaction_at=started)
        for n in ids
    )
    seen = found(moment(snapshots=ids), "CREATE INDEX CONCURRENTLY j ON orders (id);", sessions=crowd)
    waited = [f for f in seen if f.rule == "now-old-snapshot"]
    assert [f.waits_for.split(" (")[0] for f in waited[:3]] == ["session 100", "session 101", "session 102"]
    assert [f.waits_for for f in waited[3:]] == ["21 more sessions with an old snapshot"]
    assert waited[3].why.endswith("121, 122 and 1 more.")
