"""Tools whose migrations are SQL files: the ledger as each tool makes it, and three migrations, two of them run."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha1, sha256
from pathlib import Path

from console import frameworks
from console.core.migration import Belief, Ledger, LedgerRow, Tracked
from console.core.observation import Server, Tracking
from console.core.plan import LedgerEdit
from console.core.ports import Project, TableRows
from tests.frameworks.making import ONE, THREE, TWO

Made = tuple[str, str, tuple[str, ...], Mapping[str, Belief], Mapping[str, str], str]
"""How a table is made, how a row begins, the rows, what is believed then, the files, the column of the name."""
RECORDED, FAILED, PENDING = Belief.RECORDED, Belief.FAILED, Belief.PENDING


def blocks(up: str, down: str = "select 1") -> str:
    """A file as dbmate has it."""
    return f"-- migrate:up\n{up};\n\n-- migrate:down\n{down};\n"


def journal(*entries: tuple[str, int]) -> str:
    """The journal as Drizzle writes it."""
    found = [{"idx": n, "version": "7", "when": when, "tag": tag, "breakpoints": True}
             for n, (tag, when) in enumerate(entries)]  # fmt: skip
    return json.dumps({"version": "7", "dialect": "postgresql", "entries": found})


def atlas_hashes(files: Mapping[str, str]) -> dict[str, str]:
    """The hash of each file as Atlas keeps it: over names and texts of all up to it."""
    names = sorted(files)
    whole = ["".join(name + files[name] for name in names[: n + 1]) for n in range(len(names))]
    return {name: b64encode(sha256(text.encode()).digest()).decode() for name, text in zip(names, whole, strict=True)}


def atlas_sum(files: Mapping[str, str]) -> str:
    """atlas.sum as Atlas writes it."""
    found = atlas_hashes(files)
    total = sha256("".join(name + each for name, each in found.items()).encode()).digest()
    lines = [f"{name} h1:{each}" for name, each in found.items()]
    return "\n".join([f"h1:{b64encode(total).decode()}", *lines, ""])


def changelog(*texts: str) -> str:
    """A changelog of formatted SQL, its changesets numbered."""
    sets = [f"--changeset ann:{n}\n{text};\n" for n, text in enumerate(texts, 1)]
    return "\n".join(["--liquibase formatted sql", "", *sets])


def sqitch_plan(*lines: str, project: str = "shop") -> str:
    """A plan: each line a change, or a tag where it begins with one."""
    stamped = (f"{line} 2026-01-31T12:00:00Z Ann <ann@example.org> # why" for line in lines)
    return "\n".join(["%syntax-version=1.0.0", f"%project={project}", "", *stamped, ""])


def sqitch_hash(text: str) -> str:
    """The hash of a script."""
    return sha1(text.encode(), usedforsecurity=False).hexdigest()


def sequelize_file(up: str, down: str = "") -> str:
    """A module that sends these texts."""
    ways = ((name, "".join(f"  await q.sequelize.query(`{sql}`);\n" for sql in filter(None, text.split(";\n"))))
            for name, text in (("up", up), ("down", down)))  # fmt: skip
    inside = "".join(f"  async {name}(q, Sequelize) {{\n{body}  }},\n" for name, body in ways)
    return f"/** @type {{import('sequelize-cli').Migration}} */\nmodule.exports = {{\n{inside}}};\n"


def typeorm_file(name: str, up: str, down: str = "", *, typed: bool = True, more: str = "") -> str:
    """A class that sends these texts, as TypeScript or as a module of CommonJS."""
    kinds = (": QueryRunner", ": Promise<void>") if typed else ("", "")
    texts = {way: [sql.rstrip(";") for sql in text.split(";\n") if sql] for way, text in (("up", up), ("down", down))}
    ways = {way: "".join(f"    await queryRunner.query(`{sql}`);\n" for sql in found) for way, found in texts.items()}
    inside = "".join(f"  async {way}(queryRunner{kinds[0]}){kinds[1]} {{\n{body}  }}\n" for way, body in ways.items())
    if typed:
        head = 'import { MigrationInterface, QueryRunner } from "typeorm";\n\n'
        return f"{head}export class {name} implements MigrationInterface {{\n{more}{inside}}}\n"
    return f"exports.{name} = class {name} {{\n{more}{inside}}};\n"


ATLAS = {"1_one.sql": ONE, "2_two.sql": TWO, "3_three.sql": THREE}
SQL_TOOLS: dict[str, Made] = {
    "dbmate": (
        'CREATE TABLE {table} ("version" varchar(128) primary key)',
        'INSERT INTO {table} ("version")',
        ("'001'", "'002'"),
        {"001": RECORDED, "002": RECORDED, "003": PENDING},
        {f"db/migrations/00{n}_x.sql": blocks(text) for n, text in enumerate((ONE, TWO, THREE), 1)},
        "version",
    ),
    "goose": (
        (
            'CREATE TABLE {table} ("id" {number}, "version_id" bigint not null, "is_applied" boolean not null,'
            ' "tstamp" timestamp default current_timestamp)'
        ),
        'INSERT INTO {table} ("version_id", "is_applied")',
        ("1, true", "2, true"),
        {"1": RECORDED, "2": RECORDED, "3": PENDING},
        {f"migrations/0000{n}_x.sql": f"-- +goose Up\n{text};\n" for n, text in enumerate((ONE, TWO, THREE), 1)},
        "version_id",
    ),
    "prisma": (
        (
            'CREATE TABLE {table} ("id" varchar(36) primary key, "checksum" varchar(64) not null,'
            ' "finished_at" timestamp null, "migration_name" varchar(255) not null, "logs" text,'
            ' "rolled_back_at" timestamp null, "started_at" timestamp not null default current_timestamp,'
            ' "applied_steps_count" int not null default 0)'
        ),
        'INSERT INTO {table} ("id", "checksum", "finished_at", "migration_name", "logs")',
        (
            f"'a', '{sha256(ONE.encode()).hexdigest()}', current_timestamp, '20260101_one', null",
            f"'b', '{sha256(TWO.encode()).hexdigest()}', null, '20260102_two', 'refused'",
        ),
        {"20260101_one": RECORDED, "20260102_two": FAILED, "20260103_three": PENDING},
        {
            "prisma/migrations/migration_lock.toml": 'provider = "postgresql"',
            "prisma/migrations/20260101_one/migration.sql": ONE,
            "prisma/migrations/20260102_two/migration.sql": TWO,
            "prisma/migrations/20260103_three/migration.sql": THREE,
        },
        "migration_name",
    ),
    "drizzle": (
        'CREATE TABLE {table} ("id" {number}, "hash" text not null, "created_at" bigint)',
        'INSERT INTO {table} ("hash", "created_at")',
        (f"'{sha256(ONE.encode()).hexdigest()}', 1000", f"'{sha256(TWO.encode()).hexdigest()}', 2000"),
        {"0000_one": RECORDED, "0001_two": RECORDED, "0002_three": PENDING},
        {
            "drizzle/meta/_journal.json": journal(("0000_one", 1000), ("0001_two", 2000), ("0002_three", 3000)),
            "drizzle/0000_one.sql": ONE,
            "drizzle/0001_two.sql": TWO,
            "drizzle/0002_three.sql": THREE,
        },
        "created_at",
    ),
    "atlas": (
        (
            'CREATE TABLE {table} ("version" varchar(255) primary key, "description" varchar(255) not null,'
            ' "type" bigint not null default 2, "applied" bigint not null default 0, "total" bigint not null default 0,'
            ' "executed_at" timestamp not null, "execution_time" bigint not null, "error" text, "error_stmt" text,'
            ' "hash" varchar(255) not null, "partial_hashes" text, "operator_version" varchar(255) not null)'
        ),
        (
            'INSERT INTO {table} ("version", "description", "applied", "total", "executed_at", "execution_time",'
            ' "error", "hash", "operator_version")'
        ),
        (
            f"'1', 'one', 1, 1, current_timestamp, 1, '', '{atlas_hashes(ATLAS)['1_one.sql']}', 'Atlas CLI v1'",
            f"'2', 'two', 0, 1, current_timestamp, 1, 'no', '{atlas_hashes(ATLAS)['2_two.sql']}', 'Atlas CLI v1'",
        ),
        {"1": RECORDED, "2": FAILED, "3": PENDING},
        {**{f"migrations/{name}": text for name, text in ATLAS.items()}, "migrations/atlas.sum": atlas_sum(ATLAS)},
        "version",
    ),
    "liquibase": (
        (
            "CREATE TABLE {table} (id varchar(255) not null, author varchar(255) not null, filename varchar(255)"
            " not null, dateexecuted timestamp not null, orderexecuted int not null, exectype varchar(10) not null,"
            " md5sum varchar(35), description varchar(255), comments varchar(255), tag varchar(255),"
            " liquibase varchar(20), contexts varchar(255), labels varchar(255), deployment_id varchar(10))"
        ),
        "INSERT INTO {table} (id, author, filename, dateexecuted, orderexecuted, exectype, md5sum)",
        (
            "'1', 'ann', 'db/changelog/all.sql', current_timestamp, 1, 'EXECUTED', null",
            "'2', 'ann', 'db/changelog/all.sql', current_timestamp, 2, 'MARK_RAN', null",
        ),
        {f"{n}::ann::db/changelog/all.sql": PENDING if n == 3 else RECORDED for n in (1, 2, 3)},
        {
            "liquibase.properties": "changeLogFile=db/changelog/all.sql",
            "db/changelog/all.sql": changelog(ONE, TWO, THREE),
        },
        "id",
    ),
    "sqitch": (
        (
            "CREATE TABLE {table} (change_id varchar(40) primary key, script_hash varchar(40),"
            ' "change" varchar(99) not null, project varchar(99) not null, note text,'
            " committed_at timestamp not null, planned_at timestamp not null)"
        ),
        'INSERT INTO {table} (change_id, script_hash, "change", project, committed_at, planned_at)',
        (
            f"'a', '{sqitch_hash(ONE)}', 'one', 'shop', '2026-01-31 12:00:00', current_timestamp",
            f"'b', '{sqitch_hash(TWO)}', 'two', 'shop', '2026-01-31 12:00:01', current_timestamp",
        ),
        {"one": RECORDED, "two": RECORDED, "three": PENDING},
        {
            "sqitch.plan": sqitch_plan("one", "two [one]", "@v1", "three"),
            "deploy/one.sql": ONE,
            "deploy/two.sql": TWO,
            "deploy/three.sql": THREE,
        },
        "change",
    ),
    "golang-migrate": (
        'CREATE TABLE {table} ("version" bigint not null primary key, "dirty" boolean not null)',
        'INSERT INTO {table} ("version", "dirty")',
        ("2, true",),
        {"1": RECORDED, "2": FAILED, "3": PENDING},
        {
            "db/migrations/1_one.up.sql": ONE,
            "db/migrations/1_one.down.sql": "drop table a",
            "db/migrations/000002_two.up.sql": TWO,
            "db/migrations/3_three.up.sql": THREE,
        },
        "version",
    ),
    "sequelize": (
        'CREATE TABLE {table} ("name" varchar(255) not null unique primary key)',
        'INSERT INTO {table} ("name")',
        ("'1-one.js'", "'2-two.js'"),
        {"1-one.js": RECORDED, "2-two.js": RECORDED, "3-three.js": PENDING},
        {
            f"migrations/{n}-{name}.js": sequelize_file(text)
            for n, (name, text) in enumerate((("one", ONE), ("two", TWO), ("three", THREE)), 1)
        },
        "name",
    ),
    "typeorm": (
        'CREATE TABLE {table} ("id" {number}, "timestamp" bigint not null, "name" varchar(255) not null)',
        'INSERT INTO {table} ("timestamp", "name")',
        ("1700000000001, 'One1700000000001'", "1700000000002, 'Two1700000000002'"),
        {"One1700000000001": RECORDED, "Two1700000000002": RECORDED, "Three1700000000003": PENDING},
        {
            f"src/migrations/170000000000{n}-{name}.ts": typeorm_file(f"{name}170000000000{n}", text)
            for n, (name, text) in enumerate((("One", ONE), ("Two", TWO), ("Three", THREE)), 1)
        },
        "name",
    ),
}

LOCKING = ("golang-migrate", "prisma", "atlas", "sqitch")
"""Those that take a lock of the server."""

POSTGRES = Server("postgresql", "16.4", 160004, "app", "public", "deploy")
MYSQL = Server("mysql", "9.7.4", 90704, "app", "app", "deploy")


def project(name: str, folder: Path, **environ: str) -> Project:
    """The project that the tool finds in a folder."""
    found = frameworks.load(name).detect(folder, environ)
    assert found is not None
    return found


def ledger(name: str, table: str, columns: tuple[str, ...], *rows: tuple[str | None, ...]) -> Ledger:
    """What a tool makes of these rows."""
    found = frameworks.load(name).parse_ledger(table, TableRows(columns, rows, (None,) * len(rows)))
    assert found is not None
    return found


def tracked(name: str, folder: Path, of: Ledger, server: Server = POSTGRES) -> Tracking:
    """Files below a folder joined with a ledger."""
    tool, found = frameworks.load(name), project(name, folder)
    return tool.track(found, tool.read(found, None, server.grammar, server.home), of, server)


def by_id(tracking: Tracking) -> dict[str, Tracked]:
    """Each migration by its id."""
    return {each.id: each for each in tracking.tracked}


def beliefs(tracking: Tracking) -> dict[str, Belief]:
    """What the tool believes of each."""
    return {each.id: each.belief for each in tracking.tracked}


def ran(tracking: Tracking, migration: str, server: Server = POSTGRES) -> LedgerEdit:
    """The mark that it ran."""
    return frameworks.marker(tracking.framework, None).mark_ran(tracking, migration, server)


def not_ran(tracking: Tracking, migration: str, server: Server = POSTGRES) -> LedgerEdit:
    """The mark that it did not run."""
    return frameworks.marker(tracking.framework, None).mark_not_ran(tracking, migration, server)


def rows_of(tracking: Tracking) -> list[LedgerRow]:
    """The rows that are joined with a migration."""
    return [each.row for each in tracking.tracked if each.row is not None]
