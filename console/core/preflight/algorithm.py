"""ALGORITHM= and LOCK= written into MySQL's and MariaDB's own statements, from the best way to the worst.

The server refuses a way that it cannot take before it touches a row, so a statement with such a clause is proof where
it is tried on a copy, and a guard where it is run: better refused than copied while everybody waits.
"""

from __future__ import annotations

from dataclasses import dataclass

from console.core.mysql_forms import Form, form_of


@dataclass(frozen=True, slots=True)
class Manner:
    """One way for a server to go about it."""

    algorithm: str
    lock: str = ""
    """NONE, SHARED or EXCLUSIVE; '': INSTANT takes no other than the default."""

    def __str__(self) -> str:
        """As it stands in ALTER TABLE."""
        return f"ALGORITHM={self.algorithm}" + (f", LOCK={self.lock}" if self.lock else "")


INSTANT = Manner("INSTANT")
ONLINE = Manner("INPLACE", "NONE")
NOCOPY = Manner("NOCOPY", "NONE")
BLOCKING = Manner("INPLACE", "SHARED")
COPY_ONLINE = Manner("COPY", "NONE")
COPY = Manner("COPY", "SHARED")
_INSTANT_SINCE = {"mysql": 80_012, "mariadb": 100_300}
_COPY_ONLINE_SINCE = 110_200
"""MariaDB's documentation; not measured."""


def manners(dialect: str, version: int) -> tuple[Manner, ...]:
    """What this server may be asked for, the best first."""
    first = (INSTANT,) if version >= _INSTANT_SINCE[dialect] else ()
    if dialect == "mysql":
        return (*first, ONLINE, BLOCKING, COPY)
    copies = (COPY_ONLINE, COPY) if version >= _COPY_ONLINE_SINCE else (COPY,)
    return (*first, NOCOPY, Manner("NOCOPY", "SHARED"), ONLINE, BLOCKING, *copies)


def own(sql: str, dialect: str) -> str:
    """The clauses of this sort that the statement has itself: `ALGORITHM=COPY, LOCK=SHARED`; '' where it has none."""
    form = form_of(sql, dialect)
    return ", ".join(f"{item[0].word}={item[-1].text.upper()}" for item in form.said) if form else ""


def asked(sql: str, manner: Manner, dialect: str) -> str | None:
    """The statement with this clause instead of its own; None where none can stand in it."""
    form = form_of(sql, dialect)
    if form is None:
        return None
    texts = [sql[item[0].start : item[-1].end] for item in form.items]
    if dialect == "mariadb" and any(words[1:2] == ("partition",) for words in form.words):
        return None
    if not form.head:
        return _index(sql, form, manner) if dialect == "mariadb" else f"{texts[0]} {str(manner).replace(',', '')}"
    if form.words and form.words[0][:2] in _BEHIND:
        return f"{form.head} {manner} {', '.join(texts)}"
    return f"{form.head} {', '.join((str(manner), *texts))}"


_BEHIND = (("partition", "by"), ("remove", "partitioning"))
"""They stand behind the other clauses without a comma."""


def _index(sql: str, form: Form, manner: Manner) -> str:
    """MariaDB's DROP INDEX takes no such clause; the ALTER that it stands for does."""
    item, words = form.items[0], form.words[0]
    if words[0] != "drop":
        return f"{sql[item[0].start : item[-1].end]} {str(manner).replace(',', '')}"
    on = words.index("on")
    table, name = sql[item[on + 1].start : item[-1].end], sql[item[1].start : item[on - 1].end]
    return f"ALTER TABLE {table} {manner}, DROP {name}"
