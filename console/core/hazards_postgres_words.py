"""What statements cost that leave nothing in the catalog: data, maintenance, settings of storage.

No operation tells them apart, so their first words do.
"""

from __future__ import annotations

from collections.abc import Callable

from console.core.hazards_cost import CRITICAL, HIGH, LOW, MEDIUM, Cost
from console.core.hazards_postgres_facts import ACCESS_EXCLUSIVE, Ask, other_sides
from console.core.schema import Index, Kind, Ref, Table, View, table_ref

_SOFT = "SHARE UPDATE EXCLUSIVE"
_NO_ROWS = "nothing brings back the rows"


def opaque_cost(ask: Ask) -> Cost | None:
    """By the first words; None where no rule knows them."""
    if len(ask.statement.operations) != 1:
        return None
    rule = next((rule for words, rule in _RULES.items() if ask.words[: len(words)] == words), None)
    return rule(ask) if rule else None


def _named(ask: Ask, word: str) -> tuple[str, str] | None:
    """The name behind `word`: `reindex table audit.orders`."""
    words = ask.words
    at = words.index(word) + 1 if word in words else len(words)
    at += words[at : at + 1] == ("concurrently",)
    rest = words[at:]
    if len(rest) > 2 and rest[1] == ".":
        return rest[0], rest[2]
    return (ask.schema.home, rest[0]) if rest else None


def _tables(ask: Ask) -> tuple[Ref, ...]:
    return tuple(table_ref(*name) for name in ask.statement.tables)


def _rows(ask: Ask) -> Cost | None:
    """UPDATE and DELETE: rows that were changed stay locked to the end of the transaction."""
    table = _tables(ask)[:1]
    if not table:
        return None
    every = "where" not in ask.words
    careful = f"{'All rows' if every else 'The rows it changes'} stay locked for other writers to the end."
    locks = tuple(("ROW EXCLUSIVE", ref) for ref in table)
    severity = CRITICAL if every else MEDIUM
    undo = "nothing tells what the rows held before"
    return Cost(
        "pg-backfill", severity, locks, scanned=table if every else (), unknown=True, careful=careful, undo=undo
    )


def _insert(ask: Ask) -> Cost | None:
    """A few rows, or as many as a query gives."""
    tables = _tables(ask)
    if not tables:
        return None
    locks = (("ROW EXCLUSIVE", tables[0]),)
    if "select" not in ask.words and ask.words[:1] != ("copy",):
        return Cost("pg-insert", 0, locks)
    careful = "How many rows it writes is not known."
    return Cost("pg-backfill", MEDIUM, locks, unknown=True, careful=careful, undo="delete the rows it wrote")


def _nothing(rule: str) -> Callable[[Ask], Cost | None]:
    """Nobody who uses a table waits for it."""
    return lambda _: Cost(rule, 0)


def _select(ask: Ask) -> Cost | None:
    """A function may do anything; without one, and with a counter that is set, nothing is changed."""
    calls = {
        name for name, after in zip(ask.words, ask.words[1:], strict=False) if after == "(" and name.isidentifier()
    }
    return Cost("pg-read", 0, unknown="from" in ask.words) if calls <= _HARMLESS and "for" not in ask.words else None


_HARMLESS = {"setval", "currval", "nextval", "max", "min", "coalesce", "count", "pg_get_serial_sequence", "greatest"}
_HARMLESS |= {"select", "values", "from", "in", "and", "or", "where", "as", "not", "exists"}


def _truncate(ask: Ask) -> Cost | None:
    tables = _tables(ask)
    closure = list(tables) if ask.says("cascade") else []
    for ref in closure:
        closure += [r for r in other_sides(ask, ref, incoming=True) if r not in closure]
    refs = tuple(dict.fromkeys((*tables, *closure)))
    refs = tuple(dict.fromkeys(one for ref in refs for one in (ref, *ask.below(ref))))
    locks = tuple((ACCESS_EXCLUSIVE, ref) for ref in refs)
    return (
        Cost("pg-truncate", CRITICAL, locks, careful="Nothing brings back its rows.", undo=_NO_ROWS) if refs else None
    )


