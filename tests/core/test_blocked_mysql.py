"""Likely, untold and several blockers, and what becomes of an orphan on MySQL and MariaDB: everywhere it is said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from console.core.assessment import Assessment, Blocked, Overall
from console.core.blocked import Scene
from console.core.judge import assess
from console.core.observation import Health, Reading, Server
from console.core.session import UNNAMED, Lock, MigrationSession, Session
from console.report import as_text, document
from screens import incident, lock_details, locks
from screens.lines import Line
from screens.look import Look
from tests.builders import NOON
from tests.screens.mysql import (
    ALTER_ORDERS,
    INFERRED,
    MARIADB,
    SERVER,
    altering,
    holder,
    mariadb_likely,
    mariadb_untold,
    mysql_half_applied,
    mysql_prepared,
    mysql_read_lock,
    mysql_running,
    mysql_stages_off,
    readers,
    seen,
    table,
)


def everything(found: Assessment) -> str:
    """Report and screens, in one line."""
    pages = [*incident.page(found, 100, 60), *locks.page(found, Look(unfolded=True), 100)]
    return " ".join((as_text(found) + "\n" + "\n".join(line.text for line in pages)).split())


def alone(session: Session, *held: Lock, server: Server = SERVER) -> Assessment:
    """The migration behind one reader."""
    found = seen(2, (holder(4711), session), (table("4711", "SHARED_READ"), *held))
    return assess(replace(found, server=Reading(server, Health.OK, taken_at=NOON)))


def behind(session: Session) -> Lock:
    return table(session.id, "EXCLUSIVE", since=session.query_at)


def test_whoever_is_only_likely_is_called_so_wherever_it_is_named() -> None:
    found = mariadb_likely()
    assert found.summary.endswith("21 sessions are blocked, likely by 4690, 4702 or 4711 (the server does not say).")
    assert [node.session.id for node in found.blocked.candidates] == ["4690", "4702", "4711"]
    assert found.blocked.roots == ()
    text = everything(found)
    assert "end none of them before you know which" in text
    assert "4690? batch@10.0.0.7" in text
    for name in ("4690", "4702", "4711"):
        assert f"end {name}" not in text
        assert f"ending {name}" not in text.lower()
    assert "Ending it frees" not in text


def test_of_likely_ones_the_safe_step_comes_first() -> None:
    steps = mariadb_likely().next
    assert (
        steps[0] == "Wait, or cancel 4712: it stops at statement 3, nothing of that lands, and the 20 behind it go on."
    )
    assert steps[-1] == "To see locks: INSTALL SONAME 'metadata_lock_info'"


def test_programs_are_told_who_is_likely_and_who_is_not_told() -> None:
    told = document(mariadb_likely())["sessions"]
    assert (told["blocked"], told["complete"], told["candidates"]) == (21, False, ["4690", "4702", "4711"])
    root = told["trees"][0]
    assert (root["likely"], root["frees"], root["waiters"][0]["inferred"]) == (True, None, True)
    assert told["migration"][0]["likely"] is True
    heads = document(mariadb_untold())["sessions"]["trees"]
    assert [node["untold"] for node in heads] == [True, True, True]


def test_who_waits_for_somebody_nobody_tells_of_is_blocked_all_the_same() -> None:
    found = mariadb_untold()
    assert found.summary == "3 sessions are blocked, by whom is not told."
    assert found.overall is Overall.INCIDENT
    assert found.next[0].startswith("The server does not say who has what 4720 web@10.0.0.7 and 2 more wait for")
    assert "nobody" not in everything(found).lower()


def test_what_only_the_sessions_say_counts_where_the_locks_cannot_be_read() -> None:
    whole = seen(2, (altering(ALTER_ORDERS), *readers(2)), ())
    blind: Reading[tuple[Lock, ...]] = Reading(None, Health.NOT_PERMITTED, "Who holds which lock is not visible")
    found = assess(replace(whole, locks=blind))
    assert found.blocked.waiting == 3
    assert {node.waits_for for node in found.blocked.heads} == {"a table's lock"}
    assert document(found)["sessions"]["blocked"] == 3


def test_several_that_hold_the_same_have_to_end_all() -> None:
    found = mysql_half_applied()
    first = found.blocked.trees[0]
    assert (first.session.id, first.blocks, first.frees, first.waiters[0].frees) == ("4713", 21, 0, 20)
    assert first.waiters[0].besides == ("4711",)
    assert "When 4713 and 4711 end, 4712 lands statement 2" in found.blocked.forecast[0]
    assert found.next[1] == (
        "Then end 4713 batch@10.0.0.7 (idle in transaction) and 4711: only when all of them have ended the 21 behind "
        "them go on."
    )
    assert "frees nobody alone, 21 with others" in everything(found)


def test_the_table_that_is_locked_is_named_not_the_one_that_is_altered() -> None:
    assert "4712 ALTER customers on orders (this migration" in incident_at(mysql_half_applied(), 120)
    assert "4712 ALTER orders (this migration" in incident_at(mariadb_likely(), 120)


def incident_at(found: Assessment, width: int) -> str:
    return "\n".join(line.text for line in incident.page(found, width, 60))


def test_a_read_lock_is_explained_and_a_backup_is_asked_for() -> None:
    found = mysql_read_lock()
    text = everything(found)
    assert "holds the global read lock by FLUSH TABLES WITH READ LOCK" in text
    assert "Waits for the global read lock" in " ".join(line.text for line in details(found, "s/4712"))
    assert "Ask first whether 4650 is a backup: one that loses its lock is worth nothing." in found.next


def details(found: Assessment, key: str) -> list[Line]:
    return lock_details.details(found, key, 120)


def test_a_prepared_transaction_is_not_to_be_killed() -> None:
    found = mysql_prepared()
    steps = " ".join(found.next)
    assert "Prepared transaction shop-7f31 holds up 7: KILL does nothing to it" in steps
    assert "XA RECOVER CONVERT XID" in steps
    assert "end shop-7f31" not in steps
    told = replace(found.observation, server=Reading(MARIADB, Health.OK, taken_at=NOON))
    assert "XA RECOVER FORMAT='SQL'" in " ".join(assess(told).next)


def test_a_prepared_transaction_without_a_name_is_called_one() -> None:
    alter = altering(ALTER_ORDERS)
    found = assess(seen(2, (alter,), (table(UNNAMED, "SHARED_WRITE"), behind(alter))))
    assert "in the end by a prepared transaction." in found.summary
    assert "A prepared transaction holds up 1" in " ".join(found.next)


FATES: tuple[tuple[str, Server, Callable[[Session], Session], str], ...] = (
    ("mysql ddl", SERVER, lambda s: s, "lands"),
    ("mysql ddl in a transaction", SERVER, lambda s: replace(s, transaction_at=NOON.replace(hour=11)), "lands"),
    ("mariadb ddl", MARIADB, lambda s: s, "ended"),
    ("mysql there", SERVER, lambda s: replace(s, port=None), "goes on"),
    ("mariadb there", MARIADB, lambda s: replace(s, port=None), "goes on"),
)


@pytest.mark.parametrize(("server", "change", "fate"), [case[1:] for case in FATES], ids=[case[0] for case in FATES])
def test_what_becomes_of_an_orphan_is_what_the_server_does(
    server: Server, change: Callable[[Session], Session], fate: str
) -> None:
    own = change(altering(ALTER_ORDERS))
    found = alone(own, behind(own), server=server)
    assert found.blocked.migration[0].fate == fate
    said = f"{found.blocked.forecast[0]} {found.next[0]}"
    assert ("lands" in said) == (fate == "lands" or "nothing of that lands" in said)
    if fate == "ended":
        assert "is ended by the server" in said
        assert "will land" not in everything(found)


@pytest.mark.parametrize("before", ["-- V2\n", "# V2\n", "/*!50003 "])
def test_a_schema_change_stays_whatever_stands_before_it(before: str) -> None:
    session = altering(before + ALTER_ORDERS)
    orphan = MigrationSession(replace(session, transaction_at=NOON.replace(hour=11)), "it runs V2", client="gone")
    assert Scene(Blocked(), {}, {}, "mysql").keeps(orphan)


def test_how_far_a_schema_change_is_stands_beside_it() -> None:
    found = mysql_running()
    assert "alter table (read PK and internal sort), 41 %" in incident_at(found, 120)
    assert "PROGRESS  session 4712: alter table (read PK and internal sort), 41 %" in as_text(found)
    assert document(found)["sessions"]["progress"] == [
        {"id": "4712", "phase": "alter table (read PK and internal sort)", "done": 4100, "total": 9800}
    ]


def test_stages_that_are_off_are_said_with_what_turns_them_on_and_spoil_nothing_else() -> None:
    found = mysql_stages_off()
    assert found.overall is Overall.HEALTHY
    assert "nobody blocked" in found.summary
    gap = next(item for item in found.coverage if not item.complete)
    assert (gap.what, gap.matters) == ("progress", False)
    assert gap.grant in everything(found)


def test_a_mariadb_without_its_plugin_is_healthy_when_no_session_waits() -> None:
    quiet = seen(0, (holder(4711),), (), MARIADB)
    found = assess(replace(quiet, locks=Reading((), Health.NOT_INSTRUMENTED, *INFERRED, taken_at=NOON)))
    assert found.overall is Overall.HEALTHY
    assert "nobody blocked" in found.summary
    assert INFERRED[1] in everything(found)
    hidden = replace(MARIADB, sees_all_sessions=False)
    low = replace(found.observation, server=Reading(hidden, Health.OK, taken_at=NOON))
    assert assess(low).summary.startswith("cannot tell: ")


def test_a_stranger_is_never_healthy_and_its_locks_prove_nothing() -> None:
    strange = replace(SERVER, foreign="TiDB", notes=("This is TiDB, which speaks MySQL's language.",))
    found = assess(seen(0, (holder(4711),), (), strange))
    assert found.overall is Overall.ATTENTION
    assert "TiDB only speaks MySQL's language" in found.summary
    text = everything(found)
    assert "This is TiDB" in text
    assert "nobody" not in text.lower()
    assert document(found)["sessions"]["blocked"] is None
    assert document(found)["database"]["notes"] == list(strange.notes)


def test_a_role_that_is_not_known_is_not_called_primary() -> None:
    unknown = replace(SERVER, replica_grant="GRANT REPLICATION CLIENT ON *.* TO 'low'@'%'")
    found = assess(seen(0, (), (), unknown))
    assert found.summary.startswith("cannot tell: primary: whether db1 is a replica")
    assert document(found)["database"]["replica"] is None
    assert unknown.replica_grant in everything(found)
