"""What every framework owes the rest, as tests: Halfway's own are held to it, and so is one of another package, by a
class of its tests that inherits this one (docs/frameworks.md).

The class asks pytest for three fixtures: `framework`, `sample` and pytest's own `tmp_path`; `marks` where it has some.
`OnServer` asks for two more, on a fresh database: `link`, and `ask`, which runs a statement there. A failure says what
is to be written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from console.core.migration import Belief, Ledger, Migration
from console.core.observation import Health, Server, Tracking
from console.core.plan import CannotWriteError, LedgerEdit
from console.core.ports import Files, Framework, Link, Project, TableRows
from console.core.ports_acting import Marker

SERVER = Server("postgresql", "16.4", 160004, "app", "db", "deploy")
STRANGERS = (("installed",), ("id", "stamp", "label"), ())
Ask = Callable[[str], object]
"""Runs a statement on the server, as an application would."""
_STRANGE = "parse_ledger takes a table for its own that has other columns"
_UNKNOWN = "parse_ledger does not know the columns of the sample as those of its ledger"


@dataclass(frozen=True)
class Sample:
    """A project on the disk, its ledger as the tool writes it, and what follows from both."""

    folder: Path
    columns: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]
    beliefs: Mapping[str, Belief]
    """Of each migration, in the order in which the tool runs them."""
    environ: Mapping[str, str] = field(default_factory=dict)
    written: tuple[str, ...] = ()
    """The statements by which the tool makes that ledger and writes those rows, in words that every server takes."""

    @property
    def table(self) -> TableRows:
        """The ledger as it is read."""
        return TableRows(self.columns, self.rows, (None,) * len(self.rows))


def joined(framework: Framework, sample: Sample) -> Tracking:
    """The project's files and the ledger, as the console joins them."""
    project = found(framework, sample)
    files = framework.read(project, None, SERVER.grammar, SERVER.home)
    return framework.track(project, files, recorded(framework, sample.table), SERVER)


def found(framework: Framework, sample: Sample) -> Project:
    """The project of the sample."""
    assert sample.beliefs, "the sample is empty: it takes a project, a ledger, and what follows from both"
    project = framework.detect(sample.folder, sample.environ)
    assert project is not None, f"detect finds no project in {sample.folder}"
    return project


def recorded(framework: Framework, rows: TableRows, name: str = "public.ledger") -> Ledger:
    """These rows as its ledger."""
    ledger = framework.parse_ledger(name, rows)
    assert ledger is not None, _UNKNOWN
    assert not ledger.unread, f"parse_ledger does not read it: {ledger.unread}"
    return ledger


def _listing(folder: Path) -> dict[str, tuple[int, int]]:
    """Every file with its size and time."""
    return {str(path): (path.stat().st_size, path.stat().st_mtime_ns) for path in folder.rglob("*")}


class WithoutProject:
    """Nothing found is nothing said, and nothing raises."""

    def test_an_empty_folder_is_no_project(self, framework: Framework, tmp_path: Path) -> None:
        """Nor is one that does not exist."""
        (tmp_path / "empty").mkdir()
        assert framework.detect(tmp_path / "empty", {}) is None
        assert framework.detect(tmp_path / "nothing", {}) is None

    def test_an_empty_folder_that_was_named_holds_nothing(self, framework: Framework, tmp_path: Path) -> None:
        """`--migrations` on it is no failure."""
        (tmp_path / "empty").mkdir()
        bare = Project(framework.name, str(tmp_path / "empty"), bare=True)
        files = framework.read(bare, str(tmp_path / "empty"), "postgres", "public")
        assert (files.migrations, files.unread) == ((), ""), "read does not say that an empty folder holds none"

    def test_a_ledger_is_looked_for_anywhere_at_last(self, framework: Framework) -> None:
        """Without a project no schema is known."""
        places = framework.ledger_tables(None)
        assert places
        assert all(schema is None and table for schema, table in places)

    def test_a_strangers_table_is_refused(self, framework: Framework) -> None:
        """A table is known by its columns, not by its name."""
        for columns in STRANGERS:
            assert framework.parse_ledger("x", TableRows(columns, (), ())) is None, _STRANGE

    def test_nothing_is_joined_to_nothing(self, framework: Framework) -> None:
        """And there is nothing to run then."""
        tracking = framework.track(None, Files(), Ledger("x", exists=False), SERVER)
        assert (tracking.framework, tracking.tracked, tracking.next_run) == (framework.name, (), "")
        assert tracking.files.health is Health.NONE

    def test_files_that_were_not_read_are_not_none(self, framework: Framework) -> None:
        """Unknown is not none."""
        tracking = framework.track(None, Files(unread="locked"), Ledger("x", exists=False), SERVER)
        assert (tracking.files.health, tracking.files.reason) == (Health.NOT_READ, "locked")

    def test_a_dry_run_that_cannot_be_done_is_a_problem_and_no_error(
        self, framework: Framework, tmp_path: Path
    ) -> None:
        """It says why."""
        nowhere = Project(framework.name, str(tmp_path / "gone"))
        assert framework.dry_run(nowhere, Migration("1", "", "x.php", ())).problem


