"""What the grammar says a script leaves, against what real servers have after running it.

Each script runs on every server there is; the catalog is read back and compared, thing by thing, with the replay of
the operations on an empty database. A type, name or default that the tables in core/types get wrong fails here.
"""

from __future__ import annotations

import psycopg
import pytest
from sqlalchemy.engine import URL

from console.core.compare import look
from console.core.operations import Opaque
from console.core.schema import Constraint, Schema, Thing
from console.core.state import Picture
from console.core.statements import read_script
from console.core.types.postgres import canonical_type
from console.dialects.postgres import make
from tests.core.server_corpus import SCRIPTS
from tests.core.test_types_postgres import TYPES
from tests.servers import ServerUnderTest, conninfo


def read(url: URL) -> Schema:
    """The whole catalog."""
    link = make().open(url, "schema")
    try:
        return link.schema()
    finally:
        link.close()


def replayed(script: str, url: URL) -> Picture:
    """The picture that the operations paint; every statement has been run."""
    picture = Picture({}, complete=True)
    with psycopg.connect(conninfo(url), autocommit=True) as connection:
        for statement in read_script(script):
            connection.execute(statement.sql.encode())
            for operation in statement.operations:
                assert not isinstance(operation, Opaque), operation
                picture = operation.apply(picture)
    return picture


@pytest.mark.parametrize("name", SCRIPTS)
def test_the_catalog_has_what_the_operations_say(name: str, postgres_server: ServerUnderTest, database: URL) -> None:
    script, since = SCRIPTS[name]
    if postgres_server.major < since:
        with pytest.raises(psycopg.Error):
            replayed(script, database)
        return
    picture = replayed(script, database)
    schema = read(database)
    looks = [look(ref, attrs, schema, by_definition=ref in picture.unnamed) for ref, attrs in picture.things.items()]
    assert [(found.ref.label(), found.sight, found.differing) for found in looks if not found.fits] == []
    told = {found.thing.ref for found in looks if found.thing}
    assert told == set(picture.things), "every generated name is the server's"
    assert [thing.ref.label() for thing in schema.things if thing.ref not in told and _counts(thing)] == []


def _counts(thing: Thing) -> bool:
    """Not what every database has, and not the NOT NULL constraints that PostgreSQL 18 lists."""
    hidden = isinstance(thing, Constraint) and thing.type == "not null"
    return not hidden and thing.ref.name not in ("public", "plpgsql")


def test_types_are_spelled_as_format_type_does(database: URL) -> None:
    left_out = ("%TYPE", "SETOF", "geometry")
    with psycopg.connect(conninfo(database), autocommit=True) as connection:
        for name in ("mood", '"Mood"', '"order"'):
            connection.execute(f"CREATE TYPE {name} AS ENUM ()".encode())
        for schema, name in (("other", "mood"), ('"Odd schema"', '"Odd type"')):
            connection.execute(f"CREATE SCHEMA {schema}; CREATE TYPE {schema}.{name} AS ENUM ()".encode())
        for written, canonical in TYPES.items():
            if not any(word in written for word in left_out) and ",-" not in written:
                connection.execute(f"DROP TABLE IF EXISTS t; CREATE TABLE t (c {written})".encode())
                row = connection.execute(
                    "SELECT format_type(atttypid, atttypmod) FROM pg_attribute"
                    " WHERE attrelid = 't'::regclass AND attnum = 1"
                ).fetchone()
                assert row == (canonical,) == (canonical_type(written),)
