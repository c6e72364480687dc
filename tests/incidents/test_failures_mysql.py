"""Files that really fail on MySQL and MariaDB, judged by the command, and held against the server's own log.

What ran is never told as not landed, and what did not run never as landed, whatever the expectations here say.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from tests.incidents.mysql_cases import FAILURES, ROWS, V1, Failure
from tests.incidents.mysql_flyway import TABLE, MySite, Played
from tests.incidents.mysql_log import logging
from tests.incidents.mysql_told import Told, by_command, contradictions, here, letters, migration
from tests.mysql_servers import MyServer, run


@pytest.fixture
def site(tmp_path: Path, my_database: URL, my_server: MyServer) -> Iterator[MySite]:
    """A project whose first migration is applied, with rows that later ones stumble over; the log is on."""
    made = MySite(tmp_path / "project", my_database).make()
    made.applied("1", *V1)
    run(my_database, *ROWS)
    with logging(my_server.url):
        yield made


@pytest.mark.parametrize("case", FAILURES, ids=lambda case: case.name)
def test_what_really_failed_is_told_statement_by_statement(case: Failure, site: MySite, my_server: MyServer) -> None:
    site.file("2", case.text)
    run(site.url, *case.by_hand)
    played = site.play(case.steps)
    assert played.error == case.error[my_server.is_mariadb], played.said
    site.row("2", success=False)
    _hold(case, played, by_command(site.folder), case.state, my_server)
    run(site.url, f"DELETE FROM {TABLE} WHERE version = '2'")
    _hold(case, played, here(site.folder), "pending" if case.state == "failed" else case.state, my_server)


def _hold(case: Failure, played: Played, told: Told, state: str, server: MyServer) -> None:
    judged = migration(told)
    words = [(s["verdict"], s["evidence"]) for s in judged["statements"]]
    all_the_same = server.is_mariadb and case.done_all_the_same
    assert contradictions(judged, played, *case.by_hand, all_the_same=all_the_same) == [], words
    expected = case.mariadb if server.is_mariadb and case.mariadb else case.verdicts
    assert (letters(judged), judged["state"]) == (expected, state), words
    assert migration(told, "1")["state"] == "applied"
    everything = " ".join([told["verdict"]["summary"], *told["verdict"]["next"], *(said for _, said in words)])
    assert [said for said in case.says if said not in everything] == [], everything
