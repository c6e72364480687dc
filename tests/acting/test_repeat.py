"""Nothing landed: the cause is mended, the failed row goes, and the tool runs its migration again from the start."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from console.core.assessment import Overall
from console.core.intent import Intent, Verb
from console.core.migration import State
from console.core.plan import Word
from console.core.recover import Given, Known, Route, Standing, ways
from console.drill import player
from console.drill.kinds import kind_of
from console.drill.session import Refused
from tests import mysql_servers
from tests.acting.at_shop import ann, site
from tests.acting.responder import Responder
from tests.acting.test_steps_mysql import ann as my_ann
from tests.mysql_servers import MyServer
from tests.servers import MAJORS
from tests.sites import Site

__all__ = ["ann", "my_ann", "site"]
UNIQUE = "CREATE UNIQUE INDEX orders_total ON orders (total);\nALTER TABLE orders ADD COLUMN carrier varchar(40);\n"
TWINS = "INSERT INTO orders VALUES (1, 1), (2, 1)"
MENDED = "UPDATE orders SET total = 2 WHERE id = 2"


def repeated(ann: Responder, flyway: Callable[[], None], mend: Callable[[], None]) -> None:
    """From the failure to the end, as the way on page 6 says."""
    with pytest.raises(Refused, match=r"[Dd]uplicate|unique"):
        flyway()
    now = ann.incident.fresh()
    (framework,) = now.frameworks
    stopped = next(m for m in framework.migrations if m.id == "2")
    assert stopped.state is State.FAILED
    way = next(way for way in ways(now, stopped, Given(mended=Known.YES)) if way.route is Route.REPEAT)
    assert (way.standing, way.needs) == (Standing.OPEN, ("The failed row goes first.",))
    mend()
    result = ann.do(Intent(Verb.MARK_NOT_RAN, migration="2", framework="flyway"))
    assert [o.word for o in result.outcomes] == [Word.DONE], result
    flyway()
    assert ann.incident.fresh().overall is Overall.HEALTHY


@pytest.mark.parametrize("postgres_server", MAJORS[-1:], indirect=True)
def test_on_postgresql(site: Site, ann: Responder) -> None:
    site.file("2", UNIQUE)
    repeated(
        ann,
        lambda: player.migrate(kind_of("postgresql"), site.url, site.folder / "sql", "2"),
        lambda: site.run(MENDED),
    )


def test_on_mysql(
    my_server: MyServer, my_database: URL, my_ann: Responder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sql" / "V2__change_2.sql").write_text(UNIQUE)
    mysql_servers.run(my_database, TWINS)
    kind = kind_of(my_server.kind)
    books = replace(kind.history, table=f"`{my_database.database}`.`flyway_schema_history`")
    monkeypatch.setattr(kind, "history", books)
    repeated(
        my_ann,
        lambda: player.migrate(kind, my_database, tmp_path / "sql", "2"),
        lambda: mysql_servers.run(my_database, MENDED),
    )
