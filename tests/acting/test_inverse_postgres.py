"""Rolling back on PostgreSQL: after any prefix of any script the schema is the one before, or the plan says why not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy.engine import URL

from tests.acting.inverse import Shares, picked, plan_for, read, taken_back
from tests.builders import pending, recorded
from tests.incidents.corpus import SCRIPTS
from tests.incidents.script import Script
from tests.servers import ServerUnderTest, run

KIND = "postgresql"
_WHOLE = frozenset({
    "types", "constraints", "hibernate_upper_case", "quoted_camel_case", "long_and_foreign_names",
    "crlf_and_comments", "explicit_null_and_synonyms", "not_null_by_check", "view_recreated_around_a_type_change",
    "triggers_of_every_sort", "indexes_of_every_sort", "exclusion_and_deferrable", "generated_columns",
    "materialized_views_statistics_publications",
})  # fmt: skip
"""Scripts of which every prefix can be taken back."""


@pytest.fixture(scope="module")
def shares() -> Iterator[Shares]:
    """Told when all has been tried."""
    found = Shares()
    yield found
    found.tell()


def _base(case: Script, server: ServerUnderTest, url: URL) -> None:
    run(server.url, f"DROP DATABASE {url.database} (FORCE)", f"CREATE DATABASE {url.database} TEMPLATE template0")
    run(url, case.base or "SELECT 1")


@pytest.mark.parametrize("case", SCRIPTS, ids=lambda case: case.name)
def test_what_landed_is_taken_back(
    case: Script, database: URL, postgres_server: ServerUnderTest, shares: Shares
) -> None:
    files = (recorded("1", case.base), pending("2", "\n;\n".join(case.steps)))
    run(database, case.base or "SELECT 1")
    for ran in picked(f"{postgres_server.major} {case.name}", len(case.steps)):
        before, server = read(KIND, database)
        run(database, *case.steps[:ran])
        plan = plan_for(read(KIND, database)[0], server, *files)
        if taken_back(plan, before, KIND, database):
            shares.back[f"PostgreSQL {postgres_server.major}"] += 1
            continue
        assert case.name not in _WHOLE, plan.refused
        shares.no(f"PostgreSQL {postgres_server.major}", f"{case.name} after {ran}: {plan.refused}")
        _base(case, postgres_server, database)
