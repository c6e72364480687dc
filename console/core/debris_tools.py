"""Tables and triggers of tools that change a table by copying it: what is left when such a tool dies.

Recognised by the names the tools give (pt-online-schema-change, gh-ost, Facebook's and LHM's), and the copies that
frameworks make where a table cannot be altered (SQLite). A tool may pause for hours without a word, so nothing here is
ever called safe to drop: the statement is given with what must be made sure before.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from console.core.assessment import Debris
from console.core.debris_watch import Watch
from console.core.schema import Ref, Schema, Table, Trigger, table_ref
from console.core.session import Session
from console.core.state import Picture

COPY, LOG, OLD = "copy", "log", "old"
PT, GH_OST, _FACEBOOK, _LHM = "pt-online-schema-change", "gh-ost", "OnlineSchemaChange", "LHM"
_REBUILD = "the framework's table rebuild"
_ALEMBIC = "Alembic's table rebuild"


@dataclass(frozen=True, slots=True)
class _Name:
    """How a tool names one of its tables."""

    pattern: re.Pattern[str]
    tool: str
    role: str
    sure: bool = True
    """False: people give such names too, so it counts only beside the table it is made of."""


_NAMES = (
    _Name(re.compile(r"_alembic_tmp_(?P<of>.+)"), _ALEMBIC, COPY),
    _Name(re.compile(r"_(?P<of>.+)_(?:gho|ghr|ght)"), GH_OST, COPY),
    _Name(re.compile(r"_(?P<of>.+)_(?:ghc|ghk)"), GH_OST, LOG),
    _Name(re.compile(r"_(?P<of>.+)_del"), GH_OST, OLD, sure=False),
    _Name(re.compile(r"__osc_new_(?P<of>.+)"), _FACEBOOK, COPY),
    _Name(re.compile(r"__osc_chg_(?P<of>.+)"), _FACEBOOK, LOG),
    _Name(re.compile(r"__osc_old_(?P<of>.+)"), _FACEBOOK, OLD),
    _Name(re.compile(r"lhmn_(?P<of>.+)"), _LHM, COPY),
    _Name(re.compile(r"lhma_\d[\d_]*_(?P<of>.+)"), _LHM, OLD),
    _Name(re.compile(r"_+(?P<of>.+)_new"), PT, COPY, sure=False),
    _Name(re.compile(r"_+(?P<of>.+)_old"), PT, OLD, sure=False),
    _Name(re.compile(r"__temp__(?P<of>.+)"), _REBUILD, COPY),
    _Name(re.compile(r"new__(?P<of>.+)"), _REBUILD, COPY, sure=False),
)
_TRIGGERS = (
    (re.compile(r"pt_osc_.+_(?:ins|upd|del)"), PT),
    (re.compile(r"(?:__osc_(?:ins|upd|del)_|osc_(?:ins|upd|del)_trg).*"), _FACEBOOK),
    (re.compile(r"lhmt_(?:ins|upd|del)_.+"), _LHM),
)
_COMMANDS = {PT: ("pt-online-schema-change",), GH_OST: ("gh-ost",),
             **dict.fromkeys((_LHM, _FACEBOOK, _REBUILD, _ALEMBIC), ())}  # fmt: skip
_WRITTEN_IN = {PT: frozenset({"libmysql", "libmariadb"}), GH_OST: frozenset({"Go-MySQL-Driver", "libmariadb"})}
"""The drivers that these tools can connect with, as those name themselves to the server; libmariadb is ProxySQL's, too,
whoever is behind it."""
_DRIVERS = frozenset({
    "libmysql", "libmariadb", "Go-MySQL-Driver", "mysqlnd", "pymysql", "Node-MySQL-2", "mysql-connector-python",
    "MySQL Connector/J", "MariaDB Connector/J",
})  # fmt: skip
"""Those that are known to be a program's own: another name may be a proxy's, which stands for anybody."""


@dataclass(frozen=True, slots=True)
class Left:
    """One table of a tool."""

    table: Table
    tool: str
    role: str
    of: str


def quoted(name: str) -> str:
    """A name in backticks."""
    return "`" + name.replace("`", "``") + "`"


def of_rebuilds(schema: Schema, intended: Picture, watch: Watch) -> Iterator[Debris]:
    """SQLite: the copies that frameworks make; other tools do not work there."""
    for found in _left(schema, intended):
        if found.tool in (_REBUILD, _ALEMBIC):
            yield _table(found, (), schema, watch)


def of_tools(schema: Schema, intended: Picture, watch: Watch) -> Iterator[Debris]:
    """Tables first, then triggers; nothing that a session speaks of."""
    left = tuple(_left(schema, intended))
    triggers = tuple((t, tool) for t in schema.of_kind(Trigger) if (tool := tool_of(t)) and not intended.get(t.ref))
    for found in left:
        names = (found.table.ref.name, *_COMMANDS[found.tool])
        if not watch.mentions(*names):
            yield _table(
                found, [t for t, tool in triggers if tool == found.tool and t.table == found.of], schema, watch
            )
    for trigger, tool in triggers:
        copies = [found for found in left if found.of == trigger.table and found.tool == tool and found.role != OLD]
        names = (trigger.ref.name, *_COMMANDS[tool], *(found.table.ref.name for found in copies))
        if not watch.mentions(*names):
            yield _trigger(trigger, tool, bool(copies), schema, watch)


def names_of_tools(schema: Schema) -> Iterator[tuple[Ref, str]]:
    """Every table and trigger that such a tool made, and the tool, whether it is done with it or not."""
    yield from ((left.table.ref, left.tool) for left in _left(schema, Picture()))
    yield from ((trigger.ref, tool) for trigger in schema.of_kind(Trigger) if (tool := tool_of(trigger)))


def left_at(ref: Ref, schema: Schema) -> Left | None:
    """What a tool left under that address."""
    return next((left for left in _left(schema, Picture()) if left.table.ref == ref), None)


def triggers_to(left: Left, schema: Schema) -> Iterator[tuple[Trigger, bool]]:
    """Every trigger that writes to a tool's table as far as its text tells, and whether it is the tool's own."""
    name = re.compile(rf"(?<![\w$]){re.escape(left.table.ref.name)}(?![\w$])", re.IGNORECASE)
    for trigger in schema.of_kind(Trigger):
        own = tool_of(trigger) == left.tool
        if (own and trigger.table == left.of) or name.search(trigger.definition or ""):
            yield trigger, own


def _left(schema: Schema, intended: Picture) -> Iterator[Left]:
    # Alembic can be told to copy everywhere, other frameworks do so on SQLite only: on MySQL people gave such a name.
    rebuilt = schema.dialect not in ("mysql", "mariadb")
    names = [name for name in _NAMES if rebuilt or name.tool != _REBUILD]
    for table in schema.of_kind(Table):
        if intended.get(table.ref):
            continue
        for name in names:
            match = name.pattern.fullmatch(table.ref.name)
            if match is None:
                continue
            of = match["of"]
            if name.sure or schema.get(table_ref(table.ref.schema, of)) is not None:
                yield Left(table, name.tool, name.role, of)
                break


def may_be(tool: str, session: Session) -> bool:
    """Whether the session can be the tool's: its driver may tell that it is a program in another language."""
    mine = _WRITTEN_IN.get(tool)
    return mine is None or session.library in mine or session.library not in _DRIVERS


