"""A real Rails with two databases, each with migrations and a ledger of its own; told in each for itself."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from sqlalchemy.engine import URL

from console.core.assessment import Assessment, Overall
from console.incident import Incident
from console.wiring import Options, find, source
from tests.incidents.test_rails_failures import NO_RUBY
from tests.rails.making import change
from tests.rails.project import RailsProject, make_project

DOGS, CATS, MORE = "20240101000000", "20240202000000", "20240303000000"


@pytest.fixture
def project(tmp_path: Path) -> RailsProject:
    """Dogs in the first database; cats in the second, where a migration stopped at its second statement."""
    made = make_project(tmp_path / "app", URL.create("sqlite", database=str(tmp_path / "shop.sqlite3")))
    settings = {
        name: {"adapter": "sqlite3", "database": str(tmp_path / f"{name}.sqlite3"), "migrations_paths": path}
        for name, path in (("shop", "db/migrate"), ("animals", "db/animals_migrate"))
    }
    (made.folder / "config/database.yml").write_text(yaml.safe_dump({"production": settings}, sort_keys=False))
    made.add(f"{DOGS}_dogs", change("create_table(:dogs) { |t| t.string :name }", name="Dogs"))
    (made.folder / "db/animals_migrate").mkdir()
    made.add(f"../animals_migrate/{CATS}_cats", change("create_table(:cats) { |t| t.string :name }", name="Cats"))
    lines = "add_column :cats, :age, :integer\nadd_column :dogs, :age, :integer"
    made.add(f"../animals_migrate/{MORE}_more", change(lines, name="More", head="disable_ddl_transaction!"))
    ended = made.run("migrate")
    assert (ended.code, "no such table: dogs" in ended.said) == (1, True), ended.said
    return made


def told(project: RailsProject, url: str | None) -> Assessment:
    """What Halfway says of one of them."""
    incident = Incident(source(find(Options(url=url, project=str(project.folder)), NO_RUBY)))
    try:
        return incident.observe()
    finally:
        incident.stop()


def states(found: Assessment) -> dict[str, str]:
    """By version."""
    return {m.tracked.id: m.state.value for f in found.frameworks for m in f.migrations}


def test_each_database_has_its_own_migrations_and_its_own_ledger(project: RailsProject, tmp_path: Path) -> None:
    first = told(project, None)
    assert (states(first), first.overall) == ({DOGS: "applied"}, Overall.HEALTHY)
    second = told(project, f"sqlite:///{tmp_path}/animals.sqlite3")
    assert states(second) == {CATS: "applied", MORE: "half_applied"}
    (framework,) = second.frameworks
    judged = next(m for m in framework.migrations if m.tracked.id == MORE)
    assert [j.verdict.value for j in judged.statements] == ["landed", "not_landed"]
