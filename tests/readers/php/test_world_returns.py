"""What stands behind an early return: `if (! hasTable || hasIndex) return;` leaves two questions, not one sentence."""

from __future__ import annotations

import pytest

from console.core.statements import Guard
from tests.readers.php.walking import read, sent

TEST = "! Schema::hasTable($t) || Schema::hasColumn($t, 'c')"
"""Of a table that is not there, or has the column already."""


def _told(guard: Guard) -> str:
    if guard.ref is None:
        return guard.text
    return f"{'' if guard.present else 'no '}{guard.ref.kind.value} {guard.ref.name}"


def _asked(body: str, more: str = "") -> list[list[str]]:
    return [[_told(guard) for guard in one.guards] for one in read(body, more=more).up]


def test_a_return_under_one_of_two_conditions_leaves_the_opposite_of_both() -> None:
    assert _asked(f"$t = 't'; if ({TEST}) {{ return; }} DB::statement('x');") == [["table t", "no column c"]]


def test_so_does_a_helper_that_returns() -> None:
    helper = f"private function add(string $t) {{ if ({TEST}) return; DB::statement('x'); }}"
    assert _asked("$this->add('t'); DB::statement('y');", helper) == [["table t", "no column c"], []]


def test_so_does_a_loop_that_goes_on() -> None:
    body = f"foreach (['t', 'u'] as $t) {{ if ({TEST}) continue; DB::statement('x'); }}"
    assert _asked(body) == [["table t", "no column c"], ["table u", "no column c"]]


def test_a_helper_that_answers_early_answers_both() -> None:
    helper = f"private function fits(string $t) {{ if ({TEST}) return false; return true; }}"
    found = _asked("if ($this->fits('t')) { DB::statement('x'); } else { DB::statement('y'); }", helper)
    assert found == [["table t", "no column c"], [TEST]]


@pytest.mark.parametrize(
    ("test", "told"),
    [
        ("Schema::hasTable('t') && DB::table('t')->exists()", "! (Schema::hasTable('t') && DB::table('t')->exists())"),
        ("DB::table('t')->exists()", "! DB::table('t')->exists()"),
    ],
    ids=["both", "rows"],
)
def test_what_cannot_be_taken_apart_stays_one_sentence(test: str, told: str) -> None:
    assert _asked(f"if ({test}) return; DB::statement('x');") == [[told]]


def test_a_return_inside_another_condition_is_not_taken_apart() -> None:
    body = f"$t = 't'; if (DB::table('a')->exists()) {{ if ({TEST}) return; }} DB::statement('x');"
    assert sent(body) == [f"<! (DB::table('a')->exists() && ({TEST}))> x"]
