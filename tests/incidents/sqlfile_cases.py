"""For each tool that runs SQL files: a project whose second migration stopped half way on MariaDB, as the tool left it.

The third of its statements is refused (two customers have one address), so two landed; what the tool writes into its
table then, and after a success, stands here as its source writes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256

from tests.frameworks.sqlfiles import atlas_hashes, atlas_sum, journal

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
    query: str = ""
    """What stands in the URL besides."""


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
    (("CREATE TABLE goose_db_version (id serial NOT NULL, version_id bigint NOT NULL, is_applied boolean NOT NULL,"
     " tstamp timestamp NULL DEFAULT now(), PRIMARY KEY (id))"),
     "INSERT INTO goose_db_version (version_id, is_applied) VALUES (0, true), (20260101, true)"),
    (),
    "SELECT version_id, is_applied FROM goose_db_version ORDER BY id",
    [(0, 1), (20260101, 1), (20260102, 1)],
    [(0, 1), (20260101, 1)],
    url="GOOSE_DBSTRING",
)  # fmt: skip


def of_prisma(logs: bool, ended: bool, gone: bool, steps: int) -> tuple[object, ...]:
    """A row of the migration that stopped."""
    return ("20260102_more", int(logs), int(ended), int(gone), steps)


PRISMA = Case(
    "prisma",
    {
        "prisma/migrations/migration_lock.toml": 'provider = "mysql"\n',
        "prisma/migrations/20260101_base/migration.sql": BASE,
        "prisma/migrations/20260102_more/migration.sql": UP_TEXT,
    },
    "20260102_more",
    (("CREATE TABLE _prisma_migrations (id varchar(36) PRIMARY KEY NOT NULL, checksum varchar(64) NOT NULL, finished_at"
     " datetime(3), migration_name varchar(255) NOT NULL, logs text, rolled_back_at datetime(3), started_at datetime(3)"
     " NOT NULL DEFAULT CURRENT_TIMESTAMP(3), applied_steps_count int unsigned NOT NULL DEFAULT 0)"),
     ("INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name, applied_steps_count)"
     f" VALUES (UUID(), '{sha256(BASE.encode()).hexdigest()}', NOW(3), '20260101_base', 1)")),
    (("INSERT INTO _prisma_migrations (id, checksum, migration_name, logs)"
     f" VALUES (UUID(), '{sha256(UP_TEXT.encode()).hexdigest()}', '20260102_more', 'Duplicate entry')"),),
    "SELECT migration_name, logs <> '', finished_at IS NOT NULL, rolled_back_at IS NOT NULL, applied_steps_count"
    " FROM _prisma_migrations WHERE migration_name = '20260102_more' ORDER BY 3, started_at",
    [of_prisma(True, False, True, 0), of_prisma(True, False, True, 0), of_prisma(False, True, False, 0)],
    [of_prisma(True, False, True, 0)],
    unmarks=False,
)  # fmt: skip

DRIZZLE = Case(
    "drizzle",
    {
        "drizzle/meta/_journal.json": journal(("0000_base", 1000), ("0001_more", 2000)),
        "drizzle/0000_base.sql": BASE,
        "drizzle/0001_more.sql": f"{';--> statement-breakpoint'.join(UP)};",
    },
    "0001_more",
    ("CREATE TABLE __drizzle_migrations (id serial PRIMARY KEY, hash text NOT NULL, created_at bigint)",
     ("INSERT INTO __drizzle_migrations (hash, created_at) VALUES"
     f" ('{sha256(BASE.encode()).hexdigest()}', 1000)")),
    (),
    "SELECT hash, created_at FROM __drizzle_migrations ORDER BY created_at",
    [(sha256(BASE.encode()).hexdigest(), 1000),
     (sha256(f"{';--> statement-breakpoint'.join(UP)};".encode()).hexdigest(), 2000)],
    [(sha256(BASE.encode()).hexdigest(), 1000)],
)  # fmt: skip

_OF_ATLAS = {"20260101_base.sql": BASE, "20260102_more.sql": UP_TEXT}
ATLAS = Case(
    "atlas",
    {**{f"migrations/{name}": text for name, text in _OF_ATLAS.items()}, "migrations/atlas.sum": atlas_sum(_OF_ATLAS)},
    "20260102",
    (
        (
            "CREATE TABLE atlas_schema_revisions (version varchar(255) NOT NULL PRIMARY KEY, description varchar(255)"
            " NOT NULL, type bigint unsigned NOT NULL DEFAULT 2, applied bigint NOT NULL DEFAULT 0, total bigint NOT"
            " NULL DEFAULT 0, executed_at timestamp NOT NULL, execution_time bigint NOT NULL, error longtext,"
            " error_stmt longtext, hash varchar(255) NOT NULL, partial_hashes json,"
            " operator_version varchar(255) NOT NULL)"
        ),
        (
            "INSERT INTO atlas_schema_revisions VALUES ('20260101', 'base', 2, 1, 1, NOW(), 9, '', '',"
            f" '{atlas_hashes(_OF_ATLAS)['20260101_base.sql']}', '[]', 'Atlas CLI v1.2.3')"
        ),
    ),
    (
        (
            "INSERT INTO atlas_schema_revisions VALUES ('20260102', 'more', 2, 2, 4, NOW(), 9, 'Duplicate', 'CREATE',"
            f" '{atlas_hashes(_OF_ATLAS)['20260102_more.sql']}', '[]', 'Atlas CLI v1.2.3')"
        ),
    ),
    "SELECT version, type, applied, total, error FROM atlas_schema_revisions ORDER BY version",
    [("20260101", 2, 1, 1, ""), ("20260102", 6, 2, 4, "Duplicate")],
    [("20260101", 2, 1, 1, "")],
    unmarks=False,
)

CASES = (GOLANG, DBMATE, GOOSE, PRISMA, DRIZZLE, ATLAS)

_BACK = "DROP INDEX ix_nick;\nDROP INDEX uq_email;\nDROP TABLE notes;\nALTER TABLE customers DROP COLUMN nick;\n"
_SINGLY = "-- +goose NO TRANSACTION\n-- +goose Up\n"
_ALONE = {f"migrations/{name}": f"-- atlas:txmode none\n\n{text}" for name, text in _OF_ATLAS.items()}
_SUMMED = {name.partition("/")[2]: text for name, text in _ALONE.items()}


def _of_postgres(statement: str) -> str:
    """The ledger as Atlas makes it there, with the sums of these files."""
    for name, other in atlas_hashes(_OF_ATLAS).items():
        statement = statement.replace(other, atlas_hashes(_SUMMED)[name])
    return statement.replace("unsigned ", "").replace("longtext", "text").replace(" json,", " jsonb,")


ON_POSTGRES = (
    replace(GOLANG, files={**GOLANG.files, "migrations/2_more.down.sql": _BACK}, query="&x-multi-statement=true"),
    replace(
        GOOSE,
        files={
            "migrations/20260101_base.sql": f"{_SINGLY}{BASE}",
            "migrations/20260102_more.sql": f"{_SINGLY}{UP_TEXT}\n-- +goose Down\n{_BACK}",
        },
        environ={"GOOSE_DRIVER": "postgres"},
    ),
    replace(
        ATLAS,
        files={**_ALONE, "migrations/atlas.sum": atlas_sum(_SUMMED)},
        table=tuple(map(_of_postgres, ATLAS.table)),
        failed=tuple(map(_of_postgres, ATLAS.failed)),
    ),
)
"""The same where each statement is sent alone, on PostgreSQL: what is sent as one leaves nothing there."""
