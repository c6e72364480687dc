"""What a migration asks of a table, as values: Phinx's own columns, indexes, keys, and the actions it orders later."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from console.readers.php.draft import UnreadableError
from console.readers.php.operators import truth
from console.readers.php.values import Listing, Raw, Unknown, Value, unknowns

_COLUMN = frozenset(
    """
    limit default null identity scale after update comment signed timezone properties values collation encoding srid
    seed increment generated
    """.split()
)
_ALIASES = {"length": "limit", "precision": "limit"}
_INDEX = frozenset({"type", "unique", "name", "limit", "order", "include"})
_KEY = {"delete": "ON DELETE", "update": "ON UPDATE"}
_RULES = {"CASCADE": "CASCADE", "RESTRICT": "RESTRICT", "SET_NULL": "SET NULL", "NO_ACTION": "NO ACTION"}


@dataclass(frozen=True, slots=True)
class Column:
    """A column as it is asked for."""

    name: str
    type: str
    literal: bool = False
    """The type is SQL as it stands."""
    options: Mapping[str, Value] = field(default_factory=dict)

    def text(self, option: str) -> str:
        """An option that is a text; '' where it is not given."""
        given = self.options.get(option)
        return php_text(given) if given not in (None, False) else ""

    def number(self, option: str) -> int:
        """An option that is a number; 0 where it is not given."""
        given = self.options.get(option)
        try:
            return int(given) if isinstance(given, (int, str, float)) else 0
        except ValueError:
            raise UnreadableError(f"the {option} of {self.name} is no number") from None

    def yes(self, option: str, default: bool) -> bool:
        """An option that is a truth."""
        return bool(truth(self.options[option])) if self.options.get(option) is not None else default

    @property
    def default(self) -> Value:
        """Its default; None: it has none."""
        return self.options.get("default")

    def is_null(self, by_default: bool) -> bool:
        """Whether it takes NULL; one that counts by itself does not, unless that is said."""
        identity = self.yes("identity", False)
        return self.yes("null", by_default and not identity)


@dataclass(frozen=True, slots=True)
class Index:
    """An index as it is asked for."""

    columns: tuple[str, ...]
    name: str | None = None
    type: str = "index"
    limit: Value = None
    order: Mapping[str, str] = field(default_factory=dict)
    include: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Key:
    """A foreign key as it is asked for."""

    columns: tuple[str, ...]
    table: str = ""
    referenced: tuple[str, ...] = ()
    name: str | None = None
    rules: str = ""
    """` ON DELETE CASCADE`."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table by its name, with the options it was opened with."""

    name: str
    options: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CreateTable:
    """What `create()` adds behind the rest."""

    table: Table


@dataclass(frozen=True, slots=True)
class AddColumn:
    """`addColumn()`."""

    table: Table
    column: Column


@dataclass(frozen=True, slots=True)
class ChangeColumn:
    """`changeColumn()`."""

    table: Table
    old: str
    column: Column


@dataclass(frozen=True, slots=True)
class RenameColumn:
    """`renameColumn()`."""

    table: Table
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class RemoveColumn:
    """`removeColumn()`."""

    table: Table
    name: str


@dataclass(frozen=True, slots=True)
class AddIndex:
    """`addIndex()`."""

    table: Table
    index: Index


@dataclass(frozen=True, slots=True)
class DropIndex:
    """`removeIndex()`, `removeIndexByName()`."""

    table: Table
    index: Index
    own: bool = False
    """It was added by the same migration."""


@dataclass(frozen=True, slots=True)
class AddKey:
    """`addForeignKey()`."""

    table: Table
    key: Key


@dataclass(frozen=True, slots=True)
class DropKey:
    """`dropForeignKey()`."""

    table: Table
    key: Key
    own: bool = False
    """It was added by the same migration."""


@dataclass(frozen=True, slots=True)
class DropTable:
    """`drop()`."""

    table: Table


@dataclass(frozen=True, slots=True)
class RenameTable:
    """`rename()`."""

    table: Table
    new: str


