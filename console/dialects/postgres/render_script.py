"""Views, code, types, sequences and schemas as PostgreSQL's SQL, made of the texts that the catalog gave of them.

For scripts that a person reads through, never for plans: names without a schema in those texts are those of the
schema that is at home. What the texts do not say whole is not written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from console.core.operations import Change, Create, Operation
from console.core.plan import CannotWriteError
from console.core.refs import Kind, Ref, Value
from console.core.schema import (
    Column,
    Extension,
    Namespace,
    Other,
    Policy,
    Routine,
    Schema,
    Sequence,
    Thing,
    Trigger,
    UserType,
    View,
)
from console.dialects.postgres.quoting import literal, quoted
from console.dialects.postgres.render_changes import change_sql, column_sql
from console.dialects.postgres.render_types import changed_type, type_sql

Sql = Iterator[str]
_LISTS = ("search_path", "temp_tablespaces", "local_preload_libraries", "session_preload_libraries",
          "shared_preload_libraries", "unix_socket_directories")  # fmt: skip
"""Settings whose value is a list of names, kept with their quotes."""
_WORDS = {Kind.VIEW: "VIEW", Kind.ROUTINE: "ROUTINE", Kind.TYPE: "TYPE", Kind.SEQUENCE: "SEQUENCE",
          Kind.TABLE: "TABLE", Kind.SCHEMA: "SCHEMA", Kind.STATISTICS: "STATISTICS"}  # fmt: skip


def script_sql(operation: Operation, schema: Schema) -> tuple[str, ...]:
    """The statements that make it. CannotWriteError where it cannot be said exactly."""
    if isinstance(operation, Create):
        return _created(operation, schema)
    if isinstance(operation, Change):
        return tuple(_changed(operation, schema))
    return change_sql(operation, schema)


def _created(create: Create, schema: Schema) -> tuple[str, ...]:
    first = create.things[0]
    write = _MADE.get(type(first))
    if write is None:
        return _with_counters(create, schema)
    comment = Change(first.ref, (("comment", first.comment),))
    comments = change_sql(comment, Schema((first,))) if first.comment is not None else ()
    return (*write(first), *comments)


def _with_counters(create: Create, schema: Schema) -> tuple[str, ...]:
    """A table or column, and the name and the steps of the counter that an identity column makes."""
    sql = list(change_sql(create, schema))
    columns = {f"{t.ref.schema}.{t.ref.table}.{t.ref.name}": t for t in create.things if isinstance(t, Column)}
    for counter in (thing for thing in create.things if isinstance(thing, Sequence)):
        column = columns.get(str(counter.owned_by))
        if column is not None:
            plain = column_sql(column)
            named = f"SEQUENCE NAME {_place(counter.ref)} {' '.join(_steps(counter))}"
            with_name = plain.replace("AS IDENTITY", f"AS IDENTITY ({named})", 1)
            sql = [line.replace(plain, with_name) for line in sql]
    return tuple(sql)


def _place(ref: Ref) -> str:
    return f"{quoted(ref.schema)}.{quoted(ref.name)}" if ref.schema else quoted(ref.name)


def _known(thing: Thing, *names: str) -> None:
    """CannotWriteError where one of these was not read."""
    missing = next((name for name in names if name in thing.unread or getattr(thing, name) is None), "")
    if missing:
        raise CannotWriteError(f"The {missing} of {thing.ref.kind} {thing.ref.name} is not known.")


def _view(view: View) -> Sql:
    _known(view, "definition")
    checks = [option.partition("=")[2] for option in view.options or () if option.startswith("check_option=")]
    options = [option for option in view.options or () if not option.startswith("check_option=")]
    kind = "MATERIALIZED VIEW" if view.materialized else "VIEW"
    told = f" WITH ({', '.join(options)})" if options else ""
    end = "" if view.populated else " WITH NO DATA"
    end += f" WITH {checks[0].upper()} CHECK OPTION" if checks else ""
    yield f"CREATE {kind} {_place(view.ref)}{told} AS\n{view.definition}{end}"


def _routine(routine: Routine) -> Sql:
    _known(routine, "body", "arguments", "options", "volatility", "security")
    if routine.type not in ("function", "procedure") or routine.language in ("c", "internal"):
        raise CannotWriteError(f"An {routine.type} in {routine.language or 'another language'} is not written here.")
    strange = [option for option in routine.options or () if option.startswith("SUPPORT")]
    if strange:
        raise CannotWriteError(f"{strange[0]} of {routine.ref.name} is not written here.")
    name = _place(replace(routine.ref, name=routine.ref.name.partition("(")[0]))
    yield "\n".join((f"CREATE OR REPLACE {routine.type.upper()} {name}({routine.arguments})", *_clauses(routine)))


def _clauses(routine: Routine) -> Sql:
    if routine.type == "function":
        yield f"RETURNS {routine.returns}"
    yield f"LANGUAGE {quoted(routine.language)}"
    if routine.type == "function":
        yield str(routine.volatility).upper()
    yield "SECURITY " + str(routine.security).upper()
    yield from (_option(option) for option in routine.options or ())
    body = str(routine.body)
    parsed = routine.language == "sql" and body.split(None, 1)[:1] in (["BEGIN"], ["RETURN"])
    yield body if parsed and _is_parsed(body) else f"AS {_dollars(body)}"


def _is_parsed(body: str) -> bool:
    """The catalog keeps it taken apart: BEGIN ATOMIC, or RETURN and an expression."""
    return body.startswith(("BEGIN ATOMIC", "RETURN "))


def _option(option: str) -> str:
    """`SET name TO 'value'`."""
    if not option.startswith("SET "):
        return option
    name, _, value = option.removeprefix("SET ").partition("=")
    return f"SET {quoted(name)} TO {value if name in _LISTS and value else literal(value)}"


def _dollars(body: str) -> str:
    tag = next(tag for tag in ("$$", *(f"$body{n}$" for n in range(1000))) if tag.rstrip("$") + "$" not in body)
    return f"{tag}{body}{tag}"


def _trigger(trigger: Trigger) -> Sql:
    _known(trigger, "definition")
    yield str(trigger.definition)
    if trigger.enabled != "origin":
        yield from change_sql(Change(trigger.ref, (("enabled", trigger.enabled),)), Schema((trigger,)))


def _policy(policy: Policy) -> Sql:
    for name in ("using", "check"):
        if name in policy.unread:
            _known(policy, name)
    sort = "PERMISSIVE" if policy.permissive else "RESTRICTIVE"
    roles = ", ".join("PUBLIC" if role == "public" else quoted(role) for role in policy.roles)
    text = f"CREATE POLICY {quoted(policy.ref.name)} ON {quoted(policy.ref.schema)}.{quoted(policy.ref.table)}"
    text += f" AS {sort} FOR {policy.command.upper()}" + (f" TO {roles}" if roles else "")
    text += f" USING ({policy.using})" if policy.using is not None else ""
    yield text + (f" WITH CHECK ({policy.check})" if policy.check is not None else "")


def _steps(sequence: Sequence) -> Sql:
    _known(sequence, "type", "start", "increment", "minimum", "maximum", "cycle")
    yield f"INCREMENT BY {sequence.increment} MINVALUE {sequence.minimum} MAXVALUE {sequence.maximum}"
    yield f"START WITH {sequence.start} {'CYCLE' if sequence.cycle else 'NO CYCLE'}"


def _sequence(sequence: Sequence) -> Sql:
    owned = f" OWNED BY {_owner(sequence.owned_by)}" if sequence.owned_by else ""
    yield f"CREATE SEQUENCE {_place(sequence.ref)} AS {sequence.type} {' '.join(_steps(sequence))}{owned}"


def _owner(column: Value) -> str:
    if not column:
        return "NONE"
    schema, _, rest = str(column).partition(".")
    table, _, name = rest.rpartition(".")
    return f"{quoted(schema)}.{quoted(table)}.{quoted(name)}"


def _namespace(space: Namespace) -> Sql:
    yield f"CREATE SCHEMA {quoted(space.ref.name)}"


def _extension(extension: Extension) -> Sql:
    version = f" VERSION {literal(extension.version)}" if extension.version else ""
    yield f"CREATE EXTENSION {quoted(extension.ref.name)}{version}"


def _other(other: Other) -> Sql:
    if other.ref.kind not in (Kind.RULE, Kind.STATISTICS):
        raise CannotWriteError(f"A {other.ref.kind} is not written here: {other.ref.name}.")
    _known(other, "definition")
    yield str(other.definition).removesuffix(";")


_MADE: Mapping[type[Thing], Callable[[Any], Sql]] = {
    View: _view,
    Routine: _routine,
    Trigger: _trigger,
    Policy: _policy,
    Sequence: _sequence,
    UserType: type_sql,
    Namespace: _namespace,
    Extension: _extension,
    Other: _other,
}


def _changed(change: Change, schema: Schema) -> Sql:
    attrs = dict(change.attrs)
    if "owner" in attrs:
        yield f"ALTER {_word(change.ref, schema)} {_spot(change.ref)} OWNER TO {quoted(str(attrs.pop('owner')))}"
    there = schema.get(change.ref)
    write = _SET.get(change.ref.kind)
    own = {name: value for name, value in attrs.items() if name != "comment"}
    if own and write is not None and (there is not None or change.ref.kind in (Kind.SEQUENCE, Kind.COLUMN)):
        yield from write(change.ref, there, own)
        attrs = {name: value for name, value in attrs.items() if name == "comment"}
    if attrs:
        yield from change_sql(replace(change, attrs=tuple(attrs.items())), schema)


def _word(ref: Ref, schema: Schema) -> str:
    there = schema.get(ref)
    if ref.kind not in _WORDS:
        raise CannotWriteError(f"Who owns {ref.kind} {ref.name} cannot be changed here.")
    return "MATERIALIZED VIEW" if isinstance(there, View) and there.materialized else _WORDS[ref.kind]


def _spot(ref: Ref) -> str:
    name, bracket, arguments = ref.name.partition("(") if ref.kind is Kind.ROUTINE else (ref.name, "", "")
    return _place(replace(ref, name=name)) + bracket + arguments


def _set_view(ref: Ref, there: Thing | None, attrs: dict[str, Any]) -> Sql:
    assert isinstance(there, View)
    if set(attrs) == {"populated"}:
        yield f"REFRESH MATERIALIZED VIEW {_place(ref)}" + ("" if attrs["populated"] else " WITH NO DATA")
        return
    sql = next(_view(replace(there, **attrs)))
    yield sql.replace("CREATE VIEW", "CREATE OR REPLACE VIEW", 1)


def _set_routine(ref: Ref, there: Thing | None, attrs: dict[str, Any]) -> Sql:
    assert isinstance(there, Routine)
    yield from _routine(replace(there, **attrs))


def _set_sequence(ref: Ref, there: Thing | None, attrs: dict[str, Any]) -> Sql:
    if "owned_by" in attrs:
        yield f"ALTER SEQUENCE {_place(ref)} OWNED BY {_owner(attrs.pop('owned_by'))}"
    if attrs:
        assert isinstance(there, Sequence)
        wanted = replace(there, **attrs)
        yield f"ALTER SEQUENCE {_place(ref)} AS {wanted.type} {' '.join(_steps(wanted))}"


def _set_column(ref: Ref, there: Thing | None, attrs: dict[str, Any]) -> Sql:
    head = f"ALTER TABLE {quoted(ref.schema)}.{quoted(ref.table)} ALTER COLUMN {quoted(ref.name)}"
    if attrs.get("storage") is not None:
        stored = attrs.pop("storage")
        if not stored:
            raise CannotWriteError(f"What storage is usual for the type of {ref.table}.{ref.name} is not known.")
        yield f"{head} SET STORAGE {stored.upper()}"
    if attrs.get("statistics") is not None:
        yield f"{head} SET STATISTICS {attrs.pop('statistics') or -1}"
    if attrs:
        yield from change_sql(Change(ref, tuple(attrs.items())), Schema((there,) if there is not None else ()))


def _set_extension(ref: Ref, there: Thing | None, attrs: dict[str, Any]) -> Sql:
    if set(attrs) != {"version"}:
        raise CannotWriteError(f"What changed of extension {ref.name} cannot be written here.")
    yield f"ALTER EXTENSION {quoted(ref.name)} UPDATE TO {literal(attrs['version'])}"


_SET: Mapping[Kind, Callable[[Ref, Thing | None, dict[str, Any]], Sql]] = {
    Kind.VIEW: _set_view,
    Kind.ROUTINE: _set_routine,
    Kind.SEQUENCE: _set_sequence,
    Kind.COLUMN: _set_column,
    Kind.EXTENSION: _set_extension,
    Kind.TYPE: changed_type,
}
