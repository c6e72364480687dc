"""Rolling back on MySQL and MariaDB: after any prefix of any script the schema is the one before, or the plan says why.

Each statement lands by itself here, and each is taken back by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy.engine import URL

from console.core.migration import Belief, Tracked
from console.core.statements import read_script
from tests.acting.inverse import Shares, picked, plan_for, read, taken_back
from tests.builders import pending, recorded
from tests.incidents.corpus_mysql import SCRIPTS
from tests.incidents.corpus_mysql_code import CODE, MARIADB, MYSQL
from tests.incidents.corpus_mysql_tables import TABLES
from tests.incidents.corpus_mysql_tools import TOOLS
from tests.incidents.script import Script
from tests.mysql_servers import KINDS, MyServer, run

_OF_BOTH = (*SCRIPTS, *TOOLS, *TABLES, *CODE)
_OWN = dict(zip(KINDS, (MYSQL, MARIADB), strict=True))
_WHOLE = frozenset({
    "columns one by one", "a table and its keys", "rails", "django", "generated columns", "names in any case",
    "laravel skeleton", "laravel 8 queues", "laravel all sorts of columns", "laravel 10 changes",
    "laravel 8 with dbal", "rails adds and changes", "rails in bulk", "django first migrations",
    "django later migrations", "doctrine", "prisma", "wordpress", "modify forgets what it does not say",
    "change renames and restates", "all sorts of types", "all sorts of defaults", "primary keys",
    "foreign keys of every sort", "the index that a foreign key made, kept",
    "an index takes the place of the foreign key's own", "checks of columns and tables", "names swap places",
    "columns move up", "generated and hidden", "names that need quotes", "drop a column of several indexes",
    "an index like one that is there", "events", "views", "a view is renamed", "columns filled and closed",
    "rights and maintenance", "kept for later", "another database", "letters of other alphabets",
})  # fmt: skip
"""Scripts of which every prefix can be taken back."""


@pytest.fixture(scope="module")
def shares() -> Iterator[Shares]:
    """Told when all has been tried."""
    found = Shares()
    yield found
    found.tell()


def _file(tracked: Tracked, text: str, kind: str, home: str) -> Tracked:
    """The same migration, read as this server reads it."""
    assert tracked.migration is not None
    return replace(tracked, migration=replace(tracked.migration, text=text, statements=read_script(text, kind, home)))


@pytest.mark.parametrize("case", _OF_BOTH, ids=lambda case: case.name)
def test_what_landed_is_taken_back(case: Script, my_server: MyServer, my_database: URL, shares: Shares) -> None:
    _all_prefixes(case, my_server, my_database, shares)


@pytest.mark.parametrize(
    ("my_server", "case"),
    [pytest.param(kind, case, id=f"{kind}-{case.name}") for kind, own in _OWN.items() for case in own],
    indirect=["my_server"],
)
def test_what_only_one_of_them_has_is_too(case: Script, my_server: MyServer, my_database: URL, shares: Shares) -> None:
    _all_prefixes(case, my_server, my_database, shares)


def _all_prefixes(case: Script, my_server: MyServer, my_database: URL, shares: Shares) -> None:
    kind, home = my_server.kind, my_database.database or ""
    text = "\n;\n".join(case.steps)
    first, second = (_file(recorded("1", "SELECT 1"), case.base, kind, home),
                     _file(pending("2", "SELECT 1"), text, kind, home))  # fmt: skip
    base, steps = ([s.sql for s in read_script(part, kind, home)] for part in (case.base, text))
    assert second.belief is Belief.PENDING
    run(my_database, *base)
    for ran in picked(f"{kind} {case.name}", len(steps)):
        before, server = read(kind, my_database)
        run(my_database, *steps[:ran])
        plan = plan_for(read(kind, my_database)[0], server, first, second)
        if taken_back(plan, before, kind, my_database):
            shares.back[kind] += 1
            continue
        assert case.name not in _WHOLE, plan.refused
        shares.no(kind, f"{case.name} after {ran}: {plan.refused}")
        run(my_server.url, f"DROP DATABASE {home}", f"CREATE DATABASE {home} CHARACTER SET utf8mb4")
        run(my_database, *base)
