"""A Flyway project in a folder and its database, brought into any state the way Flyway brings it there."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy.engine import URL

from console.drill.player import checksum
from tests.servers import conninfo

LEDGER = """CREATE TABLE {table} (
    "installed_rank" INT NOT NULL, "version" VARCHAR(50), "description" VARCHAR(200) NOT NULL,
    "type" VARCHAR(20) NOT NULL, "script" VARCHAR(1000) NOT NULL, "checksum" INTEGER,
    "installed_by" VARCHAR(100) NOT NULL, "installed_on" TIMESTAMP NOT NULL DEFAULT now(),
    "execution_time" INTEGER NOT NULL, "success" BOOLEAN NOT NULL,
    CONSTRAINT "flyway_schema_history_pk" PRIMARY KEY ("installed_rank"))"""
ROW = """INSERT INTO {table} VALUES ((SELECT coalesce(max(installed_rank), 0) + 1 FROM {table}),
    %s, %s, 'SQL', %s, %s, current_user, now(), 7, %s)"""

V1 = "CREATE TABLE orders (\n  id bigint PRIMARY KEY,\n  total numeric(10,2) NOT NULL DEFAULT 0\n);\n"
V2 = "ALTER TABLE orders ADD COLUMN carrier varchar(40);\nALTER TABLE orders ADD COLUMN shipped_at timestamptz;\n"


@dataclass(frozen=True)
class Site:
    """`folder` holds the project, `url` is its database."""

    folder: Path
    url: URL
    schema: str = "public"

    @property
    def address(self) -> str:
        """The URL as a person writes it."""
        return conninfo(self.url)

    def configured(self, **more: str) -> Site:
        """With a flyway.conf that names the database."""
        url = self.url
        lines = [f"flyway.url=jdbc:postgresql://{url.host}:{url.port}/{url.database}", f"flyway.user={url.username}"]
        lines += ["flyway.locations=filesystem:sql", *(f"flyway.{name}={value}" for name, value in more.items())]
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "flyway.conf").write_text("\n".join(lines))
        return self

    def file(self, version: str, text: str, *, loose: bool = True) -> Path:
        """A migration; `loose` runs outside a transaction."""
        path = self.folder / "sql" / f"V{version}__change_{version}.sql"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        if loose:
            path.with_name(f"{path.name}.conf").write_text("executeInTransaction=false\n")
        return path

    def run(self, *statements: str) -> None:
        """On the server, each in its own transaction."""
        with psycopg.connect(conninfo(self.url), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)

    def ledger(self) -> None:
        """The history table, as Flyway makes it."""
        self.run(LEDGER.replace("{table}", f'"{self.schema}"."flyway_schema_history"'))

    def row(self, path: Path, *, success: bool = True, text: str | None = None) -> None:
        """Flyway's row for a file; `text` is what the file said then."""
        version = path.name[1:].partition("__")[0]
        said = checksum(path.read_text() if text is None else text)
        values = (version, f"change {version}", path.name, said, success)
        with psycopg.connect(conninfo(self.url), autocommit=True) as connection:
            table = sql.Identifier(self.schema, "flyway_schema_history")
            connection.execute(sql.SQL(ROW).format(table=table), values)

    def applied(self, version: str, text: str) -> Path:
        """A migration that ran and was recorded."""
        path = self.file(version, text)
        self.run(*(part for part in text.split(";\n") if part.strip()))
        self.row(path)
        return path


def shop(folder: Path, url: URL) -> Site:
    """A project whose first migration is applied."""
    site = Site(folder, url).configured()
    site.ledger()
    site.applied("1", V1)
    return site
