"""Splitting: nothing is lost, and a semicolon only ends a statement where psql says so."""

from __future__ import annotations

import pytest
from hypothesis import given

from console.core.statements import split
from tests.core.test_lexer import TEXTS


@given(TEXTS)
def test_pieces_joined_are_the_script(text: str) -> None:
    pieces = split(text)
    assert "".join(piece.text for piece in pieces) == text
    for piece in pieces:
        assert text[piece.start : piece.start + len(piece.text)] == piece.text
        assert piece.line == text.count("\n", 0, piece.start) + 1


@pytest.mark.parametrize(
    ("script", "count"),
    [
        ("", 0),
        ("SELECT 1", 1),
        ("SELECT 1;", 1),
        ("SELECT 1; SELECT 2", 2),
        ("SELECT ';'; SELECT $$;$$", 2),
        ("SELECT 1 -- ;\n; SELECT /* ; */ 2", 2),
        ("CREATE RULE r AS ON INSERT TO t DO (DELETE FROM a; DELETE FROM b); SELECT 1", 2),
        ("CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT CASE WHEN true THEN 1 END; END; SELECT 1", 2),
        ("CREATE OR REPLACE PROCEDURE p() BEGIN ATOMIC DELETE FROM t; END; SELECT 1", 2),
        ("CREATE TABLE begin_end (a int); BEGIN; COMMIT;", 3),
        ("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1;'; SELECT 1", 2),
        ("COPY t FROM STDIN;\n1;2\n\\.\nSELECT 1;", 2),
        ("\\set x 1\nSELECT 1;\n\\i other.sql\nSELECT 2;", 4),
        ("SELECT ')'; SELECT 1", 2),
        ("SELECT 1); SELECT 2", 2),
    ],
)
def test_a_script_has_its_pieces(script: str, count: int) -> None:
    assert len(split(script)) == count


def test_inline_rows_stay_with_their_copy() -> None:
    first, second = split("COPY t FROM STDIN;\n1;2\n\\.\nSELECT 1;")
    assert first.text == "COPY t FROM STDIN;\n1;2\n\\.\n"
    assert second.text == "SELECT 1;"
