"""Chains on the DB facade to SQL: character for character what real Laravels send, kept in query_golden.txt."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from console.readers.php.draft import Connection
from console.readers.php.query import compile_query
from tests.readers.php.chains import line

_RELEASES = {"8": (8, 83, 26), "10": (10, 48, 29)}


def _golden() -> Iterator[tuple[str, dict[str, str]]]:
    text = (Path(__file__).parent / "query_golden.txt").read_text(encoding="utf-8")
    for block in text.split("\n> ")[1:]:
        case, *answers = block.rstrip("\n").split("\n")
        yield case, dict(answer.split(" | ", 1) for answer in answers)


CASES = dict(_golden())


def _sent(case: str, driver: str, release: str) -> str:
    prefix, php = ("p_", case[2:]) if case.startswith("p ") else ("", case)
    connection = Connection(driver, laravel=_RELEASES[release], prefix=prefix)
    sent = compile_query(line(php), connection)
    if sent is None:
        return "-"
    if any(one.unreadable for one in sent):
        return "!"
    return " ;; ".join(one.sql.replace("\\", "\\\\").replace("\n", "\\n") for one in sent)


@pytest.mark.parametrize("case", CASES, ids=[f"{n:03}" for n in range(len(CASES))])
def test_a_chain_is_what_the_framework_sends(case: str) -> None:
    places = [(driver, release) for driver in ("pgsql", "mysql", "sqlite") for release in _RELEASES]
    expected = {at: CASES[case].get(f"{at[0]} {at[1]}", CASES[case].get(at[0])) for at in places}
    assert {at: _sent(case, *at) for at in places} == expected


def test_there_are_several_hundred_measured_answers() -> None:
    assert len(CASES) > 240
    assert sum(len(answers) for answers in CASES.values()) > 800
