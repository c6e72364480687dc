"""Everything that can be asked of a link about the table `t`: what a sweep reads, and what a person asks for."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from console.core.causes import Doubt, Question
from console.core.ports import Link
from console.core.statements import DataProbe


def probe(home: str, condition: str = "note IS NULL") -> DataProbe:
    """How many rows of `t` are like that."""
    return DataProbe(f"SELECT count(*) FROM {home}.t WHERE {condition}", (home, "t"))


PANELS: Mapping[str, Callable[[Link, str], object]] = {
    "server": lambda link, _: link.server(),
    "rights": lambda link, _: link.rights(),
    "fingerprint": lambda link, _: link.fingerprint(),
    "schema": lambda link, _: link.schema(),
    "sessions": lambda link, _: link.sessions(),
    "locks": lambda link, _: link.locks(),
    "progress": lambda link, _: link.progress(),
    "tables_named": lambda link, _: link.tables_named("t"),
    "rows": lambda link, home: link.rows(home, "t"),
    "count": lambda link, home: link.count(probe(home), 1.0),
    "ask": lambda link, home: link.ask(Question(1, Doubt.NULLS, (home, "t"), ("note",)), 1.0),
}
