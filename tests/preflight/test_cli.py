"""`halfway preflight` as a person or a pipeline runs it: what is judged, told and refused, and how it ends."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from tests.preflight.shop import FILES, ON_NEWEST, asked, judged, shop
from tests.servers import ServerUnderTest, run
from tests.test_snapshot_cli import HISTORY, recorded

__all__ = ["shop"]
pytestmark = ON_NEWEST

INDEX = "CREATE INDEX i ON orders (note);\n"
COLUMN = "ALTER TABLE orders ADD COLUMN carrier int;\n"


def test_the_answer_comes_first_and_the_worst_of_a_migration_next(shop: URL, tmp_path: Path) -> None:
    answer = judged(shop, tmp_path, f"{COLUMN}{INDEX}DROP TABLE customers;\n", "--format", "text")
    first, second, *rest = answer.out.splitlines()
    assert first.startswith(("STOP: ", "LOOK FIRST: ", "WAIT: "))
    assert second.startswith("1 script, 3 statements: ")
    assert "Judged on PostgreSQL " in second
    told = [line for line in rest if line.startswith("  STATEMENT")]
    assert [line.split(",")[0].strip() for line in told] == ["STATEMENT 3", "STATEMENT 2", "STATEMENT 1"]
    assert (answer.code, answer.err) == (1, "")


@pytest.mark.parametrize(
    ("sql", "threshold", "code"),
    [(INDEX, "high", 1), (INDEX, "crit", 0), (COLUMN, "high", 0), (COLUMN, "info", 1), ("", "info", 0)],
    ids=["at it", "below it", "mild", "everything counts", "nothing"],
)
def test_the_exit_code_is_the_thresholds(shop: URL, tmp_path: Path, sql: str, threshold: str, code: int) -> None:
    answer = judged(shop, tmp_path, f"SET lock_timeout = '2s';\n{sql}", "--fail-on", threshold)
    assert answer.code == code, answer.out


def test_json_keeps_the_contract(shop: URL, tmp_path: Path) -> None:
    document = judged(shop, tmp_path, INDEX, "--json").document
    name = str(tmp_path / "change.sql")
    assert (document["halfway"], document["judged"], document["unread"]) == (1, [name], [])
    (finding,) = [found for found in document["findings"] if found["rule"] == "pg-create-index"]
    expected = {"severity": "high", "n": 1, "line": 1, "table": "orders", "lock": "SHARE on orders", "rewrite": False,
                "scan": True, "sql": INDEX.rstrip(";\n"), "file": name}  # fmt: skip
    assert {key: finding[key] for key in expected} == expected
    assert finding["why"]


def test_several_files_and_stdin_are_judged_in_their_order(shop: URL, tmp_path: Path) -> None:
    (tmp_path / "a.sql").write_bytes(b"\xef\xbb\xbf-- caf\xc3\xa9\r\n\r\nDROP TABLE customers;\r\n")
    (tmp_path / "b.sql").write_bytes("alter table orders\n drop note".encode("utf-16"))
    names = [
        name for file in ("a.sql", "-", "b.sql") for name in ("--sql", str(tmp_path / file) if file != "-" else "-")
    ]
    answer = asked(shop, *names, "--json", stdin=b"CREATE INDEX i ON orders (note);")
    found = [(f["file"].rpartition("/")[2], f["n"], f["line"]) for f in answer.document["findings"] if f["n"]]
    assert list(dict.fromkeys(found)) == [("a.sql", 1, 3), ("-", 1, 1), ("b.sql", 1, 1)]
    assert answer.document["judged"] == names[1::2]


def test_bytes_that_are_no_text_are_told(shop: URL, tmp_path: Path) -> None:
    (tmp_path / "change.sql").write_bytes(b"-- caf\xe9\nDROP TABLE customers;")
    answer = asked(shop, "--sql", str(tmp_path / "change.sql"), "--json")
    assert "are not valid utf-8" in answer.err
    assert {found["line"] for found in answer.document["findings"] if found["n"] == 1} == {2}


@pytest.mark.parametrize("tool", FILES)
def test_findings_have_the_line_of_their_statement_and_comments_allow_there(
    shop: URL, tmp_path: Path, tool: str
) -> None:
    name, text, expected = FILES[tool]
    (tmp_path / name).write_text(text)
    answer = asked(shop, "--framework", tool, "--migrations", str(tmp_path), "--json")
    rules = ("pg-drop-column", "pg-create-index", "pg-set-not-null")
    found = {f["line"]: f["allowed"] is not None for f in answer.document["findings"] if f["rule"] in rules}
    assert found == expected
    assert {f["file"] for f in answer.document["findings"] if f["line"]} == {name}


@pytest.mark.parametrize("form", ["text", "json", "sarif", "github"])
def test_redacted_no_value_of_a_statement_is_told(shop: URL, tmp_path: Path, form: str) -> None:
    sql = "UPDATE orders SET note = 'hidden-value' WHERE note = 'other-value';\nALTER TABLE orders DROP COLUMN note;"
    out = judged(shop, tmp_path, sql, "--format", form, "--redact").out
    assert ("hidden-value" in out, "other-value" in out, "orders" in out) == (False, False, True)


@pytest.fixture
def site(shop: URL, tmp_path: Path) -> Iterator[Path]:
    """A Flyway project: one migration that ran, one that is pending."""
    one = "CREATE TABLE lines (id bigint);\n"
    (tmp_path / "sql").mkdir()
    (tmp_path / "sql" / "V1__lines.sql").write_text(one)
    (tmp_path / "sql" / "V2__orders.sql").write_text(f"{COLUMN}{INDEX}")
    (tmp_path / "flyway.conf").write_text("flyway.locations=filesystem:sql\n")
    history = HISTORY.replace("installed_on TEXT", "installed_on TIMESTAMP")
    row = recorded(1, "lines", one).replace("7, 1)", "7, true)")
    run(shop, one, history, row)
    yield tmp_path
    run(shop, "DROP TABLE flyway_schema_history, lines")


def _of(site: Path, url: URL, *options: str) -> dict[str, list[str]]:
    document = asked(url, "--project", str(site), "--framework", "flyway", "--json", *options).document
    found: dict[str, list[str]] = {name: [] for name in document["judged"]}
    for finding in document["findings"]:
        found.setdefault(finding["migration"], []).append(finding["rule"])
    return found


def test_what_is_pending_is_judged_or_what_ran(shop: URL, site: Path) -> None:
    pending = _of(site, shop)
    assert [name for name in pending if name.startswith("V")] == ["V2__orders"]
    assert "pg-create-index" in pending["2"]
    assert [name for name in _of(site, shop, "--history", "5") if name.startswith("V")] == ["V1__lines"]


def test_what_ran_is_judged_by_the_bytes_of_tables_that_nobody_counted(shop: URL, site: Path) -> None:
    text = "CREATE TABLE parts (id bigint, note text);\n"
    later = "CREATE INDEX parts_note ON parts (note);\n"
    for n, sql in ((3, text), (4, later)):
        (site / "sql" / f"V{n}__parts.sql").write_text(sql)
        run(shop, sql, recorded(n, "parts", sql).replace("7, 1)", "7, true)"))
    document = asked(shop, "--project", str(site), "--framework", "flyway", "--history", "9", "--json").document
    run(shop, "DROP TABLE parts")
    (finding,) = [found for found in document["findings"] if found["rule"] == "pg-create-index"]
    assert (finding["severity"], "parts: at most " in finding["why"]) == ("low", True)
    assert not [found for found in document["findings"] if found["about"] in ("now", "data")]


def test_what_stopped_halfway_is_judged_from_where_it_stopped_and_stops_the_run(shop: URL, site: Path) -> None:
    (site / "sql" / "V2__orders.sql").write_text(
        "CREATE TABLE parts (id int);\nCREATE INDEX CONCURRENTLY i ON orders (note);\n"
    )
    run(shop, "CREATE TABLE parts (id int)")
    answer = asked(shop, "--project", str(site), "--framework", "flyway")
    run(shop, "DROP TABLE parts")
    assert answer.out.startswith("STOP: ")
    assert "left-half-applied" in answer.out
    assert "An incident is open: V2__orders is half applied." in answer.out
    assert "CREATE TABLE parts" not in answer.out
    assert answer.code == 1


def test_nothing_pending_is_go(shop: URL, site: Path) -> None:
    (site / "sql" / "V2__orders.sql").unlink()
    answer = asked(shop, "--project", str(site), "--framework", "flyway")
    assert (answer.out.splitlines()[0], answer.code) == ("GO: nothing is to be run", 0)


def test_what_the_login_may_not_see_is_no_go(shop: URL, postgres_server: ServerUnderTest, tmp_path: Path) -> None:
    role = f"halfway_blind_{os.getpid()}"
    run(shop, f"CREATE ROLE {role} LOGIN PASSWORD 'x'", f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}")
    try:
        answer = judged(shop.set(username=role, password="x"), tmp_path, COLUMN)
    finally:
        run(shop, f"DROP OWNED BY {role}", f"DROP ROLE {role}")
    assert answer.out.startswith("CANNOT TELL: sessions: what sessions of other roles do"), answer.err
    assert "NOT READ  sessions: " in answer.out
    assert answer.code == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--sql", "/nowhere.sql"), "--sql /nowhere.sql cannot be read: No such file"),
        (("--sql", "/bin"), "--sql /bin is not a file"),
        (("--sql", "/bin/sh"), "--sql /bin/sh is no text"),
        (("--sql", "-", "--migrations", "-"), "stdin can be read once"),
        (("--sql", "-", "--sql", "-"), "stdin can be read once"),
        (("--sql", "a", "--history", "2"), "--sql and --history are two questions"),
        (("--json", "--format", "sarif"), "--json and --format sarif are two answers"),
        (("--fail-on", "never"), "'never' is not one of"),
        (("--history", "0"), "0 is not in the range"),
        (("--project", "/"), "there are no migration files to judge"),
    ],
    ids=[
        "missing",
        "folder",
        "binary",
        "stdin twice",
        "stdin again",
        "history",
        "forms",
        "severity",
        "zero",
        "nothing",
    ],
)
def test_what_cannot_be_meant_is_usage(shop: URL, arguments: tuple[str, ...], said: str) -> None:
    answer = asked(shop, *arguments)
    assert said in answer.err
    assert (answer.code, answer.out) == (2, "")


def test_a_server_that_does_not_answer_is_unreachable(shop: URL, tmp_path: Path) -> None:
    answer = judged(shop.set(port=1, host="127.0.0.1", query={}), tmp_path, INDEX)
    assert (answer.code, answer.out) == (3, "")
    assert "cannot be reached" in answer.err
