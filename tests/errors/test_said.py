"""What seven real tools printed when an index over equal values was refused: each is known.

Recorded in `said/` from the tools of tests/tools on PostgreSQL 16 and MariaDB 10.11; without their traces.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from console.core.causes import Doubt, questions
from console.core.errors import named, refusal_in
from console.core.landed import Ground, judge
from console.core.masks_values import without_values
from tests.builders import schema_after, statements

SAID = sorted((Path(__file__).parent / "said").glob("*.txt"))
OWN = {"django": "users_email_0ea73cca_uniq", "laravel": "users_email_unique", "rails": "index_users_on_email"}
"""The names that tools make themselves."""


def test_every_tool_was_recorded_on_both_servers() -> None:
    assert len(SAID) == 14


@pytest.mark.parametrize("path", SAID, ids=lambda path: path.stem)
def test_what_a_real_tool_printed_names_index_statement_and_question(path: Path) -> None:
    kind, _, tool = path.stem.partition("_")
    text, index = path.read_text(), OWN.get(tool, "users_email")
    up = f"""alter table users add note text; create index other on users (id);
    create unique index {index} on users (email)"""
    schema = schema_after("create table users (id bigint primary key, email text);")
    judgements = judge(statements(up), Ground(schema))
    for said in (text, without_values(text)):
        refusal = refusal_in(said, kind)
        assert refusal is not None
        assert (refusal.rule.doubt, refusal.names) == (Doubt.DUPLICATES, (index,))
        told = named(refusal, said, judgements, questions(judgements, schema))
        assert (told.n, told.question is not None) == (3, True)
    assert "ann" in text or tool in ("dbmate", "drizzle")
    assert "ann" not in without_values(text)