def _reindex(ask: Ask) -> Cost | None:
    if ask.says("index"):
        name = _named(ask, "index")
        index = ask.schema.get(Ref(Kind.INDEX, name[0], "", name[1])) if name else None
        found = [index] if isinstance(index, Index) else []
        table = table_ref(index.ref.schema, index.table) if isinstance(index, Index) else None
    else:
        name = _named(ask, "table") if ask.says("table") else None
        table = table_ref(*name) if name else None
        found = list(ask.indexes_of(table)) if table else []
    if table is None or ask.table(table) is None or ask.below(table):
        return None
    if ask.says("concurrently"):
        careful = "It waits for every transaction that uses the table; a failure leaves an INVALID index."
        return Cost("pg-reindex", LOW, ((_SOFT, table),), scanned=(table,), careful=careful)
    locks = (("SHARE", table), *((ACCESS_EXCLUSIVE, index.ref) for index in found))
    careful = "Readers wait too, where they plan with the index."
    return Cost("pg-reindex", HIGH, locks, scanned=(table,), careful=careful)


def _rewriting(rule: str) -> Callable[[Ask], Cost | None]:
    def cost(ask: Ask) -> Cost | None:
        tables = _tables(ask)
        locks = tuple((ACCESS_EXCLUSIVE, ref) for ref in tables)
        return Cost(rule, CRITICAL, locks, rewritten=tables) if tables else None

    return cost


def _analyze(ask: Ask) -> Cost | None:
    """A sample of the rows is read."""
    tables = _tables(ask)
    return Cost("pg-storage-params", LOW, tuple((_SOFT, ref) for ref in tables)) if tables else None


def _refresh(ask: Ask) -> Cost | None:
    name = _named(ask, "view")
    ref = Ref(Kind.VIEW, name[0], "", name[1]) if name else None
    if ref is None or not isinstance(ask.schema.get(ref), View):
        return None
    careful = "It reads all that its query asks for."
    if ask.says("concurrently"):
        return Cost("pg-refresh-mv", MEDIUM, (("EXCLUSIVE", ref),), scanned=(ref,), careful=careful)
    return Cost("pg-refresh-mv", HIGH, ((ACCESS_EXCLUSIVE, ref),), rewritten=(ref,), careful=careful)


_TABLE_WORDS: dict[tuple[str, ...], tuple[str, str]] = {
    ("set", "statistics"): (_SOFT, "pg-storage-params"),
    ("cluster", "on"): (_SOFT, "pg-storage-params"),
    ("set", "without", "cluster"): (_SOFT, "pg-storage-params"),
    ("set", "storage"): (ACCESS_EXCLUSIVE, "pg-set-storage"),
    ("set", "compression"): (ACCESS_EXCLUSIVE, "pg-set-storage"),
}
_MAY_COPY = {("set", "tablespace"): "pg-set-storage", ("set", "access", "method"): "pg-set-storage"}


def _alter_table(ask: Ask) -> Cost | None:
    """One clause only: with more, an operation stands beside the opaque one."""
    tables = _tables(ask)[:1]
    known = [found for words, found in _TABLE_WORDS.items() if ask.says(*words)]
    copies = [rule for words, rule in _MAY_COPY.items() if ask.says(*words)]
    if not tables or "," in ask.words or len(known) + len(copies) != 1:
        return None
    if copies:
        careful = "All is copied if it is not there already."
        return Cost(copies[0], CRITICAL, ((ACCESS_EXCLUSIVE, tables[0]),), unknown=True, careful=careful)
    mode, rule = known[0]
    refs = tables if ask.says("only") else (*tables, *ask.below(tables[0]))
    return Cost(rule, LOW if mode == _SOFT else MEDIUM, tuple((mode, ref) for ref in refs))


def _vacuum(ask: Ask) -> Cost | None:
    if "full" in ask.words:
        return _rewriting("pg-vacuum-full")(ask)
    tables = tuple(ref for ref in _tables(ask) if isinstance(ask.schema.get(ref), Table))
    return Cost("pg-vacuum", LOW, tuple((_SOFT, ref) for ref in tables), unknown=True) if tables else None


_RULES: dict[tuple[str, ...], Callable[[Ask], Cost | None]] = {
    ("insert", "into"): _insert,
    ("copy",): _insert,
    ("select",): _select,
    ("drop", "database"): lambda _: Cost(
        "pg-drop-database", CRITICAL, careful="It is refused while anybody is connected.", undo=_NO_ROWS
    ),
    ("grant",): _nothing("pg-grant"),
    ("revoke",): _nothing("pg-grant"),
    ("alter", "default", "privileges"): _nothing("pg-grant"),
    ("alter", "sequence"): _nothing("pg-sequence"),
    ("comment", "on"): _nothing("pg-comment"),
    ("update",): _rows,
    ("delete", "from"): _rows,
    ("truncate",): _truncate,
    ("reindex",): _reindex,
    ("cluster",): _rewriting("pg-cluster"),
    ("vacuum",): _vacuum,
    ("analyze",): _analyze,
    ("refresh", "materialized", "view"): _refresh,
    ("alter", "table"): _alter_table,
}
