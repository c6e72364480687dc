"""What a person asked the data, and what of the answer is kept."""

from __future__ import annotations

from typing import cast

import pytest

from console.core.causes import Answer, Doubt, Key, Question
from console.core.faults import Fault, TimedOutFault
from console.core.ports import Link
from console.lanes.asking import Asker

FOUND = Answer(2, ("a@x", "https://bob:geheim@host/"), "SELECT 1")


class Answering:
    """A link that gives one answer, or fails."""

    def __init__(self, answer: Answer | Fault) -> None:
        self.answer = answer

    def ask(self, question: Question, seconds: float) -> Answer:
        if isinstance(self.answer, Fault):
            raise self.answer
        return self.answer

    def cancel(self) -> None: ...

    def close(self) -> None: ...


def asker(answer: Answer | Fault, *, redact: bool = False) -> Asker:
    return Asker(lambda _: cast(Link, Answering(answer)), redact=redact)


def question(column: str, doubt: Doubt = Doubt.DUPLICATES) -> Question:
    return Question(1, doubt, ("public", "users"), (column,))


def test_an_answer_is_kept_with_the_query_and_without_what_is_written_like_a_secret() -> None:
    asking = asker(FOUND)
    assert asking.explain("7", question("email"), "public") is None
    kept = asking.answers[0]
    assert (kept.rows, kept.sample, kept.sql) == (2, ("a@x", "https://bob:***@host/"), "SELECT 1")


@pytest.mark.parametrize(
    "asked", [question("password_digest"), question("api_token"), Question(1, Doubt.DUPLICATES, ("public", "users"),
              ("x",), keys=(Key(expression="lower(secret)"),))], ids=["digest", "token", "expression"]
)  # fmt: skip
def test_values_of_a_column_that_is_called_like_a_secret_are_not_kept(asked: Question) -> None:
    asking = asker(FOUND)
    asking.explain("7", asked, "public")
    assert (asking.answers[0].rows, asking.answers[0].sample) == (2, ())


@pytest.mark.parametrize(
    ("doubt", "kept"), [(Doubt.DUPLICATES, ()), (Doubt.DEPENDENTS, ("a@x", "https://bob:***@host/"))], ids=str
)
def test_redacted_no_value_is_kept_but_names_of_objects_are(doubt: Doubt, kept: tuple[str, ...]) -> None:
    asking = asker(FOUND, redact=True)
    asking.explain("7", question("email", doubt), "public")
    assert asking.answers[0].sample == kept


def test_a_time_out_is_not_known_and_says_so() -> None:
    asking = asker(TimedOutFault("The read took too long"))
    assert isinstance(asking.explain("7", question("email"), "public"), TimedOutFault)
    assert (asking.answers[0].rows, asking.answers[0].why) == (None, "The read took too long.")


def test_what_no_query_can_tell_is_not_known() -> None:
    asking = asker(FOUND)
    told = Question(1, Doubt.MISFITS, ("public", "t"), ("a",), told=Answer(None))
    asking.explain("7", told, "public")
    assert (asking.answers[0].rows, asking.answers[0].why) == (None, "no query can tell")
