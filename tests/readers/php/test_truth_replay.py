"""What the reader says, run on a real server, leaves the catalog that Laravel's own statements leave.

Where the text cannot be known (a change by way of DBAL) the effect is run; conditions are asked of the catalog, and
those that only a running program could decide are taken to hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import psycopg
import pytest
from sqlalchemy.engine import URL

from console.core.schema import Schema
from console.core.statements import Guard, Sent
from console.dialects import open_dialect
from tests.laravel.corpus import VARIANTS, truth
from tests.laravel.reading import php_migration
from tests.servers import MAJORS, conninfo

_POSTGRES = [variant.name for variant in VARIANTS if variant.driver == "pgsql"]

_SAID_TO_BE_UNREADABLE = {"subscriptions.payer_id", "subscriptions.subscriptions_payer_id_foreign"}
"""A foreignIdFor() whose model would have to be run."""


def _read(url: URL) -> Schema:
    link = open_dialect("postgresql").open(url, "schema")
    try:
        return link.schema()
    finally:
        link.close()


def _sent(sent: Iterable[Sent], url: URL) -> Iterator[str]:
    """What would be sent to this database: PHP asks once, when it comes to the condition."""
    asked: dict[Guard, bool] = {}
    for one in sent:
        asked = {guard: asked[guard] if guard in asked else _holds(guard, url) for guard in one.guards}
        if all(asked.values()):
            yield one.sql or ("" if one.data else one.effect)


def _holds(guard: Guard, url: URL) -> bool:
    return guard.ref is None or (guard.ref in _read(url).by_ref) is guard.present


@pytest.mark.parametrize("postgres_server", MAJORS[-1:], indirect=True, ids=lambda major: f"pg{major}")
@pytest.mark.parametrize("name", _POSTGRES)
def test_both_leave_the_same_catalog(name: str, database: URL) -> None:
    ups = [part for part in truth(name)[1] if part.method == "up"]
    left = []
    with psycopg.connect(conninfo(database), autocommit=True) as connection:
        for how in ("laravel", "reader"):
            connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
            for part in ups:
                read = part.sent if how == "laravel" else _sent(php_migration(name, part.migration).up, database)
                for sql in filter(None, read):
                    connection.execute(sql.encode())
            left.append(_read(database))
    laravel, reader = left
    assert {ref.label() for ref in laravel.by_ref if ref not in reader.by_ref} <= _SAID_TO_BE_UNREADABLE
    assert [(laravel.get(thing.ref), thing) for thing in reader.things if laravel.get(thing.ref) != thing] == []
