"""Enums, domains and composite types as PostgreSQL's SQL, and what of one can be changed where it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from console.core.plan import CannotWriteError
from console.core.refs import Ref
from console.core.schema import Thing, UserType
from console.dialects.postgres.quoting import literal, quoted

_INVALID = " NOT VALID"


def _place(ref: Ref) -> str:
    return f"{quoted(ref.schema)}.{quoted(ref.name)}"


def type_sql(kind: UserType) -> Iterator[str]:
    """CREATE of a type; a range has more to it than the catalog was asked for."""
    match kind.type:
        case "enum":
            yield f"CREATE TYPE {_place(kind.ref)} AS ENUM ({', '.join(map(literal, kind.labels))})"
        case "composite":
            yield f"CREATE TYPE {_place(kind.ref)} AS ({', '.join(kind.labels)})"
        case "domain":
            default = f" DEFAULT {kind.default}" if kind.default is not None else ""
            null = "" if kind.nullable else " NOT NULL"
            checks = [_check(check) for check in kind.checks]
            valid = "".join(f" {check}" for check in checks if not check.endswith(_INVALID))
            yield f"CREATE DOMAIN {_place(kind.ref)} AS {kind.base}{default}{null}{valid}"
            yield from (f"ALTER DOMAIN {_place(kind.ref)} ADD {c}" for c in checks if c.endswith(_INVALID))
        case _:
            raise CannotWriteError(f"What else makes the {kind.type} {kind.ref.name} is not known.")


def _check(check: str) -> str:
    """`CONSTRAINT name CHECK (expression)`."""
    name, _, text = check.partition(": ")
    end = _INVALID if text.endswith(_INVALID) else ""
    return f"CONSTRAINT {quoted(name)} CHECK ({text.removesuffix(_INVALID)}){end}"


def changed_type(ref: Ref, there: Thing | None, attrs: dict[str, Any]) -> Iterator[str]:
    """ALTER of one. CannotWriteError where only another type would do."""
    assert isinstance(there, UserType)
    if there.type == "domain" and not attrs.keys() - {"default", "nullable", "checks"}:
        yield from _changed_domain(ref, there, attrs)
    elif there.type in ("enum", "composite") and set(attrs) == {"labels"}:
        yield from (_added if there.type == "enum" else _extended)(ref, there, attrs["labels"])
    else:
        raise CannotWriteError(f"The {there.type} {ref.name} can only be made anew, with all that is of that type.")


def _changed_domain(ref: Ref, there: UserType, attrs: dict[str, Any]) -> Iterator[str]:
    head = f"ALTER DOMAIN {_place(ref)}"
    if "default" in attrs:
        yield f"{head} DROP DEFAULT" if attrs["default"] is None else f"{head} SET DEFAULT {attrs['default']}"
    if "nullable" in attrs:
        yield f"{head} {'DROP' if attrs['nullable'] else 'SET'} NOT NULL"
    wanted = attrs.get("checks", there.checks)
    for check in there.checks:
        if check not in wanted:
            yield f"{head} DROP CONSTRAINT {quoted(check.partition(': ')[0])}"
    yield from (f"{head} ADD {_check(check)}" for check in wanted if check not in there.checks)


def _added(ref: Ref, there: UserType, wanted: tuple[str, ...]) -> Iterator[str]:
    """Labels come, and never go."""
    if tuple(label for label in wanted if label in there.labels) != there.labels:
        raise CannotWriteError(f"No label of the enum {ref.name} can be taken away, or moved.")
    before = ""
    for label in wanted:
        if label not in there.labels:
            place = (
                f"AFTER {literal(before)}" if before else f"BEFORE {literal(there.labels[0])}" if there.labels else ""
            )
            yield f"ALTER TYPE {_place(ref)} ADD VALUE {literal(label)} {place}".rstrip()
        before = label


def _extended(ref: Ref, there: UserType, wanted: tuple[str, ...]) -> Iterator[str]:
    """Attributes come last."""
    if wanted[: len(there.labels)] != there.labels:
        raise CannotWriteError(
            f"Attributes of {ref.name} are only added at its end: the rest would lose what is stored."
        )
    yield from (f"ALTER TYPE {_place(ref)} ADD ATTRIBUTE {attribute}" for attribute in wanted[len(there.labels) :])
