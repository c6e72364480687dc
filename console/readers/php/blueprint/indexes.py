"""Index and key commands of a blueprint: what they are called, on what columns, under which name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.readers.php.blueprint.made import Made, Sort
from console.readers.php.blueprint.naming import index_name
from console.readers.php.draft import Call, UnreadableError
from console.readers.php.grammar.common import truth
from console.readers.php.values import Listing, Raw, Unknown, Value

if TYPE_CHECKING:
    from console.readers.php.blueprint.recorder import Recorder

INDEXES = {
    "primary": "primary",
    "unique": "unique",
    "index": "index",
    "fulltext": "fulltext",
    "spatialindex": "spatialIndex",
    "vectorindex": "vectorIndex",
    "foreign": "foreign",
    "rawindex": "index",
}
"""A method's name in small letters, and the framework's word for what it makes."""
_DROPS = {
    "primary": "dropPrimary",
    "unique": "dropUnique",
    "index": "dropIndex",
    "fulltext": "dropFullText",
    "spatialindex": "dropSpatialIndex",
    "foreign": "dropForeign",
}


def index(recorder: Recorder, method: str, call: Call) -> Made:
    """`$table->unique(['a', 'b'], 'name')`."""
    if method == "vectorindex" and recorder.major < 12:
        raise UnreadableError(f"{call.name}() is no method of Laravel {recorder.major}'s Blueprint")
    if method == "rawindex":
        return _raw_index(recorder, call)
    columns = _columns(call.arg(0, "column" if method == "vectorindex" else "columns"))
    kind = INDEXES[method]
    made = recorder.command(
        kind,
        Sort.FOREIGN if kind == "foreign" else Sort.COMMAND,
        index=_name(recorder, kind, columns, call.arg(1, "name")),
        columns=columns,
        algorithm=call.arg(2, "algorithm") if kind in ("primary", "unique", "index", "fulltext") else None,
    )
    if kind == "vectorIndex":
        made.attributes |= {"algorithm": "hnsw", "operatorClass": "vector_cosine_ops"}
    if kind == "spatialIndex" and recorder.major >= 12:
        made.attributes["operatorClass"] = call.arg(2, "operatorClass")
    return made


def _raw_index(recorder: Recorder, call: Call) -> Made:
    given = call.arg(0, "expression")
    expression = Raw(given) if isinstance(given, str) else given
    columns = Listing(((0, expression),))
    return recorder.command("index", index=call.arg(1, "name"), columns=columns, algorithm=None)


def drop_index(recorder: Recorder, method: str, given: Value) -> Made:
    """`$table->dropIndex(['a'])` means the conventional name, a text means itself."""
    if method not in _DROPS:
        raise UnreadableError(f"drop{method}() is no method of Laravel's Blueprint")
    kind = INDEXES[method]
    columns = given if isinstance(given, Listing) else Listing()
    name = _name(recorder, kind, columns, None if isinstance(given, Listing) else given, drop=_DROPS[method])
    return recorder.command(_DROPS[method], index=name, columns=columns, algorithm=None)


def _name(recorder: Recorder, kind: str, columns: Value, given: Value, drop: str = "") -> Value:
    if isinstance(given, Unknown) or truth(given):
        return given
    if isinstance(columns, Unknown):
        return columns
    named = columns.values if isinstance(columns, Listing) else ()
    return index_name(kind if named or not drop else drop, named, recorder.table, recorder.connection)


def _columns(given: Value) -> Value:
    """`(array) $columns`; an expression becomes the text it holds."""
    if isinstance(given, Listing | Unknown):
        return given
    return Listing(((0, given.sql if isinstance(given, Raw) else given),))
