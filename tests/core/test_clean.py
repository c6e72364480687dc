"""Plans to clean up: what keeps one from being made, and what each of them says before anybody types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from console import dialects
from console.core.assessment import Assessment, Debris
from console.core.debris import cleanable, does, meant, persists, touched, wish
from console.core.debris_tools import GH_OST, may_be
from console.core.guard import kept_out
from console.core.intent import Intent, Verb
from console.core.judge import assess
from console.core.observation import Health, Machine, ToolProcess
from console.core.plan import Check, Owner, Plan, Step, StepKind, Word
from console.core.plans.after import can_show, confirmed, ready
from console.core.plans.clean import PLANS, clean_plan
from console.core.plans.finish import patience
from console.core.plans.lost import seen
from console.core.schema import Constraint, Index, Kind, Ref, Table, Trigger, table_ref
from console.core.session import Session, SessionKind
from console.core.statements import read_script
from console.dialects.mysql.sessions import gid, xid
from console.machine import tool_of
from console.stepping import spoken_against
from tests.builders import NOON, SERVER, observation, schema_after, session, tracking

MYSQL = replace(SERVER, dialect="mysql", home="shop", version_number=90700)
PREPARED = Session("order-7", user="shop", database="shop", kind=SessionKind.PREPARED, state="prepared",
                   started_at=NOON - timedelta(hours=1), transaction_at=NOON - timedelta(hours=1))  # fmt: skip
HERE = Ref(Kind.TRIGGER, "public", "orders", "note")


def postgres(*things: object, sessions: tuple[Session, ...] = (session("1"),), sql: str = "") -> Assessment:
    schema = schema_after(f"CREATE TABLE orders (id bigint, total int); {sql}")
    found = replace(schema, things=(*schema.things, *things))  # type: ignore[arg-type]
    return assess(observation(found, tracking(), sessions=sessions))


def mysql(sql: str, *sessions: Session, untold: Mapping[Kind, str] | None = None) -> Assessment:
    schema = schema_after(f"CREATE TABLE orders (id bigint); {sql}", dialect="mysql", home="shop")
    found = replace(schema, untold=untold or {})
    return assess(observation(found, tracking(), sessions=sessions or (session("1"),), server=MYSQL))


def planned(now: Assessment, intent: Intent, owner: Owner = Owner()) -> Plan:  # noqa: B008 - a frozen value
    server = now.observation.server.value
    assert server is not None
    return clean_plan(intent, now, dialects.renderer(server.dialect), owner)


def first(now: Assessment) -> Plan:
    """For the first thing that is left."""
    intent = wish(now.debris[0])
    assert intent is not None
    return planned(now, intent)


NOT_VALID = "ALTER TABLE orders ADD CONSTRAINT sane CHECK (total > 0) NOT VALID;"
DISABLED = Trigger(ref=HERE, table="orders", enabled="disabled", definition="BEFORE INSERT")


def test_what_is_not_left_any_more_cannot_be_cleaned_up() -> None:
    plan = planned(postgres(), Intent(Verb.VALIDATE, object="constraint orders.sane"))
    assert plan.refused == ("constraint orders.sane is no debris that can be cleaned up from here (any more).",)
    assert plan.steps == ()
    assert planned(postgres(sql=NOT_VALID), Intent(Verb.DROP, object="index orders.sane")).refused


def test_without_a_server_or_as_another_owner_nothing_is_planned() -> None:
    now = postgres(sql=NOT_VALID)
    asked = Intent(Verb.VALIDATE, object="constraint orders.sane")
    assert planned(now, asked, Owner(refused="Not yours.")).refused == ("Not yours.",)
    assert 'SET ROLE "shop_owner"' in planned(now, asked, Owner("shop_owner")).settings.sql
    unread = replace(now.observation, server=replace(now.observation.server, value=None))
    plan = clean_plan(asked, replace(now, observation=unread), dialects.renderer("postgresql"), Owner())
    assert plan.refused == ("Which server this is has not been read.",)


@pytest.mark.parametrize("about", ["index", "partition"])
def test_what_belongs_to_more_than_itself_is_left_to_hands(about: str) -> None:
    index = Index(
        ref=Ref(Kind.INDEX, "public", "", "odd"), table="orders", columns=("id",), valid=False, constraint=True
    )
    part = Table(ref=table_ref("public", "part"), partition_of="a.b.c", partition_bound="FOR VALUES DETACH PENDING")
    (why,) = first(postgres(index if about == "index" else part)).refused
    assert (
        why
        == {
            "index": "index odd belongs to a constraint: drop that by hand.",
            "partition": "What part is detached from cannot be told from a.b.c.",
        }[about]
    )


@pytest.mark.parametrize(
    ("now", "held"),
    [
        (postgres(DISABLED, sessions=()), "Whether somebody loads data without it just now cannot be seen here."),
        (postgres(DISABLED, sessions=(session("7", "COPY orders FROM STDIN"),)),
         "A session copies rows into orders just now."),
        (mysql("CREATE TABLE _orders_gho (id bigint);", session("7", visible=False)),
         "Whether gh-ost still works on it cannot be seen here: leave it."),
        (mysql("CREATE TABLE _invoices_gho (id bigint);"),
         "Invoices itself is not there: this may be the only copy of its rows."),
    ],
    ids=["low rights", "a load", "a hidden session", "the only copy"],
)  # fmt: skip
def test_what_somebody_may_be_at_work_on_is_left_alone(now: Assessment, held: str) -> None:
    assert list(cleanable(now)) == []
    assert first(now).refused == (held,)
    assert first(now).steps == ()


def test_what_is_being_detached_is_no_debris() -> None:
    part = Table(ref=table_ref("public", "part"), partition_of="public.orders", partition_bound="x DETACH PENDING")
    busy = session("7", "ALTER TABLE orders DETACH PARTITION part CONCURRENTLY")
    assert postgres(part, sessions=(busy,)).debris == ()
    idle = replace(busy, state="idle")
    assert [item.kind for item in postgres(part, sessions=(idle,)).debris] == ["detach_pending"]
    assert "cannot be seen" in postgres(part, sessions=(replace(busy, query="", visible=False),)).debris[0].held


def test_a_tool_on_this_machine_keeps_everything_as_it_is() -> None:
    now = mysql("CREATE TABLE _orders_gho (id bigint);")
    for command in ("gh-ost --alter x --execute", "perl /usr/bin/pt-online-schema-change --execute D=shop"):
        tool = tool_of(command)
        assert tool is not None
        busy = replace(now.observation, machine=Machine(tools=(ToolProcess(4711, command, tool),)))
        kept = kept_out(first(now), replace(now, observation=busy))
        assert kept.refused == (f"A migration tool runs here: process 4711 ({tool}). Wait until it has ended.",)
    assert tool_of("vi gh-ost -notes") is None


def test_triggers_that_are_not_told_keep_their_copy() -> None:
    now = mysql("CREATE TABLE _orders_new (id bigint);", untold={Kind.TRIGGER: "not told to this account"})
    assert first(now).refused == ("Whether triggers still write to it cannot be seen: not told to this account.",)


def test_a_table_asks_for_what_it_holds_and_for_what_is_not_sure() -> None:
    plan = first(mysql("CREATE TABLE _orders_new (id bigint);", session("9", "", state="idle")))
    assert plan.refused == ()
    assert [count.table for count in plan.counts] == ["_orders_new"]
    assert plan.unproven.startswith("9 (web@127.0.0.1) is connected and may be pt-online-schema-change's")
    many = tuple(session(str(n), "", state="idle") for n in range(1, 6))
    assert "and 2 more are connected" in first(mysql("CREATE TABLE _orders_new (id bigint);", *many)).unproven
    old = first(mysql("CREATE TABLE _orders_old (id bigint);", session("9", "", state="idle")))
    assert old.unproven == ""
    assert old.about == ("_orders_old: old of orders by pt-online-schema-change",)


@pytest.mark.parametrize(
    ("library", "asks"),
    [("mysqlnd", False), ("Go-MySQL-Driver", False), ("libmysql", True), ("libmariadb", True), ("some-proxy", True)],
)
def test_a_session_whose_driver_the_tool_cannot_use_is_not_the_tools(library: str, *, asks: bool) -> None:
    other = session("9", "", state="idle", library=library)
    assert bool(first(mysql("CREATE TABLE _orders_new (id bigint);", other)).unproven) is asks


def test_a_driver_that_a_proxy_uses_too_rules_out_no_tool() -> None:
    found = {name: may_be(GH_OST, session("9", "", library=name)) for name in ("mysqlnd", "libmariadb", "")}
    assert found == {"mysqlnd": False, "libmariadb": True, "": True}


@pytest.mark.parametrize("verb", [Verb.END_PREPARED, Verb.COMMIT_PREPARED, Verb.ROLL_BACK_PREPARED])
def test_two_prepared_transactions_of_one_name_are_left_to_hands(verb: Verb) -> None:
    now = postgres(sessions=(session("1"), PREPARED, PREPARED))
    why = "2 prepared transactions are called order-7: end them by hand."
    assert planned(now, Intent(verb, object="order-7")).refused == (why,)


def test_nothing_says_which_way_a_prepared_transaction_ends() -> None:
    now = postgres(sessions=(session("1"), PREPARED))
    plan = planned(now, Intent(Verb.END_PREPARED, object="order-7"))
    assert (plan.steps, plan.unproven) == ((), "")
    assert [way.verb for way in plan.instead] == [Verb.COMMIT_PREPARED, Verb.ROLL_BACK_PREPARED]
    for way in plan.instead:
        chosen = planned(now, way)
        assert len(chosen.phrases) == 2
        assert [other.verb for other in chosen.instead] == [verb.verb for verb in plan.instead if verb is not way]
    odd = replace(PREPARED, id="a\tb")
    assert (
        "cannot be typed"
        in planned(postgres(sessions=(session("1"), odd)), Intent(Verb.END_PREPARED, object="a\tb")).refused[0]
    )


def test_what_a_prepared_step_rests_on_is_the_list_of_sessions() -> None:
    now = postgres(sessions=(session("1"), PREPARED))
    plan = planned(now, Intent(Verb.COMMIT_PREPARED, object="order-7"))
    (step,) = plan.steps
    locked = replace(now.observation, schema=replace(now.observation.schema, health=Health.LOCKED))
    assert ready(step, replace(now, observation=locked)) == ""
    blind = replace(
        now.observation, sessions=replace(now.observation.sessions, health=Health.TIMED_OUT, reason="no answer")
    )
    assert ready(step, replace(now, observation=blind)) == "the sessions have not been read just now: no answer"
    said = seen(plan, step, replace(now, observation=blind))
    assert said == (Word.UNKNOWN, "it was sent, and the sessions could not be read again: no answer")
    assert not can_show(step, now)
    assert confirmed(step, now) == "order-7 is still there"
    assert seen(plan, step, postgres()) == (Word.DONE, "")


def test_a_table_that_somebody_speaks_of_again_is_not_gone() -> None:
    step = first(mysql("CREATE TABLE _orders_gho (id bigint);")).steps[-1]
    spoken = mysql("CREATE TABLE _orders_gho (id bigint);", session("7", "SELECT * FROM _orders_gho"))
    assert spoken.debris == ()
    assert confirmed(step, spoken) == "_orders_gho is still there"
    assert ready(step, spoken) == "_orders_gho is not left behind any more, or somebody works on it"
    assert confirmed(step, mysql("")) == ""


def test_what_stands_in_the_place_of_what_was_left_tells_whether_it_still_is() -> None:
    ref = Ref(Kind.CONSTRAINT, "public", "orders", "sane")
    left = (
        ("not_valid_constraint", Constraint(ref=ref, type="check", validated=False), True),
        ("not_valid_constraint", Constraint(ref=ref, type="check"), False),
        ("disabled_trigger", DISABLED, True),
        ("disabled_trigger", replace(DISABLED, enabled="origin"), False),
        ("online_change_trigger", replace(DISABLED, enabled="origin"), True),
        ("detach_pending", Table(ref=table_ref("public", "part"), partition_of="public.orders"), True),
        ("detach_pending", Table(ref=table_ref("public", "part")), False),
        ("online_change_table", Table(ref=table_ref("public", "part")), True),
        ("online_change_table", None, False),
    )
    for kind, thing, is_left in left:
        assert persists(kind, thing) is is_left, (kind, thing)


def test_what_is_wished_for_is_about_the_thing_of_its_own_kind() -> None:
    now = replace(
        postgres(), debris=(Debris("invalid_index", "twice", ""), Debris("prepared_transaction", "twice", ""))
    )
    for item in now.debris:
        intent = wish(item)
        assert intent is not None
        assert meant(intent, now) is item
        assert touched(intent, now) == ()
    assert wish(Debris("check_not_enforced", "orders.sane", "")) is None
    assert does(Debris("check_not_enforced", "orders.sane", "")) == "leaves check not enforced orders.sane"
    assert [does(item) for item in now.debris] == [
        "drops invalid index twice", "asks how to end prepared transaction twice"
    ]  # fmt: skip


def test_whose_table_it_is_about() -> None:
    index = Index(ref=Ref(Kind.INDEX, "public", "", "odd"), table="orders", columns=("id",), valid=False)
    part = Table(ref=table_ref("public", "part"), partition_of="public.orders", partition_bound="x DETACH PENDING")
    for thing in (index, part, DISABLED):
        now = postgres(thing)
        intent = wish(now.debris[0])
        assert intent is not None
        assert touched(intent, now) == (("public", "orders"),)


class Answers:
    """A hand that is asked."""

    def __init__(self, answer: int | None) -> None:
        self.answer = answer

    def count(self, sql: str, seconds: float) -> int | None:
        return self.answer


def test_no_answer_is_no_leave() -> None:
    step = Step(1, StepKind.SCHEMA, "table x", (), checks=(Check("SELECT 1", 0, "somebody is at work"),))
    said = {answer: spoken_against(step, Answers(answer)) for answer in (0, 1, None)}  # type: ignore[arg-type]
    assert said == {0: "", 1: "somebody is at work", None: "what must be known just before it could not be asked"}


def test_the_page_of_actions_has_a_row_and_a_test_for_each_kind() -> None:
    root = Path(__file__).parents[2] / "docs"
    table = (root / "acting.md").read_text().partition("<!-- cleans -->\n")[2].partition("<!-- /cleans -->")[0]
    rows = [line.split(" | ") for line in table.splitlines()[2:]]
    assert {row[0].split("`")[1] for row in rows} == set(PLANS)
    for *_, ran in rows:
        path = ran.partition("](")[2].partition(")")[0]
        assert "def test_" in (root / path).read_text(), path


@pytest.mark.parametrize(
    ("data", "lengths", "named", "called"),
    [
        ("0x6f31", (2, 0), "o1", "X'6f31',X'',1"),
        (b"o1\xff", (2, 1), "o1", "X'6f31',X'ff',1"),
        ("0xyz", (4, 0), "0xyz", "X'3078797a',X'',1"),
        ("0x6f", (4, 0), "o", ""),
    ],
)
def test_a_name_of_xa_is_given_byte_by_byte(
    data: str | bytes, lengths: tuple[int, int], named: str, called: str
) -> None:
    assert gid(data, lengths[0]) == named
    assert xid(data, *lengths, 1) == called


@pytest.mark.parametrize(("sql", "seconds"), [
    ("CREATE INDEX CONCURRENTLY i ON orders (id)", 0.0),
    ("DROP INDEX CONCURRENTLY i", 0.0),
    ("ALTER TABLE orders DETACH PARTITION orders_1 CONCURRENTLY", 0.0),
    ("ALTER TABLE orders DETACH PARTITION orders_1 FINALIZE", 0.0),
    ("VACUUM FULL orders", 5.0),
    ("COMMENT ON TABLE orders IS 'made concurrently'", 5.0),
    ('ALTER TABLE orders ADD COLUMN "concurrently" int', 5.0),
])  # fmt: skip
def test_what_waits_for_old_transactions_by_design_is_waited_for(sql: str, seconds: float) -> None:
    assert patience(read_script(sql, "postgres", "public"), "postgres") == seconds