@dataclass(frozen=True, slots=True)
class ChangeKey:
    """`changePrimaryKey()`."""

    table: Table
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChangeComment:
    """`changeComment()`."""

    table: Table
    comment: str | None


Action: TypeAlias = (
    CreateTable | AddColumn | ChangeColumn | RenameColumn | RemoveColumn | AddIndex | DropIndex | AddKey | DropKey
    | DropTable | RenameTable | ChangeKey | ChangeComment
)  # fmt: skip


def column_of(name: Value, type_: Value, options: Value) -> Column:
    """A column of what the file hands in; UnreadableError where that is not known, or Phinx refuses it."""
    given = _options(options, _COLUMN, _ALIASES, "column")
    if isinstance(type_, Raw):
        return Column(text_of(name, "a column's name"), type_.sql, True, given)
    if "values" in given and isinstance(given["values"], str):
        found = re.split(r",\s*", given["values"])
        given = {**given, "values": Listing(tuple(enumerate(found)))}
    return Column(text_of(name, "a column's name"), text_of(type_, "a column's type"), False, given)


def index_of(columns: Value, options: Value) -> Index:
    """An index of what the file hands in."""
    given = _options(options, _INDEX, {}, "index")
    type_ = text_of(given.get("type", "index"), "an index's type").lower()
    order = given.get("order")
    pairs = order.items if isinstance(order, Listing) else ()
    name = given.get("name")
    return Index(
        names_of(columns),
        text_of(name, "an index's name") if name is not None else None,
        "unique" if truth(given.get("unique")) else type_,
        given.get("limit"),
        {str(key): text_of(value, "an index's order") for key, value in pairs},
        names_of(given["include"]) if given.get("include") else (),
    )


def key_of(columns: Value, table: Value, referenced: Value, options: Value, name: Value = None) -> Key:
    """A foreign key of what the file hands in."""
    given = _options(options, frozenset({*_KEY, "constraint"}), {}, "foreign key")
    rules = "".join(f" {word} {_rule(given[each])}" for each, word in _KEY.items() if given.get(each))
    named = name if name is not None else given.get("constraint")
    return Key(
        names_of(columns),
        text_of(table, "the referenced table"),
        names_of(referenced if referenced is not None else "id"),
        text_of(named, "a constraint's name") if named is not None else None,
        rules,
    )


def _rule(value: Value) -> str:
    word = text_of(value, "a rule of a foreign key").strip().upper().replace(" ", "_")
    if word not in _RULES:
        raise UnreadableError(f"Phinx refuses the rule {word} of a foreign key")
    return _RULES[word]


def _options(value: Value, known: frozenset[str], aliases: Mapping[str, str], what: str) -> dict[str, Value]:
    if value is None:
        return {}
    if not isinstance(value, Listing):
        raise UnreadableError(value.why if isinstance(value, Unknown) else f"the options of a {what} are no list")
    given: dict[str, Value] = {}
    for key, one in value.items:
        name = aliases.get(str(key), str(key))
        if name not in known:
            raise UnreadableError(f"the option {key} of a {what} is not read")
        if unknown := next(unknowns(one), None):
            raise UnreadableError(unknown.why)
        given[name] = one
    return given


def names_of(value: Value) -> tuple[str, ...]:
    """One name, or a list of them."""
    found = value.values if isinstance(value, Listing) else (value,)
    return tuple(text_of(one, "a column's name") for one in found)


def text_of(value: Value, what: str) -> str:
    """A text; UnreadableError where it is not known."""
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise UnreadableError(value.why if isinstance(value, Unknown) else f"{what} is no text")


def php_text(value: Value) -> str:
    """A scalar as PHP writes it into a text."""
    if isinstance(value, bool):
        return "1" if value else ""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, (str, int)):
        return str(value)
    if isinstance(value, Raw):
        return value.sql
    raise UnreadableError(value.why if isinstance(value, Unknown) else "a value of it is no text")


def renamed(table: Table, name: str) -> Table:
    """The table under another name."""
    return replace(table, name=name)
