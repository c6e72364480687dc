"""For each tool that runs SQL files: a project whose second migration stopped half way on MariaDB, as the tool left it.

The third of its statements is refused (two customers have one address), so two landed; what the tool writes into its
table then, and after a success, stands here as its source writes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

BASE = "CREATE TABLE customers (id int PRIMARY KEY, email varchar(80) NOT NULL);\n"
UP = (
    "ALTER TABLE customers ADD COLUMN nick varchar(40) NULL",
    "CREATE TABLE notes (id int PRIMARY KEY, body text)",
    "CREATE UNIQUE INDEX uq_email ON customers (email)",
    "CREATE INDEX ix_nick ON customers (nick)",
)
UP_TEXT = ";\n".join(UP) + ";\n"
DOWN_TEXT = (
    "DROP INDEX ix_nick ON customers;\nDROP INDEX uq_email ON customers;\nDROP TABLE notes;\n"
    "ALTER TABLE customers DROP COLUMN nick;\n"
)
ROWS = ("INSERT INTO customers VALUES (1, 'a@x'), (2, 'a@x')",)
MENDED = "UPDATE customers SET email = 'b@x' WHERE id = 2"

Rows = list[tuple[object, ...]]


@dataclass(frozen=True)
class Case:
    """One tool."""

    tool: str
    files: Mapping[str, str]
    broken: str
    """What the tool calls the migration that stopped."""
    table: tuple[str, ...]
    """Its ledger, and the rows of before."""
    failed: tuple[str, ...]
    """What it writes there when the migration stops."""
    shown: str
    """The columns that are compared, in the order of the rows."""
    done: Rows
    """After it ran, or was marked so."""
    back: Rows
    """After it was rolled back, or marked as not run."""
    url: str = "DATABASE_URL"
    unmarks: bool = True
    """A success can be marked as not run."""
    environ: Mapping[str, str] = field(default_factory=dict)


GOLANG = Case(
    "golang-migrate",
    {
        "migrations/1_base.up.sql": BASE,
        "migrations/2_more.up.sql": UP_TEXT,
        "migrations/2_more.down.sql": DOWN_TEXT,
    },
    "2",
    ("CREATE TABLE schema_migrations (version bigint NOT NULL PRIMARY KEY, dirty boolean NOT NULL)",
     "INSERT INTO schema_migrations VALUES (1, false)"),
    ("TRUNCATE schema_migrations", "INSERT INTO schema_migrations VALUES (2, true)"),
    "SELECT version, dirty FROM schema_migrations",
    [(2, 0)],
    [(1, 0)],
)  # fmt: skip

DBMATE = Case(
    "dbmate",
    {
        "db/migrations/20260101_base.sql": f"-- migrate:up\n{BASE}\n-- migrate:down\nDROP TABLE customers;\n",
        "db/migrations/20260102_more.sql": f"-- migrate:up\n{UP_TEXT}\n-- migrate:down\n{DOWN_TEXT}",
    },
    "20260102",
    ("CREATE TABLE schema_migrations (version varchar(128) PRIMARY KEY)",
     "INSERT INTO schema_migrations VALUES ('20260101')"),
    (),
    "SELECT version FROM schema_migrations ORDER BY 1",
    [("20260101",), ("20260102",)],
    [("20260101",)],
)  # fmt: skip

GOOSE = Case(
    "goose",
    {
        "migrations/20260101_base.sql": f"-- +goose Up\n{BASE}",
        "migrations/20260102_more.sql": f"-- +goose Up\n{UP_TEXT}\n-- +goose Down\n{DOWN_TEXT}",
    },
    "20260102",
    ("CREATE TABLE goose_db_version (id serial NOT NULL, version_id bigint NOT NULL, is_applied boolean NOT NULL,"
     " tstamp timestamp NULL DEFAULT now(), PRIMARY KEY (id))",
     "INSERT INTO goose_db_version (version_id, is_applied) VALUES (0, true), (20260101, true)"),
    (),
    "SELECT version_id, is_applied FROM goose_db_version ORDER BY id",
    [(0, 1), (20260101, 1), (20260102, 1)],
    [(0, 1), (20260101, 1)],
    url="GOOSE_DBSTRING",
)  # fmt: skip

CASES = (GOLANG, DBMATE, GOOSE)
