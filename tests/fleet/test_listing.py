"""Where the targets come from, what a wrong list says, and what an earlier run is worth."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from console.core.faults import AbsentFault, UsageFault
from console.core.fleet.row import Row, Standing
from console.fleet.listing import fitting, from_file, from_query
from console.fleet.reach import Reach, reach, server_of
from console.fleet.results import known_of, line_of, still_good, sum_of
from console.fleet.turns import Turns
from console.wiring import parse_url
from tests.fleet.rows import half, row


def _file(tmp_path: Path, text: str, name: str = "fleet.csv") -> str:
    path = tmp_path / name
    path.write_text(text)
    return str(path)


def test_a_csv_list(tmp_path: Path) -> None:
    rows = ("# ours", "name;url;schema;group;password_env", "acme;postgresql://app@db1/shop;acme;eu;PW",
            ";mysql://app@db2:3307/b;;;")  # fmt: skip
    text = "\n".join(rows)
    one, two = from_file(_file(tmp_path, text), {"PW": "s3cret"})
    assert (one.target.name, one.target.schema, one.target.group, one.url.password) == ("acme", "acme", "eu", "s3cret")
    assert one.target.place == "postgresql://app:***@db1/shop"
    assert (two.target.name, two.target.server) == ("b", "mysql db2:3307")
    assert "s3cret" not in repr(one) + str(one.target)


def test_a_toml_list_with_what_all_have_in_common(tmp_path: Path) -> None:
    common = 'url = "postgresql://app@db1/x"\ngroup = "eu"\n'
    text = f'{common}[[target]]\ndatabase = "a"\n[[target]]\ndatabase = "b"\nhost = "db2"\n'
    found = from_file(_file(tmp_path, text, "fleet"), {})
    assert [(r.target.name, r.target.server, r.target.group) for r in found] == [
        ("a", "postgresql db1:5432", "eu"), ("b", "postgresql db2:5432", "eu"),
    ]  # fmt: skip


def test_two_of_one_name_are_told_apart_by_their_place(tmp_path: Path) -> None:
    found = from_file(_file(tmp_path, "url\npostgresql://a@db1/shop\npostgresql://a@db2/shop\n"), {})
    assert [r.target.name for r in found] == ["shop (postgresql://a@db1/shop)", "shop (postgresql://a@db2/shop)"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("name,url\n", "names no database", id="empty"),
        pytest.param("name,uri\na,postgresql://x@h/d\n", "unknown column uri", id="unknown column"),
        pytest.param("name,url\na,s3cret\n", "row 1 of", id="no url"),
        pytest.param("name\na\n", "has no url", id="url missing"),
        pytest.param("name,url\na,postgresql://x@h/d,more\n", "more columns than its header", id="ragged"),
        pytest.param("url,password_env\npostgresql://x@h/d,NOT_SET\n", "NOT_SET, which is not set", id="variable"),
        pytest.param("[[target]]\nurl = ", "is not valid TOML", id="broken toml"),
        pytest.param("[target]\nurl = 'x'\n", "[[target]] tables", id="one table"),
    ],
)
def test_a_wrong_list_is_one_sentence_that_repeats_no_value(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(UsageFault) as caught:
        from_file(_file(tmp_path, text, "fleet"), {})
    assert said in str(caught.value)
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("sql", ["DELETE FROM t", "SELECT 1; SELECT 2", "", "CALL p()"])
def test_only_one_statement_that_reads_gives_a_list(sql: str) -> None:
    with pytest.raises(UsageFault, match="one statement that only reads"):
        from_query(parse_url("postgresql://x@127.0.0.1:1/d"), sql, {})


def test_patterns() -> None:
    names = ("tenant_1", "tenant_2", "test", "tenant_old")
    assert fitting(names, "tenant_*,!*_old") == ("tenant_1", "tenant_2")
    assert fitting(names, "!te?t") == ("tenant_1", "tenant_2", "tenant_old")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("postgresql://a@localhost/x", "postgresql://b@127.0.0.1:5432/y"),
        ("mysql://a@DB1/x", "mariadb://a@db1:3306/y"),
    ],
    ids=["local", "mariadb behind mysql"],
)
def test_one_server_however_it_is_written(one: str, other: str) -> None:
    assert server_of(parse_url(one)) == server_of(parse_url(other))


def _lines(*rows: Row) -> list[str]:
    return [json.dumps(line_of(each)) for each in rows]


def test_the_stream_is_what_is_taken_up_again() -> None:
    rows = (half("a"), row("b"))
    known = known_of([*_lines(*rows), json.dumps(sum_of(rows, 1.0))], "x")
    taken = [still_good(known[each.target.name, each.target.place, ""], lambda _: "f1") for each in rows]
    assert [line_of(r) | {"resumed": False} for r in taken if r] == [line_of(each) for each in rows]
    assert all(r.resumed for r in taken if r)


def test_a_line_that_was_cut_off_is_no_row() -> None:
    first, second = _lines(half("a"), row("b"))
    assert [key[0] for key in known_of([first, second[:40]], "x")] == ["a"]


def test_the_later_line_of_a_database_counts() -> None:
    known = known_of(_lines(half("a"), row("a")), "x")
    assert [r.standing for r in known.values()] == [Standing.APPLIED]


@pytest.mark.parametrize("text", ["hello", '{"halfway": 1}', "[]"])
def test_another_file_is_no_result(text: str) -> None:
    with pytest.raises(UsageFault, match="is no result"):
        known_of([text], "x")


@pytest.mark.parametrize(
    ("old", "files"),
    [
        pytest.param(row("a"), "f2", id="the files are other ones by now"),
        pytest.param(row("a", Standing.UNREACHABLE), "f1", id="it was not reached"),
        pytest.param(row("a", Standing.UNKNOWN), "f1", id="it was not told"),
    ],
)
def test_what_may_be_otherwise_by_now_is_read_again(old: Row, files: str) -> None:
    assert still_good(old, lambda _: files) is None


def _works(*urls: str) -> list[tuple[Reach, ...]]:
    return [(reach(url),) for url in urls]


def test_the_first_look_at_a_server_is_made_alone_and_a_dead_one_is_asked_once() -> None:
    turns = Turns(_works(*(f"postgresql://x@dead/{n}" for n in range(5))), 8)
    first = turns.next()
    assert first is not None
    left = turns.ended(first, dead=True)
    assert len(left) == 4
    assert turns.next() is None


def test_never_more_at_a_time_than_a_server_may_have() -> None:
    turns = Turns(_works(*(f"postgresql://x@db1/{n}" for n in range(20)), "mysql://x@db2/a"), 3)
    taken = [turns.next(), turns.next()]
    assert [work[0].target.server for work in taken if work] == ["postgresql db1:5432", "mysql db2:3306"]
    turns.ended(taken[0] or ())
    more = [turns.next() for _ in range(3)]
    assert all(work and work[0].target.server == "postgresql db1:5432" for work in more)
    turns.stop()
    assert turns.next() is None


def test_nobody_there_is_another_fault_than_a_wrong_password() -> None:
    from console.dialects import open_dialect

    with pytest.raises(AbsentFault):
        open_dialect("postgresql").open(parse_url("postgresql://x@127.0.0.1:1/d"), "schema")
    with pytest.raises(AbsentFault):
        open_dialect("mysql").open(parse_url("mysql://x@127.0.0.1:1/d"), "schema")
