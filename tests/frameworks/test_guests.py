"""Frameworks of other packages: one that is installed is held to the contract, and a broken one stops nothing."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from console import frameworks
from console.core.faults import UsageFault
from console.core.intent import Intent, Verb
from console.core.migration import Belief, Ledger, LedgerRow, Migration, State
from console.core.observation import Server
from console.core.plan import CannotWriteError, Word
from console.core.ports import Files, Framework, Project, TableRows
from console.core.ports_acting import Marker
from console.frameworks import guests
from console.frameworks.contract import SERVER, FrameworkContract, Sample, joined
from console.machine import LocalMachine
from console.wiring import Options, find, source
from tests.acting.by_tool import Shop
from tests.frameworks.installed import installed as installed_in
from tests.frameworks.making import ONE, THREE, TWO, write
from tests.servers import conninfo, run
from tests.waiting import eventually

pytestmark = pytest.mark.slow

TOY = Path(__file__).parent / "toy"
FILES = {"toy/001-one.sql": ONE, "toy/002-two.sql": TWO, "toy/003-three.sql": THREE}
BELIEFS = {"001": Belief.RECORDED, "002": Belief.RECORDED, "003": Belief.PENDING}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the toy is installed, as anybody would install it."""
    return installed_in(TOY, tmp_path_factory.mktemp("site"))


