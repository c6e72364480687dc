"""The real Laravel stops half way on MySQL and MariaDB; the command, without any PHP, says what their log says."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest
from sqlalchemy.engine import URL

from tests.headless import halfway
from tests.incidents.laravel_cases import BASE, ROWS, php
from tests.incidents.laravel_mysql_cases import CASES, CHANGES, MyCase
from tests.incidents.mysql_flyway import Played
from tests.incidents.mysql_log import logging, sent_to
from tests.incidents.mysql_told import NO_PHP, by_command, contradictions, letters, migration
from tests.laravel.fixtures import NewProject
from tests.laravel.project import LaravelProject
from tests.mysql_servers import MyServer, run
from tests.tools.debian import Wanted
from tests.tools.laravel import LARAVEL_8, LARAVEL_10

FIRST, BROKEN = "2024_01_01_000000_make_shop", "2024_05_05_120000_change_shop"


@pytest.fixture
def logged(my_server: MyServer, my_database: URL) -> Iterator[URL]:
    """The fresh database, with the log on."""
    with logging(my_server.url):
        yield my_database


def broken(project: LaravelProject, url: URL, case: MyCase) -> Played:
    """The shop, rows in it, and a migration that did not get to its end; what the server's log says of it."""
    project.add(FIRST, php(BASE))
    assert project.migrate().code == 0
    run(url, *ROWS, *case.by_hand)
    before = len(sent_to(url))
    project.add(BROKEN, php(case.up))
    ended = project.migrate(**({"DIE_AFTER": case.dies_after} if case.dies_after else {}))
    assert ended.code == (-signal.SIGKILL if case.dies_after else 1), ended.said
    sent = tuple(sent_to(url)[before:])
    failed = "" if case.dies_after else sent[-1]
    assert failed not in project.recording.part(BROKEN).sent
    return Played(ended.code, ended.said, sent, failed)


def _hold(project: LaravelProject, url: URL, case: MyCase) -> None:
    played = broken(project, url, case)
    told = by_command(project.folder)
    judged = migration(told, BROKEN)
    words = [(s["verdict"], s["evidence"]) for s in judged["statements"]]
    assert judged["source"] == "static"
    assert contradictions(judged, played, *case.by_hand) == [], words
    assert (letters(judged), judged["state"]) == (case.verdicts, case.state), words
    done = [s["sql"] for s in judged["statements"] if s["verdict"] == "landed"]
    assert [sql for sql in done if sql not in played.sent] == []
    assert migration(told, FIRST)["state"] == "applied"
    everything = " ".join([told["verdict"]["summary"], *told["verdict"]["next"], *(said for _, said in words)])
    assert [said for said in case.says if said not in everything] == [], everything


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_laravel_8_left_is_told_statement_by_statement(case: MyCase, laravel: NewProject, logged: URL) -> None:
    _hold(laravel(logged), logged, case)


@pytest.mark.parametrize("case", [*CASES[::4], *CHANGES], ids=lambda case: case.name)
def test_what_laravel_10_left_is_told_statement_by_statement(case: MyCase, laravel: NewProject, logged: URL) -> None:
    _hold(laravel(logged, LARAVEL_10), logged, case)


@pytest.mark.parametrize("wanted", [LARAVEL_8, LARAVEL_10], ids=["8", "10"])
def test_a_project_that_is_up_to_date_is_healthy(laravel: NewProject, logged: URL, wanted: Wanted) -> None:
    project = laravel(logged, wanted)
    project.add(FIRST, php(BASE))
    assert project.migrate().code == 0
    answer = halfway("assess", "--json", "--require-applied", "--project", str(project.folder), env=NO_PHP)
    assert answer.states == {FIRST: "applied"}
