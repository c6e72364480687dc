"""What Halfway says of a project on MySQL or MariaDB, and whether what ran contradicts it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from console.incident import Incident
from console.report.document import document
from console.wiring import Options, find, source
from tests.headless import halfway
from tests.incidents.mysql_flyway import Played

LETTERS = {"landed": "L", "not_landed": "N", "partial": "P", "unknowable": "U"}
NO_PHP = {"PATH": "/nonexistent"}
Told = dict[str, Any]


def by_command(folder: Path) -> Told:
    """What the command says of the project, far from it and without any PHP."""
    found: Told = halfway("assess", "--json", "--project", str(folder), cwd=Path("/"), env=NO_PHP).document
    return found


def here(folder: Path) -> Told:
    """The same without a process of its own."""
    incident = Incident(source(find(Options(project=str(folder)), {})))
    try:
        return document(incident.observe())
    finally:
        incident.stop()


def migration(told: Told, name: str = "2") -> Told:
    """What is said of one file."""
    return next(m for framework in told["frameworks"] for m in framework["migrations"] if m["id"] == name)


def letters(judged: Told) -> str:
    """A letter a statement."""
    return "".join(LETTERS[statement["verdict"]] for statement in judged["statements"])


def contradictions(judged: Told, played: Played, *by_hand: str, all_the_same: bool = False) -> list[str]:
    """Verdicts that what ran contradicts; the statements are those that were sent, in that order."""
    texts = [statement["sql"] for statement in judged["statements"]]
    sent = [sql for sql in played.sent if sql in texts]
    assert sent == texts[: len(sent)], (sent, texts)
    ran = {*(sent if all_the_same else [sql for sql in played.ran if sql in texts]), *by_hand}
    wrong = {True: ("not_landed", "partial"), False: ("landed",)}
    return [f"{s['verdict']}: {s['sql']}" for s in judged["statements"] if s["verdict"] in wrong[s["sql"] in ran]]
