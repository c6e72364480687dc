"""Whose session it is, whether its client is there, and what will happen by itself."""

from __future__ import annotations

from dataclasses import replace

from console.core.assessment import Assessment
from console.core.judge import assess
from console.core.observation import Machine, ToolProcess
from console.core.session import Session
from tests.builders import NOON, observation, pending, recorded, schema_after, session, table_lock, tracking

V1 = "create table orders (id bigint primary key);"
ALTER = "alter table orders add column shipped_at timestamptz"
V2 = f"alter table orders add column carrier text;\n{ALTER};\ncreate table t (a int);"
LANDED_ONE = V1 + "alter table orders add column carrier text;"

READER = session("4711", "select * from orders", state="idle in transaction")
ORPHAN = session("4712", ALTER + ";", user="deploy", port=40999)
QUEUED = tuple(session(str(4720 + n), "select count(*) from orders") for n in range(5))
OURS = session("4800", own=True, application="halfway sessions", user="responder")
LOCKS = (
    table_lock("4711", "orders", "AccessShareLock", granted=True),
    table_lock("4712", "orders", "AccessExclusiveLock", granted=False, since=45),
    *(table_lock(s.id, "orders", "AccessShareLock", granted=False, since=40) for s in QUEUED),
)
HERE = frozenset((s.address or "", s.port or 0) for s in (READER, OURS, *QUEUED))
"""Sockets of this machine: every client but the orphan's."""


def look(*sessions: Session, machine: Machine | None = None, transactional: bool = False) -> Assessment:
    """Assess the storm: a reader, an orphaned ALTER, five readers behind it."""
    files = tracking(recorded("1", V1), pending("2", V2, transactional=transactional), locks=(("77433833903597",),))
    seen = machine or Machine(HERE, frozenset({"127.0.0.1"}))
    return assess(observation(schema_after(LANDED_ONE), files, sessions=(*sessions, OURS), locks=LOCKS, machine=seen))


def test_the_tree_hangs_the_queue_below_the_alter_and_the_alter_below_the_reader() -> None:
    found = look(READER, ORPHAN, *QUEUED)
    root = found.blocked.trees[0]
    assert root.session.id == "4711"
    assert root.blocks == 6
    assert [node.session.id for node in root.waiters] == ["4712"]
    assert len(root.waiters[0].waiters) == 5
    assert found.blocked.waiting == 6


def test_a_look_of_ours_is_held_against_nobody_and_what_ours_runs_is() -> None:
    held = table_lock(OURS.id, "orders", "AccessShareLock", granted=True)
    waits = table_lock("4712", "orders", "AccessExclusiveLock", granted=False, since=45)
    acting = replace(OURS, application="halfway hand")
    for who, inferred, roots in ((OURS, True, ["4712"]), (acting, True, [OURS.id]), (OURS, False, [OURS.id])):
        told = (replace(held, inferred=inferred), waits)
        found = assess(observation(schema_after(LANDED_ONE), sessions=(ORPHAN, who), locks=told))
        assert [root.session.id for root in found.blocked.trees] == roots, (who.application, inferred)


def test_the_migrations_session_is_recognised_by_its_statement_and_its_client_is_known_to_be_gone() -> None:
    found = look(READER, ORPHAN, *QUEUED)
    own = found.blocked.migration[0]
    assert (own.session.id, own.migration, own.statement, own.client) == ("4712", "2", 2, "gone")
    assert found.blocked.trees[0].waiters[0].is_migration
    assert found.blocked.trees[0].waiters[0].client_gone


def test_an_orphan_outside_a_transaction_lands_by_itself_and_that_is_said_everywhere() -> None:
    found = look(READER, ORPHAN, *QUEUED)
    assert "4712 lands statement 2 of V2__test by itself" in found.blocked.forecast[0]
    statement = found.frameworks[0].migrations[1].statements[1]
    assert statement.waiting == "4712"
    assert "will land by itself once 4711 ends" in statement.evidence
    assert "cancel 4712 first" in " ".join(found.next)


def test_an_orphan_inside_a_transaction_is_undone() -> None:
    inside = replace(ORPHAN, transaction_at=NOON.replace(hour=11))
    found = look(READER, inside, *QUEUED, transactional=True)
    assert "undoes" in found.blocked.forecast[0]
    assert found.blocked.migration[0].fate == "undone"
    assert "lands" not in " ".join(found.next)


def test_a_client_that_is_there_goes_on() -> None:
    everybody = Machine(HERE | {("127.0.0.1", 40999)}, frozenset({"127.0.0.1"}))
    found = look(READER, ORPHAN, *QUEUED, machine=everybody)
    assert found.blocked.migration[0].client == "there"
    assert "goes on with statement 2" in found.blocked.forecast[0]


def test_a_client_is_never_called_gone_without_proof_that_this_machine_sees_its_own_connections() -> None:
    elsewhere = Machine(frozenset({("10.0.0.9", 5000)}), frozenset({"10.0.0.9"}))
    found = look(READER, ORPHAN, *QUEUED, machine=elsewhere)
    assert found.blocked.migration[0].client == "unknown"
    assert not any(node.client_gone for node in found.blocked.trees[0].waiters)
    blind = look(READER, ORPHAN, *QUEUED, machine=Machine(readable=False))
    assert blind.blocked.migration[0].client == "unknown"


def test_a_query_cut_off_by_the_server_is_recognised_by_its_beginning() -> None:
    long = f"alter table orders add column c text default '{'x' * 3000}'"
    cut = session("5000", long[:1023])
    files = tracking(recorded("1", V1), pending("2", long))
    found = assess(observation(schema_after(V1), files, sessions=(cut,), locks=()))
    assert found.blocked.migration[0].session.id == "5000"


def test_a_short_query_that_only_begins_alike_is_not_the_migration() -> None:
    other = session("5000", "alter table orders")
    found = assess(observation(schema_after(V1), tracking(pending("2", ALTER)), sessions=(other,)))
    assert not found.blocked.migration


def test_the_holder_of_the_tools_lock_is_recognised() -> None:
    holder = session("6000", "select 1", state="idle in transaction")
    lock = replace(
        table_lock("6000", "x", "ExclusiveLock", granted=True), kind="advisory", object="advisory 77433833903597"
    )
    files = tracking(pending("2", V2), locks=(("77433833903597",),))
    found = assess(observation(schema_after(V1), files, sessions=(holder,), locks=(lock,)))
    assert found.blocked.migration[0].why == "holds Flyway's lock"


def test_a_process_of_the_tool_is_matched_by_its_port() -> None:
    tool = ToolProcess(812, "java -cp flyway.jar migrate", "flyway", frozenset({40999}))
    here = Machine(HERE | {("127.0.0.1", 40999)}, frozenset({"127.0.0.1"}), (tool,))
    stranger = replace(ORPHAN, query="alter table other add x int")
    found = look(READER, stranger, machine=here)
    assert found.blocked.migration[0].session.id == "4712"
    assert "812" in found.blocked.migration[0].why


def test_when_the_migration_is_not_recognised_it_says_so() -> None:
    stranger = replace(ORPHAN, query="alter table orders add column something_else int")
    found = look(READER, stranger, *QUEUED)
    assert not found.blocked.migration
    assert "not recognised" in found.blocked.note
