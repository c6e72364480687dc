"""The methods of a blueprint that make more than one column, drop something, or set something of the table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from console.readers.php.blueprint.indexes import drop_index, index
from console.readers.php.blueprint.made import Made, joined, listing
from console.readers.php.draft import Call, UnreadableError
from console.readers.php.grammar.common import known, text, truth
from console.readers.php.values import Body, Listing, Unknown, Value

if TYPE_CHECKING:
    from console.readers.php.blueprint.recorder import Recorder

_PROPERTIES = ("engine", "charset", "collation", "temporary")


def _again(recorder: Recorder, name: str, *args: Value, **more: Value) -> Made:
    made = recorder.call(Call(name, args))
    assert made is not None, name
    made.attributes.update(more)
    return made


def _moments(kind: str) -> Callable[[Recorder, Call], None]:
    def method(recorder: Recorder, call: Call) -> None:
        named = {"precision": call.named["precision"]} if "precision" in call.named else {}
        for column in ("created_at", "updated_at"):
            made = recorder.call(Call(kind, (column, *call.args[:1]), named))
            assert made is not None, kind
            made.attributes["nullable"] = True

    return method


def _morphs(key: str, *, nullable: bool) -> Callable[[Recorder, Call], None]:
    def method(recorder: Recorder, call: Call) -> None:
        name = call.arg(0, "name")
        after = call.arg(2, "after") if recorder.major >= 12 else None
        first, second = joined(name, "_type"), joined(name, "_id")
        kinds = {"int": "unsignedBigInteger", "uuid": "uuid", "ulid": "ulid"}
        kind = kinds[key or recorder.connection.morph_key]
        for column, method_name, behind in (
            (first, "string", after),
            (second, kind, first if after is not None else None),
        ):
            made = _again(recorder, method_name, column)
            made.attributes |= {"nullable": True} if nullable else {}
            made.attributes |= {"after": behind} if behind is not None else {}
        index(recorder, "index", Call("index", (listing(first, second), call.arg(1, "indexName"))))

    return method


def _drop_morphs(recorder: Recorder, call: Call) -> None:
    name = call.arg(0, "name")
    columns = listing(joined(name, "_type"), joined(name, "_id"))
    given = call.arg(1, "indexName")
    drop_index(recorder, "index", given if isinstance(given, Unknown) or truth(given) else columns)
    recorder.command("dropColumn", columns=columns)


def _drop_column(recorder: Recorder, call: Call) -> Made:
    first = call.arg(0, "columns")
    return recorder.command(
        "dropColumn", columns=first if isinstance(first, Listing) else listing(*(call.args or (first,)))
    )


def _drop(*columns: str) -> Callable[[Recorder, Call], None]:
    def method(recorder: Recorder, call: Call) -> None:
        del call
        recorder.command("dropColumn", columns=listing(*columns))

    return method


def _drop_soft_deletes(recorder: Recorder, call: Call) -> None:
    recorder.command("dropColumn", columns=listing(call.arg(0, "column", "deleted_at")))


def _drop_constrained(recorder: Recorder, call: Call) -> Made:
    column = call.arg(0, "column")
    drop_index(recorder, "foreign", listing(column))
    return recorder.command("dropColumn", columns=listing(column))


def _simple(name: str, *parameters: str) -> Callable[[Recorder, Call], Made]:
    def method(recorder: Recorder, call: Call) -> Made:
        return recorder.command(name, **{word: call.arg(n, word) for n, word in enumerate(parameters)})

    return method


def _set(name: str, *, fixed: Value = None) -> Callable[[Recorder, Call], None]:
    def method(recorder: Recorder, call: Call) -> None:
        recorder.settings[name] = fixed if fixed is not None else call.arg(0, name)

    return method


def _remember_token(recorder: Recorder, call: Call) -> Made:
    del call
    return _again(recorder, "string", "remember_token", 100, nullable=True)


def _add_column(recorder: Recorder, call: Call) -> Made:
    parameters = known(call.arg(2, "parameters"))
    attributes = {str(key): value for key, value in parameters.items} if isinstance(parameters, Listing) else {}
    return recorder.column(call.arg(1, "name"), {"type": call.arg(0, "type"), **attributes})


def _after(recorder: Recorder, call: Call) -> None:
    body = known(call.arg(1, "callback"))
    if not isinstance(body, Body):
        raise UnreadableError("what stands behind the column is not written as a closure")
    line, recorder.after = recorder.line, call.arg(0, "column")
    for inner in body.lines:
        recorder.record(replace(inner, guards=(*line.guards, *inner.guards)))
    recorder.line, recorder.after = line, None


def _remove_column(recorder: Recorder, call: Call) -> None:
    name = text(call.arg(0, "name"))
    gone = [made for made in recorder.columns if made.name == name]
    recorder.columns = [made for made in recorder.columns if made not in gone]
    recorder.steps = [made for made in recorder.steps if made not in gone]


def _foreign_id_for(recorder: Recorder, call: Call) -> Made:
    """The model comes as a Listing when its class was read: `column`, `key` (int, uuid or ulid), `table`, `name`."""
    model = known(call.arg(0, "model"))
    if not isinstance(model, Listing):
        raise UnreadableError(f"what key {text(model)} has stands in its class")
    given = call.arg(1, "column")
    column = given if isinstance(given, Unknown) or truth(given) else model.get("column")
    kinds = {"uuid": "foreignUuid", "ulid": "foreignUlid" if recorder.major >= 9 else "foreignUuid"}
    made = _again(recorder, kinds.get(text(model.get("key")), "foreignId"), column)
    if recorder.major >= 11:
        made.attributes |= {"table": model.get("table"), "referencesModelColumn": model.get("name")}
    return made


def _foreign_column(call: Call) -> Value:
    """The column of `dropForeignIdFor(User::class)`: the model comes as for `foreignIdFor`, or as its class."""
    given = call.arg(1, "column")
    if isinstance(given, Unknown) or truth(given):
        return given
    model = known(call.arg(0, "model"))
    if not isinstance(model, Listing):
        raise UnreadableError(f"what column refers to {text(model)} stands in its class")
    return model.get("column")


def _drop_foreign_id_for(recorder: Recorder, call: Call) -> Made | None:
    column = _foreign_column(call)
    if recorder.major >= 12:
        return recorder.command("dropColumn", columns=listing(column))
    return drop_index(recorder, "foreign", listing(column))


def _drop_constrained_for(recorder: Recorder, call: Call) -> Made:
    return _drop_constrained(recorder, Call(call.name, (_foreign_column(call),)))


def set_property(recorder: Recorder, name: str, value: Value) -> None:
    """`$table->engine = 'InnoDB'`."""
    if name not in _PROPERTIES:
        raise UnreadableError(f"${name} is no property of Laravel's Blueprint")
    recorder.settings[name] = value


def _property(name: str) -> Callable[[Recorder, Call], None]:
    def method(recorder: Recorder, call: Call) -> None:
        set_property(recorder, name, call.arg(0, name))

    return method


METHODS: Mapping[str, tuple[int, Callable[[Recorder, Call], Made | None]]] = {
    "addcolumn": (8, _add_column),
    "after": (8, _after),
    "remembertoken": (8, _remember_token),
    "removecolumn": (8, _remove_column),
    "timestamps": (8, _moments("timestamp")),
    "nullabletimestamps": (8, _moments("timestamp")),
    "timestampstz": (8, _moments("timestampTz")),
    "nullabletimestampstz": (12, _moments("timestampTz")),
    "datetimes": (10, _moments("dateTime")),
    "morphs": (8, _morphs("", nullable=False)),
    "nullablemorphs": (8, _morphs("", nullable=True)),
    "numericmorphs": (8, _morphs("int", nullable=False)),
    "nullablenumericmorphs": (8, _morphs("int", nullable=True)),
    "uuidmorphs": (8, _morphs("uuid", nullable=False)),
    "nullableuuidmorphs": (8, _morphs("uuid", nullable=True)),
    "ulidmorphs": (9, _morphs("ulid", nullable=False)),
    "nullableulidmorphs": (9, _morphs("ulid", nullable=True)),
    "foreignidfor": (8, _foreign_id_for),
    "dropcolumn": (8, _drop_column),
    "dropconstrainedforeignid": (8, _drop_constrained),
    "dropforeignidfor": (9, _drop_foreign_id_for),
    "dropconstrainedforeignidfor": (9, _drop_constrained_for),
    "droptimestamps": (8, _drop("created_at", "updated_at")),
    "droptimestampstz": (8, _drop("created_at", "updated_at")),
    "dropremembertoken": (8, _drop("remember_token")),
    "dropsoftdeletes": (8, _drop_soft_deletes),
    "dropsoftdeletestz": (8, _drop_soft_deletes),
    "dropmorphs": (8, _drop_morphs),
    "renamecolumn": (8, _simple("renameColumn", "from", "to")),
    "renameindex": (8, _simple("renameIndex", "from", "to")),
    "rename": (8, _simple("rename", "to")),
    "drop": (8, _simple("drop")),
    "dropifexists": (8, _simple("dropIfExists")),
    "comment": (9, _simple("tableComment", "comment")),
    "temporary": (8, _set("temporary", fixed=True)),
    "engine": (9, _set("engine")),
    "innodb": (9, _set("engine", fixed="InnoDB")),
    "charset": (9, _set("charset")),
    "collation": (9, _set("collation")),
    **{f"{name}=": (8, _property(name)) for name in _PROPERTIES},
}