class WithProject:
    """What it makes of a project and of the rows its tool wrote."""

    def test_its_project_is_found_and_nothing_is_written(self, framework: Framework, sample: Sample) -> None:
        """Reading leaves a folder as it was."""
        before = _listing(sample.folder)
        joined(framework, sample)
        project = found(framework, sample)
        assert (project.framework, Path(project.folder).is_dir()) == (framework.name, True)
        assert _listing(sample.folder) == before

    def test_rows_and_files_are_joined_in_the_tools_order(self, framework: Framework, sample: Sample) -> None:
        """Each migration is told once, with what the tool believes of it."""
        tracking = joined(framework, sample)
        assert [(each.id, each.belief) for each in tracking.tracked] == list(sample.beliefs.items())
        assert (tracking.files.health, tracking.ledger.exists, tracking.ledger.unread) == (Health.OK, True, "")

    def test_every_column_of_a_row_is_kept(self, framework: Framework, sample: Sample) -> None:
        """A row that is taken away can be put back as it was."""
        ledger = recorded(framework, sample.table)
        kept = sorted(sorted(row.raw) for row in ledger.rows)
        assert kept == sorted(sorted(zip(sample.columns, row, strict=True)) for row in sample.rows)

    def test_an_empty_table_is_an_empty_ledger(self, framework: Framework, sample: Sample) -> None:
        """Then all is pending."""
        ledger = recorded(framework, TableRows(sample.columns, (), ()))
        assert (ledger.exists, ledger.rows) == (True, ())

    def test_every_migration_has_its_text_or_says_why_not(self, framework: Framework, sample: Sample) -> None:
        """Of each file its place, and what stands in it or why that is not known."""
        files = [each.migration for each in joined(framework, sample).tracked if each.migration is not None]
        assert files
        assert [file.id for file in files if not (file.text or file.unreadable)] == []
        assert [file.id for file in files if not file.file] == []

    def test_rows_without_files_are_told(self, framework: Framework, sample: Sample) -> None:
        """And none of them is pending."""
        tracking = framework.track(None, Files(unread="no project"), recorded(framework, sample.table), SERVER)
        assert {each.belief for each in tracking.tracked} <= {Belief.RECORDED, Belief.FAILED, Belief.IGNORED}
        assert tracking.tracked
        assert tracking.files.health is Health.NOT_READ

    def test_a_mark_is_exact_or_refused(self, framework: Framework, sample: Sample, marks: Marker) -> None:
        """What would be written is SQL with a way back; what cannot be known is refused in a sentence."""
        tracking = joined(framework, sample)
        edits = [edit for each in tracking.tracked for edit in _edits(marks, tracking, each.id)]
        assert edits, "nothing can be marked, and nothing is refused"
        for edit in edits:
            if isinstance(edit, LedgerEdit):
                assert edit.sql
                assert edit.undo
            else:
                assert edit.endswith((".", "`"))


def _edits(marks: Marker, tracking: Tracking, migration: str) -> list[LedgerEdit | str]:
    made: list[LedgerEdit | str] = []
    for mark in (marks.mark_ran, marks.mark_not_ran):
        try:
            made.append(mark(tracking, migration, SERVER))
        except CannotWriteError as refusal:
            made.append(str(refusal))
    return made


class OnServer:
    """Its ledger on a server, as the tool left it there. One class of tests may inherit this and the other."""

    def test_its_ledger_is_found_there_and_joined(
        self, framework: Framework, sample: Sample, link: Link, ask: Ask
    ) -> None:
        """Where `ledger_tables` says, with all its rows, whatever the server makes of its types."""
        tracking = _there(framework, sample, link, ask, sample.written)
        assert [(each.id, each.belief) for each in tracking.tracked] == list(sample.beliefs.items())
        rows = [[column for column, _ in row.raw] for row in tracking.ledger.rows]
        assert rows == [list(sample.columns)] * len(sample.rows)

    def test_a_ledger_without_rows_leaves_all_pending(
        self, framework: Framework, sample: Sample, link: Link, ask: Ask
    ) -> None:
        """As after the tool's first start."""
        made = tuple(sql for sql in sample.written if sql.lstrip().lower().startswith("create"))
        tracking = _there(framework, sample, link, ask, made)
        assert {each.belief for each in tracking.tracked} == {Belief.PENDING}

    def test_a_strangers_table_of_its_name_is_not_its(self, framework: Framework, link: Link, ask: Ask) -> None:
        """Two tools may use one name."""
        ((_, table), *_), home = framework.ledger_tables(None), link.server().home
        ask(f"CREATE TABLE {table} (id INT PRIMARY KEY, label VARCHAR(9))")
        assert framework.parse_ledger(f"{home}.{table}", link.rows(home, table)) is None, _STRANGE


def _there(framework: Framework, sample: Sample, link: Link, ask: Ask, written: tuple[str, ...]) -> Tracking:
    """The project's files, and the ledger that these statements leave on the server."""
    project, server = found(framework, sample), link.server()
    assert written, "the sample does not say by which statements the tool makes its ledger (Sample.written)"
    for sql in written:
        ask(sql)
    places = [table for schema, table in framework.ledger_tables(project) if schema in {None, server.home}]
    table = next((place for place in places if server.home in link.tables_named(place)), "")
    assert table, f"ledger_tables looks for {', '.join(places)}, and there is none of that name"
    ledger = recorded(framework, link.rows(server.home, table), f"{server.home}.{table}")
    return framework.track(project, framework.read(project, None, server.grammar, server.home), ledger, server)


class FrameworkContract(WithoutProject, WithProject):
    """All of it."""
