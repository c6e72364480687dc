"""What is chained to a column or a command: modifiers, foreign keys, and what the framework silently ignores."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.readers.php.blueprint.indexes import index
from console.readers.php.blueprint.made import Made, Sort
from console.readers.php.blueprint.plural import plural
from console.readers.php.draft import Call, UnreadableError
from console.readers.php.grammar.common import text
from console.readers.php.values import Unknown, Value

if TYPE_CHECKING:
    from console.readers.php.blueprint.recorder import Recorder

_ATTRIBUTES = frozenset(
    """
    after algorithm allowed always autoIncrement change charset collation comment default deferrable dimensions first
    fixed from fullText fulltext generatedAs index initiallyImmediate instant invisible isGeometry language
    length lock name notValid nullable nullsNotDistinct on onDelete onUpdate online operatorClass persisted places
    precision primary projection references renameTo spatialIndex srid startingValue storedAs storedAsJson subtype
    table total type unique unsigned useCurrent useCurrentOnUpdate using vectorIndex virtualAs virtualAsJson
    """.split()
)
"""What may be chained: each is kept as an attribute, and grammars ignore those that mean nothing to them."""
_IN_SMALL = frozenset(name.lower() for name in _ATTRIBUTES)
_ACTIONS = {
    "cascadeondelete": (8, "onDelete", "cascade"),
    "restrictondelete": (8, "onDelete", "restrict"),
    "nullondelete": (8, "onDelete", "set null"),
    "noactionondelete": (9, "onDelete", "no action"),
    "cascadeonupdate": (8, "onUpdate", "cascade"),
    "restrictonupdate": (8, "onUpdate", "restrict"),
    "nullonupdate": (11, "onUpdate", "set null"),
    "noactiononupdate": (11, "onUpdate", "no action"),
}
"""Short words of foreign keys, and the version they came with: before it they are ignored."""
_KNOWS_MODELS = (11, 28)
"""The release from which `foreignIdFor` tells `constrained` the model's table and key."""
_MEANT_OTHERWISE = frozenset(
    """
    cascade cascadedelete cascadeupdate foreign format hidden limit max maxlength min minlength notnull notnullable
    oncascade ondeletecascade ondeletesetnull onupdatecascade options required size values
    coment commment dafault deafult defautl defualt lenght nulable nullabe nullabel nullalbe
    nullbale nullble uniqe uniqu unqiue unsgined unsiged unsinged
    """.split()
)
"""Words of other tools, and slips of the hand: Laravel keeps them as attributes that no grammar asks for."""
_IGNORED = frozenset({"constrained", *_ACTIONS, *_IN_SMALL, *_MEANT_OTHERWISE})
"""Also what is meant for foreign keys and lost on a column that is none, and Laravel's words written otherwise."""


def chain(recorder: Recorder, made: Made | None, calls: tuple[Call, ...]) -> None:
    """Apply what is chained; what is not understood marks the column or command it was asked of."""
    for call in calls:
        if made is None:
            raise UnreadableError(f"nothing that {call.name}() could be called on is given back")
        made = _apply(recorder, made, call)


def _apply(recorder: Recorder, made: Made, call: Call) -> Made:
    name = call.name.lower()
    if made.sort is Sort.FOREIGN_ID and name == "constrained":
        return _constrained(recorder, made, call)
    if made.sort is Sort.FOREIGN_ID and name == "references":
        return _references(recorder, made, call.arg(0, "column"), call.arg(1, "indexName"))
    if made.sort is Sort.FOREIGN and name in _ACTIONS:
        since, attribute, action = _ACTIONS[name]
        if recorder.major >= since:
            made.attributes[attribute] = action
    elif call.name in _ATTRIBUTES:
        _set(made, call)
    elif name not in _IGNORED:
        made.mark(f"{call.name}() is none of Laravel's modifiers")
    return made


def _set(made: Made, call: Call) -> None:
    given = (*call.args, *call.named.values())
    value: Value = given[0] if given else True
    if call.name == "name" and made.is_column:
        made.name = value
    elif value is None and call.name in ("after", "nullable"):
        made.attributes.pop(call.name, None)
    else:
        made.attributes[call.name] = value


def _constrained(recorder: Recorder, made: Made, call: Call) -> Made:
    """The table is the plural of the column without `_id`, unless it is given or the model says it."""
    table = call.arg(0, "table")
    column = call.arg(1, "column")
    if recorder.connection.laravel >= _KNOWS_MODELS:
        table = made.attributes.get("table") if table is None else table
        column = made.attributes.get("referencesModelColumn") if column is None else column
    column = "id" if column is None else column
    foreign = _references(recorder, made, column, call.arg(2, "indexName"))
    foreign.attributes["on"] = _plural_of(made.name, column) if table is None else table
    return foreign


def _plural_of(name: Value, column: Value) -> Value:
    unknown = next((value for value in (name, column) if isinstance(value, Unknown)), None)
    if unknown is not None:
        return unknown
    whole, end = text(name), f"_{text(column)}"
    at = whole.rfind(end)
    return plural(whole[:at] if at >= 0 else whole)


def _references(recorder: Recorder, made: Made, column: Value, name: Value) -> Made:
    given = name if recorder.connection.laravel >= (10, 8) else None
    foreign = index(recorder, "foreign", Call("foreign", (made.name, given)))
    foreign.attributes["references"] = column
    return foreign
