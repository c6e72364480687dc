"""What to do instead on MySQL and MariaDB: a sentence or two, and the SQL with the way of doing it asserted.

A statement that says ALGORITHM= and LOCK= is refused where the server cannot keep to it, before it touches a row. Every
list of steps is run by a test on both servers.
"""

from __future__ import annotations

from collections.abc import Iterable

from console.core.hazards_cost import Hazard
from console.core.hazards_mysql import asked_of, way_of
from console.core.hazards_mysql_ways import Way
from console.core.mysql_forms import form_of
from console.core.operations import Create
from console.core.preflight.algorithm import BLOCKING, COPY, INSTANT, NOCOPY, ONLINE, Manner, asked
from console.core.preflight.going import Run
from console.core.preflight.ground import Case
from console.core.schema import Constraint
from console.core.statements import Statement, read_script

PATIENCE = "SET SESSION lock_wait_timeout = 5"
"""First of all steps: whoever waits for this lock makes everybody else wait too."""
APP = frozenset({
    "my-drop-column", "my-drop-column-indexed", "my-drop-column-virtual", "my-drop-column-stored-gen",
    "my-rename-column", "my-rename-column-change", "my-rename-column-parent-referenced", "my-rename-table-alter",
})  # fmt: skip
"""Whatever they lock: code that runs breaks."""
_ASSERTED = "Let the statement say how it is to be done, so that the server refuses rather than copies, and give up on "
_ASSERTED += "its lock after some seconds."
_ONLINE_TOOL = "Let an online tool copy the table beside it, or choose a time when nobody writes."
_SHORT = "Let it give up on its lock after some seconds, and try again."
_NEW_COLUMN = "Add a column of the new type, write both, fill the old rows in batches, and let the code change over."
_SAFER = {
    "my-add-column-expression-default": "Give it a literal default (INSTANT), or none, and fill the rows in batches.",
    "my-add-column-stored-generated": "Make it VIRTUAL, which is INSTANT, and give it an index where it is searched.",
    "my-add-column-with-inline-check": "Add the column first (INSTANT), and the CHECK apart as NOT ENFORCED.",
    "my-add-column-with-inline-references": "Add the column first (INSTANT), and the foreign key apart.",
    "my-add-column-auto-increment": "Choose a time when nobody writes, or fill a new table with an online tool.",
    "my-drop-primary-key": "Drop the old and add the new primary key in one ALTER: that is done in place.",
    "my-type-varchar-crosses-255": f"Stay within 255 bytes where that is enough. Else: {_NEW_COLUMN}",
    "my-enum-insert-in-middle": "Put new labels at the end of the list (INSTANT): their order is only for sorting.",
    "my-convert-to-charset-with-strings": "Change the columns that need it one by one, or use an online tool.",
    "my-engine-myisam": "Make it InnoDB first, in a step of its own.",
    "my-truncate-table": "Be sure of a backup. Where only some rows are meant, DELETE them in batches.",
    "my-drop-table": "Rename it first, and drop it when a week has passed and nobody has asked for it.",
    "my-order-by": "InnoDB keeps rows in the order of the primary key: leave it out.",
    "my-create-table-select": "Make the table first, and fill it in batches by its primary key.",
    "my-lock-tables-ledger": "Take the lock that the tool takes itself (GET_LOCK with its key), not the table's.",
    "my-optimize-table": "Only where space must be given back; choose a quiet time.",
    "my-trigger": "Make it when the table is quiet, with a short lock_wait_timeout.",
    "my-discard-tablespace": "Be sure of a backup: the rows are gone.",
    "my-add-fulltext-first": "Choose a time when nobody writes to the table.",
    "my-add-fulltext-second": "Give each FULLTEXT index an ALTER of its own, when nobody writes to the table.",
}
_REFUSED = {
    "my-add-column-default-non-const-expr-uuid": "Add it without a default, fill the rows in batches, and set the "
    "default after (ALTER COLUMN ... SET DEFAULT is INSTANT).",
    "my-add-column-text-default": "Put the default in parentheses, or let the code give the value.",
    "my-drop-index-of-foreign-key": "Make another index over the same columns in this ALTER, or drop the key first.",
    "my-drop-column-of-foreign-key": "Drop the foreign key first, in the same ALTER or before.",
    "my-drop-base-of-generated": "Drop the generated column first, in the same ALTER or before.",
    "my-type-of-foreign-key": "Drop the foreign key, change both columns, and add the key again.",
    "my-table-pointed-at": "Drop the foreign keys that point at it first.",
    "my-alter-virtual-expr": "Drop the column and add it anew as it shall be.",
    "my-algorithm-refused": "Ask for a way that the server has, or split the statement: --shadow tells which.",
    "my-index-invisible-ignored": "Say IGNORED and NOT IGNORED.",
    "my-drop-check": "Say DROP CONSTRAINT.",
    "my-add-functional-index": "Add a VIRTUAL column of the expression, and an index over it.",
    "my-add-check-not-enforced": "Leave the CHECK out, or enforce it.",
}
"""Where the server answers with an error."""
_GUARDED = "Leave the condition out, and let the migration run once: the tool's ledger is there for that."
_TYPES = ("my-type-", "my-charset-", "my-enum-", "my-modify-base-")
_PARTS = 20
"""Clauses of one ALTER that are written out one by one."""


