"""For each tool whose migrations are programs: its table as it writes it, and a project of three migrations."""

from __future__ import annotations

from tests.frameworks.sqlfiles import PENDING, RECORDED, Made

_PHINX = "<?php\nclass {} extends Phinx\\Migration\\AbstractMigration {{ function up() {{ $this->execute('{}'); }} }}\n"
_DOCTRINE = (
    "<?php\nclass Version{} extends Doctrine\\Migrations\\AbstractMigration"
    " {{ function up($schema) {{ $this->addSql('{}'); }} }}\n"
)
_EF = '{};\n\nINSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")\nVALUES (\'{}_{}\', \'9.0.1\');\n\n'
_WORDS = (("One", "create table a (b int)"), ("Two", "create table c (d int)"), ("Three", "create table e (f int)"))
_KNEX = "exports.up = async (knex) => {{ await knex.raw('{}'); }};\nexports.down = async () => {{}};\n"
PROGRAMS: dict[str, Made] = {
    "phinx": (
        (
            'CREATE TABLE {table} ("version" bigint not null primary key, "migration_name" varchar(100) null,'
            ' "start_time" timestamp null, "end_time" timestamp null, "breakpoint" boolean not null default false)'
        ),
        'INSERT INTO {table} ("version", "migration_name", "start_time", "end_time")',
        ("1, 'One', current_timestamp, current_timestamp", "2, 'Two', current_timestamp, current_timestamp"),
        {"1": RECORDED, "2": RECORDED, "3": PENDING},
        {
            "phinx.yml": "paths: {migrations: db/migrations}\nenvironments: {production: {adapter: mysql}}\n",
            **{
                f"db/migrations/{n}_{name.lower()}.php": _PHINX.format(name, sql)
                for n, (name, sql) in enumerate(_WORDS, 1)
            },
        },
        "version",
    ),
    "knex": (
        (
            'CREATE TABLE {table} ("id" {number}, "name" varchar(255), "batch" integer,'
            ' "migration_time" timestamp null default current_timestamp)'
        ),
        'INSERT INTO {table} ("name", "batch")',
        ("'1_one.js', 1", "'2_two.js', 1"),
        {"1_one.js": RECORDED, "2_two.js": RECORDED, "3_three.js": PENDING},
        {
            "knexfile.js": "module.exports = { client: 'mysql2' };\n",
            **{f"migrations/{n}_{name.lower()}.js": _KNEX.format(sql) for n, (name, sql) in enumerate(_WORDS, 1)},
        },
        "name",
    ),
    "doctrine": (
        (
            'CREATE TABLE {table} ("version" varchar(191) not null primary key, "executed_at" timestamp null,'
            ' "execution_time" int null)'
        ),
        'INSERT INTO {table} ("version", "executed_at", "execution_time")',
        ("'Version1', current_timestamp, 12", "'Version2', current_timestamp, 3"),
        {"Version1": RECORDED, "Version2": RECORDED, "Version3": PENDING},
        {
            "migrations.json": '{"migrations_paths": {"": "db"}}',
            **{f"db/Version{n}.php": _DOCTRINE.format(n, sql) for n, (_, sql) in enumerate(_WORDS, 1)},
        },
        "version",
    ),
    "efcore": (
        'CREATE TABLE {table} ("MigrationId" varchar(150) not null primary key, "ProductVersion" varchar(32) not null)',
        'INSERT INTO {table} ("MigrationId", "ProductVersion")',
        ("'1_One', '9.0.1'", "'2_Two', '9.0.1'"),
        {"1_One": RECORDED, "2_Two": RECORDED, "3_Three": PENDING},
        {"efcore.sql": "".join(_EF.format(sql, n, name) for n, (name, sql) in enumerate(_WORDS, 1))},
        "MigrationId",
    ),
}
