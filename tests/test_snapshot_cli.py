"""`halfway snapshot` and `assess --expect` as a stranger runs them: what is saved, shown, compared and refused."""

from __future__ import annotations

import io
import json
import sqlite3
from contextlib import closing, redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from console.cli import cli, run
from console.drill.player import checksum
from tests.headless import Answer
from tests.headless import halfway as halfway_apart
from tests.schemas import rich

HISTORY = (
    "CREATE TABLE flyway_schema_history (installed_rank INT NOT NULL PRIMARY KEY, version VARCHAR(50), "
    "description VARCHAR(200) NOT NULL, type VARCHAR(20) NOT NULL, script VARCHAR(1000) NOT NULL, checksum INT, "
    "installed_by VARCHAR(100) NOT NULL, installed_on TEXT NOT NULL, execution_time INT NOT NULL, success BOOLEAN)"
)
ONE = "CREATE TABLE items (id integer PRIMARY KEY, total numeric NOT NULL DEFAULT 0);\n"
TWO = "ALTER TABLE items ADD COLUMN carrier varchar(40);\nALTER TABLE items ADD COLUMN shipped datetime;\n"


def halfway(*arguments: str) -> Answer:
    """The command in this process: twenty interpreters would take longer than all they are asked."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = run(cli, arguments)
    return Answer(code, out.getvalue(), err.getvalue())


def ran(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in statements:
            connection.executescript(statement)


def recorded(rank: int, name: str, text: str) -> str:
    file = f"'SQL', 'V{rank}__{name}.sql', {checksum(text)}"
    row = f"{rank}, '{rank}', '{name}', {file}, '', '2026-01-31 11:00:00.000', 7, 1"
    return f"INSERT INTO flyway_schema_history VALUES ({row})"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A rich database that no tool knows, and the snapshot of it."""
    ran(tmp_path / "shop.db", rich.SQLITE)
    assert save(tmp_path, "before.json").code == 0
    return tmp_path


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A Flyway project with one recorded migration; the snapshot is of the time before the second."""
    (tmp_path / "sql").mkdir()
    (tmp_path / "sql" / "V1__items.sql").write_text(ONE)
    (tmp_path / "flyway.conf").write_text("flyway.url=jdbc:sqlite:shop.db\nflyway.locations=filesystem:sql\n")
    ran(tmp_path / "shop.db", HISTORY, ONE, recorded(1, "items", ONE))
    assert save(tmp_path, "before.json").code == 0
    (tmp_path / "sql" / "V2__carrier.sql").write_text(TWO)
    return tmp_path


def url(folder: Path) -> str:
    return f"sqlite:///{folder / 'shop.db'}"


def save(folder: Path, name: str) -> Answer:
    return halfway("snapshot", "save", url(folder), "--project", str(folder), "--to", str(folder / name))


def compared(folder: Path, *options: str) -> Answer:
    return halfway("snapshot", "diff", str(folder / "before.json"), url(folder), *options)


def assessed(site: Path, expect: str = "") -> Answer:
    arguments = ("--json", "--project", str(site), "--expect", expect or str(site / "before.json"))
    return halfway("assess", *arguments)


def told(answer: Answer) -> list[tuple[str, str, str, int | None]]:
    return [(d["change"], d["kind"], d["object"], d["statement"]) for d in answer.document["drift"]]


def test_saving_says_what_was_saved_and_the_same_schema_is_the_same_text(shop: Path) -> None:
    arguments = ("save", url(shop), "--project", str(shop), "--to", str(shop / "again.json"))
    answer = halfway_apart("snapshot", *arguments)
    assert (answer.code, answer.out) == (0, "")
    assert "objects of database shop.db on" in answer.err
    one, other = (json.loads((shop / name).read_text()) for name in ("before.json", "again.json"))
    assert {k: v for k, v in one.items() if k != "taken_at"} == {k: v for k, v in other.items() if k != "taken_at"}
    printed = halfway("snapshot", "save", url(shop), "--to", "-")
    assert printed.document["things"] == one["things"]


def test_a_snapshot_is_shown_object_by_object(shop: Path) -> None:
    answer = halfway("snapshot", "show", str(shop / "before.json"))
    assert answer.code == 0
    lines = answer.out.splitlines()
    assert lines[0].startswith(f"snapshot {shop / 'before.json'} of 2")
    assert {
        "table orders",
        "  column orders.total: int, null, default 0",
        "view big: select id from orders where total > 100",
    } <= set(lines)


def test_an_unchanged_schema_is_the_same_whichever_side_is_a_file(shop: Path) -> None:
    file = str(shop / "before.json")
    for pair in ((file, file), (file, url(shop)), (url(shop), file), (url(shop), url(shop))):
        answer = halfway("snapshot", "diff", *pair)
        assert (answer.code, answer.err) == (0, "")
        assert answer.out.startswith("the same: expected ")


def test_differences_are_told_in_text_json_and_as_diff_does(shop: Path) -> None:
    ran(
        shop / "shop.db", "ALTER TABLE orders ADD COLUMN note text", "DROP INDEX orders_total", "CREATE TABLE x (a int)"
    )
    text = compared(shop)
    assert text.code == 1
    assert text.out.splitlines()[1:] == [
        "DRIFT  unexpected column orders.note: text, null",
        "DRIFT  missing index orders_total: btree (total desc) where total > 5",
        "DRIFT  unexpected table x: 1 column",
    ]
    document = compared(shop, "--json").document
    assert [(d["change"], d["kind"], d["object"]) for d in document["drift"]] == [
        ("unexpected", "column", "orders.note"),
        ("missing", "index", "orders_total"),
        ("unexpected", "table", "x"),
    ]
    assert document["drift"][2]["members"] == ["column x.a: int, null"]
    unified = compared(shop, "--unified")
    assert (unified.code, unified.out.splitlines()[2:]) == (1, [
        "@@ orders @@", "+column orders.note: text, null", "@@ orders_total @@",
        "-index orders_total: btree (total desc) where total > 5", "@@ x @@", "+table x: 1 column",
        "+  column x.a: int, null",
    ])  # fmt: skip


def test_what_the_configuration_ignores_is_shown_and_is_no_drift(shop: Path) -> None:
    ran(shop / "shop.db", "ALTER TABLE orders ADD COLUMN note text")
    config = shop / "halfway.toml"
    config.write_text('[[ignore]]\nobject = "orders.n*"\nreason = "tried out by Ada"\n')
    answer = compared(shop, "--config", str(config))
    assert answer.code == 0
    assert answer.out.splitlines()[1] == "IGNORED  unexpected column orders.note: text, null  (tried out by Ada)"
    config.write_text('[[ignore]]\nobject = "orders.n*"\n')
    wrong = compared(shop, "--config", str(config))
    assert (wrong.code, wrong.out) == (2, "")
    assert "[[ignore]] needs object and reason, and may have kind" in wrong.err


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("diff", "none.json", "none.json"), 2, "the snapshot none.json cannot be read: No such file or directory"),
        (("diff", "odd.json", "odd.json"), 2, "odd.json is not a snapshot that this Halfway understands"),
        (("show", "odd.json"), 2, "it does not begin with halfway_snapshot"),
        (("diff", "sqlite:///none.db", "sqlite:///none.db"), 3, "none.db"),
        (("save", "postgresql://u@127.0.0.1:1/db", "--to", "x"), 3, "Connection refused"),
        (("save", "sqlite:///shop.db"), 3, "there is no such file"),
        (("diff", "odd.json", "odd.json", "--json", "--unified"), 2, "--unified is a form of its own"),
        ((), 2, "Missing command"),
    ],
    ids=["no file", "odd", "show odd", "no database", "no server", "nothing to save", "two forms", "no command"],
)
def test_what_cannot_be_compared_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], code: int, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("odd.json").write_text("{}")
    answer = halfway("snapshot", *arguments)
    assert (answer.code, answer.out, answer.err.count("\n")) == (code, "", 1), answer
    assert said in answer.err


def test_what_a_snapshot_does_not_tell_is_not_the_same(site: Path) -> None:
    path, gap = site / "before.json", "Triggers are not told to this account"
    path.write_text(json.dumps({**json.loads(path.read_text()), "unread": [gap]}))
    answer = halfway("snapshot", "diff", str(path), str(path))
    assert (answer.code, answer.out.partition(":")[0]) == (1, "no difference seen, 1 not compared")
    assert f"is not whole: {gap}" in answer.err
    assessment = assessed(site)
    assert assessment.code == 1
    assert assessment.document["verdict"]["summary"].startswith("cannot tell:")
    assert [gap in c["reason"] for c in assessment.document["coverage"] if c["what"] == "drift"] == [True]


def test_servers_of_different_kinds_are_not_compared(shop: Path) -> None:
    document = json.loads((shop / "before.json").read_text())
    (shop / "before.json").write_text(json.dumps({**document, "dialect": "postgresql"}))
    answer = compared(shop)
    assert (answer.code, answer.out) == (2, "")
    assert "they are not comparable" in answer.err


def test_a_healthy_schema_has_no_drift_and_says_what_it_was_compared_with(site: Path) -> None:
    answer = assessed(site)
    assert (answer.code, answer.verdict["state"], told(answer)) == (0, "healthy", [])
    assert answer.document["baseline"].startswith(f"snapshot {site / 'before.json'} of 2")


def test_what_ran_since_the_snapshot_is_expected(site: Path) -> None:
    ran(site / "shop.db", TWO, recorded(2, "carrier", TWO))
    answer = assessed(site)
    assert (answer.code, answer.verdict["state"], told(answer)) == (0, "healthy", [])
    assert answer.document["baseline"].endswith(" and 2 statements since")


def test_the_missing_half_of_a_migration_is_marked_with_its_statement(site: Path) -> None:
    ran(site / "shop.db", "ALTER TABLE items ADD COLUMN carrier varchar(40)")
    answer = assessed(site)
    assert (answer.code, answer.states["2"], answer.verdict["state"]) == (1, "half_applied", "incident")
    assert told(answer) == [("missing", "column", "items.shipped", 2)]
    text = halfway("assess", "--project", str(site), "--expect", str(site / "before.json")).out
    assert "DRIFT  missing column items.shipped: datetime, null  (statement 2 of 2)" in text
    assert "EXPECTED  snapshot " in text


def test_drift_that_no_migration_explains_needs_attention(site: Path) -> None:
    ran(site / "shop.db", "CREATE INDEX by_hand ON items (total)")
    answer = assessed(site)
    assert (answer.code, answer.verdict["state"]) == (1, "attention")
    assert told(answer) == [("unexpected", "index", "by_hand", None)]
    assert answer.verdict["summary"].startswith("The schema is not as expected, 1 difference: unexpected index by_hand")
    assert answer.verdict["next"]


def test_another_database_can_be_the_expectation(site: Path) -> None:
    staging = site / "staging.db"
    ran(staging, HISTORY, ONE, recorded(1, "items", ONE), "CREATE TABLE extra (id int)")
    answer = assessed(site, f"sqlite:///{staging}")
    assert told(answer) == [("missing", "table", "extra", None)]
    assert answer.document["baseline"].startswith("database staging.db on ")
