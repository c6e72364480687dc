"""Finishing as another login: what comes of it belongs to the owner of the tables, and the application can use it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import URL

from console import dialects, frameworks
from console.core.intent import Intent, Verb
from console.core.plan import Result, Word
from tests.acting.responder import Responder, responder
from tests.servers import ServerUnderTest, conninfo, run
from tests.sites import Site, shop
from tests.test_incident import incident_on

MADE = "CREATE TABLE carriers (id bigserial PRIMARY KEY, name varchar(40))"
NOTED = "CREATE TABLE notes (id bigint PRIMARY KEY)"
MOOD = "CREATE TYPE mood AS ENUM ('good')"
CHANGED = "ALTER TABLE orders ADD COLUMN carrier varchar(40)"
FINISH = Intent(Verb.FINISH, migration="2", framework="flyway")
_numbers = count(1)


@dataclass(frozen=True)
class Roles:
    """`owner` owns the tables, `ann` may be that role, `app` is what the application is."""

    owner: str
    ann: str
    app: str

    def url(self, database: URL, name: str) -> URL:
        """As one of them."""
        return database.set(username=name, password="secret")


@pytest.fixture
def roles(postgres_server: ServerUnderTest, database: URL) -> Iterator[Roles]:
    mark = f"{os.getpid()}_{next(_numbers)}"
    found = Roles(f"owner_{mark}", f"ann_{mark}", f"app_{mark}")
    run(database, f"CREATE ROLE {found.owner}", f"GRANT USAGE, CREATE ON SCHEMA public TO {found.owner}",
        f"CREATE ROLE {found.ann} LOGIN PASSWORD 'secret' IN ROLE {found.owner}",
        f"CREATE ROLE {found.app} LOGIN PASSWORD 'secret'", f"GRANT USAGE ON SCHEMA public TO {found.app}")  # fmt: skip
    yield found
    for name in (found.app, found.ann, found.owner):
        run(database, f"DROP OWNED BY {name} CASCADE", f"DROP ROLE {name}")


@pytest.fixture
def site(tmp_path: Path, database: URL, roles: Roles) -> Site:
    """Everything that is there belongs to the owner, and the application reads and writes the orders."""
    found = shop(tmp_path, database)
    found.run(*(f"ALTER TABLE {name} OWNER TO {roles.owner}" for name in ("orders", "flyway_schema_history")),
              f"GRANT SELECT, INSERT, UPDATE, DELETE ON orders TO {roles.app}")  # fmt: skip
    return found


@pytest.fixture(params=["member", "superuser"])
def ann(request: pytest.FixtureRequest, site: Site, roles: Roles) -> Iterator[Responder]:
    login = roles.url(site.url, roles.ann) if request.param == "member" else site.url
    incident = incident_on(replace(site, url=login))
    markers = {f.name: frameworks.marker(f.name, project) for f, project in incident.source.frameworks}
    renderer = dialects.renderer("postgresql")
    with responder(incident, renderer, lambda: dialects.open_hand("postgresql", login), markers) as person:
        yield person


def finished(site: Site, ann: Responder, first: str, *statements: str) -> Result:
    """The first landed, then it stopped; ann finishes it."""
    site.file("2", ";\n".join((first, *statements)) + ";\n")
    site.run(f"SET ROLE {owner_of(site, 'orders')}; {first}")
    result = ann.do(FINISH)
    assert [o.word for o in result.outcomes] == [Word.DONE] * (len(statements) + 1), result
    return result


def owner_of(site: Site, table: str) -> str:
    with psycopg.connect(site.address) as other:
        row = other.execute("SELECT pg_get_userbyid(relowner) FROM pg_class WHERE relname = %s", (table,)).fetchone()
    assert row is not None
    return str(row[0])


def reads_and_writes(site: Site, roles: Roles) -> bool:
    """As the application."""
    with psycopg.connect(conninfo(roles.url(site.url, roles.app)), autocommit=True) as app:
        try:
            app.execute("INSERT INTO carriers (name) VALUES ('dhl')")
            return app.execute("SELECT name FROM carriers").fetchall() == [("dhl",)]
        except psycopg.errors.InsufficientPrivilege:
            return False


@pytest.mark.parametrize("statements", [(NOTED, MADE, CHANGED), (MOOD, MADE)], ids=["with a change", "tables alone"])
def test_what_is_made_belongs_to_the_owner_of_what_is_beside_it(
    statements: tuple[str, ...], site: Site, ann: Responder, roles: Roles
) -> None:
    rights = f"ALTER DEFAULT PRIVILEGES FOR ROLE {roles.owner} IN SCHEMA public GRANT"
    site.run(f"{rights} SELECT, INSERT, UPDATE, DELETE ON TABLES TO {roles.app}",
             f"{rights} USAGE ON SEQUENCES TO {roles.app}")  # fmt: skip
    result = finished(site, ann, *statements)
    assert owner_of(site, "carriers") == roles.owner
    assert reads_and_writes(site, roles)
    assert "not finished" not in result.next


def test_what_the_application_may_not_use_is_said_with_the_grant(site: Site, ann: Responder, roles: Roles) -> None:
    site.run(f"CREATE TABLE things (id bigserial); ALTER TABLE things OWNER TO {roles.owner};"
             f"GRANT SELECT, INSERT, UPDATE, DELETE ON things TO {roles.app};"
             f"GRANT USAGE ON SEQUENCE things_id_seq TO {roles.app}")  # fmt: skip
    result = finished(site, ann, NOTED, MADE, CHANGED)
    assert owner_of(site, "carriers") == roles.owner
    assert not reads_and_writes(site, roles)
    grants = (f"GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE public.carriers TO {roles.app}",
              f"GRANT USAGE ON SEQUENCE public.carriers_id_seq TO {roles.app}")  # fmt: skip
    assert result.next == f"It is not finished: it is not open to whom its neighbours are: {'; '.join(grants)}"
    assert grants[0] in result.outcomes[0].detail
    assert any(grants[0] in entry.text for entry in ann.journal.kept)
    site.run(*grants)
    assert reads_and_writes(site, roles)


@pytest.mark.parametrize("ann", ["member"], indirect=True)
def test_who_may_not_be_the_owner_is_refused(site: Site, ann: Responder, roles: Roles) -> None:
    site.run(f"REVOKE {roles.owner} FROM {roles.ann}",
             f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {roles.ann}")  # fmt: skip
    site.file("2", f"{NOTED};\n{CHANGED};\n")
    site.run(f"SET ROLE {roles.owner}; {NOTED}")
    plan = ann.propose(FINISH)
    assert plan.steps == ()
    assert any(f'GRANT "{roles.owner}" TO' in why for why in plan.refused), plan.refused
