"""The calls inside a blueprint's closure, recorded as the framework records them: columns and commands, in order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from console.readers.php.blueprint.chaining import chain
from console.readers.php.blueprint.columns import attributes_of, column_name, spec_of
from console.readers.php.blueprint.indexes import INDEXES, drop_index, index
from console.readers.php.blueprint.made import Made, Sort, first_call
from console.readers.php.draft import Blueprint, Call, Connection, Line, UnreadableError
from console.readers.php.grammar.common import known, text, truth
from console.readers.php.values import Body, Listing, Unknown, Value

_PROPERTIES = ("engine", "charset", "collation", "temporary")


class Recorder:
    """One blueprint being filled."""

    def __init__(self, blueprint: Blueprint, connection: Connection) -> None:
        self.table = blueprint.table
        self.connection = connection
        self.creates = blueprint.creates
        self.columns: list[Made] = []
        self.steps: list[Made] = []
        """Commands in the order of the calls; from Laravel 11 on columns of an ALTER stand among them."""
        self.settings: dict[str, Value] = {}
        """`engine`, `charset`, `collation`, `temporary` of the table."""
        self.after: Value = None
        self.line = Line((), blueprint.source, blueprint.line)
        if blueprint.creates:
            self.command("create")

    @property
    def major(self) -> int:
        """The framework's version."""
        return self.connection.laravel[0]

    def record(self, line: Line) -> None:
        """One chain; what cannot be read of it becomes a command `unreadable` in its place."""
        self.line = line
        try:
            made = self.call(first_call(line))
            chain(self, made, line.calls[1:])
        except UnreadableError as error:
            self.unreadable(str(error))

    def unreadable(self, why: str) -> None:
        """Something is asked for here that is not understood."""
        self.command("unreadable", why=why)

    def call(self, call: Call) -> Made | None:
        """The first call of a chain; None when nothing can be chained to it."""
        name = call.name.lower()
        spec = spec_of(call.name, self.connection)
        if spec is not None:
            attributes = attributes_of(spec, call, self.connection)
            return self.column(column_name(spec, call), attributes, Sort.FOREIGN_ID if spec.foreign else Sort.COLUMN)
        if name in INDEXES:
            return index(self, name, call)
        if name.startswith("drop") and name[4:] in INDEXES:
            return drop_index(self, name[4:], call.arg(0, "index"))
        method = _METHODS.get(name)
        if method is None or self.major < method[0]:
            raise UnreadableError(f"{call.name}() is no method of Laravel {self.major}'s Blueprint")
        return method[1](self, call)

    def column(self, name: Value, attributes: Mapping[str, Value], sort: Sort = Sort.COLUMN) -> Made:
        """A new column."""
        made = Made(name, self.line, dict(attributes), sort)
        self.columns.append(made)
        if self.major >= 11 and not self.creates:
            self.steps.append(made)
        if self.after is not None:
            made.attributes["after"] = self.after
            self.after = name
        return made

    def command(self, name: str, sort: Sort = Sort.COMMAND, /, **attributes: Value) -> Made:
        """A new command at the end."""
        made = Made(name, self.line, attributes, sort)
        self.steps.append(made)
        return made


def joined(name: Value, more: str) -> Value:
    """A name with something behind it."""
    return name if isinstance(name, Unknown) else text(name) + more


def listing(*items: Value) -> Listing:
    """A list without keys."""
    return Listing(tuple(enumerate(items)))


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
    kinds = {"int": "foreignId", "uuid": "foreignUuid", "ulid": "foreignUlid" if recorder.major >= 9 else "foreignUuid"}
    made = _again(recorder, kinds[text(model.get("key"))], column)
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


_METHODS: Mapping[str, tuple[int, Callable[[Recorder, Call], Made | None]]] = {
    "addcolumn": (8, _add_column),
    "after": (8, _after),
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
