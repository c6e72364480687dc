"""What `flyway repair` would do to each row of the history, told beforehand: it writes rows and touches nothing else.

In its source (DbRepair, JdbcTableSchemaHistory) it takes failed rows away first, then adds a DELETE row for each whose
file is gone and not overlooked by ignoreMigrationPatterns, then writes checksum, description and type of the files into
the rows that differ. It never looks into the schema. So it is told here and never advised: what half landed would be
run again from its first statement.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from console.core.migration import Belief, Ledger, LedgerRow, Migration, Tracked
from console.frameworks.flyway.differs import SQL_TYPES, differing_checksum, differing_description, differing_type
from console.frameworks.flyway.files import TWIN, VALUELESS
from console.frameworks.flyway.history import Key, key_of
from console.frameworks.flyway.names import checksum, version_key
from console.frameworks.flyway.options import Options, ignores

_SYNTHETIC = frozenset({"SCHEMA", "BASELINE", "DELETE"})


class Deed(StrEnum):
    """What is done to a row."""

    DELETES = "deletes it"
    ENDS = "marks it as deleted, by one more row"
    ALIGNS = "writes into it what the file says"
    DEPENDS = "leaves it, changes it or marks it as deleted"
    """By its version, or by what is on its classpath."""
    LEAVES = "leaves it as it is"


_DOES = {
    Deed.DELETES: "delete the failed row of",
    Deed.ENDS: "mark as deleted",
    Deed.ALIGNS: "write what the file says into the row of",
}


@dataclass(frozen=True, slots=True)
class Repair:
    """One row, and what becomes of it."""

    row: LedgerRow
    deed: Deed
    why: str
    """A clause."""


@dataclass(frozen=True, slots=True)
class _Standing:
    """A row once the failed ones are gone, and what later rows say of it."""

    row: LedgerRow
    deleted: bool = False
    undone: bool = False
    superseded: bool = False


@dataclass(frozen=True, slots=True)
class _Files:
    """What there is a file for."""

    by_key: dict[tuple[Key, bool], Migration]
    """By key, and whether it is a baseline script."""
    highest: tuple[int, ...]
    known: bool


def repairs(tracked: Sequence[Tracked], ledger: Ledger, options: Options, *, files_known: bool) -> tuple[Repair, ...]:
    """Row by row, oldest first; () where Flyway refuses even that, for two files are one migration."""
    if ledger.unread or any(item.migration and TWIN in item.migration.note for item in tracked):
        return ()
    kept = [row for row in ledger.rows if row.success or not _is_picked(row, options)]
    files = _files(tracked, known=files_known)
    found = {id(s.row): _of_kept(s, files, options) for s in _standing(kept)}
    gone = "it failed: what landed of it stays as it is"
    return tuple(found.get(id(row)) or Repair(row, Deed.DELETES, gone) for row in ledger.rows)


def explained(tracked: Iterable[Tracked], found: Sequence[Repair]) -> Iterator[Tracked]:
    """Those that `flyway repair` would do something about say so."""
    by_row = {id(repair.row): repair for repair in found}
    for item in tracked:
        repair = by_row.get(id(item.row)) if item.row is not None else None
        said = _note(item, repair) if repair is not None else ""
        yield replace(item, note="; ".join(filter(None, (item.note, said)))) if said else item


def summary(found: Iterable[Repair]) -> str:
    """`delete the failed row of 2; mark as deleted 5`; '' when it would do nothing that is known."""
    ids: dict[Deed, dict[str, None]] = {}
    for repair in found:
        ids.setdefault(repair.deed, {})[repair.row.id] = None
    return "; ".join(f"{words} {', '.join(ids[deed])}" for deed, words in _DOES.items() if deed in ids)


def told(found: Iterable[Repair]) -> str:
    """All that it would do, one sentence with a blank before it; '' where the note of its one row says it."""
    doing = [repair for repair in found if repair.deed in _DOES]
    said = summary(doing) if len(doing) > 1 else ""
    return f" `flyway repair` would {said}: rows only, it runs nothing and takes nothing back." if said else ""


def _note(item: Tracked, repair: Repair) -> str:
    match repair.deed:
        case Deed.DELETES if repair.row.type.startswith("UNDO"):
            return "`flyway repair` would only delete the failed row: what the undo took back stays gone"
        case Deed.DELETES:
            return (
                "`flyway repair` would only delete the failed row: what landed stays, and the next migrate runs it all "
                "from its first statement"
            )
        case Deed.ENDS:
            return "`flyway repair` would mark it as deleted: what it made stays, its file runs again once it is back"
        case Deed.ALIGNS:
            return f"`flyway repair` would write the file's {repair.why} into its row and run nothing of what changed"
        case Deed.DEPENDS if item.belief is Belief.RECORDED and item.migration is not None:
            return f"`flyway repair` {repair.deed}, {repair.why}"
        case _:
            return ""


def _is_picked(row: LedgerRow, options: Options) -> bool:
    """With cherryPick only the failed rows that it names are taken away."""
    names = options.cherry_pick
    key = key_of(row)
    by_version = any(version_key(name.replace("_", ".")) == key for name in names)
    return not names or by_version or row.description in {name.replace("_", " ") for name in names}


def _files(tracked: Sequence[Tracked], *, known: bool) -> _Files:
    by_key: dict[tuple[Key, bool], Migration] = {}
    for item in tracked:
        if item.migration is not None:
            number = version_key(item.id.removeprefix("B"))
            baseline = item.id.startswith("B") and number is not None and not item.migration.repeatable
            by_key[(number if number is not None and not item.migration.repeatable else item.id, baseline)] = (
                item.migration
            )
    highest = max((key for key, _ in by_key if isinstance(key, tuple)), default=())
    return _Files(by_key, highest, known)


def _standing(rows: Sequence[LedgerRow]) -> list[_Standing]:
    """DELETE and UNDO rows speak of the last row before them; of a repeatable only the last row counts."""
    found: list[_Standing] = []
    for row in rows:
        if row.success and (row.type == "DELETE" or row.type.startswith("UNDO")):
            at = next((n for n in range(len(found) - 1, -1, -1) if _is_about(row, found[n].row)), None)
            if at is not None:
                deleted = row.type == "DELETE"
                found[at] = replace(found[at], deleted=found[at].deleted or deleted, undone=not deleted)
        found.append(_Standing(row))
    last = {s.row.description: s.row for s in found if s.row.id.startswith("R__")}
    return [replace(s, superseded=s.row.id.startswith("R__") and last[s.row.description] is not s.row) for s in found]


def _is_about(later: LedgerRow, row: LedgerRow) -> bool:
    return key_of(later) == key_of(row) and row.type not in _SYNTHETIC and not row.type.startswith("UNDO")


def _of_kept(standing: _Standing, files: _Files, options: Options) -> Repair:
    row = standing.row
    if not row.success:
        return Repair(row, Deed.LEAVES, "flyway.cherryPick does not name it")
    if row.type in _SYNTHETIC or row.type.startswith("UNDO"):
        return Repair(row, Deed.LEAVES, f"a row of type {row.type} stands for no file")
    if standing.superseded:
        return Repair(row, Deed.LEAVES, "it ran again later")
    file = files.by_key.get((key_of(row), row.type == "SQL_BASELINE"))
    if file is None:
        return _of_missing(standing, files, options)
    if standing.undone:
        return Repair(row, Deed.LEAVES, "it is undone")
    return _of_file(row, file)


def _of_missing(standing: _Standing, files: _Files, options: Options) -> Repair:
    row, key = standing.row, key_of(standing.row)
    if standing.deleted:
        return Repair(row, Deed.LEAVES, "it is marked as deleted already")
    if row.type not in SQL_TYPES:
        return Repair(row, Deed.DEPENDS, f"by whether its class or script ({row.type}) is there where it runs")
    if not files.known:
        return Repair(row, Deed.DEPENDS, "by whether its file is there: none were read here")
    repeatable = row.id.startswith("R__")
    future = isinstance(key, tuple) and key >= files.highest
    state = "future" if future else "missing"
    if ignores(options, "repeatable" if repeatable else "versioned", state):
        return Repair(
            row, Deed.LEAVES, f"its file is not there, and {state} ones are overlooked (ignoreMigrationPatterns)"
        )
    return Repair(row, Deed.ENDS, "its file is not there")


def _of_file(row: LedgerRow, file: Migration) -> Repair:
    if file.repeatable:
        by_text = row.checksum == str(checksum(file.text)) != file.checksum and VALUELESS not in file.note
        return Repair(row, Deed.ALIGNS, "checksum") if by_text else Repair(row, Deed.LEAVES, "a repeatable runs again")
    if differing_type(row, file):
        return Repair(row, Deed.DEPENDS, "by its version: recorded as another type than its file")
    said = [
        name
        for name, differs in (
            ("checksum", differing_checksum(row, file)),
            ("description", differing_description(row, file)),
        )
        if differs
    ]
    if not said:
        return Repair(row, Deed.LEAVES, "it says what the file says")
    return Repair(row, Deed.ALIGNS, " and ".join(said))
