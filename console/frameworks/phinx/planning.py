"""The order in which Phinx carries out what is asked of tables, and what it does to take a `change()` back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from console.frameworks.phinx.actions import (
    Action,
    AddColumn,
    AddIndex,
    AddKey,
    ChangeColumn,
    ChangeComment,
    ChangeKey,
    Column,
    CreateTable,
    DropIndex,
    DropKey,
    DropTable,
    Index,
    RemoveColumn,
    RenameColumn,
    RenameTable,
    Table,
    renamed,
)
from console.readers.php.draft import UnreadableError

_UPDATES = (AddColumn, ChangeColumn, RenameColumn)
_MOVES = (DropTable, RenameTable, ChangeKey, ChangeComment)


@dataclass(frozen=True, slots=True)
class Creation:
    """One CREATE TABLE."""

    table: Table
    columns: tuple[Column, ...]
    indexes: tuple[Index, ...]


@dataclass(frozen=True, slots=True)
class Alteration:
    """What goes into one ALTER TABLE, and the statements behind it."""

    table: Table
    actions: tuple[Action, ...]


@dataclass(slots=True)
class _Plan:
    creates: dict[str, Creation] = field(default_factory=dict)
    updates: list[Alteration] = field(default_factory=list)
    keys: list[Alteration] = field(default_factory=list)
    indexes: list[Alteration] = field(default_factory=list)
    removes: list[Alteration] = field(default_factory=list)
    moves: list[Alteration] = field(default_factory=list)


def planned(actions: Sequence[Action]) -> Iterator[Creation | Alteration]:
    """As `create()`, `update()` and `save()` do it."""
    plan = _plan(actions)
    yield from plan.creates.values()
    for part in (plan.updates, plan.keys, plan.indexes, plan.removes, plan.moves):
        yield from part


def taken_back(actions: Sequence[Action]) -> Iterator[Creation | Alteration]:
    """As a rollback of `change()` does it; UnreadableError where Phinx refuses."""
    plan = _plan([_inverse(action) for action in reversed(actions)])
    for part in (plan.keys, plan.moves, plan.indexes, plan.removes, plan.updates):
        yield from part
    yield from plan.creates.values()


def _inverse(action: Action) -> Action:
    if isinstance(action, CreateTable):
        return DropTable(action.table)
    if isinstance(action, RenameTable):
        return RenameTable(Table(action.new), action.table.name)
    if isinstance(action, AddColumn):
        return RemoveColumn(action.table, action.column.name)
    if isinstance(action, RenameColumn):
        return RenameColumn(action.table, action.new, action.old)
    if isinstance(action, AddIndex):
        return DropIndex(action.table, action.index, own=True)
    if isinstance(action, AddKey):
        return DropKey(action.table, action.key, own=True)
    raise UnreadableError(f"Phinx cannot reverse {_WORDS.get(type(action).__name__, 'it')}: it refuses to roll back")


_WORDS = {
    "RemoveColumn": "removeColumn", "ChangeColumn": "changeColumn", "DropTable": "drop", "DropIndex": "removeIndex",
    "DropKey": "dropForeignKey", "ChangeKey": "changePrimaryKey", "ChangeComment": "changeComment",
}  # fmt: skip


def _plan(actions: Sequence[Action]) -> _Plan:
    made = {action.table.name: action.table for action in actions if isinstance(action, CreateTable)}
    kept = [a for a in actions if a.table.name not in made or isinstance(a, (AddKey, DropKey, *_MOVES))]
    plan = _Plan({name: _creation(table, actions) for name, table in made.items()})
    plan.updates = _by_table(kept, lambda a: isinstance(a, _UPDATES))
    plan.removes = _by_table(kept, lambda a: isinstance(a, RemoveColumn))
    plan.moves = _by_table(kept, lambda a: isinstance(a, _MOVES))
    plan.indexes = _by_table(kept, lambda a: isinstance(a, (AddIndex, DropIndex)))
    plan.keys = _by_table(kept, lambda a: isinstance(a, (AddKey, DropKey)))
    _resolve(plan)
    return plan


def _creation(table: Table, actions: Iterable[Action]) -> Creation:
    own = [action for action in actions if action.table.name == table.name]
    return Creation(
        table,
        tuple(action.column for action in own if isinstance(action, AddColumn)),
        tuple(action.index for action in own if isinstance(action, AddIndex)),
    )


def _by_table(actions: Iterable[Action], wanted: Callable[[Action], bool]) -> list[Alteration]:
    found: dict[str, list[Action]] = {}
    for action in filter(wanted, actions):
        found.setdefault(action.table.name, []).append(action)
    return [Alteration(those[0].table, tuple(those)) for those in found.values()]


def _resolve(plan: _Plan) -> None:
    dropped = {a.table.name for move in plan.moves for a in move.actions if isinstance(a, DropTable)}
    for name in ("updates", "keys", "indexes", "removes"):
        setattr(plan, name, [one for one in getattr(plan, name) if one.table.name not in dropped])
    plan.updates = [part for one in plan.updates for part in _split(one, _renames_then_changes)]
    plan.keys = [part for one in plan.keys for part in _split(_with_indexes(plan, one), _drops_then_adds)]


def _with_indexes(plan: _Plan, keys: Alteration) -> Alteration:
    """An index whose foreign key is dropped goes right behind it."""
    actions: list[Action] = []
    for action in keys.actions:
        actions.append(action)
        if isinstance(action, DropKey):
            actions += _taken(plan, keys.table.name, action.key.columns)
    return Alteration(keys.table, tuple(actions))


def _taken(plan: _Plan, table: str, columns: tuple[str, ...]) -> list[Action]:
    found: list[Action] = []
    for at, one in enumerate(plan.indexes):
        if one.table.name == table:
            hit = [a for a in one.actions if isinstance(a, DropIndex) and a.index.columns == columns]
            plan.indexes[at] = Alteration(one.table, tuple(a for a in one.actions if a not in hit))
            found += hit
    return found


def _split(one: Alteration, conflicts: Callable[[Action, Action], bool]) -> Iterator[Alteration]:
    """What conflicts with an action before it comes in an ALTER of its own behind it."""
    first: list[Action] = []
    later: list[Action] = []
    for action in one.actions:
        behind = any(conflicts(before, action) for before in first)
        (later if behind else first).append(action)
    for part in (first, later):
        if part:
            yield Alteration(renamed(one.table, one.table.name), tuple(part))


def _renames_then_changes(one: Action, other: Action) -> bool:
    return isinstance(one, RenameColumn) and isinstance(other, ChangeColumn) and one.new == other.old


def _drops_then_adds(one: Action, other: Action) -> bool:
    return isinstance(one, DropKey) and isinstance(other, AddKey) and one.key.columns == other.key.columns
