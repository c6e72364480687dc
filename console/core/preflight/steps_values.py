"""The safe way to a change, deploy by deploy: what each step sends, and what the code does meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from console.core.forward.quoting import words

_LONGEST = 55


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do."""

    deploy: int
    slug: str
    """What a migration of it is called: `add_buyer_id_to_orders`; '' where it is none."""
    sql: tuple[str, ...] = ()
    undo: tuple[str, ...] = ()
    """What takes it back."""
    alone: bool = False
    """Each statement by itself, outside a transaction."""
    batches: bool = False
    """No migration: the statements are sent again and again, by a job or by hand."""
    told: str = ""
    """What is to be known, or what the code does."""
    by_hand: bool = False
    """It is for a person to write: nothing here knows its statements."""


class Names:
    """How names are written on a server."""

    def __init__(self, grammar: str) -> None:
        """Of which one: postgres, mysql, mariadb."""
        self.postgres = grammar == "postgres"

    def quoted(self, name: str) -> str:
        """One name."""
        mark = '"' if self.postgres else "`"
        return f"{mark}{name.replace(mark, mark * 2)}{mark}"

    def table(self, schema: str, name: str) -> str:
        """A table; MySQL's is in the database of the connection."""
        return f"{self.quoted(schema)}.{self.quoted(name)}" if self.postgres and schema else self.quoted(name)

    def same(self, one: str, other: str) -> str:
        """Both equal, or both NULL."""
        return f"{one} IS NOT DISTINCT FROM {other}" if self.postgres else f"{one} <=> {other}"

    def differ(self, one: str, other: str) -> str:
        """The opposite."""
        return f"{one} IS DISTINCT FROM {other}" if self.postgres else f"NOT ({one} <=> {other})"


def slug(*parts: str) -> str:
    """`add`, `buyer_id` as `add_buyer_id`: letters and digits, not longer than a file's name may be."""
    return "_".join(word for part in parts for word in words(part))[:80].rstrip("_") or "change"


def short(*parts: str) -> str:
    """The name of a trigger or a constraint: at most 55 characters, so that PostgreSQL and MySQL take it with more."""
    whole = "_".join(parts)
    return whole if len(whole) <= _LONGEST else f"{whole[: _LONGEST - 9]}_{sha256(whole.encode()).hexdigest()[:8]}"
