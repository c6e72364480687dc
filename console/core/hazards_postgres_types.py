"""Which changes of a column's type PostgreSQL does without touching the rows; measured on 12 to 18, all alike."""

from __future__ import annotations

import re
from dataclasses import dataclass

from console.core.schema import Kind, Ref, Schema, UserType

_TYPE = re.compile(r"^([a-z ]+?)(?:\(([\d,]+)\))?( with(?:out)? time zone)?$")
_ALIKE = {("character varying", "text"), ("text", "character varying"), ("cidr", "inet")}
_GROWS = frozenset({"character varying", "bit varying", "interval", "timestamp", "time"})
_KNOWN = frozenset(
    {"smallint", "integer", "bigint", "boolean", "real", "double precision", "numeric", "character", "json", "jsonb"}
    | {"character varying", "text", "uuid", "date", "bytea", "bit varying", "interval", "timestamp", "time", "inet"}
    | {"cidr", "money"}
)


@dataclass(frozen=True, slots=True)
class _Spelled:
    name: str
    size: tuple[int, ...]
    zone: bool


def _spelled(text: str) -> _Spelled | None:
    found = _TYPE.match(text)
    if found is None or found[1] not in _KNOWN:
        return None
    size = tuple(int(number) for number in (found[2] or "").split(",") if number)
    return _Spelled(found[1], size, found[3] == " with time zone")


def rewrites(old: str, new: str, schema: Schema) -> bool | None:
    """Whether the rows are written anew; None: not known, or it hangs on the session's time zone."""
    if old == new:
        return False
    domain, enum = user_type(new, schema, "domain"), user_type(new, schema, "enum")
    if domain is not None:
        return True if constrained(domain) else rewrites(old, domain.base or "", schema)
    before, after = _spelled(old), _spelled(new)
    if enum is not None:
        return True if before is not None else None
    if before is None or after is None:
        return None
    return _between(before, after)


def _between(old: _Spelled, new: _Spelled) -> bool | None:
    if old.name == "timestamp" and old.name == new.name and old.zone is not new.zone:
        return True if old.size or new.size else None
    if (old.name, new.name) in _ALIKE:
        return bool(new.size)
    if old.name != new.name or old.zone is not new.zone:
        return True
    if old.name == "numeric":
        return not _numeric_fits(old.size, new.size)
    if old.name in _GROWS:
        return bool(new.size) and (not old.size or new.size < old.size)
    return True


def _numeric_fits(old: tuple[int, ...], new: tuple[int, ...]) -> bool:
    if not new:
        return True
    return bool(old) and new[0] >= old[0] and new[1:] == old[1:]


def user_type(name: str, schema: Schema, kind: str) -> UserType | None:
    """The type of that sort with this name, as a column spells it."""
    place, _, plain = name.rpartition(".")
    found = schema.get(Ref(Kind.TYPE, place or schema.home, "", plain))
    return found if isinstance(found, UserType) and found.type == kind else None


def constrained(domain: UserType) -> bool:
    """A value of the domain has to be looked at."""
    return bool(domain.checks) or not domain.nullable


def adds_rows_of(name: str, schema: Schema) -> bool | None:
    """Whether a new column of this type rewrites the table by its type alone."""
    domain = user_type(name, schema, "domain")
    if domain is not None:
        return constrained(domain)
    plain = name.removesuffix("[]")
    return False if _spelled(plain) is not None or user_type(plain, schema, "enum") is not None else None