@pytest.fixture
def installed(site: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    yield from _on_the_path(site, monkeypatch)


def _on_the_path(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Seen by this process, and forgotten again."""
    before = set(sys.modules)
    monkeypatch.syspath_prepend(str(folder))
    guests.announced.cache_clear()
    yield folder
    guests.announced.cache_clear()
    for name in set(sys.modules) - before:
        if getattr(sys.modules[name], "__file__", None) and str(sys.modules[name].__file__).startswith(str(folder)):
            del sys.modules[name]


class TestToy(FrameworkContract):
    """The toy, as the console gets it."""

    @pytest.fixture
    def framework(self, installed: Path) -> Framework:
        return frameworks.load("toy")

    @pytest.fixture
    def sample(self, tmp_path: Path) -> Sample:
        return Sample(write(tmp_path, FILES), ("step", "done"), (("001", "t"), ("002", "t")), BELIEFS)

    @pytest.fixture
    def marks(self, installed: Path) -> Marker:
        return frameworks.marker("toy", None)

    def test_its_row_is_written_as_it_writes_it(self, framework: Framework, sample: Sample, marks: Marker) -> None:
        edit = marks.mark_ran(joined(framework, sample), "003", SERVER)
        assert (edit.sql, edit.undo) == (
            ("""INSERT INTO "public"."ledger" ("step", "done") VALUES ('003', true)""",),
            ("""DELETE FROM "public"."ledger" WHERE "step" = '003' AND "done" = true""",),
        )


def halfway(site: Path, *arguments: str) -> tuple[int, str, str]:
    """The installed command, where these packages are to be seen."""
    line = [sys.executable, "-m", "screens", *arguments]
    environ = {**os.environ, "PYTHONPATH": str(site)}
    done = subprocess.run(line, env=environ, capture_output=True, text=True, check=False, timeout=60)
    return done.returncode, done.stdout, done.stderr


def sold(folder: Path) -> str:
    """A database with the toy's ledger; its second migration was recorded and did nothing."""
    with closing(sqlite3.connect(folder / "shop.db")) as made:
        made.executescript(f"CREATE TABLE toy_log (step text, done boolean); {ONE};"
                           "INSERT INTO toy_log VALUES ('001', 1), ('002', 1);")  # fmt: skip
    return f"sqlite:///{folder / 'shop.db'}"


def test_the_console_reads_it_like_its_own(site: Path, tmp_path: Path) -> None:
    url = sold(write(tmp_path, FILES))
    code, out, said = halfway(site, "assess", url, "--project", str(tmp_path), "--json")
    told = json.loads(out)
    assert (code, said) == (1, "")
    assert [f["framework"] for f in told["frameworks"]] == ["toy"]
    assert {m["id"]: m["state"] for m in told["frameworks"][0]["migrations"]} == {
        "001": "applied", "002": "hollow", "003": "pending",
    }  # fmt: skip


@pytest.mark.parametrize("postgres_server", [16], indirect=True)
def test_it_is_listed_and_its_project_assessed_on_a_real_server(site: Path, tmp_path: Path, database: URL) -> None:
    write(tmp_path, FILES)
    run(database, "CREATE TABLE toy_log (step text, done boolean)", ONE,
        "INSERT INTO toy_log VALUES ('001', true), ('002', true)")  # fmt: skip
    code, out, said = halfway(site, "assess", conninfo(database), "--project", str(tmp_path), "--json")
    assert (code, said) == (1, "")
    (toy,) = json.loads(out)["frameworks"]
    assert (toy["framework"], toy["ledger"]) == ("toy", "public.toy_log")
    assert {m["id"]: m["state"] for m in toy["migrations"]} == {"001": "applied", "002": "hollow", "003": "pending"}
    code, out, said = halfway(site, "doctor", conninfo(database), "--project", str(tmp_path))
    lines = [" ".join(line.split()) for line in out.splitlines()]
    assert f"PROJECT toy in {tmp_path}" in lines, said
    assert "LEDGER public.toy_log: 2 rows" in lines
    assert (
        "CLIENT no writer of Halfway's in this process; what the package halfway-toy may do in it is not known" in lines
    )


@pytest.mark.parametrize("postgres_server", [16], indirect=True)
def test_its_rows_are_marked_on_a_real_server(installed: Path, tmp_path: Path, database: URL) -> None:
    run(
        database, "CREATE TABLE toy_log (step text, done boolean)", ONE, TWO, "INSERT INTO toy_log VALUES ('001', true)"
    )
    shop = Shop(write(tmp_path, FILES), database, "toy", "002", {"TOY_URL": conninfo(database)})
    with shop.hired() as ann:
        for verb, state in ((Verb.MARK_RAN, State.APPLIED), (Verb.MARK_NOT_RAN, State.UNRECORDED)):
            plan = ann.propose(Intent(verb, migration="002", framework="toy", reason="a drill"))
            assert plan.refused == ()
            assert [outcome.word for outcome in ann.acting.carry_out(plan, plan.phrases).outcomes] == [Word.DONE]
            (toy,) = [each for each in ann.incident.fresh().frameworks if each.framework == "toy"]
            assert {m.id: m.state for m in toy.migrations}["002"] is state


def test_a_run_of_it_is_seen_on_this_machine(installed: Path, tmp_path: Path) -> None:
    write(tmp_path, FILES | {"bin/toy": "#!/bin/sh\nread line\n"})
    found = source(find(Options(url="sqlite:///x.db", project=str(tmp_path)), {}))
    assert isinstance(found.machine, LocalMachine)
    assert found.machine._programs == {"toy": "toy"}
    with subprocess.Popen(["/bin/sh", str(tmp_path / "bin/toy"), "up"], stdin=subprocess.PIPE) as run_of_it:
        here = LocalMachine(Path("/proc"), found.machine._programs)
        seen = eventually(lambda: [tool for tool in here.look().tools if tool.pid == run_of_it.pid])
        run_of_it.communicate(b"\n")
    assert [tool.framework for tool in seen] == ["toy"]


LOOKS = """
import sys
from console.incident import Incident
from console.wiring import Options, find, source
incident = Incident(source(find(Options(url={url!r}, project={project!r}), {{}})))
incident.observe()
incident.stop()
print([name for name in sys.modules if name.startswith("halfway_toy")])
"""


def test_what_only_looks_never_imports_its_marks(site: Path, tmp_path: Path) -> None:
    url = sold(write(tmp_path, FILES))
    told = LOOKS.format(url=url, project=str(tmp_path))
    environ = {**os.environ, "PYTHONPATH": str(site)}
    done = subprocess.run([sys.executable, "-c", told], env=environ, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['halfway_toy']"


def package(folder: Path, module: str, text: str, *points: str) -> None:
    """A package as pip leaves it, with these entry points."""
    announced = "\n".join(["[halfway.frameworks]", *points, ""])
    told, about = f"Metadata-Version: 2.1\nName: {module}\nVersion: 1.0\n", f"{module}-1.0.dist-info"
    write(folder, {f"{module}.py": text, f"{about}/entry_points.txt": announced, f"{about}/METADATA": told})


FITS = """
class Bad:
    name, dry_run_about = "bad", ""
    def detect(self, folder, environ): {detect}
    def read(self, project, given, dialect, home): raise KeyError("no")
    def ledger_tables(self, project): {tables}
    def parse_ledger(self, name, rows): return 3
    def track(self, project, files, ledger, server): raise RuntimeError("lost its \\x1b[2J way")
    def dry_run_command(self, project, migration): raise OSError
    def dry_run(self, project, migration): raise OSError("off")
"""
NONE, OTHER = "return ((None, 'bad'),)", "return ((None, 'bad'),) if project is None else 1 / 0"
BROKEN = {
    "import": ("import nothing_of_that_name", "cannot be loaded: ModuleNotFoundError: No module named"),
    "exit": ("raise SystemExit(3)", "cannot be loaded: SystemExit: 3"),
    "syntax": ("def (", "cannot be loaded: SyntaxError"),
    "other": ("class Bad:\n    pass", "is no framework: it has no detect, read, ledger_tables, parse_ledger"),
    "named": (FITS.format(detect="pass", tables=NONE).replace('"bad"', '"flyway"'), "calls itself 'flyway'"),
    "beside": (
        f"{FITS.format(detect='pass', tables=NONE)}    beside = property(lambda self: 1 / 0)\n",
        "cannot be loaded: ZeroDivisionError: division by zero",
    ),
    "nowhere": (FITS.format(detect="pass", tables="return []"), "names no table in which its ledger may be"),
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    yield from _on_the_path(tmp_path / "site", monkeypatch)


@pytest.mark.parametrize("case", BROKEN)
def test_one_that_cannot_be_loaded_is_one_sentence(folder: Path, case: str) -> None:
    text, why = BROKEN[case]
    package(folder, "acme", text, "bad = acme:Bad")
    loaded, left_out = frameworks.chosen(None)
    assert [framework.name for framework in loaded] == list(frameworks.names())
    assert list(left_out) == ["bad"]
    assert left_out["bad"].startswith(f"bad of the package acme {why}"), left_out
    with pytest.raises(UsageFault, match="the framework bad of the package acme"):
        frameworks.load("bad")


def test_no_name_of_ours_and_no_name_twice_is_taken(folder: Path) -> None:
    package(
        folder, "acme", FITS.format(detect="pass", tables=NONE), "flyway = acme:Bad", "bad = acme:Bad", "No! = acme:Bad"
    )
    package(folder, "zeta", "", "bad = zeta:Bad")
    loaded, left_out = frameworks.chosen(None)
    assert [type(framework).__module__ for framework in loaded if framework.name == "flyway"] == [
        "console.frameworks.flyway"
    ]
    assert left_out == {
        "flyway of acme": "the package acme calls a framework flyway, which is Halfway's own: that one is used",
        "bad": "acme, zeta call a framework bad: neither is used",
        "No!": "the package acme calls a framework 'No!': a name is small letters, digits and hyphens",
    }


def test_one_that_fails_at_everything_costs_only_itself(folder: Path, tmp_path: Path) -> None:
    package(folder, "acme", FITS.format(detect="raise ValueError('odd')", tables=OTHER), "bad = acme:Bad")
    bad, nowhere = frameworks.load("bad"), Project("bad", str(tmp_path))
    by = "the framework bad of the package acme failed in"
    assert (bad.detect(tmp_path, {}), bad.ledger_tables(nowhere)) == (None, ((None, "bad"),))
    assert find(Options(project=str(tmp_path)), {}).left_out == {"bad": f"{by} detect: ValueError: odd."}
    with pytest.raises(guests.GuestFault, match=f"{by} read: KeyError: 'no'"):
        bad.read(nowhere, None, "postgres", "public")
    with pytest.raises(guests.GuestFault, match=f"{by} parse_ledger: it gave a int"):
        bad.parse_ledger("bad", TableRows((), (), ()))
    with pytest.raises(guests.GuestFault) as told:
        bad.track(None, Files(), Ledger("bad", True, (LedgerRow("1", True),)), SERVER)
    assert "\x1b" not in str(told.value)
    migration = Migration("1", "", "1.sql", ())
    assert (bad.dry_run_command(nowhere, migration), bad.dry_run(nowhere, migration).problem) == (
        (), f"{by} dry_run: OSError: off.",
    )  # fmt: skip


def test_one_that_ends_its_process_does_not_end_the_console(folder: Path, tmp_path: Path) -> None:
    """A tool's own code may call sys.exit where it meets what it does not like."""
    text = FITS.format(detect="raise SystemExit(3)", tables=NONE).replace("raise OSError\n", "return 7\n")
    package(folder, "acme", text.replace('raise KeyError("no")', "raise SystemExit('out')"), "bad = acme:Bad")
    bad, nowhere = frameworks.load("bad"), Project("bad", str(tmp_path))
    by = "the framework bad of the package acme failed in"
    assert find(Options(project=str(tmp_path)), {}).left_out == {"bad": f"{by} detect: SystemExit: 3."}
    with pytest.raises(guests.GuestFault, match=f"{by} read: SystemExit: out"):
        bad.read(nowhere, None, "postgres", "public")
    assert bad.dry_run_command(nowhere, Migration("1", "", "1.sql", ())) == ()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "No module named 'acme.marks'"),
        ("class Marks:\n    def __init__(self, project): pass", "it has no mark_ran"),
    ],
    ids=["none", "half"],
)
def test_without_marks_nothing_is_written(folder: Path, text: str, why: str) -> None:
    package(folder, "acme", FITS.format(detect="pass", tables=NONE), "bad = acme:Bad")
    if text:
        (folder / "acme.py").unlink()
        write(folder, {"acme/__init__.py": FITS.format(detect="pass", tables=NONE), "acme/marks.py": text})
    marks, server = frameworks.marker("bad", None), Server("postgresql", "16.4", 160004, "app", "public", "deploy")
    tracking = frameworks.load("flyway").track(None, Files(), Ledger("x", exists=False), server)
    with pytest.raises(CannotWriteError, match=f"does not say how its ledger is written: .*{why}"):
        marks.mark_ran(tracking, "1", server)
    assert marks.session_settings(server) == {}


def test_the_console_says_what_it_left_out_and_goes_on(tmp_path: Path) -> None:
    package(tmp_path / "site", "acme", "raise SystemExit(3)", "bad = acme:Bad")
    (tmp_path / "shop.db").touch()
    code, out, said = halfway(tmp_path / "site", "assess", f"sqlite:///{tmp_path / 'shop.db'}", "--json")
    covered = {c["what"]: c["reason"] for c in json.loads(out)["coverage"] if not c["complete"]}
    assert (code, said) == (1, "")
    assert covered["framework bad"] == "bad of the package acme cannot be loaded: SystemExit: 3"
    code, out, said = halfway(tmp_path / "site", "doctor", f"sqlite:///{tmp_path / 'shop.db'}")
    assert code == 1
    assert "FRAMEWORK   bad: MISSING, bad of the package acme cannot be loaded: SystemExit: 3" in out.splitlines()
    code, out, said = halfway(tmp_path / "site", "assess", "sqlite:///x.db", "--framework", "bad")
    assert (code, out) == (2, "")
    assert said.strip() == "halfway: the framework bad of the package acme cannot be loaded: SystemExit: 3."


@pytest.mark.parametrize(
    "text", ["from threading import Event\nEvent().wait()", "while True: pass"], ids=["waits", "runs"]
)
def test_the_console_waits_for_no_package(tmp_path: Path, text: str) -> None:
    package(tmp_path / "site", "acme", text, "bad = acme:Bad")
    (tmp_path / "shop.db").touch()
    code, out, said = halfway(tmp_path / "site", "assess", f"sqlite:///{tmp_path / 'shop.db'}", "--json")
    covered = {c["what"]: c["reason"] for c in json.loads(out)["coverage"] if not c["complete"]}
    assert (code, said) == (1, "")
    assert covered["framework bad"] == "bad of the package acme cannot be loaded: it did not answer within 5 seconds"
