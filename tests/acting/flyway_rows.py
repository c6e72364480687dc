"""Flyway histories before and after a mark: the rows that Flyway itself leaves (facts: frameworks.md 4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.engine import URL

from console import dialects, frameworks
from console.core.intent import Intent, Verb
from console.core.plan import Plan, Word
from console.drill.player import checksum
from console.incident import Incident
from console.wiring import Options, find, source
from tests.acting.responder import Responder, responder

Rows = list[tuple[Any, ...]]
TEXT = "CREATE TABLE later (id int PRIMARY KEY);\n"
VIEW = "CREATE VIEW ones AS SELECT 1 AS one;\n"
COLUMNS = "installed_rank, version, description, type, script, checksum, installed_by, execution_time, success"
LONG = "a" * 201
FIRST = (1, "1", "make shop", "SQL", "V1__make_shop.sql", 7, "deploy", 12, True)


def row(rank: int, version: str | None, name: str, text: str, *, kind: str = "SQL", success: bool = True) -> Any:
    """A row that Flyway wrote."""
    description = name.rpartition("/")[2].partition("__")[2].removesuffix(".sql").replace("_", " ")
    return (rank, version, description, kind, name, checksum(text), "deploy", 12, success)


@dataclass(frozen=True)
class Mark:
    """One mark: what lies there, what is wished, and the rows that must stand there afterwards."""

    name: str
    verb: Verb
    migration: str
    files: Mapping[str, str]
    before: Rows
    after: Rows
    """`None` for installed_by is the user who acted."""


@dataclass(frozen=True)
class Never:
    """A mark that cannot be written."""

    name: str
    verb: Verb
    migration: str
    files: Mapping[str, str]
    before: Rows
    why: str


def ours(given: tuple[Any, ...]) -> tuple[Any, ...]:
    """The same row, written by whoever acts now."""
    return (*given[:6], None, 0, True)


V2 = {"V2__more.sql": TEXT}
R = {"R__all_ones.sql": VIEW}
DEEP = "2026/V002_1__add_it's_100%_done.sql"
MARKS = (
    Mark("plain", Verb.MARK_RAN, "2", V2, [FIRST], [FIRST, ours(row(2, "2", "V2__more.sql", TEXT))]),
    Mark("failed_row_goes", Verb.MARK_RAN, "2", V2, [FIRST, row(2, "2", "V2__more.sql", TEXT, success=False)],
         [FIRST, ours(row(2, "2", "V2__more.sql", TEXT))]),
    Mark("failed_row_of_another_text", Verb.MARK_RAN, "2", V2,
         [FIRST, row(2, "2", "V2__more.sql", "SELECT 1;", success=False)],
         [FIRST, ours(row(2, "2", "V2__more.sql", TEXT))]),
    Mark("behind_a_higher_version", Verb.MARK_RAN, "2", {**V2, "V3__three.sql": ""},
         [FIRST, row(2, "3", "V3__three.sql", "")],
         [FIRST, row(2, "3", "V3__three.sql", ""), ours(row(3, "2", "V2__more.sql", TEXT))]),
    Mark("version_as_it_is_written", Verb.MARK_RAN, "002.1", {DEEP: TEXT}, [FIRST],
         [FIRST, ours(row(2, "002.1", DEEP, TEXT))]),
    Mark("long_description", Verb.MARK_RAN, "2", {f"V2__{LONG}.sql": TEXT}, [FIRST],
         [FIRST, (2, "2", f"{LONG[:197]}...", "SQL", f"V2__{LONG}.sql", checksum(TEXT), None, 0, True)]),
    Mark("repeatable", Verb.MARK_RAN, "R__all ones", R, [FIRST], [FIRST, ours(row(2, None, "R__all_ones.sql", VIEW))]),
    Mark("repeatable_again", Verb.MARK_RAN, "R__all ones", R, [FIRST, row(2, None, "R__all_ones.sql", "SELECT 1;")],
         [FIRST, row(2, None, "R__all_ones.sql", "SELECT 1;"), ours(row(3, None, "R__all_ones.sql", VIEW))]),
    Mark("repair", Verb.MARK_NOT_RAN, "2", V2, [FIRST, row(2, "2", "V2__more.sql", TEXT, success=False)], [FIRST]),
    Mark("only_the_failed_run_of_a_repeatable", Verb.MARK_NOT_RAN, "R__all ones", R,
         [FIRST, row(2, None, "R__all_ones.sql", "SELECT 1;"), row(3, None, "R__all_ones.sql", VIEW, success=False)],
         [FIRST, row(2, None, "R__all_ones.sql", "SELECT 1;")]),
    Mark("another_spelling_of_the_version", Verb.MARK_NOT_RAN, "2.0", {"V2_0__more.sql": TEXT},
         [FIRST, row(2, "2", "V2__more.sql", TEXT)], [FIRST]),
    Mark("what_was_undone_stays", Verb.MARK_NOT_RAN, "2", V2,
         [FIRST, row(2, "2", "V2__more.sql", TEXT), row(3, "2", "U2__more.sql", TEXT, kind="UNDO_SQL"),
          row(4, "2", "V2__more.sql", TEXT)],
         [FIRST, row(2, "2", "V2__more.sql", TEXT), row(3, "2", "U2__more.sql", TEXT, kind="UNDO_SQL")]),
)  # fmt: skip
BASELINE = (1, "2", "<< Flyway Baseline >>", "BASELINE", "<< Flyway Baseline >>", None, "deploy", 0, True)
NEVERS = (
    Never("a_baseline", Verb.MARK_NOT_RAN, "2", V2, [BASELINE], "BASELINE marker"),
    Never("two_files", Verb.MARK_RAN, "2", {**V2, "V2.0__other.sql": TEXT}, [FIRST], "Two files are one migration"),
    Never("placeholder", Verb.MARK_RAN, "R__all ones", {"R__all_ones.sql": VIEW.replace("1", "${one}")}, [FIRST],
          "no value is known for the placeholder ${one}"),
    Never("its_undo_failed", Verb.MARK_RAN, "2", V2,
          [FIRST, row(2, "2", "V2__more.sql", TEXT),
           row(3, "2", "U2__more.sql", TEXT, kind="UNDO_SQL", success=False)], "undo failed"),
    Never("no_file", Verb.MARK_RAN, "2", {}, [FIRST, row(2, "2", "V2__more.sql", TEXT, success=False)], "The file is"),
)  # fmt: skip


@dataclass(frozen=True)
class Place:
    """A Flyway project and its database on any server."""

    folder: Path
    url: URL
    kind: str
    send: Callable[[str], Rows]

    def laid_out(self, files: Mapping[str, str], before: Rows) -> None:
        """The files and the rows."""
        for name, text in files.items():
            path = self.folder / "sql" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        for given in before:
            values = ", ".join("NULL" if v is None else repr(v) if not isinstance(v, bool) else str(v) for v in given)
            self.send(f"INSERT INTO flyway_schema_history ({COLUMNS}) VALUES ({values})")

    def rows(self) -> Rows:
        found = self.send(f"SELECT {COLUMNS} FROM flyway_schema_history ORDER BY installed_rank")
        return [(*found_row[:8], bool(found_row[8])) for found_row in found]

    def times(self) -> Rows:
        """Every row with the time it was written at."""
        return self.send("SELECT installed_rank, installed_on FROM flyway_schema_history ORDER BY installed_rank")


def proposed(place: Place, wish: Intent, then: Callable[[Responder, Plan], None]) -> None:
    """A responder, and the plan for the wish."""
    address = place.url.render_as_string(hide_password=False)
    incident = Incident(source(find(Options(url=address, project=str(place.folder)), {})))
    markers = {f.name: frameworks.marker(f.name, project) for f, project in incident.source.frameworks}
    hand = dialects.open_hand
    with responder(incident, dialects.renderer(place.kind), lambda: hand(place.kind, place.url), markers) as ann:
        then(ann, ann.propose(wish))


def mark(place: Place, case: Mark) -> None:
    """The rows afterwards are Flyway's, and those that stayed are as they were, to the time they were written at."""
    place.laid_out(case.files, case.before)
    times: dict[int, object] = dict(place.times())

    def carried_out(ann: Responder, plan: Plan) -> None:
        assert plan.refused == ()
        result = ann.acting.carry_out(plan, plan.phrases)
        assert [o.word for o in result.outcomes] == [Word.DONE], result

    proposed(place, Intent(case.verb, migration=case.migration, framework="flyway", reason="test"), carried_out)
    user = place.url.username
    assert place.rows() == [(*r[:6], r[6] or user, *r[7:]) for r in case.after]
    stayed = [r[0] for r in case.after if r in case.before]
    assert {rank: at for rank, at in place.times() if rank in stayed} == {rank: times[rank] for rank in stayed}


