"""Which statement of a migration an error speaks of, and which question stands for it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from console.core.causes import Question
from console.core.errors.matching import MOST, Refusal
from console.core.landed import Judgement, Verdict
from console.core.operations import Create, Operation
from console.core.refs import Ref

_QUOTES = re.compile(r"[`\"\[\]]")


@dataclass(frozen=True, slots=True)
class Named:
    """One refusal, held against a migration."""

    refusal: Refusal
    n: int | None = None
    """The statement; None: none of it fits."""
    because: str = ""
    """How that is known."""
    question: Question | None = None

    @property
    def sentence(self) -> str:
        """One sentence: the statement, what it means, what to do."""
        where = f"Statement {self.n} ({self.because})" if self.n is not None else "No statement of it fits this error"
        return f"{where}: {self.refusal.rule.means}. {self.refusal.rule.next}"


def named(refusal: Refusal, text: str, judgements: tuple[Judgement, ...], asked: tuple[Question, ...]) -> Named:
    """By its SQL where the text holds it, by the objects it names, else by the place where the run stopped."""
    n, because = _statement(refusal, text, judgements)
    same = [q for q in asked if q.n == n and q.doubt is refusal.rule.doubt] if refusal.rule.doubt else []
    return Named(refusal, n, because, same[0] if same else None)


def _statement(refusal: Refusal, text: str, judgements: tuple[Judgement, ...]) -> tuple[int | None, str]:
    flat = _flat(text[:MOST])
    whole = [j for j in judgements if len(_flat(j.statement.sql)) > 12 and _flat(j.statement.sql) in flat]
    if whole:
        return max(whole, key=lambda j: len(j.statement.sql)).statement.n, "its SQL stands in the error"
    open_ones = [j for j in judgements if j.verdict is not Verdict.LANDED]
    naming = [j for j in open_ones if refusal.names and all(_speaks_of(j, name) for name in refusal.names)]
    if len(naming) == 1:
        return naming[0].statement.n, f"the only one open that speaks of {', '.join(refusal.names)}"
    if open_ones:
        return open_ones[0].statement.n, "the first that did not land"
    return None, ""


def _flat(sql: str) -> str:
    return " ".join(_QUOTES.sub("", sql).split()).rstrip(";").lower()


def _speaks_of(judgement: Judgement, name: str) -> bool:
    """In its text, or among the things it makes, whose names it need not write."""
    bare = name.rpartition(".")[2].strip("`'\"").lower()
    made = {ref.name.lower() for op in judgement.statement.operations for ref in _made(op)}
    return bare in made or re.search(rf"(?<!\w){re.escape(bare)}(?!\w)", judgement.statement.sql.lower()) is not None


def _made(operation: Operation) -> tuple[Ref, ...]:
    return tuple(thing.ref for thing in operation.things) if isinstance(operation, Create) else ()