def mysql_way(rule: str, case: Case) -> tuple[str, tuple[str, ...]]:
    """The sentence, and the steps."""
    statement, server, schema = case.statement, case.server, case.schema
    if any(part.refused for part in case.hazard.parts if part.rule == rule):
        return _REFUSED.get(rule, _GUARDED if rule.endswith("-exists") else ""), ()
    way = way_of(statement, server, schema)
    if way is None or rule in ("my-new-table", "my-algorithm-refused") or not case.hazard.rule:
        return _SAFER.get(rule, ""), ()
    if rule.startswith("my-add-fk-") and way.copies:
        return _unchecked(case)
    if rule == "my-add-check" and server.dialect == "mysql":
        return _not_enforced(case)
    apart = _apart(case, way)
    if apart:
        return "Give each clause an ALTER of its own: the worst of them decides for all.", apart
    if not way.blocks and not way.copies:
        online = way.rebuilds and case.hazard.severity > 1
        more = " It is rebuilt while writes go on: have free space for it a second time." if online else ""
        steps = _steps((_in(statement.sql, way, case),))
        return (f"{_ASSERTED}{more}", steps) if steps else (_SHORT, (PATIENCE, statement.sql))
    return _SAFER.get(rule) or _of_type(rule), ()


def mysql_taken(hazard: Hazard) -> str:
    """What a statement takes and does, as one sentence: `writes blocked on orders while it is copied` is no noun."""
    words = f"it {hazard.estimate}" if hazard.rewrite or hazard.scan else hazard.estimate
    does = f"; {words}" if words else ""
    if hazard.lock.startswith(("writes", "reads and writes")):
        return f"{hazard.lock[:1].upper()}{hazard.lock[1:]}{does}."
    if not hazard.lock or hazard.lock.startswith("none"):
        return f"Nobody waits for it{does}."
    rows = hazard.lock.startswith(("rows", "table locks"))
    waits = "" if hazard.blocks in ("nothing", "") else f": {hazard.blocks} of others wait"
    return f"It takes {'' if rows else 'a '}{hazard.lock}{waits}{does}."


def _of_type(rule: str) -> str:
    return f"{_NEW_COLUMN} Or: {_ONLINE_TOOL}" if rule.startswith(_TYPES) else _ONLINE_TOOL


def _steps(statements: Iterable[str | None], *, before: str = "", after: str = "") -> tuple[str, ...]:
    """With the patience first; empty where one of them cannot be written."""
    written = list(statements)
    if None in written or not written:
        return ()
    sent = [sql for sql in written if sql]
    return (PATIENCE, *([before] if before else []), *sent, *([after] if after else []))


def manner_of(way: Way, case: Case) -> Manner:
    """What this server is to be asked for."""
    if way.copies:
        return COPY
    if way.blocks:
        return BLOCKING
    since = 80_012 if case.server.dialect == "mysql" else 100_300
    if way.instant and case.server.version_number >= since:
        return INSTANT
    return NOCOPY if case.server.dialect == "mariadb" and not way.rebuilds else ONLINE


