"""What was read before is only believed while everything it asked is answered as it was."""

from __future__ import annotations

from pathlib import Path

from console.core.forms import Form
from console.core.kept import Ask, Questions, asking, kept, put_up, still_so
from console.core.statements import read_script, read_sent
from console.core.statements.statement import Sent
from console.store.kept_files import Shelf

SCRIPT = "CREATE TABLE a (id int);\nUPDATE a SET id = 1 WHERE id IS NULL;"


def without_reading(*_: object) -> str:
    raise AssertionError("it was read")


def test_without_a_shelf_everything_is_read() -> None:
    assert [kept(Form(str), str.upper, "a"), kept(Form(str), str.upper, "a")] == ["A", "A"]


def test_a_shelf_gives_what_was_read_and_only_for_the_same() -> None:
    with put_up(Shelf({})) as _:
        first = read_script(SCRIPT)
    shelf = Shelf({})
    with put_up(shelf):
        assert read_script(SCRIPT) == first
    again = Shelf(shelf.new)
    with put_up(again):
        assert read_script(SCRIPT) == first
        assert (len(again.used), len(again.new)) == (1, 0)
        others = (read_script(SCRIPT + " "), read_script(SCRIPT, "mysql"), read_script(SCRIPT, home="b"),
                  read_script(SCRIPT, transactional=True), read_sent([Sent(SCRIPT)]))  # fmt: skip
    assert len(again.new) == len(others)


def test_the_shelf_is_down_again_afterwards() -> None:
    shelf = Shelf({})
    with put_up(shelf):
        pass
    read_script("SELECT 1")
    assert not shelf.new


def test_what_asked_is_read_again_when_an_answer_is_another() -> None:
    answers = {"a": "one", "b": None}

    def ask(question: str, about: str) -> object:
        assert question == "file"
        return answers[about]

    def read(ask: Ask) -> str:
        return f"{ask('file', 'a')} {ask('file', 'b')}"

    shelf = Shelf({})
    assert shelf.asking(Form(str), "x", (), ask, read) == "one None"
    assert Shelf(shelf.new).asking(Form(str), "x", (), ask, without_reading) == "one None"
    answers["b"] = "None"
    assert Shelf(shelf.new).asking(Form(str), "x", (), ask, read) == "one None"
    answers["a"] = "two"
    anew = Shelf(shelf.new)
    assert anew.asking(Form(str), "x", (), ask, read) == "two None"
    assert not anew.used


def test_questions_are_kept_with_digests_and_not_with_their_answers() -> None:
    questions = Questions(lambda *_: "secret")
    assert asking(Form(str), "x", (), questions, lambda ask: str(ask("env", "A"))) == "secret"
    assert "secret" not in repr(questions.asked)
    assert still_so(questions.asked, lambda *_: "secret")
    assert not still_so(questions.asked, lambda *_: Path("secret"))


def test_a_damaged_line_is_read_anew() -> None:
    shelf = Shelf({})
    with put_up(shelf):
        first = read_script(SCRIPT)
    (key,) = shelf.new
    for line in (b"", b"{", b"[]", b"[1]", b"[[0,[9999]],[]]", b"[[0],[[1]]]", b"[[0],[3]]", b"[" * 100_000):
        damaged = Shelf({key: line})
        with put_up(damaged):
            assert read_script(SCRIPT) == first
        assert key in damaged.new


def test_what_asked_for_a_secret_is_not_kept() -> None:
    for question, about, kept_lines in (("env", "DB_PASSWORD", 0), ("config", "services.x.token", 0), ("env", "A", 1)):
        shelf = Shelf({})
        shelf.asking(Form(str), "x", (), lambda *_: "v", lambda ask, q=question, a=about: str(ask(q, a)))  # type: ignore[misc]
        assert len(shelf.new) == kept_lines
