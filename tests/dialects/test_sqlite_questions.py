"""What is asked about a statement that SQLite refuses, and what SQLite itself says of it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from console.core.causes import questions
from console.core.errors import named, refusal_in
from console.core.landed import Ground, judge
from console.core.statements import read_script
from console.dialects import open_dialect

SETUP = """CREATE TABLE c (id INTEGER PRIMARY KEY, a INT, b INT);
INSERT INTO c VALUES (1, 5, 1), (2, 5, 2);
CREATE INDEX i ON c (a)"""


@pytest.mark.parametrize(
    ("sql", "words", "rows", "sample"),
    [
        ("CREATE UNIQUE INDEX u ON c (a)", "duplicate values of c (a)", 1, ("5",)),
        ("ALTER TABLE c ADD COLUMN x INT NOT NULL", "rows of c that have no value for the new x", 2, ()),
        ("ALTER TABLE c ADD COLUMN a TEXT", "objects that it makes are there already", 1,
         ("column c.a: int instead of text",)),
        ("CREATE INDEX i ON c (b)", "objects that it makes are there already", 1,
         ("index i: columns a instead of columns b",)),
    ],
    ids=["duplicates", "no value", "a column", "an index"],
)  # fmt: skip
def test_the_answer_is_what_sqlite_refuses_it_for(
    sql: str, words: str, rows: int, sample: tuple[str, ...], tmp_path: Path
) -> None:
    path = tmp_path / "app.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.executescript(SETUP)
        with pytest.raises(sqlite3.Error) as refused:
            connection.execute(sql)
    link = open_dialect("sqlite").open(URL.create("sqlite", database=str(path)), "test")
    schema = link.schema()
    judgements = judge(read_script(sql, "sqlite", "main"), Ground(schema))
    (question,) = questions(judgements, schema)
    answer = question.told or link.ask(question, 5.0)
    assert question.words("main").startswith(words)
    assert (answer.rows, answer.sample) == (rows, sample)
    refusal = refusal_in(str(refused.value), "sqlite")
    assert refusal is not None
    told = named(refusal, str(refused.value), judgements, (question,))
    assert told.n == 1
    assert told.question == (question if question.told is None else None)
