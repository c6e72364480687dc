"""Catalog rows as schemas, extensions, views, triggers, policies, types, routines and the rest."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from console.core.schema import (
    NOTHING,
    Extension,
    Kind,
    Namespace,
    Other,
    Policy,
    Ref,
    Routine,
    Trigger,
    UserType,
    View,
)
from console.core.types.postgres_words import view_options
from console.dialects.postgres.relations import bare

if TYPE_CHECKING:
    from console.dialects.postgres.catalog import Catalog
    from console.dialects.postgres.wire import Row

_ENABLED = {"O": "origin", "D": "disabled", "R": "replica", "A": "always"}
_COMMANDS = {"r": "select", "a": "insert", "w": "update", "d": "delete", "*": "all"}
_TYPES = {"e": "enum", "d": "domain", "c": "composite", "r": "range"}
_VOLATILITY = {"v": "volatile", "s": "stable", "i": "immutable"}
_PARALLEL = {"s": "SAFE", "r": "RESTRICTED"}
_BESIDE = "SUPPORT or TRANSFORM"
_ROUTINES = {"f": "function", "p": "procedure", "a": "aggregate", "w": "window function"}


def _gaps(**missing: bool) -> frozenset[str]:
    return frozenset(name for name, is_missing in missing.items() if is_missing) or NOTHING


def namespace(row: Row, catalog: Catalog) -> Namespace:
    """A schema."""
    name, owner, comment, *xmins = row
    return Namespace(ref=Ref(Kind.SCHEMA, "", "", name), comment=comment, stamp=catalog.stamp(*xmins), owner=owner)


def extension(row: Row, catalog: Catalog) -> Extension:
    """An installed extension; what it consists of is not listed."""
    name, version, comment, *xmins = row
    ref = Ref(Kind.EXTENSION, "", "", name)
    return Extension(ref=ref, comment=comment, stamp=catalog.stamp(*xmins), version=version)


def view(row: Row, catalog: Catalog) -> View:
    """A view or materialized view; its query is unread while a table it uses is locked."""
    _, schema, name, materialized, populated, owner, definition, options, comment, *xmins = row
    return View(
        ref=Ref(Kind.VIEW, schema, "", name),
        comment=comment,
        stamp=catalog.stamp(*xmins),
        unread=_gaps(definition=definition is None),
        definition=definition.strip().removesuffix(";") if definition else None,
        materialized=materialized,
        populated=populated,
        owner=owner,
        options=view_options(options or ()),
    )


def trigger(row: Row, catalog: Catalog) -> Trigger:
    """A trigger."""
    _, schema, table, name, enabled, internal, function, definition, comment, *xmins = row
    return Trigger(
        ref=Ref(Kind.TRIGGER, schema, table, name),
        comment=comment,
        stamp=catalog.stamp(*xmins),
        unread=_gaps(definition=definition is None),
        definition=definition,
        function=function,
        enabled=_ENABLED[enabled],
        internal=internal,
    )


def policy(row: Row, catalog: Catalog) -> Policy:
    """A row security policy."""
    schema, table, name, command, permissive, roles, has_using, has_check, using, check, comment, *xmins = row
    return Policy(
        ref=Ref(Kind.POLICY, schema, table, name),
        comment=comment,
        stamp=catalog.stamp(*xmins),
        unread=_gaps(using=has_using and using is None, check=has_check and check is None),
        command=_COMMANDS[command],
        permissive=permissive,
        roles=tuple(sorted(catalog.roles.get(str(oid), str(oid)) if oid else "public" for oid in roles)),
        using=bare(using),
        check=bare(check),
    )


def user_type(row: Row, catalog: Catalog) -> UserType:
    """An enum, domain, composite or range."""
    (schema, name, kind, owner, labels, base, nullable, default, checks, expressions, validated, comment, xmin,
     comment_xmin, parts) = row  # fmt: skip
    rules = zip(checks or (), expressions or (), validated or (), strict=False)
    return UserType(
        ref=Ref(Kind.TYPE, schema, "", name),
        comment=comment,
        stamp=catalog.stamp(xmin, comment_xmin, *(parts or ())),
        type=_TYPES[kind],
        labels=tuple(labels or ()),
        base=base,
        nullable=nullable,
        default=default,
        checks=tuple(sorted(f"{rule}: {bare(text)}{'' if valid else ' NOT VALID'}" for rule, text, valid in rules)),
        owner=owner,
    )


def routine(row: Row, catalog: Catalog) -> Routine:
    """A function, procedure or aggregate."""
    (schema, name, arguments, kind, language, returns, body, owner, volatility, definer, written, *settings,
     comment, xmin, comment_xmin) = row  # fmt: skip
    return Routine(
        ref=Ref(Kind.ROUTINE, schema, "", f"{name}({arguments})"),
        comment=comment,
        stamp=catalog.stamp(xmin, comment_xmin),
        unread=_gaps(body=body is None),
        type=_ROUTINES[kind],
        language=language,
        returns=returns or "",
        body=body,
        owner=owner,
        volatility=_VOLATILITY[volatility],
        security="definer" if definer else "invoker",
        arguments=written,
        options=tuple(_settings(language, *settings)),
    )


def _settings(
    language: str, strict: bool, leakproof: bool, parallel: str, cost: str, rows: str, many: bool, more: bool,
    config: list[str] | None,
) -> Iterator[str]:  # fmt: skip
    """What a CREATE says beside, without what is usual."""
    if strict:
        yield "STRICT"
    if leakproof:
        yield "LEAKPROOF"
    if parallel != "u":
        yield f"PARALLEL {_PARALLEL[parallel]}"
    if float(cost) != (1 if language in ("internal", "c") else 100):
        yield f"COST {cost}"
    if float(rows) != (1000 if many else 0):
        yield f"ROWS {rows}"
    if more:
        yield _BESIDE
    yield from (f"SET {item}" for item in config or ())


def other(row: Row, catalog: Catalog) -> Other:
    """A rule, a statistics object or a publication."""
    kind, schema, table, name, definition, comment, *xmins = row
    return Other(
        ref=Ref(Kind(kind), schema, table, name),
        comment=comment,
        stamp=catalog.stamp(*xmins),
        unread=_gaps(definition=definition is None),
        definition=definition,
    )
