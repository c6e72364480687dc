"""The page that shows the schema as it should be beside the schema as it is."""

from __future__ import annotations

import tomllib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.core.assessment import Assessment
from console.core.drift import Ignore
from console.core.judge import assess
from console.lanes.expecting import Expecting
from screens import diff, diff_all, ignoring, links, migrations, schema_tree
from screens.look import Look
from screens.pages import DiffPage, SchemaPage
from screens.side_by_side import Row, differing, folded, halves
from screens.text import width_of
from screens.theme import Tone
from screens.widgets.line_view import LineView
from tests.screens.builders import half_applied, no_project
from tests.screens.drifted import as_expected, drifted, many_differences, seen_drifted
from tests.screens.loop import in_a_loop
from tests.screens.test_console import opened

SHOWN = Look()


def texts(assessment: Assessment, width: int = 80, look: Look = SHOWN) -> list[str]:
    return [line.text.rstrip() for line in diff.page(assessment, look, width)]


def plain(row: Row) -> str:
    return "".join(text for text, _ in row)


def strong(row: Row) -> list[str]:
    return [text for text, tone in row if tone is Tone.STRONG]


@pytest.mark.parametrize("width", [60, 80, 120])
def test_every_difference_has_its_word_and_those_of_the_migration_their_statement(width: int) -> None:
    whole = "\n".join(texts(drifted(), width))
    for word in ("8 differ, 1 ignored", "CHANGED", "UNEXPECTED", "RENAMED", "MISSING stmt 3", "MISSING stmt 4"):
        assert word in whole
    assert "EXPECTED snapshot before.json" in whole


def test_what_is_not_there_stands_on_one_side_only() -> None:
    left, right = halves(80)
    shipped = next(line for line in texts(drifted()) if "shipped_at" in line)
    assert "shipped_at" in shipped[:left]
    assert shipped[left + 2 :].strip() == "MISSING stmt 3"
    index = next(line for line in texts(drifted()) if "orders_tmp_idx" in line)
    assert index[:left].strip() == ""
    assert "orders_tmp_idx" in index[-right:]


def test_only_what_differs_of_a_line_is_marked() -> None:
    expected, actual = differing("character varying(100), not null", "character varying(255), not null")
    assert (strong(expected), strong(actual)) == (["100"], ["255"])
    assert (plain(expected), plain(actual)) == ("character varying(100), not null", "character varying(255), not null")


@given(st.lists(st.tuples(st.text("ab ,(x", max_size=12), st.sampled_from(Tone))), st.integers(8, 40))
def test_folding_loses_no_word_and_keeps_its_width(spans: list[tuple[str, Tone]], width: int) -> None:
    rows = folded(spans, width)
    assert all(width_of(plain(row)) <= width for row in rows)
    assert "".join(map(plain, rows)).replace(" ", "") == plain(tuple(spans)).replace(" ", "")


def test_the_filter_keeps_what_has_its_words() -> None:
    found = texts(drifted(), look=Look(words="orders_tmp"))
    assert any("orders_tmp_idx" in line for line in found)
    assert not any("customers" in line for line in found)
    assert "no difference has these words" in "\n".join(texts(drifted(), look=Look(words="zebra")))


def test_the_projects_own_migrations_are_expected_where_nothing_better_is() -> None:
    found = half_applied()
    assert found.baseline == "replay of 4 migrations"
    assert {(item.change, item.migration) for item in found.drift} >= {("missing", "4")}
    assert found.unexplained == ()


def test_without_differences_it_says_so_and_against_what() -> None:
    whole = "\n".join(texts(as_expected()))
    assert "nothing differs" in whole
    assert "Everything is as snapshot before.json says it should be." in whole


def test_where_nothing_is_expected_it_says_how_something_could_be() -> None:
    whole = " ".join(" ".join(texts(no_project())).split())
    assert "Nothing says how the whole schema should be." in whole
    assert "The project's files do not: the migration files of public.flyway_schema_history are not known." in whole
    assert "halfway snapshot save --to FILE" in whole
    assert "differ" not in whole


def test_where_nothing_could_be_compared_nothing_is_called_the_same() -> None:
    seen = seen_drifted()
    assert seen.baseline is not None
    told = assess(replace(seen, baseline=replace(seen.baseline, dialect="mysql")))
    whole = "\n".join(texts(told))
    assert "they cannot" in whole
    assert "not compared" in whole.splitlines()[0]
    assert "nothing differs" not in whole
    assert "as it should be" not in whole


def test_everything_is_a_line_a_thing_and_made_when_it_is_seen() -> None:
    assessment = many_differences()
    lines = diff_all.everything(assessment, SHOWN, 80)
    assert len(lines) == 7000
    assert sum("CHANGED" in line.text for line in lines) == 20


