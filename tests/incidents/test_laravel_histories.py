"""A whole realistic Laravel project: no alarm while all is well, and the right word wherever its history stops."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import URL

from console.core.assessment import Assessment
from console.core.landed import Verdict
from console.core.migration import State
from console.incident import Incident
from console.wiring import Options, find, source
from tests.laravel.corpus import VARIANTS, Truth, Variant, truth
from tests.laravel.fixtures import NewProject
from tests.laravel.project import write_app
from tests.servers import MAJORS, conninfo

_RUN = [variant for variant in VARIANTS if variant.driver == "pgsql" and variant.stands]
_STOPPED = [variant for variant in VARIANTS if variant.name in ("8-pgsql", "13-pgsql")]
_LEDGER = "CREATE TABLE {} (id serial PRIMARY KEY, migration varchar(255) NOT NULL, batch integer NOT NULL)"
_LOOSE = "extends Migration\n{\n    public $withinTransaction = false;\n"
_newest = pytest.mark.parametrize("postgres_server", MAJORS[-1:], indirect=True, ids=lambda major: f"pg{major}")


def _assess(folder: Path) -> Assessment:
    incident = Incident(source(find(Options(project=str(folder)), {})))
    try:
        return incident.observe()
    finally:
        incident.stop()


def _states(found: Assessment) -> dict[str, str]:
    return {m.tracked.id: m.state.value for f in found.frameworks for m in f.migrations}


@pytest.mark.parametrize("variant", _RUN, ids=lambda variant: variant.name)
def test_what_laravel_ran_completely_is_applied(variant: Variant, laravel: NewProject, database: URL) -> None:
    project = laravel(database, variant.wanted, **variant.env)
    for name, path in variant.migrations.items():
        project.add(name, path.read_text())
    assert project.migrate().code == 0
    found = _assess(project.folder)
    wrong = {name: state for name, state in _states(found).items() if state != State.APPLIED}
    assert (wrong, len(_states(found))) == ({}, len(variant.migrations))
    assert (found.overall.value, found.next) == ("healthy", ())
    assert project.artisan("migrate:rollback", "--force").code == 0
    assert set(_states(_assess(project.folder)).values()) <= {State.PENDING, State.UNREADABLE}


@_newest
@pytest.mark.parametrize("variant", _STOPPED, ids=lambda variant: variant.name)
def test_wherever_it_stops_the_statements_that_ran_have_landed(variant: Variant, database: URL, tmp_path: Path) -> None:
    version, parts = truth(variant.name)
    write_app(tmp_path, version, database, variant.env)
    wrong: list[str] = []
    with psycopg.connect(conninfo(database), autocommit=True) as connection:
        connection.execute(_LEDGER.format("migrations").encode())
        for part in (part for part in parts if part.method == "up"):
            loose = variant.migrations[part.migration].read_text().replace("extends Migration\n{", _LOOSE)
            (tmp_path / "database/migrations" / f"{part.migration}.php").write_text(loose)
            looked = {1, len(part.sent) // 2, len(part.sent) - 1}
            for n, sql in enumerate(part.sent, 1):
                connection.execute(sql.encode())
                wrong += _wrong(_assess(tmp_path), part, n) if n in looked else []
            connection.execute(f"INSERT INTO migrations (migration, batch) VALUES ('{part.migration}', 1)".encode())
    assert wrong == []


def _wrong(found: Assessment, part: Truth, n: int) -> list[str]:
    """What is said otherwise than it is, after `n` of the statements ran."""
    judged = next(m for f in found.frameworks for m in f.migrations if m.tracked.id == part.migration)
    told = {j.statement.sql: j for j in judged.statements if j.statement.readable}
    amiss = [
        f"{part.migration} after {n}: {told[sql].verdict.value} {sql[:60]}: {told[sql].evidence}"
        for k, sql in enumerate(part.sent)
        if sql in told and told[sql].verdict not in _right(sql, ran=k < n)
    ]
    others = {m.tracked.id: m.state for f in found.frameworks for m in f.migrations if m is not judged}
    others = {name: state for name, state in others.items() if state is not State.APPLIED}
    return amiss + [f"{part.migration} after {n}: {name} is {state}" for name, state in others.items()]


def _right(sql: str, *, ran: bool) -> set[Verdict]:
    if ran:
        return {Verdict.LANDED, Verdict.UNKNOWABLE}
    # Taking away a comment that is not there has landed before it ran.
    idle = {Verdict.LANDED} if sql.endswith(" is NULL") else set()
    return {Verdict.NOT_LANDED, Verdict.UNKNOWABLE, *idle}
