"""`assess --prometheus`: what a monitoring system reads, and that nothing in it was seen when nobody looked."""

from __future__ import annotations

import json
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from console.core.assessment import Assessment, DriftItem
from console.core.judge import assess
from console.core.migration import State
from console.core.observation import Health, Observation, Reading
from console.report.prometheus import as_metrics
from tests.builders import NOON, observation, pending, recorded, schema_after, session, table_lock, tracking
from tests.test_snapshot_cli import halfway
from tests.tools import packages

V1 = "create table orders (id bigint primary key);"
V2 = "alter table orders add column carrier text;\nalter table orders add column shipped_at timestamptz;"
LEDGER = tracking().ledger.name
UP, HEALTHY, AT = "halfway_up", "halfway_healthy", "halfway_assess_timestamp_seconds"
NOWHERE = "postgresql://deploy@127.0.0.1:1/shop"
THERE = '{host="127.0.0.1:1",database="shop"}'
HOSTILE = 'a "quoted"\nname\\n{x="1"} 2'
_PARSER = (
    "import json, sys\n"
    "from prometheus_client.parser import text_string_to_metric_families as families\n"
    "text = sys.stdin.buffer.read().decode()\n"
    "print(json.dumps([(f.name, f.type, [(s.labels, s.value) for s in f.samples]) for f in families(text)]))"
)


def half_applied() -> Observation:
    sessions = (session("4711", "select 1", state="idle in transaction"), session("4712", V2.split(";\n")[1]))
    locks = (
        table_lock("4711", "orders", "AccessShareLock", granted=True),
        table_lock("4712", "orders", "AccessExclusiveLock", granted=False),
    )
    schema = schema_after(V1 + "alter table orders add column carrier text")
    return observation(schema, tracking(recorded("1", V1), pending("2", V2)), sessions=sessions, locks=locks)


def samples(assessment: Assessment | None) -> dict[str, str]:
    lines = [line for line in as_metrics(assessment, {}, NOON).splitlines() if not line.startswith("#")]
    return {name: value for name, _, value in (line.rpartition(" ") for line in lines)}


def names(found: dict[str, str]) -> set[str]:
    return {name.partition("{")[0] for name in found}


def test_what_was_found_is_counted() -> None:
    found = samples(assess(half_applied()))
    of_flyway = {s: found.pop(f'halfway_migrations{{framework="flyway",ledger="{LEDGER}",state="{s}"}}') for s in State}
    assert {state: count for state, count in of_flyway.items() if count != "0"} == {"half_applied": "1", "applied": "1"}
    assert found == {
        UP: "1", HEALTHY: "0", "halfway_blocked_sessions": "1", "halfway_debris": "0", AT: str(int(NOON.timestamp())),
    } | {name: value for name, value in found.items() if name.startswith("halfway_drift")}  # fmt: skip


def test_healthy_is_only_what_was_looked_at() -> None:
    seen = observation(schema_after(V1), tracking(recorded("1", V1)))
    assert samples(assess(seen))[HEALTHY] == "1"
    assert samples(None) == {UP: "0", HEALTHY: "0", AT: str(int(NOON.timestamp()))}
    assert samples(assess(replace(seen, server=Reading()))) == samples(None)


def test_drift_is_counted_by_change_and_only_where_something_is_expected() -> None:
    item = DriftItem("missing", "column", "orders.a", "int", None)
    seen = replace(assess(half_applied()), baseline="a snapshot", expected=schema_after(V1))
    found = replace(seen, drift=(item, item, replace(item, change="renamed")))
    drift = {name: value for name, value in samples(found).items() if name.startswith("halfway_drift")}
    assert drift == {
        'halfway_drift{change="missing"}': "2", 'halfway_drift{change="unexpected"}': "0",
        'halfway_drift{change="changed"}': "0", 'halfway_drift{change="renamed"}': "1",
    }  # fmt: skip
    assert "halfway_drift" not in names(samples(replace(found, expected=None)))


def test_what_was_not_read_has_no_sample() -> None:
    seen, refused = half_applied(), Health.NOT_PERMITTED
    blind = replace(seen, sessions=Reading(health=refused), locks=Reading(health=refused), schema=Reading())
    assert names(samples(assess(blind))) == {UP, HEALTHY, "halfway_migrations", AT}
    told = tracking(recorded("1", V1))
    unread = replace(told, ledger=replace(told.ledger, unread="permission denied"))
    assert "halfway_migrations" not in names(samples(assess(observation(schema_after(V1), unread))))