def tool_of(trigger: Trigger) -> str:
    """The tool that gives its triggers such names; '' where none does."""
    return next((tool for pattern, tool in _TRIGGERS if pattern.fullmatch(trigger.ref.name)), "")


def _table(left: Left, triggers: Iterable[Trigger], schema: Schema, watch: Watch) -> Debris:
    label = left.table.ref.label(schema.home)
    is_there = schema.get(table_ref(left.table.ref.schema, left.of)) is not None
    what = _what(left)
    if not is_there:
        text = f"{what}; {left.of} itself is not there, so this may be the only copy of its rows: keep it"
        held = f"{left.of} itself is not there: this may be the only copy of its rows"
        return Debris("online_change_table", label, text, left.table.ref, held)
    drops = [*(f"DROP TRIGGER {quoted(t.ref.name)}" for t in triggers if left.role != OLD),
             f"DROP TABLE {quoted(left.table.ref.name)}"]  # fmt: skip
    first = ", the triggers first or every write to the table fails" if len(drops) > 1 else ""
    text = f"{what}; {_how(left.tool, drops, watch, first, old=left.role == OLD)}"
    return Debris("online_change_table", label, text, left.table.ref, _unseen(left.tool, watch))


def _what(left: Left) -> str:
    return {
        COPY: f"an unfinished copy of {left.of} by {left.tool}",
        LOG: f"the log of changes to {left.of} by {left.tool}",
        OLD: f"{left.of} as it was before {left.tool} put another in its place, with the rows of then",
    }[left.role]


def _how(tool: str, drops: Iterable[str], watch: Watch, first: str, *, old: bool = False) -> str:
    """What to make sure of, and the statements; none while it cannot be seen whether the tool still runs."""
    if unseen := _unseen(tool, watch):
        return unseen
    sure = "once nobody needs its rows any more" if old else f"once {tool} is surely not running on any machine"
    return f"no session speaks of it; {sure}{first}: {'; '.join(drops)}"


def _unseen(tool: str, watch: Watch) -> str:
    return "" if watch.complete else f"whether {tool} still works on it cannot be seen here: leave it"


def _trigger(trigger: Trigger, tool: str, has_copy: bool, schema: Schema, watch: Watch) -> Debris:
    label = trigger.ref.label(schema.home)
    what = f"{tool} made every write to {trigger.table} go to its copy too"
    if not has_copy:
        what += f", which is not there any more: writes to {trigger.table} fail"
    drop = f"DROP TRIGGER {quoted(trigger.ref.name)}"
    text = f"{what}; {_how(tool, [drop], watch, '')}"
    return Debris("online_change_trigger", label, text, trigger.ref, _unseen(tool, watch))
