"""Squashed migrations: what the dump records has no file, and only an empty ledger has it loaded."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.core.migration import Belief
from console.frameworks.laravel.dumps import names_in
from tests.frameworks.laravel_making import (
    ADD,
    CREATE,
    LARAVEL,
    PHONE,
    USERS,
    app,
    by_id,
    migrations,
    project,
    row,
    track,
)

SQUASHED = "2019_01_01_000000_create_old_table"
DUMP = f"""--
-- PostgreSQL database dump
--

SET statement_timeout = 0;
SELECT pg_catalog.set_config('search_path', '', false);

CREATE EXTENSION IF NOT EXISTS pgcrypto WITH SCHEMA public;
COMMENT ON EXTENSION pgcrypto IS 'cryptographic functions';
CREATE TABLE public.migrations (
    id integer NOT NULL,
    migration character varying(255) NOT NULL,
    batch integer NOT NULL
);
CREATE SEQUENCE public.migrations_id_seq;
ALTER SEQUENCE public.migrations_id_seq OWNED BY public.migrations.id;
ALTER TABLE ONLY public.migrations ADD CONSTRAINT migrations_pkey PRIMARY KEY (id);
CREATE TABLE public.old (id bigint NOT NULL, migration text);

COPY public.migrations (id, migration, batch) FROM stdin;
1\t{SQUASHED}\t1
2\t{USERS}\t1
\\.

SELECT pg_catalog.setval('public.migrations_id_seq', 2, true);
"""
FILE = "database/schema/pgsql-schema.sql"


def test_the_names_are_those_of_its_own_rows() -> None:
    assert list(names_in(DUMP, "migrations", "postgres")) == [SQUASHED, USERS]


@pytest.mark.parametrize(
    "text",
    [
        f"INSERT INTO public.migrations VALUES (1, '{USERS}', 1), (2, '{PHONE}', 1);",
        f"""insert into "migrations" ("id", "migration", "batch") values (1, '{USERS}', 1);
        insert into migrations values (2, '{PHONE}', 2);""",
        f"COPY migrations (migration, batch) FROM stdin;\n{USERS}\t1\n{PHONE}\t1\n\\.\n",
    ],
    ids=["rows", "one by one", "copy in another order"],
)
def test_rows_are_written_in_many_ways(text: str) -> None:
    assert list(names_in(f"{text}\nINSERT INTO other VALUES (1, 'x', 1);", "migrations", "postgres")) == [USERS, PHONE]


def test_a_squashed_row_misses_no_file(tmp_path: Path) -> None:
    app(tmp_path, {FILE: DUMP})
    found = by_id(track(tmp_path, row(1, SQUASHED), row(2, USERS), row(3, PHONE)))
    assert (found[SQUASHED].file_expected, found[SQUASHED].note) == (False, f"squashed into {FILE}")
    assert found[USERS].migration is not None
    assert found[PHONE].file_expected
    assert FILE not in found


def test_an_empty_ledger_has_the_dump_loaded_before_any_file(tmp_path: Path) -> None:
    app(tmp_path, migrations({PHONE: ADD}) | {FILE: DUMP})
    tracking = track(tmp_path)
    assert [(item.id, item.belief) for item in tracking.tracked] == [
        (FILE, Belief.PENDING),
        (USERS, Belief.IGNORED),
        (PHONE, Belief.PENDING),
    ]
    unit = tracking.tracked[0].migration
    assert unit is not None
    assert not unit.transactional
    assert [(s.n, s.sql) for s in unit.statements] == [
        (1, "CREATE TABLE public.old (id bigint NOT NULL, migration text)")
    ]
    assert tracking.next_run == (
        f"`php artisan migrate` loads {FILE} with the server's own client, which goes on after errors."
    )
    assert LARAVEL.dry_run_command(project(tmp_path), unit) == ()


def test_a_binary_dump_may_hold_anything(tmp_path: Path) -> None:
    name = "database/schema/pgsql-schema.dump"
    app(tmp_path, {FILE: DUMP, name: "PGDMP\x00\x01"})
    item = by_id(track(tmp_path, row(1, SQUASHED)))[SQUASHED]
    assert (item.file_expected, item.note) == (
        False,
        f"it may be squashed into {name}, which is not read: it is a binary dump",
    )
    unit = track(tmp_path).tracked[0].migration
    assert unit is not None
    assert (unit.file, unit.unreadable) == (name, "it is a binary dump")


def test_the_dump_of_another_connection_is_not_this_ones(tmp_path: Path) -> None:
    app(tmp_path, {"database/schema/mysql-schema.sql": DUMP, f"database/migrations/{USERS}.php": CREATE})
    assert by_id(track(tmp_path, row(1, SQUASHED)))[SQUASHED].file_expected
