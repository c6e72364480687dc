"""The lexer: total, lossless, and right about what a token is."""

from __future__ import annotations

import string

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from console.core.lexer import TokenKind, significant, tokens
from tests.core.statement_corpus import STATEMENTS

FRAGMENTS = st.sampled_from(
    [
        "'", "''", '"', "$$", "$a$", "$1", "--", "/*", "*/", "\n", ";", "\\", "E'", "U&'", "COPY t FROM STDIN;", "\\.",
        "a", "é", "1.5e3", "::", "(", ")", "\x00", "\ufeff", "BEGIN ", "x'",
    ]
)  # fmt: skip
TEXTS = st.one_of(st.text(), st.lists(st.one_of(FRAGMENTS, st.text(max_size=3))).map("".join))


@given(TEXTS)
@example("COPY t FROM STDIN;\n1\t'\n\\.\nSELECT '")
@example("/* /* */")
def test_tokens_joined_are_the_text(text: str) -> None:
    assert "".join(token.text for token in tokens(text)) == text


@given(TEXTS)
def test_tokens_know_where_they_stand(text: str) -> None:
    for token in tokens(text):
        assert text[token.start : token.end] == token.text != ""
        assert token.line == text.count("\n", 0, token.start) + 1


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("orders", TokenKind.WORD),
        ("a$1", TokenKind.WORD),
        ("größe", TokenKind.WORD),
        ('"a""b;"', TokenKind.QUOTED),
        ('U&"d\\0061t"', TokenKind.QUOTED),
        ("'it''s; --'", TokenKind.STRING),
        ("'back\\'", TokenKind.STRING),
        ("E'it\\'s'", TokenKind.STRING),
        ("e'a''b\\\\'", TokenKind.STRING),
        ("B'101'", TokenKind.STRING),
        ("X'1F'", TokenKind.STRING),
        ("U&'\\0041'", TokenKind.STRING),
        ("$$ a ; $x$ $$", TokenKind.STRING),
        ("$fn$ a $$ b $fn$", TokenKind.STRING),
        ("12", TokenKind.NUMBER),
        ("1.5e-3", TokenKind.NUMBER),
        (".5", TokenKind.NUMBER),
        ("0x1F", TokenKind.NUMBER),
        ("1_000", TokenKind.NUMBER),
        ("::", TokenKind.OPERATOR),
        ("<>", TokenKind.OPERATOR),
        ("->>", TokenKind.OPERATOR),
        ("@>", TokenKind.OPERATOR),
        ("-- to the end", TokenKind.COMMENT),
        ("/* a /* nested */ one */", TokenKind.COMMENT),
        (" \t\r\n\f\ufeff", TokenKind.BLANK),
        ("$12", TokenKind.PARAMETER),
        ("\\copy t from x", TokenKind.META),
        ("'never ends", TokenKind.UNTERMINATED),
        ("'a''b", TokenKind.UNTERMINATED),
        ('"never ends', TokenKind.UNTERMINATED),
        ("$a$ never $b$", TokenKind.UNTERMINATED),
        ("/* never /* */", TokenKind.UNTERMINATED),
        ("\x01", TokenKind.OTHER),
    ],
)
def test_one_token_is_recognised(text: str, kind: TokenKind) -> None:
    assert [(token.kind, token.text) for token in tokens(text)] == [(kind, text)]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a=-1", ["a", "=", "-", "1"]),
        ("1..10", ["1", "..", "10"]),
        ("a@-1", ["a", "@-", "1"]),
        ("x<--c\n1", ["x", "<", "1"]),
        ("a*/*c*/b", ["a", "*", "b"]),
        ("b::int[]", ["b", "::", "int", "[", "]"]),
        ("E 'x'", ["E", "'x'"]),
        ('t."C"', ["t", ".", '"C"']),
    ],
)
def test_neighbours_are_told_apart(text: str, parts: list[str]) -> None:
    assert [token.text for token in significant(tokens(text))] == parts


def test_a_backslash_inside_a_line_is_no_psql_line() -> None:
    assert TokenKind.META not in {token.kind for token in tokens("a \\d")}


def test_rows_of_an_inline_copy_are_one_token() -> None:
    text = "COPY t (a) FROM STDIN WITH (FORMAT text);\n1\tit's\n$$\n\\.\nSELECT 1;"
    data = [token.text for token in tokens(text) if token.kind is TokenKind.COPY_DATA]
    assert data == ["\n1\tit's\n$$\n\\.\n"]


@pytest.mark.parametrize("text", ["COPY t FROM STDIN; SELECT 1", "COPY t TO STDOUT;\n'a'\n\\.\n", "SELECT 1;\n\\.\n"])
def test_what_is_no_inline_copy_has_no_rows(text: str) -> None:
    assert TokenKind.COPY_DATA not in {token.kind for token in tokens(text)}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Orders", "orders"),
        ('"Orders"', "Orders"),
        ('"a""b"', 'a"b'),
        ("ÄRGER", "Ärger"),
        ('U&"d\\0061t\\+000061"', "data"),
        ("a" * 70, "a" * 63),
        ("ä" * 40, "ä" * 31),
        ('"' + "B" * 70 + '"', "B" * 63),
    ],
)
def test_an_identifier_is_folded_and_cut_as_the_server_does(text: str, name: str) -> None:
    (token,) = tokens(text)
    assert token.folded == name


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("'it''s'", "it's"),
        ("'back\\n'", "back\\n"),
        ("E'a\\n\\t\\\\\\'\\x41\\101\\u00e9'", "a\n\t\\'AAé"),
        ("$tag$it's$tag$", "it's"),
        ("$$$$", ""),
        ("U&'\\0041\\+01F600\\\\'", "A😀\\"),
    ],
)
def test_a_string_is_read(text: str, value: str) -> None:
    (token,) = tokens(text)
    assert token.value == value


@pytest.mark.parametrize("sql", STATEMENTS)
def test_no_real_statement_has_a_token_left_over(sql: str) -> None:
    assert not {token.kind for token in tokens(sql)} & {TokenKind.OTHER, TokenKind.UNTERMINATED, TokenKind.META}


@pytest.mark.parametrize("dialect", ["postgres", "mysql", "mariadb", "sqlite"])
def test_letters_are_those_of_ascii_and_all_that_is_not_ascii(dialect: str) -> None:
    begins = {each for each in map(chr, range(128)) if tokens(each, dialect)[0].kind is TokenKind.WORD}
    assert begins - {"$"} == {*string.ascii_letters, "_"}
    goes_on = {each for each in map(chr, range(128)) if len(tokens(f"a{each}", dialect)) == 1}
    assert goes_on == {*string.ascii_letters, *string.digits, "_", "$"}
    for beyond in ("\x80", "\xff", "\ud800", "\uffff", "\U00010000", "\U0010ffff"):
        first = tokens(f"{beyond}a{beyond} 1", dialect)[0]
        assert (first.kind, first.text) == (TokenKind.WORD, f"{beyond}a{beyond}")