def test_the_parser_of_prometheus_reads_it_back() -> None:
    where = packages.wanted_by_tests("prometheus-client-0.26.0", ("prometheus-client==0.26.0",))
    text = as_metrics(assess(half_applied()), {"host": "db\udcff1", "database": HOSTILE}, NOON)
    done = subprocess.run(
        [sys.executable, "-S", "-s", "-c", _PARSER],
        input=text.encode(), capture_output=True, check=False, env=packages.environment(where),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()
    families = {name: (kind, values) for name, kind, values in json.loads(done.stdout)}
    assert {kind for kind, _ in families.values()} == {"gauge"}
    assert families[UP][1] == [[{"host": "db\\udcff1", "database": HOSTILE}, 1.0]]
    assert sum(value for _, value in families["halfway_migrations"][1]) == 2


@pytest.fixture
def database(tmp_path: Path) -> str:
    with closing(sqlite3.connect(tmp_path / "shop.db")) as connection:
        connection.execute("CREATE TABLE items (id int)")
    return f"sqlite:///{tmp_path / 'shop.db'}"


def test_the_file_is_whole_readable_to_others_and_alone(database: str, tmp_path: Path) -> None:
    (tmp_path / "metrics").mkdir()
    file = tmp_path / "metrics" / "halfway.prom"
    for _ in range(2):
        answer = halfway("assess", database, "--project", str(tmp_path), "--prometheus", str(file))
        assert (answer.code, answer.out, answer.err) == (1, "", "")
    assert f'\n{UP}{{host="local",database="{tmp_path}/shop.db"}} 1\n' in file.read_text()
    assert file.read_text().endswith("\n")
    assert stat.S_IMODE(file.stat().st_mode) == 0o644
    assert list(file.parent.iterdir()) == [file]


def test_a_server_that_is_not_there_ends_what_an_old_file_says(tmp_path: Path) -> None:
    file = tmp_path / "halfway.prom"
    file.write_text(f"{UP}{THERE} 1\n{HEALTHY}{THERE} 1\n")
    answer = halfway("assess", NOWHERE, "--project", str(tmp_path), "--prometheus", str(file))
    assert (answer.code, answer.out, "Connection refused" in answer.err) == (3, "", True)
    lines = file.read_text().splitlines()
    assert [line for line in lines if line.startswith((UP, HEALTHY))] == [f"{UP}{THERE} 0", f"{HEALTHY}{THERE} 0"]
    assert lines[-1].startswith(f"{AT}{THERE} 1")


def test_a_command_that_went_wrong_ends_it_too(tmp_path: Path) -> None:
    file = tmp_path / "halfway.prom"
    file.write_text(f"{UP} 1\n{HEALTHY} 1\n")
    answer = halfway("assess", NOWHERE, "--project", str(tmp_path / "gone"), "--prometheus", str(file))
    assert answer.code == 2
    assert f"\n{UP} 0\n" in file.read_text()
    assert f"\n{HEALTHY} 0\n" in file.read_text()


def test_stdout_holds_the_metrics_and_nothing_else(database: str, tmp_path: Path) -> None:
    answer = halfway("assess", database, "--project", str(tmp_path), "--prometheus", "-")
    assert answer.out.startswith(f"# HELP {UP} ")
    assert all(line.startswith(("# ", "halfway_")) for line in answer.out.splitlines())


def test_json_is_printed_beside_the_file(database: str, tmp_path: Path) -> None:
    both = ("assess", database, "--project", str(tmp_path), "--json", "--prometheus")
    answer = halfway(*both, str(tmp_path / "halfway.prom"))
    assert answer.document["halfway"] == 1
    assert (tmp_path / "halfway.prom").is_file()
    refused = halfway(*both, "-")
    assert (refused.code, refused.out, "both want stdout" in refused.err) == (2, "", True)


def test_a_file_that_cannot_be_written_is_one_sentence(database: str, tmp_path: Path) -> None:
    gone = str(tmp_path / "gone" / "halfway.prom")
    answer = halfway("assess", database, "--project", str(tmp_path), "--prometheus", gone)
    assert (answer.code, answer.err.count("\n")) == (2, 1)
    assert "halfway.prom cannot be written: No such file or directory" in answer.err
    unreachable = halfway("assess", NOWHERE, "--project", str(tmp_path), "--prometheus", gone)
    assert (unreachable.code, unreachable.err.count("\n")) == (3, 2)
