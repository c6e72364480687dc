"""What Halfway reads is what `alembic upgrade --sql` of the real Alembic prints, for every body of the corpus."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from console.readers.python.alembic import AlembicFile, Setting, read_revision
from tests.alembic.corpus import CORPUS, EVERY
from tests.alembic.project import NewAlembic, alembic
from tests.tools.alembic import LATEST, OLDER, Release

__all__ = ["alembic"]

_URLS = {
    "postgres": "postgresql+psycopg://x@localhost/x",
    "mysql": "mysql+pymysql://x@localhost/x",
    "mariadb": "mariadb+pymysql://x@localhost/x",
    "sqlite": "sqlite:///x.db",
}
_OWN = re.compile(r"(CREATE TABLE|INSERT INTO|UPDATE) alembic_version|(BEGIN|COMMIT)\Z")


def printed(out: str) -> dict[str, list[str]]:
    """By revision, in one line each."""
    found: dict[str, list[str]] = {}
    for part in re.split(r"^-- Running upgrade ", out, flags=re.MULTILINE)[1:]:
        head, _, rest = part.partition("\n")
        statements = (" ".join(one.split()) for one in re.split(r";\n\n|;\n\Z", rest))
        found[head.rpartition("-> ")[2]] = [one for one in statements if one and not _OWN.match(one)]
    return found


def shown(read: AlembicFile) -> list[str]:
    """What was read, the same way."""
    return [" ".join(s.sql.split()) or f"? {s.unreadable}" for s in read.up if s.sql not in {"BEGIN", "COMMIT"}]


DIFFERENT = {
    "postgres": {"inserted"},
    "mysql": {"create_table"},
    "mariadb": {"create_table", "types"},
    "sqlite": {"create_table"},
}
"""Where SQLAlchemy 2.0 without a server writes the same otherwise: a default in brackets, a backslash that it would
write once when connected, a UUID it knows the server has."""


@pytest.mark.parametrize("release", [LATEST, OLDER], ids=["latest", "older"])
@pytest.mark.parametrize("grammar", EVERY)
def test_alembic_statements_up_and_down_are_as_alembic_writes_them(
    alembic: NewAlembic, grammar: str, release: Release
) -> None:
    project = alembic(make_url(_URLS[grammar]), release)
    files: dict[str, Path] = {}
    for body in (body for body in CORPUS if grammar in body.on):
        files[body.name] = project.add(body.name, body.text, after=next(reversed(files), None))
    run = project.alembic("upgrade", "head", "--sql")
    assert run.code == 0, run.said
    setting = Setting(grammar, make_url(_URLS[grammar]).get_backend_name())
    read = {name: shown(read_revision(path.read_text(), setting)) for name, path in files.items()}
    real = printed(run.out)
    assert {name for name, sql in read.items() if sql != real[name]} == (
        DIFFERENT[grammar] if release is OLDER else set()
    )
    assert [sql for statements in read.values() for sql in statements if sql.startswith("?")] == []
    assert {name: len(sql) for name, sql in read.items()} == {name: len(sql) for name, sql in real.items()}
