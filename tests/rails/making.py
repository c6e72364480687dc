"""Rails projects made of files for tests that need no Ruby."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from console.core.migration import Ledger, Migration, Tracked
from console.core.observation import Server, Tracking
from console.core.ports import Files, Project, TableRows
from console.frameworks.rails import Rails
from tests.rails.project import LOCK

RAILS = Rails()
SERVER = Server("postgresql", "16.4", 160004, "app", "db", "deploy")
GUARDED = (
    "Rails last migrated it as production, which is protected: Rails refuses to drop it or to load a schema over it."
)
"""What is said of the database of a Rails in production."""
YML = """
default: &default
  adapter: postgresql
  pool: <%= ENV.fetch("RAILS_MAX_THREADS") { 5 } %>
development:
  <<: *default
  database: app_development
production:
  <<: *default
  host: <%= ENV.fetch("DB_HOST", "db1") %>
  database: shop
  username: deploy
  password: <%= ENV["SHOP_DATABASE_PASSWORD"] %>
"""


def ruby(body: str, version: str = "6.1", *, name: str = "Changes", head: str = "") -> str:
    """A migration file; `body` holds its methods."""
    inside = "\n".join(f"  {line}" if line else "" for line in (head + "\n" + body).strip("\n").splitlines())
    return f"class {name} < ActiveRecord::Migration[{version}]\n{inside}\nend\n"


def change(body: str, version: str = "6.1", *, name: str = "Changes", head: str = "") -> str:
    """A migration file with one method `change`."""
    inside = "\n".join(f"  {line}" for line in body.strip("\n").splitlines())
    return ruby(f"def change\n{inside}\nend", version, name=name, head=head)


def write(folder: Path, files: Mapping[str, str]) -> Path:
    """Files with their folders."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def app(folder: Path, versions: Iterable[str] = (), files: Mapping[str, str] | None = None) -> Path:
    """A project; each version is a file that adds a column of its own."""
    made = {
        f"db/migrate/{v}_change{v}.rb": change(f"add_column :users, :c{v}, :string", name=f"Change{v}")
        for v in versions
    }
    usual = {"bin/rails": "#!/usr/bin/env ruby\n", "config/database.yml": YML, "Gemfile.lock": LOCK}
    return write(folder, {**usual, **made, **(files or {})})


def project(folder: Path, **environ: str) -> Project:
    """The project as it is detected."""
    found = RAILS.detect(folder, {"RAILS_ENV": "production", **environ})
    assert found is not None
    return found


def read(folder: Path, dialect: str = "postgres", home: str = "public") -> Files:
    """The files of the project in a folder."""
    return RAILS.read(project(folder), None, dialect, home)


def one(folder: Path, text: str, dialect: str = "postgres") -> Migration:
    """One migration file of a project, read."""
    app(folder, files={"db/migrate/20240101000000_changes.rb": text})
    (found,) = read(folder, dialect).migrations
    return found


def sql(migration: Migration) -> list[str]:
    """What a migration sends; what is not read in brackets."""
    return [s.sql if s.readable else f"({s.sql})" for s in migration.statements]


def ledger(*versions: str) -> Ledger:
    """A ledger with these rows."""
    rows = tuple((version,) for version in versions)
    parsed = RAILS.parse_ledger("public.schema_migrations", TableRows(("version",), rows, (None,) * len(rows)))
    assert parsed is not None
    return parsed


def track(folder: Path, *versions: str) -> Tracking:
    """Files of the project in `folder` joined with these rows."""
    made = project(folder)
    return RAILS.track(made, RAILS.read(made, None, "postgres", "public"), ledger(*versions), SERVER)


def by_id(tracking: Tracking) -> dict[str, Tracked]:
    """Tracked by id; ids are unique."""
    found = {tracked.id: tracked for tracked in tracking.tracked}
    assert len(found) == len(tracking.tracked)
    return found
