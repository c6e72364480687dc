"""What a framework of another package may not do: keep a responder waiting, break the rest, write elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib.metadata import EntryPoint
from pathlib import Path
from threading import Event
from threading import enumerate as enumerate_threads
from types import ModuleType
from typing import Any, cast

import pytest
from sqlalchemy.engine import make_url as alchemy_url

from console.core.migration import Belief, Ledger, LedgerRow, Migration, Tracked
from console.core.observation import Server, Tracking
from console.core.plan import CannotWriteError, Check, LedgerEdit
from console.core.ports import Files, OtherDatabase, Project, TableRows
from console.core.urls import make_url as core_url
from console.frameworks import programs
from console.frameworks.contract import SERVER
from console.frameworks.guests import Announced, GuestError, GuestFault, load
from console.frameworks.guests.asking import Patience
from console.frameworks.guests.marks import GuestMarks
from console.readers.sqlfiles.tool import NoDryRun

SOON = Patience(0.2, 0.2, 0.2)
ODD = Announced(EntryPoint("odd", "odd_guest:Odd", "halfway.frameworks"))
BY = "the framework odd of the package odd_guest failed in"
NOWHERE = Project("odd", "nowhere")
FILE = Migration("1", "", "1.sql", ())
LEDGER = Ledger("public.odd_log", True, (LedgerRow("1", True, raw=(("step", "1"),)),))
TRACKED = Tracked("1", Belief.RECORDED, None, LEDGER.rows[0])
TRACKING = Tracking("odd", None, LEDGER, (TRACKED,))
INSERT = """INSERT INTO "public"."odd_log" ("step") VALUES ('2')"""
DELETE = """DELETE FROM "public"."odd_log" WHERE "step" = '2'"""
EDIT = LedgerEdit("public.odd_log", (INSERT,), undo=(DELETE,))


class Odd(NoDryRun):
    """A framework that answers what a test puts into `gives`, and waits for what is put into `waits`."""

    name = "odd"
    gives: dict[str, object]
    waits: Event
    stuck: str

    def detect(self, folder: Path, environ: object) -> Project | None:
        return cast("Project | None", self._gives("detect", None))

    def read(self, project: Project, given: str | None, dialect: str, home: str) -> Files:
        return cast("Files", self._gives("read", Files()))

    def ledger_tables(self, project: Project | None) -> tuple[tuple[str | None, str], ...]:
        return cast("tuple[tuple[str | None, str], ...]", self._gives("ledger_tables", ((None, "odd_log"),)))

    def parse_ledger(self, name: str, rows: TableRows) -> Ledger | None:
        return cast("Ledger | None", self._gives("parse_ledger", LEDGER))

    def track(self, project: Project | None, files: Files, ledger: Ledger, server: Server) -> Tracking:
        return cast("Tracking", self._gives("track", TRACKING))

    def mark_ran(self, tracking: Tracking, migration: str, server: Server) -> LedgerEdit:
        return cast("LedgerEdit", self._gives("mark_ran", EDIT))

    mark_not_ran = mark_ran

    def session_settings(self, server: Server) -> dict[str, str]:
        return cast("dict[str, str]", self._gives("session_settings", {}))

    def _gives(self, what: str, usual: object) -> object:
        if what == self.stuck:
            self.waits.wait()
        return self.gives.get(what, usual)


def _made_by(own: type[Odd]) -> Callable[[Project | None], Odd]:
    def marks(project: Project | None) -> Odd:
        return own()

    return marks


@pytest.fixture
def odd(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Odd]]:
    """Its class, as its package has it; what waits is let go at the end."""
    own: type[Odd] = type("Odd", (Odd,), {"gives": {}, "waits": Event(), "stuck": ""})
    package, marks = ModuleType("odd_guest"), ModuleType("odd_guest.marks")
    package.__dict__["Odd"], marks.__dict__["Marks"] = own, _made_by(own)
    monkeypatch.setitem(sys.modules, "odd_guest", package)
    monkeypatch.setitem(sys.modules, "odd_guest.marks", marks)
    yield own
    own.waits.set()


def test_one_that_does_not_answer_is_left_behind_and_asked_nothing_more(odd: type[Odd], tmp_path: Path) -> None:
    framework = load(ODD, SOON)
    odd.stuck = "detect"
    assert framework.detect(tmp_path, {}) is None
    assert framework.__dict__["problem"] == f"{BY} detect: it did not answer within 0.2 seconds."
    with pytest.raises(GuestFault, match=f"{BY} read: it is not asked, for it has not answered detect so far"):
        framework.read(NOWHERE, None, "postgres", "public")
    assert framework.ledger_tables(NOWHERE) == ((None, "odd_log"),)


def test_one_that_answers_at_last_is_asked_again(odd: type[Odd], tmp_path: Path) -> None:
    framework = load(ODD, SOON)
    odd.stuck = "detect"
    assert framework.detect(tmp_path, {}) is None
    odd.stuck = ""
    odd.waits.set()
    (thread,) = [each for each in enumerate_threads() if each.name == "guest detect"]
    thread.join(10)
    assert framework.read(NOWHERE, None, "postgres", "public") == Files()


def test_one_that_does_not_load_in_time_is_one_sentence(odd: type[Odd]) -> None:
    odd.stuck = "ledger_tables"
    with pytest.raises(
        GuestError, match=r"odd of the package odd_guest cannot be loaded: it did not answer within 0\.2"
    ):
        load(ODD, SOON)


def _but(value: Any, **odd: Any) -> Any:
    """What no checker would let through."""
    return replace(value, **odd)


SHAPES: dict[str, tuple[str, object, str]] = {
    "no_project": ("detect", "here", "a str as its answer"),
    "folder": ("detect", _but(NOWHERE, folder=Path("x")), "a PosixPath as Project.folder"),
    "url": ("detect", _but(NOWHERE, url="postgresql://db/app"), "a str as Project.url"),
    "other": ("detect", _but(NOWHERE, others=(_but(OtherDatabase("x"), url="x"),)), "a str as OtherDatabase.url"),
    "settings": ("detect", _but(NOWHERE, settings={"a": 3}), "a int as Project.settings"),
    "migrations": ("read", _but(Files(), migrations=("1.sql",)), "a str as Files.migrations"),
    "list": ("read", _but(Files(), migrations=[FILE]), "a list as Files.migrations"),
    "statements": ("read", Files((_but(FILE, statements=("select 1",)),)), "a str as Migration.statements"),
    "rows": ("parse_ledger", _but(LEDGER, rows=(3,)), "a int as Ledger.rows"),
    "raw": ("parse_ledger", _but(LEDGER, rows=(_but(LEDGER.rows[0], raw=(("a",),)),)), "1 values as LedgerRow.raw"),
    "id": ("track", _but(TRACKING, tracked=(_but(TRACKED, id=1),)), "a int as Tracked.id"),
    "belief": ("track", _but(TRACKING, tracked=(_but(TRACKED, belief="ran"),)), "a str as Tracked.belief"),
    "nothing": ("track", None, "nothing as its answer"),
}


@pytest.mark.parametrize("case", SHAPES)
def test_what_is_not_as_promised_is_refused_by_its_place(odd: type[Odd], tmp_path: Path, case: str) -> None:
    what, given, told = SHAPES[case]
    framework = load(ODD)
    odd.gives[what] = given
    if what == "detect":
        assert framework.detect(tmp_path, {}) is None
        assert framework.__dict__["problem"] == f"{BY} detect: it gave {told}."
        return
    asked: dict[str, Callable[[], object]] = {
        "read": lambda: framework.read(NOWHERE, None, "postgres", "public"),
        "track": lambda: framework.track(None, Files(), LEDGER, SERVER),
        "parse_ledger": lambda: framework.parse_ledger("public.odd_log", TableRows((), (), ())),
    }
    with pytest.raises(GuestFault, match=f"{BY} {what}: it gave {told}"):
        asked[what]()


def test_a_project_with_a_url_is_taken(odd: type[Odd], tmp_path: Path) -> None:
    for url in (core_url("postgresql://db/app"), alchemy_url("postgresql://db/app")):
        odd.gives["detect"] = replace(NOWHERE, url=url, framework="flyway")
        assert load(ODD).detect(tmp_path, {}) == replace(NOWHERE, url=url)


def test_its_programs_are_names_or_it_is_left_out(odd: type[Odd]) -> None:
    setattr(odd, "programs", ("oddly",))  # noqa: B010 - only some have it
    assert programs([load(ODD)]) == {"oddly": "odd"}
    setattr(odd, "programs", (".*|x",))  # noqa: B010 - see above
    with pytest.raises(GuestError, match="cannot be loaded: TypeError: its programs are no tuple of names"):
        load(ODD)


def test_its_rows_are_never_another_tools(odd: type[Odd]) -> None:
    odd.gives["track"] = replace(
        TRACKING, framework="flyway", ledger=replace(LEDGER, name="public.flyway_schema_history")
    )
    odd.gives["parse_ledger"] = replace(LEDGER, name="public.orders")
    framework = load(ODD)
    told = framework.track(None, Files(), LEDGER, SERVER)
    assert (told.framework, told.ledger) == ("odd", LEDGER)
    assert framework.parse_ledger("public.odd_log", TableRows((), (), ())) == LEDGER


BEYOND = {
    "another_table": ('DELETE FROM "public"."orders" WHERE "id" = 1', "DELETE FROM"),
    "all_rows": ('DELETE FROM "public"."odd_log"', "DELETE FROM"),
    "ddl": ('DROP TABLE "public"."odd_log"', "DROP TABLE"),
    "two": (f"{INSERT}; DROP TABLE orders", "INSERT INTO"),
    "commented": (f"/* x */ {INSERT}", "/"),
}


@pytest.mark.parametrize("case", BEYOND)
@pytest.mark.parametrize("part", ["sql", "undo"])
def test_its_marks_write_rows_of_its_ledger_and_nothing_else(odd: type[Odd], case: str, part: str) -> None:
    sql, begins = BEYOND[case]
    odd.gives["mark_ran"] = _but(EDIT, **{part: (sql,)})
    told = f"odd of the package odd_guest would do more than write rows of public.odd_log: {begins}"
    with pytest.raises(CannotWriteError, match=told):
        GuestMarks(ODD, None).mark_ran(TRACKING, "2", SERVER)


@pytest.mark.parametrize(
    "edit",
    [
        replace(EDIT, table="public.orders"),
        replace(EDIT, sql=()),
        replace(EDIT, checks=(Check("DELETE FROM orders RETURNING 1", 1, "x"),)),
        replace(EDIT, checks=(Check("SELECT 1; DROP TABLE orders", 1, "x"),)),
    ],
    ids=["elsewhere", "empty", "check", "checks"],
)
def test_an_edit_that_is_none_of_its_ledger_is_refused(odd: type[Odd], edit: LedgerEdit) -> None:
    odd.gives["mark_ran"] = edit
    with pytest.raises(CannotWriteError, match="would do more than write rows of"):
        GuestMarks(ODD, None).mark_not_ran(TRACKING, "2", SERVER)


def test_a_table_that_it_keeps_beside_may_be_written_too(odd: type[Odd]) -> None:
    beside = replace(EDIT, sql=(INSERT, """INSERT INTO "public"."odd_log_lock" ("a") VALUES (1)"""))
    odd.gives["mark_ran"] = beside
    with pytest.raises(CannotWriteError):
        GuestMarks(ODD, None).mark_ran(TRACKING, "2", SERVER)
    setattr(odd, "beside", "{}_lock")  # noqa: B010 - only some have it
    assert GuestMarks(ODD, None).mark_ran(TRACKING, "2", SERVER) == beside


def test_marks_that_do_not_answer_or_give_another_thing_write_nothing(odd: type[Odd]) -> None:
    odd.gives["mark_ran"] = "INSERT INTO odd_log VALUES (1)"
    with pytest.raises(CannotWriteError, match="failed in mark_ran: it gave a str as its answer"):
        GuestMarks(ODD, None).mark_ran(TRACKING, "2", SERVER)
    odd.stuck = "mark_ran"
    with pytest.raises(CannotWriteError, match=r"failed in mark_ran: it did not answer within 0\.2 seconds"):
        GuestMarks(ODD, None, SOON).mark_ran(TRACKING, "2", SERVER)