def never(place: Place, case: Never) -> None:
    """The plan says why, and nothing is sent whatever is typed."""
    place.laid_out(case.files, case.before)

    def refused(ann: Responder, plan: Plan) -> None:
        assert any(case.why in sentence for sentence in plan.refused), plan
        assert ann.acting.carry_out(plan, plan.phrases).outcomes == ()

    proposed(place, Intent(case.verb, migration=case.migration, framework="flyway", reason="test"), refused)
    assert place.rows() == case.before


PARTS = ("CREATE TABLE later (id int PRIMARY KEY)", "CREATE TABLE last (id int PRIMARY KEY)")
BOTH = ";\n".join(PARTS) + ";\n"
FAILED = row(2, "2", "V2__more.sql", BOTH, success=False)
AS_WRITTEN = [FIRST, ours(row(2, "2", "V2__more.sql", BOTH))]


def stopped(place: Place, landed: int) -> None:
    """It failed after so many statements, outside a transaction, and was recorded as failed."""
    place.laid_out({"V2__more.sql": BOTH, "V2__more.sql.conf": "executeInTransaction=false\n"}, [FIRST, FAILED])
    for statement in PARTS[:landed]:
        place.send(statement)


def written(place: Place) -> Rows:
    """The rows that Flyway's own success would have left, by whoever acts now."""
    return [(*r[:6], r[6] or place.url.username, *r[7:]) for r in AS_WRITTEN]


