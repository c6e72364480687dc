"""Changesets and rows joined as Liquibase joins them: by id, author and file, in the order of the changelog."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from console.core.habits import Habits
from console.core.migration import Belief, Ledger, LedgerRow, Migration, Tracked
from console.core.observation import Server, Tracking
from console.core.ports import Files, Project
from console.frameworks.liquibase.changelog import plain
from console.frameworks.liquibase.ledger import about
from console.frameworks.liquibase.reading import NEVER
from console.frameworks.liquibase.sums import VERSION
from console.readers.sqlfiles.files import said
from console.readers.sqlfiles.tracking import back, joined, next_run, tracking

_SUMS = "Whether {} of the changesets were edited since they ran is not known: their check sums cannot be made here."
_HABITS = Habits(no_lock="Liquibase's lock is a row, which would outlive who took it.")
_HEEDS = ("LIQUIBASE_COMMAND_URL", "LIQUIBASE_COMMAND_CHANGELOG_FILE")
_NEEDS = "It runs what the changeset's own rollback says, and refuses where raw SQL has none."
_COMMAND = ("liquibase", "rollback-count", "--count=1")
_AS_WRITTEN = "4.28"


def track(project: Project | None, files: Files, ledger: Ledger, server: Server) -> Tracking:
    """One Tracked for each changeset, and behind them rows without one."""
    # it names its table in capitals, which PostgreSQL folds and a MySQL may not
    name = ledger.name if server.grammar == "postgres" else _spelled(ledger.name, project)
    guessed = project is None or not project.settings.get("changelog")
    renamed = _renamed(ledger.rows, files.migrations, guessed=guessed)
    ledger = replace(ledger, name=name, rows=tuple(replace(row, id=renamed[row.id]) for row in ledger.rows))
    places = {migration.id: place for place, migration in enumerate(files.migrations)}
    rows = {row.id: row for row in ledger.rows}
    tracked = joined(files.migrations, rows, _of_file, lambda name: (places.get(name, len(places)), name))
    held = dict(ledger.beside).get("locked") == "yes"
    refused = "its lock is held, and it waits for it" if held else ""
    return tracking(
        "liquibase",
        project,
        files,
        ledger,
        tracked,
        about=" ".join(part for part in (about(ledger), _unsure(tracked), _newer(ledger)) if part),
        habits=_HABITS,
        rollback=back(project, _COMMAND, _newest(ledger, places), _HEEDS, _NEEDS),
        next_run="" if files.unread else next_run("liquibase update", tracked, ledger, refused),
    )


def _spelled(name: str, project: Project | None) -> str:
    """As the settings spell it, else in capitals."""
    schema, dot, table = name.rpartition(".")
    named = project.settings.get("table", "") if project else ""
    return f"{schema}{dot}{named if named.lower() == table.lower() else table.upper()}"


def _renamed(rows: Iterable[LedgerRow], migrations: Iterable[Migration], *, guessed: bool) -> Mapping[str, str]:
    """What each row's changeset is called by the files: `classpath:` does not count; and where nobody says where paths
    begin, one may begin further up than the other."""
    known = {migration.id for migration in migrations}
    ends: dict[str, list[str]] = {}
    for name in sorted(known):
        ends.setdefault(_named(name), []).append(name)
    counts = Counter(_named(row.id) for row in rows)
    return {row.id: _match(row.id, known, ends if guessed and counts[_named(row.id)] == 1 else {}) for row in rows}


def _named(name: str) -> str:
    return name.rpartition("::")[0]


def _match(name: str, known: set[str], ends: Mapping[str, list[str]]) -> str:
    head, colons, path = name.rpartition("::")
    same = f"{head}{colons}{plain(path)}"
    if same in known:
        return same
    near = [each for each in ends.get(head, ()) if _is_end(plain(path), each.rpartition("::")[2])]
    return near[0] if len(near) == 1 and len(ends[head]) == 1 else name


def _is_end(one: str, other: str) -> bool:
    return f"/{one}".endswith(f"/{other}") or f"/{other}".endswith(f"/{one}")


def _of_file(file: Migration, row: LedgerRow | None) -> Tracked:
    if row is None:
        belief = Belief.IGNORED if file.note.startswith(NEVER) else Belief.PENDING
        return Tracked(file.id, belief, file, None, note=file.note)
    marked = "marked as run, without being run" if row.type == "MARK_RAN" else ""
    return Tracked(file.id, Belief.RECORDED, file, row, _differs(file, row), note=said(file.note, marked))


def _differs(file: Migration, row: LedgerRow) -> bool:
    """Edited since it ran; never where Liquibase would run it again, or takes that sum too."""
    if not _is_comparable(file, row):
        return False
    valid = dict(file.row).get("valid", "").lower().split()
    taken = {"any", "1:any", (row.checksum or "").lower()}
    return file.checksum != row.checksum and not taken & set(valid) and not dict(file.row).get("again")


def _is_comparable(file: Migration, row: LedgerRow) -> bool:
    return file.checksum is not None and (row.checksum or "").startswith(VERSION)


def _unsure(tracked: Iterable[Tracked]) -> str:
    open_ = [t for t in tracked if t.migration is not None and t.row is not None and t.row.checksum
             and not _is_comparable(t.migration, t.row)]  # fmt: skip
    return _SUMS.format(len(open_)) if open_ else ""


def _newer(ledger: Ledger) -> str:
    """Types and words differ between versions of Liquibase."""
    found = next(_versions(ledger), "")
    if not found or found.startswith(f"{_AS_WRITTEN}."):
        return ""
    return f"The last row was written by Liquibase {found}; the SQL here is as {_AS_WRITTEN} writes it."


def _versions(ledger: Ledger) -> Iterator[str]:
    for row in reversed(ledger.rows):
        kept = {column.lower(): value for column, value in row.raw}
        if kept.get("liquibase"):
            yield kept["liquibase"] or ""


def _newest(ledger: Ledger, places: Mapping[str, int]) -> str | None:
    """Liquibase takes back what it ran last, where the changelog has it."""
    last = ledger.rows[-1].id if ledger.rows else None
    return last if last in places else None
