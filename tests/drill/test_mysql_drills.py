"""What the drills claim on MySQL and MariaDB, asked of their own server on a second connection."""

from __future__ import annotations

from typing import Any

import pytest

from console.drill.history import MARIADB, MYSQL
from console.drill.player import checksum
from console.frameworks.flyway.ledger import lock_names
from tests.drill.traces import sockets_of_living_processes
from tests.drill.watching import Scene, in_drill
from tests.waiting import eventually

BOTH = ("mysql", "mariadb")
on_both = pytest.mark.parametrize("server", BOTH)
SESSIONS = "SELECT id, host, info FROM information_schema.processlist WHERE user = %s AND command <> 'Sleep'"
WAITING = "SELECT id FROM information_schema.processlist WHERE user = 'web' AND command = 'Query'"
IDLE_IN_TRANSACTION = """
SELECT trx_mysql_thread_id FROM information_schema.innodb_trx t
  JOIN information_schema.processlist p ON p.id = t.trx_mysql_thread_id WHERE p.user = 'web' AND p.command = 'Sleep'"""
OPEN = "SELECT count(*) FROM orders WHERE note IS NULL"


def waits(scene: Scene) -> Any:
    """The one session of Flyway: its number, its port, what it runs."""
    ((number, host, statement),) = scene.watch.run(SESSIONS, ("deploy",))
    return number, int(host.rpartition(":")[2]), statement


def landed(scene: Scene, server: str) -> bool:
    """Whether what the ghost waits to do is done."""
    if server == "mysql":
        return "delivery_note" in scene.columns("customers")
    return scene.ask(OPEN) == [0]


def free(scene: Scene) -> None:
    """End the session that everything waits for. InnoDB shows who asks ten times a second the same picture again."""

    def holder() -> list[int]:
        scene.ask("SELECT sleep(0.12)")
        found = scene.ask(IDLE_IN_TRANSACTION)
        return found if len(found) == 1 else []

    scene.watch.run(f"KILL {eventually(holder)[0]}")


@on_both
def test_the_client_of_the_ghost_is_gone_and_its_statement_still_waits(server: str) -> None:
    def check(scene: Scene) -> None:
        _, port, statement = waits(scene)
        assert statement.startswith({"mysql": "ALTER TABLE customers", "mariadb": "UPDATE orders SET note"}[server])
        alive = sockets_of_living_processes()
        assert port not in alive
        readers = [int(host.rpartition(":")[2]) for _, host, _ in scene.watch.run(SESSIONS, ("web",))]
        assert len(readers) == 20
        assert set(readers) <= alive
        assert not landed(scene, server)
        assert scene.history() == {
            "V1__create_customers.sql": True,
            "V2__create_orders.sql": True,
            "V3__create_invoices.sql": True,
            "R__daily_sales.sql": True,
        }

    in_drill("ghost", check, server=server)


@on_both
def test_the_ghost_lands_by_itself_once_its_blocker_ends(server: str) -> None:
    def check(scene: Scene) -> None:
        free(scene)
        eventually(lambda: landed(scene, server))
        eventually(lambda: not scene.ask(WAITING))
        eventually(lambda: not scene.watch.run(SESSIONS, ("deploy",)))
        assert "V4__add_shipping.sql" not in scene.history()

    in_drill("ghost", check, server=server)


@on_both
def test_the_ghost_never_lands_when_it_is_killed_first(server: str) -> None:
    def check(scene: Scene) -> None:
        scene.watch.run(f"KILL QUERY {waits(scene)[0]}")
        eventually(lambda: not scene.watch.run(SESSIONS, ("deploy",)))
        free(scene)
        eventually(lambda: not scene.ask(WAITING))
        assert not landed(scene, server)

    in_drill("ghost", check, server=server)


@on_both
def test_in_a_stampede_flyway_goes_on_by_itself_once_the_export_ends(server: str) -> None:
    def check(scene: Scene) -> None:
        _, port, _ = waits(scene)
        assert port in sockets_of_living_processes()
        assert scene.ask("SELECT is_used_lock(%s)", MYSQL.key) == [waits(scene)[0]]
        (export,) = (n for n, _, info in scene.watch.run(SESSIONS, ("web",)) if "other_total" in info)
        scene.watch.run(f"KILL {export}")
        eventually(lambda: scene.history().get("V4__add_shipping.sql"))
        eventually(lambda: not scene.ask(WAITING))
        assert "orders_carrier_id_idx" in scene.indexes("orders")

    in_drill("stampede", check, server=server)


