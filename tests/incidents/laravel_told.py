"""A real Laravel is stopped, and Halfway tells without any PHP what it left; the same on every server."""

from __future__ import annotations

import signal
from collections.abc import Callable

from sqlalchemy.engine import URL

from console.core.assessment import Assessment, JudgedMigration
from tests.incidents.laravel_cases import BASE, ROWS, Case, php
from tests.incidents.told import assessed, judged_of, letters
from tests.laravel.project import LaravelProject
from tests.laravel.recording import Part

__all__ = ["agrees", "assess", "broken", "letters", "migration"]

FIRST, BROKEN = "2024_01_01_000000_make_shop", "2024_05_05_120000_change_shop"
NO_PHP = {"PATH": "/nonexistent"}


def assess(project: LaravelProject) -> Assessment:
    """What Halfway says in the project's folder."""
    return assessed(project.folder, {})


def migration(found: Assessment, name: str = BROKEN) -> JudgedMigration:
    """One of them."""
    return judged_of(found, name)


def broken(project: LaravelProject, url: URL, case: Case, run: Callable[..., None]) -> Part:
    """The shop, rows in it, and a migration that did not get to its end; what Laravel sent of it. `run` takes the URL
    and statements of the application, or of a person."""
    project.add(FIRST, php(BASE, loose=False, down="Schema::drop('orders'); Schema::drop('customers');"))
    made = project.migrate()
    assert made.code == 0, made.said
    run(url, *ROWS, *case.by_hand)
    project.add(BROKEN, php(case.up, loose=case.loose))
    ended = project.migrate(**({"DIE_AFTER": case.dies_after} if case.dies_after else {}))
    assert ended.code == (-signal.SIGKILL if case.dies_after else 1), ended.said
    return project.recording.part(BROKEN)


def agrees(found: Assessment, case: Case, part: Part, *, every_text: bool) -> None:
    """What is told is what the case says, and what landed is, character for character, what Laravel sent."""
    judged = migration(found)
    told = [(j.verdict.value, j.evidence) for j in judged.statements]
    assert (letters(judged), judged.state.value) == (case.verdicts, case.state), (told, part.sent)
    assert migration(found, FIRST).state.value == "applied"
    everything = " ".join([found.summary, *found.next, *judged.notes, judged.headline, *(e for _, e in told)])
    assert [words for words in case.says if words not in everything] == [], everything
    if every_text:
        landed = [j.statement.sql for j, said in zip(judged.statements, letters(judged), strict=True) if said in "LU"]
        assert landed == list(part.sent)
