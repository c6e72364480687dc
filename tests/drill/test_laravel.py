"""The Laravel drills: really half applied on every server, and assessed as what they are."""

from __future__ import annotations

import json
from typing import Any

import pytest

from console.core.migration import State
from console.drill.kinds import NAMES as SERVERS
from console.drill.laravel import app
from console.incident import Incident
from console.report import as_json
from console.wiring import Options, find, shown, source
from tests.drill.watching import Scene, in_drill

LEDGER = "SELECT migration FROM migrations ORDER BY id"
VARCHAR = {"postgresql": "character varying(64)", "mysql": "varchar(64)", "mariadb": "varchar(64)"}
on_every_server = pytest.mark.parametrize("server", SERVERS)


def assessed(scene: Scene, *, count: int | None = None) -> dict[str, Any]:
    """What `assess --json` says of the drill; `count` asks the data about that statement of the failed migration."""
    options = Options(url=scene.url.render_as_string(hide_password=False), project=str(scene.project))
    incident = Incident(source(find(options, {})))
    try:
        found = incident.observe()
        if count is not None:
            half = next(m for f in found.frameworks for m in f.migrations if m.state is State.HALF_APPLIED)
            assert incident.count_now(half.id, count) is None
            found = incident.observe()
        document: dict[str, Any] = json.loads(as_json(found))
        return document
    finally:
        incident.stop()


def migrations(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Those of Laravel, by id."""
    (framework,) = (f for f in document["frameworks"] if f["framework"] == "laravel")
    return {migration["id"]: migration for migration in framework["migrations"]}


def verdicts(migration: dict[str, Any]) -> list[str]:
    return [statement["verdict"] for statement in migration["statements"]]


@on_every_server
def test_of_three_columns_the_first_landed_and_the_second_was_there_by_hand(server: str) -> None:
    def check(scene: Scene) -> None:
        assert {"carrier", "tracking_number"} <= scene.columns("orders")
        assert "shipped_at" not in scene.columns("orders")
        assert scene.ask(LEDGER) == list(app.EARLIER)
        document = assessed(scene)
        found = migrations(document)
        half = found[app.SHIPPING]
        assert (half["state"], verdicts(half)) == ("half_applied", ["landed", "partial", "not_landed"])
        assert f"text instead of {VARCHAR[server]}" in half["statements"][1]["evidence"]
        assert [found[name]["state"] for name in app.EARLIER] == ["applied"] * 3
        assert found[app.DROP_FLAGS]["state"] == "pending"
        assert half["source"] == "static"
        assert document["verdict"]["state"] == "incident"
        assert app.SHIPPING in document["verdict"]["summary"]

    in_drill("laravel-columns", check, server=server)


@on_every_server
def test_of_the_backfill_two_chunks_are_done_and_a_count_says_how_much_is_left(server: str) -> None:
    after = ["not_landed", "not_landed"] if server == "postgresql" else ["not_landed"]

    def check(scene: Scene) -> None:
        (left,) = scene.ask("SELECT count(*) FROM customers WHERE display_name IS NULL")
        assert left == 2000 - 1233
        half = migrations(assessed(scene))[app.NAMES]
        assert (half["state"], verdicts(half)) == ("half_applied", ["landed", "unknowable", *after])
        counted = migrations(assessed(scene, count=2))[app.NAMES]
        assert counted["statements"][1]["remaining_rows"] == left
        assert verdicts(counted) == ["landed", "not_landed", *after]

    in_drill("laravel-backfill", check, server=server)


@on_every_server
def test_the_unique_key_met_duplicates_and_they_can_be_asked_for(server: str) -> None:
    def check(scene: Scene) -> None:
        assert "phone" in scene.columns("customers")
        assert not {"customers_email_unique", "customers_phone_index"} & scene.indexes("customers")
        half = migrations(assessed(scene, count=2))[app.PHONES]
        assert (half["state"], verdicts(half)) == ("half_applied", ["landed", "not_landed", "not_landed"])
        assert [(c["n"], c["question"], c["rows"]) for c in half["causes"]] == [
            (2, "duplicate values of customers (email)", 20)
        ]

    in_drill("laravel-unique", check, server=server)


@on_every_server
def test_the_foreign_key_met_orphans_and_they_can_be_asked_for(server: str) -> None:
    def check(scene: Scene) -> None:
        assert scene.ask(LEDGER) == [*app.EARLIER, app.REVIEWS]
        assert "title" in scene.columns("reviews")
        assert "reviews_stars_index" not in scene.indexes("reviews")
        half = migrations(assessed(scene, count=2))[app.TITLES]
        assert (half["state"], verdicts(half)) == ("half_applied", ["landed", "not_landed", "not_landed"])
        assert [(c["n"], c["question"], c["rows"]) for c in half["causes"]] == [
            (2, "rows of reviews whose order_id is not in orders", 16)
        ]

    in_drill("laravel-foreign", check, server=server)


@pytest.mark.parametrize("server", ["mysql", "mariadb"])
def test_laravel_keeps_its_table_as_it_does_on_mysql(server: str) -> None:
    def check(scene: Scene) -> None:
        columns = scene.watch.run(
            "SELECT column_name, column_type, is_nullable, column_key, extra, collation_name"
            " FROM information_schema.columns WHERE table_name = 'migrations' ORDER BY ordinal_position"
        )
        plain = [(*row[:1], row[1].replace("int(10)", "int").replace("int(11)", "int"), *row[2:]) for row in columns]
        assert plain == [
            ("id", "int unsigned", "NO", "PRI", "auto_increment", None),
            ("migration", "varchar(255)", "NO", "", "", "utf8mb4_unicode_ci"),
            ("batch", "int", "NO", "", "", None),
        ]
        assert set(scene.ask("SELECT batch FROM migrations")) == {1}

    in_drill("laravel-columns", check, server=server)


@on_every_server
@pytest.mark.parametrize("name", ["laravel-columns", "laravel-foreign"])
def test_the_project_points_at_the_drill(name: str, server: str) -> None:
    def check(scene: Scene) -> None:
        env = (scene.project / ".env").read_text()
        assert f"DB_HOST={scene.url.host}\nDB_PORT={scene.url.port}\nDB_DATABASE=shop\nDB_USERNAME=deploy\n" in env
        assert f"DB_PASSWORD={scene.url.password or ''}\n" in env
        found = find(Options(project=str(scene.project)), {})
        assert shown(found.database) == shown(scene.url)
        assert found.database.password == scene.url.password

    in_drill(name, check, server=server)
