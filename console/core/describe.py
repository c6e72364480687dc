"""One line of words for every kind of thing: evidence, the schema tree and reports all say it the same way."""

from __future__ import annotations

from collections.abc import Callable

from console.core.schema import (
    Column,
    Constraint,
    Event,
    Extension,
    Index,
    Other,
    Policy,
    Ref,
    Routine,
    Sequence,
    Table,
    Thing,
    Trigger,
    UserType,
    Value,
    View,
)


def noun(ref: Ref, home: str = "public") -> str:
    """`column orders.carrier`."""
    return f"{ref.kind.value} {ref.label(home)}"


def definition(thing: Thing) -> str:
    """What a thing is, in one line without its name; `definition not readable` stands for what is locked."""
    text = _WRITERS.get(type(thing), _nothing)(thing)
    hidden = thing.unread & {"default", "generated", "expression", "where", "definition", "partition_bound", "using"}
    return f"{text}, definition not readable" if hidden and text else text or ("not readable" if hidden else "")


def words(value: Value) -> str:
    """An attribute's value for people: nothing is `none`."""
    if value is None or value in ("", ()):
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(words(v) for v in value) if isinstance(value, tuple) else str(value)


def _nothing(thing: Thing) -> str:
    return ""


def _column(column: Column) -> str:
    parts = [column.type, "null" if column.nullable else "not null"]
    if column.collation:
        parts.append(f"collate {column.collation}")
    if column.identity:
        parts.append(f"generated {column.identity} as identity")
    if column.generated is not None:
        parts.append(f"generated always as ({column.generated}) {column.generated_kind}".rstrip())
    elif column.default is not None:
        parts.append(f"default {column.default}")
    parts.append(f"on update {column.on_update}" if column.on_update else "")
    parts.append("auto_increment" if column.auto_increment else "")
    parts.append("invisible" if column.invisible else "")
    return ", ".join(part for part in parts if part)


def _constraint(constraint: Constraint) -> str:
    columns = f" ({', '.join(constraint.columns)})" if constraint.columns else ""
    text = constraint.type + columns
    if constraint.type == "check":
        text = f"check ({constraint.expression})" if constraint.expression is not None else "check"
    elif constraint.type == "exclude":
        text = constraint.expression or "exclude"
    elif constraint.references:
        text += f" references {constraint.references} ({', '.join(constraint.referenced_columns)})"
        if constraint.on_delete != "no action":
            text += f" on delete {constraint.on_delete}"
        if constraint.on_update != "no action":
            text += f" on update {constraint.on_update}"
    if constraint.deferrable:
        text += " deferrable" + (" initially deferred" if constraint.deferred else "")
    text += "" if constraint.enforced else " not enforced"
    return text if constraint.validated else f"{text} NOT VALID"


def _index(index: Index) -> str:
    text = f"{'unique ' if index.unique else ''}{index.method} ({', '.join(index.columns)})"
    if index.include:
        text += f" include ({', '.join(index.include)})"
    if not index.nulls_distinct:
        text += " nulls not distinct"
    if index.where is not None:
        text += f" where {index.where}"
    if not index.visible:
        text += " invisible"
    if not index.valid:
        text += ", being built" if index.building else ", INVALID"
    return text


def _table(table: Table) -> str:
    parts = ["" if table.persistence == "permanent" else table.persistence]
    parts.append("foreign" if table.foreign else "")
    parts.append(table.engine if table.engine not in (None, "", "innodb") else "")
    parts.append(f"partitioned by {table.partition_key}" if table.partition_key else "")
    parts.append(f"partition of {table.partition_of} {table.partition_bound or ''}" if table.partition_of else "")
    parts.append(f"row security {table.row_security}" if table.row_security != "off" else "")
    parts.append("LOCKED" if table.locked else "")
    return ", ".join(part.strip() for part in parts if part)


def _trigger(trigger: Trigger) -> str:
    text = trigger.definition or f"calls {trigger.function}"
    return text if trigger.enabled == "origin" else f"{text}, {trigger.enabled.upper()}"


def _policy(policy: Policy) -> str:
    text = f"{'permissive' if policy.permissive else 'restrictive'} for {policy.command}"
    if policy.roles:
        text += f" to {', '.join(policy.roles)}"
    if policy.using is not None:
        text += f" using ({policy.using})"
    return text if policy.check is None else f"{text} with check ({policy.check})"


def _view(view: View) -> str:
    kind = "materialized view" if view.materialized else "view"
    return kind if view.populated else f"{kind}, not populated"


def _sequence(sequence: Sequence) -> str:
    text = f"{sequence.type}, start {sequence.start}, increment {sequence.increment}"
    return f"{text}, owned by {sequence.owned_by}" if sequence.owned_by else text


def _user_type(kind: UserType) -> str:
    if kind.type == "domain":
        text = f"domain over {kind.base}" + ("" if kind.nullable else " not null")
        return text + "".join(f", check {check}" for check in kind.checks)
    return f"{kind.type} ({', '.join(kind.labels)})" if kind.labels else kind.type


def _routine(routine: Routine) -> str:
    returns = f" returns {routine.returns}" if routine.returns else ""
    return f"{routine.type}{returns}" + (f" in {routine.language}" if routine.language else "")


def _event(event: Event) -> str:
    return event.schedule if event.enabled == "enabled" else f"{event.schedule}, {event.enabled.upper()}"


def _extension(extension: Extension) -> str:
    return f"version {extension.version}" if extension.version else ""


def _other(other: Other) -> str:
    return other.definition or ""


_WRITERS: dict[type[Thing], Callable[..., str]] = {
    Column: _column,
    Constraint: _constraint,
    Index: _index,
    Table: _table,
    Trigger: _trigger,
    Policy: _policy,
    View: _view,
    Sequence: _sequence,
    UserType: _user_type,
    Routine: _routine,
    Event: _event,
    Extension: _extension,
    Other: _other,
}
