"""MySQL's and MariaDB's tokens and where their statements end: nothing is lost, bodies stay whole."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from console.core.lexer import TokenKind, significant, tokens
from console.core.statements import split
from tests.core.mysql_corpus import STATEMENTS

FRAGMENTS = st.sampled_from(
    [
        "'", '"', "`", "''", "\\", "--", "-- ", "#", "/*", "/*!", "/*!40101 ", "/*M!", "*/", "\n", ";", ";;", "//",
        "\nDELIMITER //\n", "\nDELIMITER ;\n", "delimiter $$\n", "BEGIN ", "END ", "IF ", "CASE ", "END IF;", "THEN ",
        "CREATE PROCEDURE p() ", "CREATE TRIGGER ", "@a", "@@x.y", "0x1", "b'1'", "_utf8mb4'x'", "é", "1e5", "1a", "(",
    ]
)  # fmt: skip
TEXTS = st.one_of(st.text(), st.lists(st.one_of(FRAGMENTS, st.text(max_size=3))).map("".join))
DIALECTS = ("mysql", "mariadb")


@pytest.mark.parametrize("dialect", DIALECTS)
@given(text=TEXTS)
@example(text="/*!40101 SET a = 1 */;")
@example(text="DELIMITER //\nx//")
def test_tokens_joined_are_the_text(dialect: str, text: str) -> None:
    found = tokens(text, dialect)
    assert "".join(token.text for token in found) == text
    assert all(text[t.start : t.end] == t.text != "" and t.line == text.count("\n", 0, t.start) + 1 for t in found)


@pytest.mark.parametrize("dialect", DIALECTS)
@given(text=TEXTS)
def test_pieces_joined_are_the_text(dialect: str, text: str) -> None:
    assert "".join(piece.text for piece in split(text, dialect)) == text


@pytest.mark.parametrize("dialect", DIALECTS)
@given(st.lists(st.sampled_from([s for s in STATEMENTS if not s.startswith(("DELIMITER", "/*!"))]), min_size=1))
def test_a_script_of_real_statements_is_cut_between_them(dialect: str, chosen: list[str]) -> None:
    pieces = split(";\n".join(chosen) + ";", dialect)
    assert [piece.text.strip().removesuffix(";") for piece in pieces] == chosen


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("orders", TokenKind.WORD),
        ("größe", TokenKind.WORD),
        ("2fa", TokenKind.WORD),
        ("$a", TokenKind.WORD),
        ("`odd ``name`", TokenKind.QUOTED),
        ("'it''s \\' x'", TokenKind.STRING),
        ('"dq ""x\\""', TokenKind.STRING),
        ("x'4142'", TokenKind.STRING),
        ("b'101'", TokenKind.STRING),
        ("N'abc'", TokenKind.STRING),
        ("0x4142", TokenKind.NUMBER),
        ("1.5e-3", TokenKind.NUMBER),
        (".5", TokenKind.NUMBER),
        ("@a", TokenKind.PARAMETER),
        ("@@session.sql_mode", TokenKind.PARAMETER),
        ("@`odd`", TokenKind.PARAMETER),
        ("# to the end", TokenKind.COMMENT),
        ("-- to the end", TokenKind.COMMENT),
        ("--", TokenKind.COMMENT),
        ("/* x */", TokenKind.COMMENT),
        ("/* /* */", TokenKind.COMMENT),
        ("/*+ hint */", TokenKind.COMMENT),
        ("->>", TokenKind.OPERATOR),
        ("<=>", TokenKind.OPERATOR),
        ("'open", TokenKind.UNTERMINATED),
        ("`open", TokenKind.UNTERMINATED),
        ("/* open", TokenKind.UNTERMINATED),
    ],
)
def test_one_token_is_recognised(text: str, kind: TokenKind) -> None:
    (token,) = tokens(text, "mysql")
    assert token.kind is kind


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("'it''s'", "it's"),
        ("'it\\'s'", "it's"),
        ('"a""b"', 'a"b'),
        ("'a\\nb\\\\c'", "a\nb\\c"),
        ("'50\\%'", "50\\%"),
        ("N'x'", "x"),
        ("'\\0\\Z'", "\0\x1a"),
        ("x'4142'", "4142"),
    ],
)
def test_a_string_holds(text: str, value: str) -> None:
    (token,) = tokens(text, "mysql")
    assert token.value == value


def test_names_keep_their_case_and_lose_their_quotes() -> None:
    assert [token.folded for token in tokens("Users`a``B`", "mysql")] == ["Users", "a`B"]


@pytest.mark.parametrize(
    ("text", "mysql", "mariadb"),
    [
        ("/*! a */", ["a"], ["a"]),
        ("/*!40101 a */", ["a"], ["a"]),
        ("/*!50701 a */", ["a"], []),
        ("/*!80023 a */", ["a"], []),
        ("/*!100301 a */", [], ["a"]),
        ("/*M! a */", [], ["a"]),
        ("/*M!100301 a */", [], ["a"]),
        ("/*!40101 a /* b */ c */ d", ["a", "c", "d"], ["a", "c", "d"]),
        ("/*!40101 'a */' */ b", ["'a */'", "b"], ["'a */'", "b"]),
        ("5--3", ["5", "-", "-", "3"], ["5", "-", "-", "3"]),
        ("a-- b", ["a"], ["a"]),
        ("a--\x01b", ["a"], ["a"]),
        ("a--\x7fb", ["a"], ["a"]),
        ("a--\u00a0b", ["a", "-", "-", "\u00a0b"], ["a", "-", "-", "\u00a0b"]),
    ],
)
def test_what_a_server_executes(text: str, mysql: list[str], mariadb: list[str]) -> None:
    assert [token.text for token in significant(tokens(text, "mysql"))] == mysql
    assert [token.text for token in significant(tokens(text, "mariadb"))] == mariadb


BODIES = {
    "blocks": "CREATE PROCEDURE p() BEGIN SELECT 1; BEGIN SELECT 2; END; END",
    "if": "CREATE PROCEDURE p(IN a int) IF a > 1 THEN SELECT 1; ELSEIF a THEN SELECT 2; ELSE SELECT 3; END IF",
    "if function": "CREATE FUNCTION f(a int) RETURNS int DETERMINISTIC RETURN IF(a, 1, 2)",
    "if in a body": "CREATE PROCEDURE p(a int) BEGIN SET @x = IF(a, 1, 2); IF (a) THEN SET @y = 1; END IF; END",
    "case": "CREATE PROCEDURE p(a int) BEGIN CASE a WHEN 1 THEN SELECT 1; ELSE SELECT 2; END CASE; END",
    "case expression": "CREATE PROCEDURE p(a int) BEGIN SET @x = CASE WHEN a THEN IF(a, 1, 2) ELSE 3 END; DO 1; END",
    "loops": (
        "CREATE PROCEDURE p() l: BEGIN a: LOOP LEAVE a; END LOOP a; WHILE 0 DO SELECT 1; END WHILE; "
        "REPEAT SET @a = 1; UNTIL 1 END REPEAT; END l"
    ),
    "handler": "CREATE PROCEDURE p() BEGIN DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; END; SELECT 1; END",
    "cursor": (
        "CREATE PROCEDURE p() BEGIN DECLARE done int DEFAULT 0; DECLARE c CURSOR FOR SELECT id FROM t; "
        "DECLARE CONTINUE HANDLER FOR NOT FOUND SET done = 1; OPEN c; CLOSE c; END"
    ),
    "trigger": "CREATE DEFINER='a'@'%' TRIGGER tr AFTER INSERT ON o FOR EACH ROW BEGIN SET @a = 1; SET @b = 2; END",
    "short trigger": "CREATE TRIGGER tr BEFORE UPDATE ON orders FOR EACH ROW SET NEW.x = NEW.x + 1",
    "trigger with if": "CREATE TRIGGER tr BEFORE UPDATE ON o FOR EACH ROW IF NEW.x THEN SET NEW.x = 1; END IF",
    "event": "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO BEGIN DELETE FROM log; DELETE FROM old; END",
    "if not exists": "CREATE PROCEDURE IF NOT EXISTS q() SELECT 1",
    "anonymous": "BEGIN NOT ATOMIC SELECT 1; SELECT 2; END",
    "mariadb for": "CREATE PROCEDURE p() BEGIN FOR i IN 1..3 DO SELECT i; END FOR; END",
    "case in a query": "CREATE PROCEDURE p() SELECT CASE WHEN 1 THEN 2 END",
    "begin as a name": "CREATE TABLE t (`begin` int, `if` int, `end` int)",
}


@pytest.mark.parametrize("name", BODIES)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_body_is_one_statement_without_a_delimiter(name: str, dialect: str) -> None:
    pieces = split(f"SELECT 0;\n{BODIES[name]};\nSELECT 9;\nBEGIN; COMMIT;", dialect)
    assert [piece.text.strip() for piece in pieces] == [
        "SELECT 0;",
        f"{BODIES[name]};",
        "SELECT 9;",
        "BEGIN;",
        "COMMIT;",
    ]


def test_a_delimiter_line_changes_what_ends_a_statement() -> None:
    text = "DELIMITER $$\nCREATE PROCEDURE p() BEGIN SELECT 1; END$$\nSELECT 2; SELECT 3$$\n delimiter ;\nSELECT 4;"
    assert [piece.text.strip() for piece in split(text, "mysql")] == [
        "DELIMITER $$",
        "CREATE PROCEDURE p() BEGIN SELECT 1; END$$",
        "SELECT 2; SELECT 3$$",
        "delimiter ;",
        "SELECT 4;",
    ]


def test_a_column_called_delimiter_is_no_delimiter_line() -> None:
    text = "CREATE TABLE t (\n  delimiter varchar(5),\n  b int);\nSELECT 1;"
    assert [piece.line for piece in split(text, "mysql")] == [1, 3]


def test_semicolons_in_strings_names_and_comments_end_nothing() -> None:
    text = "SELECT ';', \";\", `a;b`, 'x\\';' -- ;\n, 1 # ;\n /* ; */;"
    assert len(split(text, "mysql")) == 1
