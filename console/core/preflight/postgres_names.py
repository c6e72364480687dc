"""Pieces of PostgreSQL's SQL for the safer ways: quoted names, and a statement's own text with a word more in it."""

from __future__ import annotations

from collections.abc import Sequence

from console.core.lexer import Token, significant, tokens
from console.core.preflight.ground import Case
from console.core.schema import Constraint, Index, Ref
from console.core.types.postgres_words import qualified, quote_name

_PATIENCE = "SET lock_timeout = '3s'"
_WAITS = "SET lock_timeout = 0"
LONGEST = 63


def words(case: Case) -> tuple[Token, ...]:
    """The statement's tokens without blanks and comments."""
    return significant(tokens(case.statement.sql))


def full(ref: Ref, case: Case) -> str:
    """The table, index or type with its schema where it needs it."""
    return qualified(ref.schema, ref.name, case.schema.home)


def listed(names: Sequence[str]) -> str:
    """Columns in parentheses."""
    return f"({', '.join(quote_name(name) for name in names)})"


def called(*parts: str) -> str:
    """A name made of others, as long as one may be."""
    name = "_".join(parts)
    return quote_name(name if len(name.encode()) <= LONGEST else name.encode()[:LONGEST].decode(errors="ignore"))


def patient(steps: Sequence[str]) -> tuple[str, ...]:
    """With a lock time-out; without one where a broken wait would leave an INVALID index."""
    told, now = list[str](), ""
    for step in steps:
        wanted = _WAITS if " CONCURRENTLY " in f"{step} ".upper() else _PATIENCE
        told += [step] if wanted == now else [wanted, step]
        now = wanted
    return tuple(told)


def behind(case: Case, word: str, more: str, *, only: tuple[str, ...] = ()) -> str:
    """The statement's own text with `more` behind the first `word` (of those `only` stands before)."""
    found = words(case)
    for n, token in enumerate(found):
        if token.word == word and (not only or (n and found[n - 1].word in only)):
            sql = case.statement.sql
            return f"{sql[: token.end]} {more}{sql[token.end :]}"
    return ""


def not_valid(case: Case) -> str:
    """The statement with NOT VALID at its end."""
    found = words(case)
    return f"{case.statement.sql[: found[-1].end]} NOT VALID" if found else ""


def key_of(table: Ref, case: Case) -> tuple[str, ...]:
    """The columns of its primary key; empty where it has none, or none that is told."""
    things = case.schema.by_table.get((table.schema, table.name), ())
    return next((t.columns for t in things if isinstance(t, Constraint) and t.type == "primary key"), ())


def index_text(name: str, table: Ref, index: Index, case: Case) -> str:
    """CREATE UNIQUE INDEX CONCURRENTLY as the constraint has it."""
    include = f" INCLUDE {listed(index.include)}" if index.include else ""
    nulls = "" if index.nulls_distinct else " NULLS NOT DISTINCT"
    columns = ", ".join(_column(item) for item in index.columns)
    return f"CREATE UNIQUE INDEX CONCURRENTLY {name} ON {full(table, case)} ({columns}){include}{nulls}"


def _column(item: str) -> str:
    """A column's name is stored as it is; an expression is not found in a constraint."""
    return quote_name(item)