def test_the_details_have_all_that_was_cut() -> None:
    assessment = drifted()
    (gone,) = (item for item in assessment.drift if item.object == "invoices")
    said = "\n".join(line.text for line in diff.details(assessment, schema_tree.key_of_item(gone), 80))
    assert "column invoices.issued_on: date, not null, default current_date" in said
    (late,) = (item for item in assessment.drift if item.object == "orders.shipped_at")
    said = "\n".join(line.text for line in diff.details(assessment, schema_tree.key_of_item(late), 80))
    assert "statement 3 of 4 should have left it so" in said


def test_a_difference_leads_to_its_statement_and_the_statement_to_what_it_touched() -> None:
    assessment = drifted()
    (late,) = (item for item in assessment.drift if item.object == "orders.shipped_at")
    key = links.statement_of(assessment, late)
    found = migrations.find(assessment, key)
    assert found is not None
    assert found[1] is not None
    assert found[1].statement.n == 3
    landed = links.thing_of_statement(assessment, key.replace("#3", "#2"))
    assert landed == "x/column/public/customers/delivery_note"
    assert links.thing_of_statement(assessment, key) == ""


@in_a_loop
async def test_next_and_previous_go_round_and_unfold_on_their_way() -> None:
    async with opened(drifted()) as console:
        await console.press("5", "enter", "e", "right_square_bracket")
        assert isinstance(console.app.page, DiffPage)
        first = console.app.page.main.key
        assert first == "x/column/public/customers/name"
        for _ in range(8):
            await console.press("right_square_bracket")
        assert console.app.page.main.key != first
        await console.press("right_square_bracket")
        assert console.app.page.main.key == first
        await console.press("left_square_bracket")
        assert console.app.page.main.key == "x/table/public//scratch"


@in_a_loop
async def test_from_the_difference_to_the_tree_and_back() -> None:
    async with opened(drifted()) as console:
        await console.press("5", "right_square_bracket", "g")
        assert isinstance(console.app.page, SchemaPage)
        assert console.app.page.main.key == "column/public/customers/name"
        assert "DIFFERS" in console.app.page.main.text
        await console.press("d")
        assert isinstance(console.app.page, DiffPage)
        assert console.app.page.main.key == "x/column/public/customers/name"


@in_a_loop
async def test_enter_on_what_a_statement_should_have_made_opens_the_statement() -> None:
    async with opened(drifted()) as console:
        await console.press("5", *["right_square_bracket"] * 4)
        assert console.app.page.main.key == "x/column/public/orders/carrier_id"
        await console.press("enter")
        assert console.app.page.name_of_page == "migrations"
        assert console.app.page.main.key.endswith("#3")


@in_a_loop
async def test_another_source_is_asked_for_where_there_is_one() -> None:
    async with opened(drifted()) as console:
        await console.press("5", "s")
        assert "there is no other source" in console.line("keys")
        baseline = seen_drifted().baseline
        assert baseline is not None
        console.incident.expecting = Expecting((baseline,))
        await console.press("s")
        assert console.incident.asked[-1] == "expect next"


def test_sources_go_round_and_the_projects_own_files_come_last() -> None:
    baseline = seen_drifted().baseline
    assert baseline is not None
    sources = Expecting((baseline,))
    found = [sources.base]
    for _ in range(2):
        sources.next()
        found.append(sources.base)
    assert found == [baseline, None, baseline]


@in_a_loop
async def test_a_difference_is_ignored_by_lines_for_the_configuration_and_nothing_is_written() -> None:
    async with opened(drifted()) as console:
        await console.press("5", "x")
        assert "put the cursor on a difference first" in console.line("keys")
        await console.press("right_square_bracket", "x")
        await console.press(*"ours", "space", "quotation_mark", "enter")
        copied = console.app.clipboard
        rules = tomllib.loads(copied)["ignore"]
        assert rules == [{"object": "customers.name", "kind": "column", "reason": 'ours "'}]
        shown = console.app.screen.query_one("#reader-text", LineView).text
        assert copied.strip() in "\n".join(line.strip() for line in shown.splitlines())


def test_the_rule_ignores_that_difference_and_no_other() -> None:
    seen = seen_drifted()
    first, *others = assess(seen).drift
    rule = tomllib.loads(ignoring.rule_of(first, "tab\t, \x7f and ü"))["ignore"][0]
    again = assess(
        replace(
            seen,
            ignore=(
                *seen.ignore,
                Ignore(rule["object"], rule["reason"], rule["kind"]),
            ),
        )
    )
    assert again.drift == tuple(others)
    assert "tab\t, \x7f and ü" in [item.ignored for item in again.drift_ignored]


@in_a_loop
async def test_keys_that_mean_something_else_on_other_pages_still_do() -> None:
    async with opened(drifted()) as console:
        await console.press("2", "end", "g")
        assert console.app.page.name_of_page == "migrations"
        first = console.app.page.main.key
        await console.press("home")
        assert console.app.page.main.key == first
