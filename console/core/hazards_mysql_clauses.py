"""Clauses of ALTER TABLE that no catalog row shows, told by their words: what each of them costs."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from console.core.hazards_mysql_tables import PARTITIONS
from console.core.hazards_mysql_ways import COPY, INPLACE, INSTANT, REBUILD, REBUILD_BLOCKING, SCAN_BLOCKING, MyAsk, Way
from console.core.mysql_forms import form_of
from console.core.operations import Opaque

_GONE = "The rows in it are gone."
_LOST = "The rows of the table are gone with its file."
_Told = Callable[[MyAsk], Way | None]


def opaque_ways(ask: MyAsk) -> list[Way | None]:
    """One for each clause of the sort; None among them where there are clauses that nobody reads."""
    unseen = sum(isinstance(operation, Opaque) for operation in ask.statement.operations)
    if not unseen:
        return []
    found = list(_ways(ask))
    return [*found, *([None] if len(found) < unseen else [])]


def _ways(ask: MyAsk) -> Iterator[Way | None]:
    form = form_of(ask.statement.sql, ask.schema.dialect)
    for words in form.words if form is not None and form.head else ():
        told = next((told for start, told in _CLAUSES.items() if words[: len(start)] == start), None)
        if told is not None:
            yield told(ask)
        else:
            yield from (_OPTIONS[word](ask) for word in words if word in _OPTIONS)


def _exchanged(ask: MyAsk) -> Way:
    if ask.says("without", "validation"):
        return INSTANT.of("my-exchange-partition", "Nobody checks that its rows belong there.")
    return SCAN_BLOCKING.of("my-exchange-partition", "All rows of the table that comes in are read meanwhile.")


def _encrypted(ask: MyAsk) -> Way | None:
    if ask.mariadb:
        return None
    plain = "'n'" in ask.words and not any(o.startswith("encryption=y") for o in ask.table.options)
    return (INPLACE if plain else COPY).of("my-encryption")


def _same(way: Way) -> _Told:
    return lambda _: way


_BY_SERVER: _Told = lambda ask: ask.either(INPLACE, INSTANT).of("my-table-option")  # noqa: E731 - one entry of a table
_CLAUSES: dict[tuple[str, ...], _Told] = {
    ("force",): _same(REBUILD.of("my-force")),
    ("order", "by"): _same(COPY.of("my-order-by")),
    ("enable", "keys"): _same(INSTANT.of("my-keys")),
    ("disable", "keys"): _same(INSTANT.of("my-keys")),
    ("discard", "tablespace"): _same(INSTANT.of("my-discard-tablespace", _LOST)),
    ("truncate", "partition"): _same(INSTANT.of("my-truncate-partition", _GONE)),
    ("exchange", "partition"): _exchanged,
    ("add", "partition", "partitions"): _same(REBUILD_BLOCKING.of("my-reorganize-partition", PARTITIONS)),
    ("coalesce", "partition"): _same(REBUILD_BLOCKING.of("my-reorganize-partition", PARTITIONS)),
    ("rebuild", "partition"): _same(REBUILD_BLOCKING.of("my-reorganize-partition", PARTITIONS)),
    ("optimize", "partition"): _same(REBUILD.of("my-optimize-partition", "The whole table is rebuilt.")),
    ("analyze", "partition"): _same(INSTANT.of("my-analyze-table")),
    ("check", "partition"): _same(INSTANT.of("my-check-table")),
}
_OPTIONS: dict[str, _Told] = {
    "auto_increment": lambda ask: ask.either(INPLACE, INSTANT).of("my-auto-increment"),
    "compression": _BY_SERVER,
    "insert_method": _BY_SERVER,
    "tablespace": lambda ask: ask.either(REBUILD, INSTANT).of("my-tablespace"),
    "encryption": _encrypted,
}
