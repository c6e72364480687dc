"""How MySQL and MariaDB change a column that is there.

MODIFY states a column anew: only what differs from the column that was read costs anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from console.core.hazards_mysql_columns import KEEPS
from console.core.hazards_mysql_ways import COPY, INDEXES, INPLACE, INSTANT, REBUILD, MyAsk, Way
from console.core.operations import Change
from console.core.schema import Column

_BYTES = {"utf8mb4": 4, "utf8mb3": 3, "latin1": 1, "ascii": 1, "binary": 1}
_SPELLED = re.compile(r"^(varchar|varbinary)\((\d+)\)$")
_LABELS = re.compile(r"^(enum|set)\((.*)\)$", re.DOTALL)
_LABEL = re.compile(r"'(?:[^']|'')*'")
_ONE_BYTE = 127
"""MariaDB: a length up to here leaves room for its second byte."""


def change_column(change: Change, ask: MyAsk) -> Way | None:
    """SET DEFAULT and the like, MODIFY, CHANGE."""
    new, old = dict(change.attrs), ask.column(change.ref)
    if set(new) == {"default"}:
        return INSTANT.of("my-drop-default" if new["default"] is None else "my-set-default")
    if set(new) == {"invisible"} and not ask.mariadb:
        return INSTANT.of("my-column-invisible")
    if old is None or "type" not in new or (old.invisible and ask.mariadb):
        return None
    differs = [*_differences(old, new, ask)]
    if None in differs:
        return None
    known = [way for way in differs if way is not None and way != _SAME]
    return max(known, key=lambda way: (way.severity, way.rebuilds, not way.instant), default=INSTANT.of("my-modify"))


def _differences(old: Column, new: Mapping[str, object], ask: MyAsk) -> Iterator[Way | None]:
    """What each part of it that is another costs."""
    yield _type(old, new, ask)
    yield _text(old, new, ask)
    yield _nullable(old, new, ask)
    yield _generated(old, new, ask)
    yield _counted(old, new, ask)
    if old.srid is not None or "srid" in ask.words:
        yield COPY.of("my-type-change")
    if ask.moves and not _stays(old, ask):
        moved = COPY if ask.has_virtual else INSTANT
        yield ask.either(REBUILD, moved).of("my-reorder-column")


def _stays(old: Column, ask: MyAsk) -> bool:
    """It is told the place that it has."""
    if len(ask.statement.operations) != 1 or not old.position:
        return False
    if ask.words[-1:] == ("first",):
        return old.position == 1
    before = [column.ref.name for column in ask.columns if column.position == old.position - 1]
    return ask.words[-2:-1] == ("after",) and [ask.words[-1].strip("`")] == before


def _generated(old: Column, new: Mapping[str, object], ask: MyAsk) -> Way | None:
    kinds = old.generated_kind, new["generated_kind"]
    if "virtual" in kinds and kinds[0] != kinds[1]:
        return None
    if kinds[0] != kinds[1]:
        return COPY.of("my-alter-stored-expr")
    if kinds[0] == "virtual" and ask.mariadb and old.type != new["type"]:
        return COPY.of("my-type-change")
    if old.generated == new["generated"]:
        return _SAME
    if kinds[0] == "virtual":
        return ask.either(COPY, INSTANT).of("my-alter-virtual-expr")
    return COPY.of("my-alter-stored-expr")


def _counted(old: Column, new: Mapping[str, object], ask: MyAsk) -> Way:
    """AUTO_INCREMENT that comes or goes."""
    if bool(old.auto_increment) is bool(new["auto_increment"]):
        return _SAME
    return (COPY if new["auto_increment"] or not ask.mariadb else INSTANT).of("my-auto-increment-column")


_SAME = INSTANT.of("same")


def _type(old: Column, new: Mapping[str, object], ask: MyAsk) -> Way | None:
    kind = str(new["type"])
    if old.type == kind or {old.type, kind} == {"tinyint", "tinyint(1)"}:
        return _SAME
    if ask.feeds(old.ref.name) and not (_SPELLED.match(old.type) and _SPELLED.match(kind)):
        return COPY.of("my-modify-base-col-of-generated")
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
    binary = old.type.startswith("varbinary")
    if binary is not str(new["type"]).startswith("varbinary"):
        return COPY.of("my-type-change")
    width = 1 if binary else _BYTES.get(str(_held(old, ask)))
    if width is None:
        return None
    if not binary and _charset(new, ask) != _held(old, ask):
        return _SAME if after >= before else COPY.of("my-type-varchar-shrink")
    within = (before * width > 255) is (after * width > 255)
    if after > before and (within or (ask.mariadb and before * width <= _ONE_BYTE)):
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
        return _recoded(old, new, str(charset), ask)
    collation = new["collation"] or (ask.table.collation if new["charset"] == "" else None)
    if collation == (old.collation or (ask.table.collation if old.charset == "" else None)):
        return _SAME
    if ask.indexed(old.ref.name):
        return ask.either(COPY, INDEXES).of("my-collate-col-change-indexed")
    return ask.either(INPLACE, INSTANT).of("my-collate-col-change-no-idx")


def _recoded(old: Column, new: Mapping[str, object], charset: str, ask: MyAsk) -> Way:
    """Only from the three bytes of utf8mb3 to the four of utf8mb4 no value changes."""
    indexed = ask.indexed(old.ref.name)
    if (_held(old, ask), charset) != ("utf8mb3", "utf8mb4") or (indexed and not ask.mariadb):
        return COPY.of("my-charset-col")
    lengths = _SPELLED.match(old.type), _SPELLED.match(str(new["type"]))
    if lengths[0] and lengths[1]:
        before, after = int(lengths[0][2]) * 3, int(lengths[1][2]) * 4
        if (before > 255) is not (after > 255) and not (ask.mariadb and before <= _ONE_BYTE):
            return COPY.of("my-charset-col")
    elif "text" not in old.type:
        return COPY.of("my-charset-col")
    way = INDEXES if indexed else ask.either(INPLACE, INSTANT)
    return way.of("my-charset-col-utf8mb3-utf8mb4-no-idx")


def _nullable(old: Column, new: Mapping[str, object], ask: MyAsk) -> Way | None:
    if old.nullable is new["nullable"]:
        return _SAME
    rule = "my-modify-not-null-null" if new["nullable"] else "my-modify-nullable-not-null"
    if new["nullable"] and any(old.ref.name in index.columns for index in ask.keeps):
        return COPY.of(rule, KEEPS)
    if not new["nullable"] and ask.lenient and not ask.mariadb:
        return COPY.of(rule, "sql_mode is not strict here: a NULL becomes 0 or '' without an error, and all is copied.")
    careful = "" if new["nullable"] else "It fails if a row has NULL there."
    return (COPY if ask.mariadb and ask.has_virtual else REBUILD).of(rule, careful)