def _in(sql: str, way: Way, case: Case) -> str | None:
    return asked(sql, manner_of(way, case), case.server.grammar)


def _apart(case: Case, whole: Way) -> tuple[str, ...]:
    """Each clause by itself, where some are done better than all together."""
    statement, grammar = case.statement, case.server.grammar
    form = form_of(statement.sql, grammar)
    if form is None or not form.head or not 1 < len(form.items) <= _PARTS or not (whole.rebuilds or whole.blocks):
        return ()
    run, written, ways = Run(case.schema), list[str | None](), list[Way]()
    for item in form.items:
        sql = f"{form.head} {statement.sql[item[0].start : item[-1].end]}"
        one = _read(sql, grammar, case.schema.home)
        way = way_of(one, case.server, run.schema()) if one is not None else None
        if one is None or way is None:
            return ()
        ways.append(way)
        written.append(_in(sql, way, case))
        run.play(one, sql)
    if all(way.copies for way in ways) or not any(_better(way, whole) for way in ways):
        return ()
    return _steps(written)


def _better(way: Way, whole: Way) -> bool:
    return (way.copies, way.blocks, way.rebuilds) < (whole.copies, whole.blocks, whole.rebuilds)


def _read(sql: str, grammar: str, home: str) -> Statement | None:
    found = read_script(sql, grammar, home)
    return found[0] if len(found) == 1 else None


def _unchecked(case: Case) -> tuple[str, tuple[str, ...]]:
    """A foreign key that is made in place: what it would check is asked before."""
    ask = asked_of(case.statement, case.server, case.schema)
    keys = [key for key in _made(case) if key.type == "foreign key"]
    safer = (
        "Look for rows that point nowhere first (the count must be 0, and nobody may write others meanwhile), and make "
        "it with foreign_key_checks=0, in place: the server checks new rows only."
    )
    if ask is None or len(case.statement.operations) != 1 or len(keys) != 1 or keys[0].references is None:
        return safer, ()
    key = keys[0]
    sql = asked(case.statement.sql, NOCOPY if case.server.dialect == "mariadb" else ONLINE, case.server.grammar)
    off, on = "SET SESSION foreign_key_checks = 0", "SET SESSION foreign_key_checks = 1"
    return safer, _steps((orphans(case, key), off, sql), after=on)


def orphans(case: Case, key: Constraint) -> str:
    """How many rows point at nothing."""
    child = _name(key.ref.schema or case.schema.home, key.ref.table)
    parent = _name(*str(key.references).split(".", 1))
    pairs = list(zip(key.columns, key.referenced_columns, strict=False))
    meets = " AND ".join(f"p.{_quoted(there)} = c.{_quoted(here)}" for here, there in pairs)
    full = " AND ".join(f"c.{_quoted(here)} IS NOT NULL" for here, _ in pairs)
    return f"SELECT count(*) FROM {child} c WHERE {full} AND NOT EXISTS (SELECT 1 FROM {parent} p WHERE {meets})"


def _name(schema: str, table: str) -> str:
    return f"{_quoted(schema)}.{_quoted(table)}"


def _quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


def _made(case: Case) -> list[Constraint]:
    made = (op for op in case.statement.operations if isinstance(op, Create))
    return [thing for op in made for thing in op.things if isinstance(thing, Constraint)]


def _not_enforced(case: Case) -> tuple[str, tuple[str, ...]]:
    """A CHECK that MySQL writes down and does not look at."""
    safer = (
        "NOT ENFORCED it is only written down (INSTANT); enforcing it later copies the table, so let the code keep "
        "to it, or enforce it with an online tool."
    )
    sql = case.statement.sql.rstrip()
    if len(case.statement.operations) != 1 or "enforced" in sql.lower() or not sql.endswith(")"):
        return safer, ()
    return safer, _steps((asked(f"{sql} NOT ENFORCED", INSTANT, case.server.grammar),))