def done(ann: Responder, plan: Plan) -> None:
    """All of it."""
    result = ann.acting.carry_out(plan, plan.phrases)
    assert {o.word for o in result.outcomes} == {Word.DONE}, result


def proven(place: Place) -> None:
    """Every statement landed: the failed row becomes a success by that proof alone, and comes back letter by letter."""
    stopped(place, len(PARTS))
    before = place.times()

    def marked(ann: Responder, plan: Plan) -> None:
        said = ann.incident.fresh().next
        assert "All of V2__more is in the catalog: mark it ran for the failed row, do not run it again." in said
        assert not any("repair" in step for step in said)
        assert (plan.refused, plan.unproven, plan.phrases) == ((), "", ("mark ran 2",)), plan
        assert plan.checked == ("all 2 statements landed: looked at again just before",)
        assert any("`flyway repair` is no way to this" in sentence for sentence in plan.effect)
        done(ann, plan)
        assert place.rows() == written(place)
        for statement in plan.undo.split(";\n"):
            place.send(statement)
        assert place.rows() == [FIRST, FAILED]
        assert place.times() == before

    proposed(place, Intent(Verb.MARK_RAN, migration="2", framework="flyway"), marked)


def half_landed(place: Place) -> None:
    """What has not landed speaks against the mark; the finish runs it and leaves the row of a success."""
    stopped(place, 1)

    def doubted(ann: Responder, plan: Plan) -> None:
        assert plan.unproven == "statement 2 is NOT LANDED"
        assert plan.phrases == ("mark ran 2", "mark ran 2 unproven")
        assert ann.acting.carry_out(plan, plan.phrases[:1]).outcomes == ()
        assert place.rows() == [FIRST, FAILED]
        assert any("finish statement 2" in step for step in ann.incident.fresh().next)

    proposed(place, Intent(Verb.MARK_RAN, migration="2", framework="flyway"), doubted)
    proposed(place, Intent(Verb.FINISH, migration="2", framework="flyway"), done)
    assert place.rows() == written(place)
