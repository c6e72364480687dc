"""What a page shows as a table of plain values, for a file: CSV or JSON, without secrets, and without data on request.

What was not read is not an empty table: it is refused with the reason.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from console.core.assessment import Assessment
from console.core.describe import definition
from console.core.faults import UsageFault
from console.core.journal import Entry
from console.core.masks import mask
from console.core.observation import Reading
from console.core.plain import one_line, visible
from console.core.preflight.finding import Report
from console.core.recover.way import Way
from console.core.room.picture import is_part
from console.report.account.redacted import LEFT_OUT, literals, masked_sql, one_of
from console.report.document import document
from console.report.moments import moment
from console.report.preflight import as_data

SQL = frozenset({"sql", "query"})
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet would take for a formula: text from a database is hostile."""
Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """One page as rows."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    missing: tuple[str, ...] = ()
    """What of it could not be read, each a sentence."""
    total: int | None = None
    """Rows there are where a filter took some away."""

    def only(self, wanted: Callable[..., bool]) -> Table:
        """The rows that a filter admits."""
        kept = tuple(row for row in self.rows if wanted(*(str(cell) for cell in row if cell is not None)))
        return replace(self, rows=kept, total=len(self.rows))

    def masked(self, secrets: Iterable[str] = ()) -> Table:
        """Without what is written like a secret."""
        return self._each(lambda _, cell: mask(cell, secrets))

    def redacted(self, grammar: str) -> Table:
        """Without any literal of any statement, as a redacted report is."""
        at = [n for n, name in enumerate(self.columns) if name in SQL]
        known = one_of({part for row in self.rows for n in at for part in literals(str(row[n] or ""), grammar)})

        def bare(name: str, cell: str) -> str:
            return masked_sql(cell, grammar) if name in SQL else known.sub(LEFT_OUT, cell)

        return self._each(bare)

    def _each(self, change: Callable[[str, str], str]) -> Table:
        rows = (
            tuple(
                change(name, cell) if isinstance(cell, str) else cell
                for name, cell in zip(self.columns, row, strict=True)
            )
            for row in self.rows
        )
        return replace(self, rows=tuple(rows))


def as_csv(table: Table) -> str:
    """Comma-separated, with a head; what a spreadsheet would calculate gets an apostrophe in front."""
    written = io.StringIO()
    lines = csv.writer(written, lineterminator="\n")
    lines.writerow(table.columns)
    lines.writerows([_cell(cell) for cell in row] for row in table.rows)
    return written.getvalue()


def _cell(cell: Any) -> Any:  # noqa: ANN401 - what JSON holds
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if not isinstance(cell, str):
        return cell
    text = "\n".join(visible(line, 1_000_000) for line in cell.splitlines())
    return f"'{text}" if cell.startswith(_FORMULA) else text


def as_json(table: Table, assessment: Assessment, words: str) -> str:
    """With what it is of, when that was read, what is missing in it, and the filter."""
    whole = document(assessment)
    total = len(table.rows) if table.total is None else table.total
    head = {"halfway": 1, "table": table.name, "taken_at": whole["taken_at"], "database": whole["database"]["name"],
            "missing": list(table.missing), "filter": words or None, "total": total}  # fmt: skip
    rows = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
    return json.dumps({**head, "rows": rows}, indent=1, ensure_ascii=False) + "\n"


def of_page(page: str, assessment: Assessment) -> Table:
    """The table of a page that is drawn from an assessment alone. UsageFault where nothing of it was read."""
    unread = _unread(page, assessment)
    if unread:
        raise UsageFault("nothing is saved: what this page shows was not read", one_line(unread, 300))
    missing = dict.fromkeys(
        f"{one_line(item.what, 80)}: {one_line(item.reason or 'not complete', 300)}"
        for item in assessment.coverage
        if not item.complete
    )
    return Table(page, _COLUMNS[page], tuple(_PAGES[page](assessment)), tuple(missing))


def _unread(page: str, assessment: Assessment) -> str:
    seen = assessment.observation
    own: dict[str, tuple[Reading[Any], ...]] = {"schema": (seen.schema,), "locks": (seen.sessions,)}
    readings = own.get(page, seen.tracking)
    if page == "diff":
        return "" if assessment.baseline is not None else "no expected schema is known"
    worst = [r for r in readings if r.value is None]
    if not readings or len(worst) == len(readings):
        return next((r.reason or r.health.value for r in worst), "it is not read yet")
    return ""


def of_account(entries: Sequence[Entry]) -> Table:
    """The account."""
    columns = ("n", "at", "who", "topic", "text", "details")
    return Table("journal", columns, tuple(
        (e.n, moment(e.at), str(e.who), e.topic.value, e.text, _details(e)) for e in entries
    ))  # fmt: skip


def _details(entry: Entry) -> str | None:
    told = {name: value for name, value in entry.details.items() if not is_part(name)}
    return json.dumps(told, ensure_ascii=False) if told else None


def of_ways(found: Iterable[tuple[str, str, str, Way]]) -> Table:
    """The ways out: (framework, migration, state, way)."""
    columns = ("framework", "migration", "state", "way", "standing", "recommended", "does", "why", "data", "undo")
    rows = tuple(
        (tool, name, state, w.route.value, w.standing.value, w.place == 1, w.does, w.why, w.loss, w.undo)
        for tool, name, state, w in found
    )
    return Table("recover", columns, rows)


def of_findings(report: Report) -> Table:
    """What preflight found."""
    columns = ("severity", "rule", "migration", "n", "file", "line", "table", "lock", "why", "safer", "sql")
    data = as_data(report)
    rows = tuple(tuple(finding[name] for name in columns) for finding in data["findings"])
    return Table("preflight", columns, rows, tuple(data["unread"]))


def _migrations(assessment: Assessment) -> Iterator[Row]:
    for framework in document(assessment)["frameworks"]:
        for one in framework["migrations"]:
            told = (framework["framework"], one["id"], one["state"], one["recorded"], one["applied_at"], one["batch"],
                    one["file"])  # fmt: skip
            for s in one["statements"]:
                yield (*told, s["n"], s["verdict"], s["inferred"], s["evidence"], s["remaining_rows"], s["sql"])
            if not one["statements"]:
                yield (*told, *(None,) * 6)


def _schema(assessment: Assessment) -> Iterator[Row]:
    schema = assessment.observation.schema.value
    for thing in schema.things if schema is not None else ():
        yield thing.ref.kind.value, thing.ref.label(schema.home if schema else ""), definition(thing), thing.comment


def _locks(assessment: Assessment) -> Iterator[Row]:
    trees, drawn = document(assessment)["sessions"]["trees"], set[str]()
    stack = [(root, 0, None) for root in reversed(trees)]
    while stack:
        node, depth, above = stack.pop()
        drawn.add(node["id"])
        yield node["id"], above, depth, *(node[name] for name in _COLUMNS["locks"][3:])
        stack += [(waiter, depth + 1, node["id"]) for waiter in reversed(node["waiters"])]
    for one in assessment.observation.sessions.value or ():
        if one.id not in drawn and not one.own:
            yield (one.id, None, 0, 0, one.user, one.application, one.address, one.state, None, None, None, one.query)


def _diff(assessment: Assessment) -> Iterator[Row]:
    whole = document(assessment)
    for item in (*whole["drift"], *whole["drift_ignored"]):
        yield tuple(item[name] for name in _COLUMNS["diff"])


_OF_MIGRATIONS = ("framework", "migration", "state", "recorded", "applied_at", "batch", "file", "n", "verdict",
                  "inferred", "evidence", "remaining_rows", "sql")  # fmt: skip
_COLUMNS = {
    "incident": _OF_MIGRATIONS,
    "migrations": _OF_MIGRATIONS,
    "schema": ("kind", "object", "definition", "comment"),
    "locks": ("id", "blocked_by", "depth", "blocks", "user", "application", "client", "state", "since_seconds",
              "waits_for", "is_migration", "query"),
    "diff": ("change", "kind", "object", "expected", "actual", "became", "migration", "statement", "ignored"),
}  # fmt: skip
_PAGES: dict[str, Callable[[Assessment], Iterator[Row]]] = {
    "incident": _migrations,
    "migrations": _migrations,
    "schema": _schema,
    "locks": _locks,
    "diff": _diff,
}
