"""How MySQL and MariaDB add, change and drop columns.

MODIFY states a column anew: only what differs from the column that was read costs anything.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from console.core.hazards_mysql_ways import (
    COPY,
    INDEXES,
    INPLACE,
    INSTANT,
    REBUILD,
    REBUILD_BLOCKING,
    RESHAPES,
    MyAsk,
    Way,
)
from console.core.operations import Change, Create, Drop, Rename
from console.core.schema import Column, Constraint, Index

ANYWHERE = 80_029
"""From here INSTANT adds a column at any place and drops one."""
LAST = 80_012
RENAMES = 80_028
_BYTES = {"utf8mb4": 4, "utf8mb3": 3, "latin1": 1, "ascii": 1}
_SPELLED = re.compile(r"^(varchar)\((\d+)\)$")
_LABELS = re.compile(r"^(enum|set)\((.*)\)$", re.DOTALL)
_LABEL = re.compile(r"'(?:[^']|'')*'")
_VERSIONS = "After 255 such changes (64 before 9.1) error 4092 asks for a rebuild first."


def add_column(create: Create, ask: MyAsk) -> Way | None:
    """ADD COLUMN, with what is said of the column."""
    column = create.things[0]
    if not isinstance(column, Column) or (create.if_absent and not ask.mariadb):
        return None
    if "references" in ask.words:
        late = ask.mariadb or ask.version >= 90_000
        return COPY.of("my-add-column-with-inline-references") if late else None
    for thing in create.things[1:]:
        if isinstance(thing, Constraint) and thing.type == "check":
            return ask.either(COPY, INSTANT).of("my-add-column-with-inline-check")
    if column.auto_increment:
        return REBUILD_BLOCKING.of("my-add-column-auto-increment", "Replicas may number the rows otherwise.")
    if any(isinstance(thing, Constraint) for thing in create.things[1:]):
        return None
    if any(isinstance(thing, Index) for thing in create.things[1:]):
        return REBUILD.of("my-add-column-unique")
    return _alone(column, ask)


def _alone(column: Column, ask: MyAsk) -> Way | None:
    if column.generated_kind == "stored":
        return COPY.of("my-add-column-stored-generated")
    if ask.has_fulltext:
        return ask.either(COPY, REBUILD_BLOCKING).of("my-add-column-to-table-with-fulltext")
    worked_out = _worked_out(column, ask)
    if worked_out is not None:
        return worked_out
    if ask.moves and ask.mariadb and ask.has_virtual:
        return COPY.of("my-add-column-first-table-has-virtual-col")
    needed = ANYWHERE if ask.moves else LAST
    if not ask.mariadb and ask.version < needed:
        return REBUILD.of("my-add-column-nullable-last")
    silent = not column.nullable and column.default is None and column.generated is None
    careful = "Rows that are there get 0 or '' in it." if silent else "" if ask.mariadb else _VERSIONS
    return RESHAPES.of("my-add-column-not-null-no-default" if silent else "my-add-column-nullable-last", careful)


def _worked_out(column: Column, ask: MyAsk) -> Way | None:
    """A default in parentheses: MySQL copies for any, MariaDB where it calls a function."""
    if column.default is None or not column.default.startswith("("):
        return None
    careful = "" if ask.mariadb else "It is refused (1674) where the function may return something else on a replica."
    if ask.mariadb and not re.search(r"[a-z_]\w*\s*\(", column.default, re.IGNORECASE):
        return None
    return COPY.of("my-add-column-expression-default", careful)


def drop_column(drop: Drop, ask: MyAsk) -> Way | None:
    """DROP COLUMN."""
    if drop.if_present and not ask.mariadb:
        return None
    name = drop.ref.name
    if ask.has_fulltext or any(name in key.columns for key in ask.parts if isinstance(key, Constraint)):
        return None
    if ask.indexed(name):
        return ask.either(REBUILD, INDEXES).of("my-drop-column-indexed")
    if not ask.mariadb and ask.version < ANYWHERE:
        return REBUILD.of("my-drop-column")
    return RESHAPES.of("my-drop-column", "" if ask.mariadb else _VERSIONS)


def rename_column(rename: Rename, ask: MyAsk) -> Way:
    """RENAME COLUMN, or the name in CHANGE."""
    careful = "Code that still uses the old name fails."
    if not ask.mariadb and (ask.version < RENAMES or ask.referenced(rename.ref.name)):
        return INPLACE.of("my-rename-column-parent-referenced", careful)
    return INSTANT.of("my-rename-column", careful)


def change_column(change: Change, ask: MyAsk) -> Way | None:
    """SET DEFAULT and the like, MODIFY, CHANGE."""
    new, old = dict(change.attrs), ask.column(change.ref)
    if set(new) == {"default"}:
        return INSTANT.of("my-set-default")
    if set(new) == {"invisible"} and not ask.mariadb:
        return INSTANT.of("my-column-invisible")
    if old is None or "type" not in new or old.invisible or old.auto_increment or new["auto_increment"]:
        return None
    if ask.moves and len(ask.statement.operations) > 1:
        return None
    if bool(old.generated) is not bool(new["generated"]) or old.generated_kind != new["generated_kind"]:
        return None
    return _modify(old, new, ask)


def _modify(old: Column, new: Mapping[str, object], ask: MyAsk) -> Way | None:
    differs = [way for way in (_type(old, new, ask), _text(old, new, ask), _nullable(old, new, ask)) if way != _SAME]
    if old.generated != new["generated"]:
        virtual = old.generated_kind == "virtual"
        differs.append(ask.either(COPY, INSTANT if virtual else COPY).of(f"my-alter-{old.generated_kind}-expr"))
    if ask.moves:
        moved = COPY if ask.has_virtual else INSTANT
        differs.append(ask.either(REBUILD, moved).of("my-reorder-column"))
    if old.on_update != new["on_update"] or None in differs:
        return None
    known = [way for way in differs if way is not None]
    if ask.has_fulltext and any(not way.instant and not way.copies for way in known):
        return None
    return max(known, key=lambda way: (way.severity, way.rebuilds, not way.instant), default=INSTANT.of("my-modify"))


_SAME = INSTANT.of("same")


def _type(old: Column, new: Mapping[str, object], ask: MyAsk) -> Way | None:
    kind = str(new["type"])
    if old.type == kind:
        return _SAME
    labels = _labels(old.type), _labels(kind)
    if labels[0] and labels[1]:
        return _appended(labels[0], labels[1])
    lengths = _SPELLED.match(old.type), _SPELLED.match(kind)
    if lengths[0] and lengths[1]:
        return _length(old, new, int(lengths[0][2]), int(lengths[1][2]), ask)
    return COPY.of("my-type-change")


def _labels(kind: str) -> tuple[str, ...]:
    found = _LABELS.match(kind)
    return (found[1], *_LABEL.findall(found[2])) if found else ()


def _appended(old: tuple[str, ...], new: tuple[str, ...]) -> Way:
    same = new[: len(old)] == old and _room(old) == _room(new)
    return INSTANT.of("my-enum-append-value") if same else COPY.of("my-enum-insert-in-middle")


def _room(labels: tuple[str, ...]) -> int:
    """Bytes that a value of them takes."""
    count = len(labels) - 1
    if labels[0] == "enum":
        return 1 if count < 256 else 2
    return 8 if count > 32 else (count + 7) // 8


def _length(old: Column, new: Mapping[str, object], before: int, after: int, ask: MyAsk) -> Way | None:
    """Longer is quick while the length itself takes as many bytes: one up to 255 bytes, two above."""
    width = _BYTES.get(str(_held(old, ask)))
    if width is None or _charset(new, ask) != _held(old, ask):
        return None
    if after > before and (before * width > 255) is (after * width > 255):
        return ask.either(INPLACE, INSTANT).of("my-type-varchar-longer")
    return COPY.of("my-type-varchar-shrink" if after < before else "my-type-varchar-crosses-255")


def _charset(new: Mapping[str, object], ask: MyAsk) -> object:
    return ask.table.charset if new["charset"] == "" else new["charset"]


def _held(old: Column, ask: MyAsk) -> object:
    """Its character set; '' is the table's."""
    return ask.table.charset if old.charset == "" else old.charset


