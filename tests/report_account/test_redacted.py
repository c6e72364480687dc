"""A redacted report holds no literal of any statement; a brief says of nobody and nothing who or where."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.core.journal import Topic
from console.report.account.forms import as_html, as_markdown
from console.report.account.notes import NOTES
from console.report.account.page import pages
from console.report.account.redacted import redacted
from console.report.account.story import Story
from console.report.account.values import document_of_story
from tests.report_account.stories import INCIDENT, TREE, Writing, incident, picture, told

WRITTEN = {
    "text": "'{}'", "escaped": "E'{}\\n'", "dollar": "$body${}$body$", "routine": "$$ SELECT '{}' $$",
    "national": "N'{}'",
}  # fmt: skip
WORD = st.text(st.sampled_from("qzxjv"), min_size=8, max_size=14)
NUMBER = st.integers(7_100_000, 79_999_999).map(str)


def forms(story: Story) -> str:
    """Each form of a redacted report, one after the other."""
    bare = redacted(story)
    notes = [as_markdown(make(bare)) for make in NOTES.values()]
    every = [as_markdown(pages(bare)), as_html("x", pages(bare)), json.dumps(document_of_story(bare)), *notes]
    return "\n".join(every)


def leaking(value: str, sql: str) -> Story:
    """An incident in which what a statement held is told in every place there is."""
    write = Writing()
    write("ann", Topic.NOTE, f"we saw '{value}' and {value}.", reason=f"{value} is in the way")
    tree = {"id": 4711, "query": sql, "waiters": []}
    drift = {"change": "changed", "kind": "column", "object": "orders.c", "expected": f"default {sql}", "actual": value}
    found = picture("incident", 1, drift=[drift], sessions={"blocked": 1, "trees": [tree]})
    found["frameworks"][0]["migrations"][0]["statements"][1] |= {"sql": sql, "evidence": f"default is {value}"}
    write.saw(found)
    write.did("ann", sql, "done", evidence=f"rows with {value}: 3", undo=sql)
    return told(write.entries)


@given(st.sampled_from(sorted(WRITTEN)), WORD)
def test_no_text_of_a_statement_survives(way: str, value: str) -> None:
    sql = f"UPDATE orders SET note = {WRITTEN[way].format(value)} WHERE id = 1 -- {value}"
    assert value not in forms(leaking(value, sql))


@given(NUMBER)
def test_no_number_of_a_statement_survives(value: str) -> None:
    assert value not in forms(leaking(value, f"DELETE FROM orders WHERE customer = {value}"))


@given(NUMBER, WORD)
def test_no_row_and_no_bytes_of_a_statement_survive(number: str, word: str) -> None:
    copied = forms(leaking(word, f"COPY orders FROM STDIN;\n{number}\t{word}\n\\.\n"))
    assert [each for each in (number, word) if each in copied] == []
    assert f"0xab{number}" not in forms(leaking(f"0xab{number}", f"UPDATE orders SET note = x'ab{number}'"))


def test_what_ties_lines_together_stays() -> None:
    write = Writing()
    for _ in range(60):
        write.did("ann", f"DELETE FROM orders WHERE id = {len(write.entries) + 1} AND n = 101", "done")
    assert {action.outcome for action in redacted(told(write.entries)).actions} == {"done"}
    assert "DELETE FROM orders WHERE id = ? AND n = ?" in forms(told(write.entries))


@pytest.mark.parametrize(
    "secret", ["ALTER ROLE app PASSWORD 'hunter2x'", "postgresql://app:hunter2x@db1/shop"], ids=["sql", "address"]
)
def test_a_secret_is_hidden_wherever_it_stands(secret: str) -> None:
    assert "hunter2x" not in forms(leaking(secret, secret))


def test_a_brief_says_nothing_of_who_and_where() -> None:
    write = incident()
    write.saw(
        picture("incident", 1, sessions={"blocked": 1, "trees": [TREE | {"user": "billing", "client": "10.9.8.7"}]})
    )
    write("ann", Topic.NOTE, "Ann called bob@example.com from /home/ann/shop/V4.sql at 10.1.2.3, session 4711 of db1")
    text = as_markdown(NOTES["brief"](told(write.entries)))
    wanted = ("Ann", "Bob", "deploy", "10.0.0.5", "db1", INCIDENT, "shop\\_rw", "billing", "10.9.8.7", "4711", "4712",
              "SHA256", "/home", "example.com", "10.1.2.3", "little")  # fmt: skip
    assert [word for word in wanted if word in text] == []
    assert "ALTER TABLE orders ADD COLUMN c2" in text
    assert "postgresql 16.4" in text


def test_a_migration_keeps_its_name_although_the_row_of_its_tool_holds_it() -> None:
    write = incident()
    name = "2026_01_31_093000_add_shipping"
    seen = picture("incident", 1)
    seen["frameworks"][0]["migrations"][0]["id"] = name
    seen["verdict"]["summary"] = f"{name} is half applied"
    write.saw(seen)
    write.did("ann", f"INSERT INTO migrations (migration) VALUES ('{name}')", "done")
    story = redacted(told(write.entries))
    assert f"{name} is half applied" in [entry.text for entry in story.entries]
    assert story.actions[-1].sql == "INSERT INTO migrations (migration) VALUES (?)"
