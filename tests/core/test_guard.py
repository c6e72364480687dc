"""What keeps a plan from being carried out, and what does not."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.core.assessment import Assessment
from console.core.guard import kept_out, mistyped, objections
from console.core.intent import Intent, Verb
from console.core.journal import Entry, Person, Topic
from console.core.judge import assess
from console.core.observation import Health, Machine, Reading, ToolProcess
from console.core.plan import Loss, Plan
from tests.builders import NOON, observation, schema_after, session, tracking
from tests.screens.builders import half_applied

SHOP = schema_after("CREATE TABLE orders (id bigint)")
OTHERS = tuple(verb for verb in Verb if not verb.kills)
FLYING = Entry(7, NOON, "shop", "run", Person("ann"), Topic.ACTING, "statement 3 of V4")


def calm() -> Assessment:
    """Nothing is going on."""
    return assess(observation(SHOP, tracking(), sessions=(session("1"),)))


def plan(now: Assessment, verb: Verb = Verb.FINISH, **more: object) -> Plan:
    """A plan for the server that is seen."""
    server = now.observation.server.value
    assert server is not None
    return Plan(Intent(verb, migration="4"), "Finish V4", "finish 4", server.identity, NOON, **more)  # type: ignore[arg-type]


def seeing(now: Assessment, **parts: object) -> Assessment:
    """The same with another part seen."""
    return replace(now, observation=replace(now.observation, **parts))  # type: ignore[arg-type]


@pytest.mark.parametrize("verb", Verb)
def test_nothing_speaks_against_it_when_nothing_does(verb: Verb) -> None:
    now = calm()
    assert objections(plan(now, verb), now) == ()
    assert kept_out(plan(now, verb), now) == plan(now, verb)


@pytest.mark.parametrize("verb", Verb)
def test_what_is_refused_already_stays_so_and_is_said_once(verb: Verb) -> None:
    now = calm()
    assert objections(plan(now, verb, refused=("no", "no")), now) == ("no",)


@pytest.mark.parametrize("verb", Verb)
def test_nothing_is_sent_while_the_server_cannot_be_read(verb: Verb) -> None:
    now = calm()
    for health in (Health.STALE, Health.TIMED_OUT, Health.NOT_PERMITTED):
        dark = seeing(now, server=replace(now.observation.server, health=health))
        assert objections(plan(now, verb), dark) == (
            "The server cannot be read right now: nothing is sent while the link is down.",
        )
    (said,) = objections(plan(now, verb), seeing(now, server=Reading()))
    assert "cannot be read" in said


@pytest.mark.parametrize("verb", Verb)
def test_another_server_is_never_acted_on(verb: Verb) -> None:
    now = calm()
    elsewhere = replace(plan(now, verb), server="another")
    assert objections(elsewhere, now) == ("This is another server than the one the plan was made for.",)


def test_only_sessions_are_ended_while_a_migration_is_alive() -> None:
    now = half_applied()
    for verb in OTHERS:
        assert "A migration is alive: session 4712" in objections(plan(now, verb), now)[0]
        assert kept_out(plan(now, verb), now).refused[0].startswith("A migration is alive: session 4712")
    for verb in (Verb.CANCEL, Verb.TERMINATE):
        assert objections(plan(now, verb), now) == kept_out(plan(now, verb), now).refused == ()


def test_a_process_of_the_tool_is_a_migration_that_is_alive() -> None:
    tool = ToolProcess(4242, "flyway migrate", "flyway")
    now = seeing(calm(), machine=Machine(tools=(tool,)))
    assert objections(plan(now), now) == (
        "A migration tool runs here: process 4242 (flyway). Wait until it has ended.",
    )
    assert objections(plan(now, Verb.TERMINATE), now) == ()


def test_what_is_in_flight_keeps_out_everything_but_ending_sessions() -> None:
    now = calm()
    said = "A step is still in flight: statement 3 of V4 (journal entry 7)."
    for verb in OTHERS:
        assert objections(plan(now, verb), now, [FLYING]) == kept_out(plan(now, verb), now, [FLYING]).refused == (said,)
    assert objections(plan(now, Verb.CANCEL), now, [FLYING]) == ()


def test_a_server_that_takes_no_writes_takes_none_of_ours() -> None:
    now = calm()
    server = now.observation.server
    assert server.value is not None
    replica = seeing(now, server=replace(server, value=replace(server.value, read_only=True)))
    for verb in OTHERS:
        assert "takes no writes" in objections(plan(now, verb), replica)[0]
    assert objections(plan(now, Verb.TERMINATE), replica) == ()


def test_an_unread_schema_keeps_out_what_rests_on_it() -> None:
    now = calm()
    unread = seeing(
        now, schema=replace(now.observation.schema, health=Health.TIMED_OUT, reason="no answer within 15 s")
    )
    for verb in OTHERS:
        expected = () if verb.cleans else ("The schema has not been read just now: no answer within 15 s.",)
        assert objections(plan(now, verb), unread) == expected


PHRASES = st.lists(st.text(max_size=12), max_size=4)


@given(PHRASES, st.lists(st.sampled_from(["orders", "users"]), max_size=2))
def test_only_every_phrase_in_order_is_right(typed: list[str], lost: list[str]) -> None:
    losses = tuple(Loss(table, "3 rows") for table in lost)
    asked = plan(calm(), losses=losses)
    assert (mistyped(asked, typed) == "") is (tuple(typed) == asked.phrases)
    assert mistyped(asked, asked.phrases) == ""
    for n in range(len(asked.phrases)):
        assert mistyped(asked, asked.phrases[:n]) == f"type {asked.phrases[n]}"


@given(st.sampled_from(["finish 4 ", " finish 4", "Finish 4", "finish  4", "finish 4\n", "finish 40", ""]))
def test_nearly_right_is_wrong(typed: str) -> None:
    assert mistyped(plan(calm()), [typed]) == "this is not the phrase: finish 4"
