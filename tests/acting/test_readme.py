"""The page of actions shows the table by which a session is ended, and no other."""

from __future__ import annotations

from pathlib import Path

from console.core.killing import TABLE, Doing

PAGE = Path(__file__).parents[2] / "docs" / "acting.md"
NAMES = {"postgresql": "PostgreSQL", "mysql": "MySQL, MariaDB"}


def table() -> str:
    """The table as Markdown."""
    lines = [
        "| it is | server | way | survives | freed | the server is busy | otherwise |",
        "|---|---|---|---|---|---|---|",
    ]
    for doing in Doing:
        for server, name in NAMES.items():
            way = TABLE[server].get(doing)
            if way is not None:
                verb = way.verb.value if way.verb else "nothing"
                row = (doing.value, name, verb, way.survives, way.freed, way.undo_time, way.other)
                lines.append(f"| {' | '.join(row)} |")
    return "\n".join(lines) + "\n"


def test_the_page_shows_it() -> None:
    text = PAGE.read_text()
    assert text.partition("<!-- kills -->\n")[2].partition("<!-- /kills -->")[0] == table()


def test_mariadb_is_as_mysql() -> None:
    assert TABLE["mariadb"] == TABLE["mysql"]
