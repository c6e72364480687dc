"""What each drill claims, asked of its own server on a second connection, and that nothing stays of it."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from console.core.faults import UsageFault
from console.drill.history import POSTGRES
from console.drill.player import checksum
from console.drill.run import DEFAULT, describe, names, run_drill
from console.drill.server import available
from tests.drill.traces import Traces, sockets_of_living_processes
from tests.drill.watching import Scene, in_drill
from tests.headless import halfway
from tests.waiting import eventually

APPLICATION = POSTGRES.client["application_name"]
MAJORS = tuple(major for major in available() if major >= 16)
WAITING = "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name = %s"


@pytest.mark.parametrize("major", MAJORS)
def test_the_ghost_has_two_statements_landed_one_waiting_and_one_that_never_ran(major: int) -> None:
    def check(scene: Scene) -> None:
        assert scene.relation("carriers")
        assert "delivery_note" in scene.columns("customers")
        assert not {"carrier_id", "shipped_at"} & scene.columns("orders")
        assert not scene.relation("orders_carrier_id_idx")
        assert scene.invalid_indexes() == ["customers_email_unique"]
        assert scene.history() == {
            "V1__create_customers.sql": True,
            "V2__create_orders.sql": True,
            "V3__create_invoices.sql": True,
            "R__daily_sales.sql": True,
        }
        assert scene.ask("SELECT current_setting('server_version_num')::int / 10000") == [major]

    in_drill("ghost", check, major)


def test_the_ghost_is_blocked_by_one_idle_reader_and_blocks_twenty_more() -> None:
    def check(scene: Scene) -> None:
        (alter,) = scene.ask(WAITING, APPLICATION)
        (query,) = scene.ask("SELECT query FROM pg_stat_activity WHERE pid = %s", alter)
        assert query.startswith("ALTER TABLE orders ADD COLUMN carrier_id")
        assert len(scene.ask(WAITING, "shop-web")) == 20
        (blockers,) = scene.ask("SELECT pg_blocking_pids(%s)", alter)
        assert scene.ask("SELECT state FROM pg_stat_activity WHERE pid = ANY(%s)", blockers) == ["idle in transaction"]
        assert scene.ask("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'") == [0]

    in_drill("ghost", check)


def test_the_client_of_the_waiting_alter_is_gone() -> None:
    def check(scene: Scene) -> None:
        (port,) = scene.ask("SELECT client_port FROM pg_stat_activity WHERE application_name = %s", APPLICATION)
        readers = scene.ask("SELECT client_port FROM pg_stat_activity WHERE application_name = 'shop-web'")
        alive = sockets_of_living_processes()
        assert port not in alive
        assert set(readers) <= alive

    in_drill("ghost", check)


def test_the_alter_lands_by_itself_once_its_blocker_ends() -> None:
    def check(scene: Scene) -> None:
        scene.ask("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE state = 'idle in transaction'")
        eventually(lambda: {"carrier_id", "shipped_at"} <= scene.columns("orders"))
        eventually(lambda: scene.ask(WAITING, "shop-web") == [])
        eventually(lambda: not scene.ask("SELECT 1 FROM pg_stat_activity WHERE application_name = %s", APPLICATION))
        assert not scene.relation("orders_carrier_id_idx")
        assert "V4__add_shipping.sql" not in scene.history()

    in_drill("ghost", check)


def test_the_alter_never_lands_when_it_is_cancelled_first() -> None:
    def check(scene: Scene) -> None:
        scene.ask("SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE application_name = %s", APPLICATION)
        eventually(lambda: scene.ask(WAITING, "shop-web") == [])
        scene.ask("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE state = 'idle in transaction'")
        eventually(lambda: not scene.ask("SELECT 1 FROM pg_stat_activity WHERE application_name = %s", APPLICATION))
        assert "carrier_id" not in scene.columns("orders")

    in_drill("ghost", check)


def test_in_a_stampede_the_migration_goes_on_once_the_slow_export_ends() -> None:
    def check(scene: Scene) -> None:
        assert len(scene.ask(WAITING, APPLICATION)) == 1
        assert len(scene.ask(WAITING, "shop-web")) == 20
        export = "SELECT pid FROM pg_stat_activity WHERE wait_event = 'ClientWrite' AND query LIKE '%%other_total%%'"
        (pid,) = eventually(lambda: scene.ask(f"{export} AND usename = %s", "web"))
        scene.ask("SELECT pg_terminate_backend(%s)", pid)
        eventually(lambda: scene.history().get("V4__add_shipping.sql"))
        eventually(lambda: scene.ask(WAITING, "shop-web") == [])
        assert scene.relation("orders_carrier_id_idx")

    in_drill("stampede", check)


@pytest.mark.parametrize("major", MAJORS)
def test_the_failed_migration_stopped_in_the_middle_and_says_so_in_the_history(major: int) -> None:
    def check(scene: Scene) -> None:
        assert scene.relation("carriers")
        assert "delivery_note" in scene.columns("customers")
        assert scene.invalid_indexes() == ["customers_email_key"]
        assert "carrier_id" not in scene.columns("orders")
        assert scene.history()["V4__add_shipping.sql"] is False
        assert "V5__drop_legacy_flags.sql" not in scene.history()

    in_drill("failed", check, major)


def test_the_unrecorded_migration_landed_whole_and_left_no_row() -> None:
    def check(scene: Scene) -> None:
        assert {"carrier_id", "shipped_at"} <= scene.columns("orders")
        assert scene.relation("orders_carrier_id_idx")
        assert "V4__add_shipping.sql" not in scene.history()
        assert scene.invalid_indexes() == []

    in_drill("unrecorded", check)


def test_the_invalid_index_is_all_that_is_wrong() -> None:
    def check(scene: Scene) -> None:
        assert scene.invalid_indexes() == ["customers_email_unique"]
        assert not scene.relation("carriers")
        assert all(scene.history().values())

    in_drill("invalid-index", check)


def test_nothing_is_wrong_on_a_healthy_day() -> None:
    def check(scene: Scene) -> None:
        files = {path.name for path in (scene.project / "sql").glob("*.sql")}
        assert set(scene.history()) == files
        assert all(scene.history().values())
        assert scene.invalid_indexes() == []
        assert scene.ask("SELECT pid FROM pg_locks WHERE NOT granted") == []

    in_drill("healthy", check)


def test_the_history_has_flyways_columns_and_checksums() -> None:
    def check(scene: Scene) -> None:
        rows = scene.watch.run(
            "SELECT installed_rank, version, description, type, script, checksum, installed_by"
            " FROM flyway_schema_history ORDER BY 1"
        )
        assert [row[0] for row in rows] == list(range(1, len(rows) + 1))
        assert rows[0][1:5] == ("1", "create customers", "SQL", "V1__create_customers.sql")
        assert rows[3][1:5] == (None, "daily sales", "SQL", "R__daily_sales.sql")
        assert {row[6] for row in rows} == {"deploy"}
        for row in rows:
            assert row[5] == checksum((scene.project / "sql" / row[4]).read_text())

    in_drill("healthy", check)


def test_the_project_holds_no_password_and_points_at_the_drill() -> None:
    def check(scene: Scene) -> None:
        conf = (scene.project / "flyway.conf").read_text()
        assert f"flyway.url=jdbc:postgresql://{scene.url.host}:{scene.url.port}/shop" in conf
        assert "password" not in conf
        assert scene.url.password is None

    in_drill("healthy", check)


def test_whoever_deploys_sees_every_session_and_is_no_superuser() -> None:
    def check(scene: Scene) -> None:
        with psycopg.connect(host=scene.url.host, port=scene.url.port or 0, dbname="shop", user="deploy") as deploy:
            hidden = "SELECT count(*) FROM pg_stat_activity WHERE query = '<insufficient privilege>'"
            assert deploy.execute(hidden).fetchone() == (0,)
            assert deploy.execute("SHOW is_superuser").fetchone() == ("off",)

    in_drill("healthy", check)


def test_what_the_console_ended_with_is_what_the_drill_ends_with() -> None:
    assert run_drill("healthy", lambda _project, _url: 3) == 3


def test_a_console_that_breaks_leaves_nothing_behind() -> None:
    traces = Traces()

    def broken(_project: Path, _url: object) -> int:
        traces.remember()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run_drill("healthy", broken)
    eventually(lambda: traces.left() == [])


def test_an_unknown_drill_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(UsageFault, match=r"no drill is called 'fire'.*laravel-columns, .*ghost, stampede, failed"):
        run_drill("fire", lambda _project, _url: 0)


def test_every_drill_says_what_happens_in_it() -> None:
    assert names()[0] == DEFAULT
    assert all(describe(name).endswith(".") for name in names())
    listed = halfway("drill", "--list")
    assert listed.code == 0
    assert [line.split()[0] for line in listed.out.splitlines()] == list(names())