@on_both
def test_the_failed_migration_stopped_in_the_middle_and_says_so_in_the_history(server: str) -> None:
    def check(scene: Scene) -> None:
        assert "delivery_note" in scene.columns("customers")
        assert "customers_email_key" not in scene.indexes("customers")
        assert "carrier_id" not in scene.columns("orders")
        assert scene.history()["V4__add_shipping.sql"] is False

    in_drill("failed", check, server=server)


@on_both
def test_the_history_is_flyways_own(server: str) -> None:
    def check(scene: Scene) -> None:
        columns = scene.watch.run(
            "SELECT column_name, data_type, character_maximum_length, is_nullable, column_default"
            " FROM information_schema.columns WHERE table_name = 'flyway_schema_history' ORDER BY ordinal_position"
        )
        assert [(*row[:4], (row[4] or "").lower().removesuffix("()").replace("null", "")) for row in columns] == [
            ("installed_rank", "int", None, "NO", ""),
            ("version", "varchar", 50, "YES", ""),
            ("description", "varchar", 200, "NO", ""),
            ("type", "varchar", 20, "NO", ""),
            ("script", "varchar", 1000, "NO", ""),
            ("checksum", "int", None, "YES", ""),
            ("installed_by", "varchar", 100, "NO", ""),
            ("installed_on", "timestamp", None, "NO", "current_timestamp"),
            ("execution_time", "int", None, "NO", ""),
            ("success", "tinyint", None, "NO", ""),
        ]
        assert scene.indexes("flyway_schema_history") == {"PRIMARY", "flyway_schema_history_s_idx"}
        rows = scene.watch.run(
            "SELECT installed_rank, version, description, type, script, checksum, installed_by, success"
            " FROM flyway_schema_history ORDER BY 1"
        )
        assert [row[0] for row in rows] == list(range(1, len(rows) + 1))
        assert rows[0][1:5] == ("1", "create customers", "SQL", "V1__create_customers.sql")
        assert rows[3][1:5] == (None, "daily sales", "SQL", "R__daily_sales.sql")
        assert {row[6:] for row in rows} == {("deploy", 1)}
        assert [row[5] for row in rows] == [checksum((scene.project / "sql" / row[4]).read_text()) for row in rows]

    in_drill("healthy", check, server=server)


def test_halfway_knows_the_lock_by_the_name_the_server_lists() -> None:
    def check(scene: Scene) -> None:
        listed = scene.ask(
            "SELECT object_name FROM performance_schema.metadata_locks WHERE object_type = 'USER LEVEL LOCK'"
        )
        assert listed == [lock_names(None, "shop.flyway_schema_history", "mysql")[0]]

    in_drill("stampede", check, server="mysql")
    assert lock_names(None, "shop.flyway_schema_history", "mariadb")[0] == MARIADB.key


def test_the_sessions_say_who_they_are_as_their_drivers_do() -> None:
    def check(scene: Scene) -> None:
        number, _, _ = waits(scene)
        said: dict[str, str] = dict(
            scene.watch.run(
                "SELECT attr_name, attr_value FROM performance_schema.session_account_connect_attrs"
                " WHERE processlist_id = %s UNION ALL"
                " SELECT attr_name, attr_value FROM performance_schema.session_connect_attrs WHERE processlist_id = %s",
                (number, number),
            )
        )
        assert said["_client_name"] == "MySQL Connector/J"
        programs = "SELECT attr_value FROM performance_schema.session_connect_attrs WHERE attr_name = 'program_name'"
        assert scene.ask(programs).count("shop-web") == 24

    in_drill("ghost", check, server="mysql")


@on_both
def test_the_project_holds_the_password_of_this_drill_and_no_other(server: str) -> None:
    def check(scene: Scene) -> None:
        conf = (scene.project / "flyway.conf").read_text()
        assert f"flyway.url=jdbc:{server}://{scene.url.host}:{scene.url.port}/shop\nflyway.user=deploy\n" in conf
        assert f"flyway.password={scene.url.password}\n" in conf

    in_drill("healthy", check, server=server)