def _text(old: Column, new: Mapping[str, object], ask: MyAsk) -> Way | None:
    """Another character set or collation."""
    if old.charset is None or new["charset"] is None:
        return _SAME
    charset = _charset(new, ask)
    if charset != _held(old, ask):
        return _recoded(old, str(charset), ask)
    collation = new["collation"] or (ask.table.collation if new["charset"] == "" else None)
    if collation == (old.collation or (ask.table.collation if old.charset == "" else None)):
        return _SAME
    if collation is None:
        return None
    if ask.indexed(old.ref.name):
        return ask.either(COPY, INDEXES).of("my-collate-col-change-indexed")
    return ask.either(INPLACE, INSTANT).of("my-collate-col-change-no-idx")


def _recoded(old: Column, charset: str, ask: MyAsk) -> Way | None:
    if (old.charset, charset) == ("latin1", "utf8mb4"):
        return COPY.of("my-charset-col")
    length = _SPELLED.match(old.type)
    widens = (old.charset, charset) == ("utf8mb3", "utf8mb4") and not ask.indexed(old.ref.name)
    if not widens or not length or (int(length[2]) * 3 > 255) is not (int(length[2]) * 4 > 255):
        return None
    return ask.either(INPLACE, INSTANT).of("my-charset-col-utf8mb3-utf8mb4-no-idx")


def _nullable(old: Column, new: Mapping[str, object], ask: MyAsk) -> Way | None:
    if old.nullable is new["nullable"]:
        return _SAME
    if ask.feeds(old.ref.name):
        return None
    rule = "my-modify-not-null-null" if new["nullable"] else "my-modify-nullable-not-null"
    careful = "" if new["nullable"] else "It fails if a row has NULL there."
    return (COPY if ask.mariadb and ask.has_virtual else REBUILD).of(rule, careful)
