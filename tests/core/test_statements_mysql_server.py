"""What the grammar says a script leaves, against what a real MySQL and a real MariaDB have after running it.

Each script runs on each server that knows it; the catalog is read back and compared, thing by thing, with the replay
of the operations on an empty database. A type, default, name or expression that is read wrong fails here.
"""

from __future__ import annotations

import pytest
from sqlalchemy.engine import URL

from console.core.compare import Look, look
from console.core.operations import Opaque
from console.core.schema import Index, Kind, Namespace, Schema, Thing
from console.core.state import Picture
from console.core.statements import read_script
from console.dialects.mysql import make
from tests.core.mysql_server_corpus import SCRIPTS
from tests.mysql_servers import MyServer, run

UNSURE = {"definition", "expression"}
"""Of a view or a check that a server rewrites more than can be followed."""


def read(url: URL) -> Schema:
    """The whole catalog."""
    link = make().open(url, "schema")
    try:
        return link.schema()
    finally:
        link.close()


def replayed(script: str, url: URL, kind: str) -> Picture:
    """The picture that the operations paint; every statement has been run."""
    picture = Picture({}, complete=True)
    statements = read_script(script, kind, url.database or "")
    run(url, *(statement.sql for statement in statements))
    for statement in statements:
        for operation in statement.operations:
            assert not isinstance(operation, Opaque) or operation.harmless, operation
            picture = operation.apply(picture)
    return picture


@pytest.mark.parametrize("name", SCRIPTS)
def test_the_catalog_has_what_the_operations_say(name: str, my_server: MyServer, my_database: URL) -> None:
    script, kinds = SCRIPTS[name]
    kind = my_server.kind if my_server.kind in kinds else ""
    picture = replayed(script if kind else "CREATE TABLE t (a int)", my_database, my_server.kind)
    schema = read(my_database)
    looks = [look(ref, attrs, schema, by_definition=ref in picture.unnamed) for ref, attrs in picture.things.items()]
    assert [(found.ref.label(), found.sight, found.differing) for found in looks if not found.fits] == []
    assert [(found.ref.label(), found.uncertain) for found in looks if set(found.uncertain) - _may_be(found)] == []
    told = {found.thing.ref for found in looks if found.thing}
    named = {ref for ref in picture.things if ref.kind is not Kind.INDEX or ref not in picture.unnamed}
    assert named - told == set(), "every generated name is the server's"
    assert [thing.ref.label() for thing in schema.things if thing.ref not in told and _counts(thing)] == []


def _may_be(found: Look) -> set[str]:
    """What need not be compared: the text of a view, and what was not read at all."""
    return UNSURE | set(found.thing.unread if found.thing else ())


def _counts(thing: Thing) -> bool:
    """Not the database itself."""
    return not isinstance(thing, Namespace)


def test_an_index_that_a_foreign_key_brought_is_there_and_can_go(my_server: MyServer, my_database: URL) -> None:
    run(
        my_database,
        "CREATE TABLE p (id int primary key)",
        "CREATE TABLE c (a int, b int, CONSTRAINT fk FOREIGN KEY (a) REFERENCES p (id))",
    )
    (brought,) = (t for t in read(my_database).of_kind(Index) if t.table == "c")
    statements = read_script("ALTER TABLE c DROP FOREIGN KEY fk; ALTER TABLE c DROP INDEX fk", my_server.kind, "")
    run(my_database, *(statement.sql for statement in statements))
    assert (brought.ref.name, [t for t in read(my_database).of_kind(Index) if t.table == "c"]) == ("fk", [])
