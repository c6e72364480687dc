"""What is said: pages turned into sentences, words into commands, two looks into what has changed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from console.core.assessment import Assessment, Debris
from console.core.flight import Flight
from console.core.intent import Intent, Verb
from console.core.journal import Entry, Person, Topic
from console.core.judge import assess
from console.core.plan import Outcome, Plan, Result, Step, StepKind, Word
from screens.acting.linear import spoken
from screens.acting.lines import said, sql_lines
from screens.linear import lists
from screens.linear import words as typed_words
from screens.linear.changes import changed
from screens.linear.plain import WIDE, many, named, prose, sentences, stop, word
from screens.linear.status import status, tree
from screens.linear.words import helped, meant
from screens.lines import BLANK, Line, fitted, line, paragraph
from screens.tones import Tone
from tests.builders import NOON, observation, pending, schema_after, session, table_lock, tracking
from tests.screens.left import among, left

_TWO = "ALTER TABLE orders ADD COLUMN a int;\nALTER TABLE orders ADD COLUMN b int;"


def heard_of(*lines: Line) -> list[str]:
    return list(sentences(lines))


@pytest.mark.parametrize(
    ("lines", "heard"),
    [
        ([BLANK, line("   ")], []),
        (said("RUNS", "DROP INDEX  a", WIDE), ["Runs: DROP INDEX  a"]),
        (said("NOT SEEN", "locks", WIDE), ["Not seen: locks"]),
        (list(sql_lines(["CREATE VIEW v AS\n  SELECT 1,  2"], WIDE)), ["Runs: CREATE VIEW v AS", "  SELECT 1,  2"]),
        (paragraph("4711  web@local  idle for <10 s", WIDE, 1), ["4711, web@local, idle for less than 10 s"]),
        (
            paragraph("2  statement 3 of V4  (SHARE on a; b)", WIDE, 1, tone=Tone.STRONG),
            ["Step 2: statement 3 of V4 (SHARE on a; b)"],
        ),
        ([fitted(WIDE, "   3  ", ("NOT LANDED", Tone.BAD), "  inferred")], ["3. NOT LANDED, inferred"]),
        ([fitted(WIDE, " ", ("V4__a", Tone.STRONG), "  Flyway")], ["V4__a, Flyway"]),
    ],
)
def test_a_line_of_a_page_as_a_sentence(lines: list[Line], heard: list[str]) -> None:
    assert heard_of(*lines) == heard


def test_what_has_no_word_of_its_own_has_the_one_before() -> None:
    assert list(named(["Applied: 2", "newest V2", "Pending: none"])) == ["Applied: 2", "Applied: newest V2",
                                                                          "Pending: none"]  # fmt: skip


def test_numbers_ends_and_capitals() -> None:
    assert (many(1, "session"), many(1200, "row")) == ("1 session", "1,200 rows")
    assert (stop("so"), stop("so?"), stop("")) == ("so.", "so?", "")
    assert (word("HALF APPLIED"), word("invalid_index")) == ("half applied", "invalid index")
    assert (prose("4711  web"), prose("2  web", step=True)) == ("4711, web", "Step 2: web")


def _words() -> tuple[list[str], tuple[typed_words.Word, ...]]:
    done: list[str] = []
    return done, (
        typed_words.Word(("unlock", "U"), "says one thing.", done.append, "[N]"),
        typed_words.Word(("undo", "roll-back", "u"), "says another.", done.append),
    )


@pytest.mark.parametrize(
    ("typed", "name", "rest"),
    [
        ("undo", "undo", ""), ("u", "undo", ""), ("U 3", "unlock", "3"), ("UNDO  the last ", "undo", "the last"),
        ("  roll_back x y", "undo", "x y"), ("Roll-Back", "undo", ""),
    ],
)  # fmt: skip
def test_a_line_means_a_command_and_what_stands_behind_it(typed: str, name: str, rest: str) -> None:
    _, words = _words()
    found = meant(words, typed)
    assert found is not None
    assert (found[0].names[0], found[1]) == (name, rest)


@pytest.mark.parametrize("typed", ["und", "x", "undoing", ""])
def test_what_is_nearly_a_command_is_none(typed: str) -> None:
    assert meant(_words()[1], typed) is None


def test_help_names_every_word() -> None:
    told = "\n".join(helped(_words()[1]))
    assert "unlock [N] (or U): says one thing." in told
    assert "undo (or roll-back, u): says another." in told


def half() -> Assessment:
    """One of two statements has landed."""
    base = schema_after("CREATE TABLE orders (id int); ALTER TABLE orders ADD COLUMN a int;")
    return assess(observation(base, tracking(pending("1", _TWO))))


def test_the_first_page_is_one_fact_a_line_in_words() -> None:
    told = list(status(half(), "shop on db1"))
    assert told[0].startswith("Halfway, ")
    assert any(text.startswith("Verdict: incident. ") for text in told)
    assert "Statement 1 of 2: landed: ALTER TABLE orders ADD COLUMN a int" in told
    assert "Statement 2 of 2: not landed: ALTER TABLE orders ADD COLUMN b int" in told
    assert any(text.startswith("Next safe step") for text in told)
    assert [text for text in told if "  " in text or "\n" in text] == []


def test_nothing_changed_is_not_said_and_what_did_is_one_line() -> None:
    before = half()
    assert changed(before, before) == ""
    done = assess(
        observation(schema_after("CREATE TABLE orders (id int, a int, b int);"), tracking(pending("1", _TWO)))
    )
    told = changed(before, done)
    assert told.startswith("Changed since ")
    assert "is unrecorded." in told
    assert "\n" not in told


def test_what_was_left_and_is_gone_is_said() -> None:
    before = replace(half(), debris=(Debris("invalid_index", "orders_idx", "on orders"),))
    assert "Invalid index orders_idx: on orders was left behind." in changed(half(), before)
    assert "No longer so: invalid index orders_idx: on orders was left behind." in changed(before, half())


def test_a_transaction_that_somebody_left_open_is_said() -> None:
    told = "\n".join(tree(among(left(60, "9002"))))
    assert "Left open, in nobody's way now: session 9002, web@10.0.0.9, idle in transaction, for 1 min" in told


def test_who_blocks_whom_is_said_by_number() -> None:
    sessions = (session("7", state="idle in transaction"), session("8"))
    locks = (
        table_lock("7", "orders", "AccessShareLock", granted=True),
        table_lock("8", "orders", "AccessExclusiveLock", granted=False),
    )
    schema = schema_after("CREATE TABLE orders (id int);")
    told = "\n".join(tree(assess(observation(schema, tracking(), sessions=sessions, locks=locks))))
    assert "Blocked: 1 session. In the way: session 7, web@127.0.0.1, " in told
    assert "Behind session 7." in told


def test_a_migration_is_found_by_its_key_before_a_part_of_another() -> None:
    seen = assess(
        observation(
            schema_after("CREATE TABLE orders (id int);"), tracking(pending("1", _TWO), pending("11", "SELECT 1;"))
        )
    )
    assert [m.id for _, m in lists.matching(seen, "1")] == ["1"]
    assert [m.id for _, m in lists.matching(seen, "11")] == ["11"]


def plan_of(*sql: str) -> Plan:
    steps = tuple(Step(n, StepKind.SCHEMA, f"statement {n} of V2", (text,)) for n, text in enumerate(sql, 1))
    return Plan(Intent(Verb.FINISH, migration="2"), "Finish V2", "finish 2", "here", NOON, steps=steps)


def test_the_whole_plan_is_said_with_its_sql_letter_by_letter() -> None:
    told = list(spoken.plan(plan_of("CREATE INDEX  a ON b (c)", "SELECT 1,\n    2"), "", sheltered=True))
    assert told[0] == "Plan: Finish V2."
    assert told[1:] == ["Step 1: statement 1 of V2", "Runs: CREATE INDEX  a ON b (c)", "Step 2: statement 2 of V2",
                        "Runs: SELECT 1,", "    2"]  # fmt: skip


def test_each_step_is_told_as_it_begins_and_as_it_ends() -> None:
    plan = plan_of("SELECT 1", "SELECT 2")
    assert list(spoken.step(plan, plan.steps[1])) == ["Step 2 of 2 begins: statement 2 of V2.", "Runs: SELECT 2"]
    done = Outcome(1, Word.DONE, "it is there", 1.25)
    assert list(spoken.came(plan, done)) == ["Statement 1 of V2: done, after 1.2 seconds. It is there."]
    refused = Outcome(2, Word.REFUSED, "lock timeout", sent=False)
    assert list(spoken.came(plan, refused)) == ["Statement 2 of V2: refused. Lock timeout. Nothing of it was sent."]
    told = list(spoken.ended(Result(plan, (done, refused))))
    assert told == []
    assert list(spoken.ended(Result(plan, (done,)))) == ["Not begun: statement 2 of V2."]
    assert list(spoken.ended(Result(plan, refused=("It has changed.",)))) == ["Nothing was sent.",
                                                                               "Refused: It has changed."]  # fmt: skip
    whole = Result(plan, (done, replace(done, n=2)), next="Look again.")
    assert list(spoken.ended(whole)) == ["Next: Look again.", "Then: verify looks whether all has come to its end."]


def test_what_is_in_flight_is_followed_in_words() -> None:
    entry = Entry(7, NOON, "shop on db1", "run", Person("ann"), Topic.ACTING, "statement 1 of V2", {"sql": "SELECT 1"})
    running = Flight(entry, session("4711"), ("Session 4711 is still on the server: active.",))
    told = list(spoken.flight(running, "Ann"))
    assert told[0] == "Sent: statement 1 of V2, 2026-01-31 12:00:00 UTC by Ann, journal entry 7."
    assert told[1:3] == ["It runs: SELECT 1", "Now: Session 4711 is still on the server: active."]
    assert told[-1] == "To have it cancelled, type: kill 4711"
    by_hand = list(spoken.flight(replace(running, session=None, by_hand=True), "Ann"))
    assert by_hand[-1] == "If you have seen that it runs no more, type: ended 7"
    over = list(spoken.flight(replace(running, over=True), "Ann"))
    assert over[-1] == "Now: Session 4711 is still on the server: active."
