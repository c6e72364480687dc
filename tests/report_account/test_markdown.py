"""Markdown of a report, read by a Markdown parser: text of a database is never markup."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from console.core.journal import Topic
from console.core.plain import one_line
from console.report.account.blocks import Code, Grid, Heading, Items, Pairs, Para
from console.report.account.forms import CELL, as_markdown
from console.report.account.page import pages
from tests.report_account.stories import SQL, Writing, incident, told

READER = MarkdownIt("gfm-like", {"linkify": False})
HOSTILE = (
    "| a | b |", "`code` ``x``", "[text](http://evil.example)", "![x](http://evil.example/p.png)",
    "<script>alert(1)</script>",
    "# heading", "1. one", "12) two", "- item", "+ item", "> quote", "***", "---", "===", "&lt;b&gt;", "~~gone~~",
    "a\\|b", "\\", "a\nb\n\n# c", "    four blanks", "```\nfence\n```", "[ref]: http://evil.example",
    "_under_ __score__",
    "<!-- comment", "<http://evil.example>", "\x00\x1b[2J\u202e",
)  # fmt: skip
LIST = {"bullet_list", "list_item", "paragraph"}
PLAIN = {"text", "inline", "softbreak", "text_special"}


def shown(tokens: list[Token]) -> list[str]:
    """The text of each inline token, as a reader sees it."""
    return ["".join(child.content for child in token.children or ()) for token in tokens if token.type == "inline"]


def kinds(tokens: list[Token]) -> set[str]:
    """What the reader made of it, beside text."""
    every = (each for token in tokens for each in (token, *(token.children or ())))
    return {each.type for each in every} - PLAIN


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_shown_as_itself_wherever_it_stands(text: str) -> None:
    agrees(text)


@given(st.text(st.sampled_from("ab1.)(#[]!<>|\\`*_~-+=&;:/ \n\t\r\x00"), min_size=1, max_size=60))
def test_no_text_becomes_markup(text: str) -> None:
    agrees(text)


def agrees(text: str) -> None:
    """In each block it is the one text, and nothing else comes of it."""
    said = one_line(text, CELL)
    for block, names in (
        (Para(text), {"paragraph"}), (Heading(text), {"heading"}),
        (Items((text,)), LIST), (Pairs((("a", text),)), LIST),
        (Grid(("a",), ((text,),)), {"table", "thead", "tbody", "tr", "th", "td"}),
    ):  # fmt: skip
        tokens = READER.parse(as_markdown((block,)))
        if said or isinstance(block, Pairs | Grid):
            assert kinds(tokens) <= {f"{name}_{end}" for name in names for end in ("open", "close")}
            before = "a:" if isinstance(block, Pairs) else ""
            assert shown(tokens)[-1].removeprefix(before).strip() == said


@given(st.text(st.sampled_from("`~a \n\t"), max_size=60))
def test_code_ends_where_it_ends(text: str) -> None:
    tokens = READER.parse(as_markdown((Code(text, "sql"), Para("after"))))
    assert [token.type for token in tokens][:2] == ["fence", "paragraph_open"]
    assert tokens[0].content == f"{text}\n"


def test_a_whole_report_of_hostile_lines_holds_no_link_picture_or_markup() -> None:
    write = Writing()
    for text in HOSTILE:
        write("ann", Topic.NOTE, text, reason=text)
        write.did("ann", f"SELECT '{text}'", "done", plan=text, evidence=text)
    story = told(write.entries)
    tokens = READER.parse(as_markdown(pages(replace(story, source="`x` | <b>"))))
    found = {kind for kind in kinds(tokens) if not kind.startswith(("table", "thead", "tbody", "tr", "th", "td"))}
    lists = {"bullet_list_open", "bullet_list_close", "list_item_open", "list_item_close"}
    headings = {"heading_open", "heading_close", "paragraph_open", "paragraph_close"}
    assert found == lists | headings | {"fence"}


def test_the_sql_stands_there_line_by_line() -> None:
    fences = [
        token.content for token in READER.parse(as_markdown(pages(told(incident().entries)))) if token.type == "fence"
    ]
    assert SQL.replace("\r", "\\r").replace("\u202e", "\\u202e") + "\n" in fences
