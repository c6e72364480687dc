"""What the rows that are there will make of a statement: the questions of a refusal, asked before it happens.

Which questions there are is decided by the same rules that explain a refusal (causes.py), on the schema as it will be.
They are asked of the rows as they are now. What an earlier statement of the same run makes cannot be asked about yet;
where one changes rows first, the answer of now is not the last word. Both are said, never left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from console.core.causes import Answer, Doubt, Question, of_statement, speaks_of
from console.core.causes_definition import LOOSE
from console.core.causes_shown import shown
from console.core.operations import Change, Create, Drop, Rename
from console.core.plain import one_line
from console.core.preflight.finding import About, Finding, Severity
from console.core.preflight.ground import Case
from console.core.schema import Kind, Ref, Schema, Table, table_ref
from console.core.statements import Nature

_KEEPS_VALUES = frozenset({"nullable", "default", "validated", "comment", "storage", "statistics", "owner", "enabled"})
"""What can be changed of a column or constraint without any value becoming another."""

_SAMPLE, _TOLD = 20, 3
"""Values that are kept of an answer, and those of them that stand in its sentence."""
_VALUE, _DEFINED = 60, 300
"""Letters of one that are kept: of a value, and of what names an object."""


@dataclass(frozen=True, slots=True)
class Foreseen:
    """A question of a statement that has not been run yet."""

    case: Case
    question: Question
    put_off: str = ""
    """Why it cannot be asked before the run; '' where it can."""
    before: str = ""
    """What may change the answer before the statement's turn comes: `statement 1 of V2 changes rows of users`."""

    blind: str = ""
    """Why it is not known which questions there are."""

    @property
    def askable(self) -> bool:
        """The schema does not tell, and what it is about is there."""
        return self.question.told is None and not self.put_off


@dataclass(frozen=True, slots=True)
class Reply:
    """What became of it."""

    answer: Answer | None = None
    """None: nobody was asked, or nobody answered."""
    why: str = ""
    """Why there is no answer, one sentence; '' where nobody wanted it asked."""
    sql: str = ""
    """How it is asked."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the rows were looked at, when not on the server itself."""

    name: str = ""
    """'' for the server itself."""
    doubt: str = ""
    """Why it is not known to hold the same rows; '' where it is proved."""
    lag: str = ""
    """How far it is behind, in words."""


@dataclass
class _Going:
    """What the statements before have done to the tables."""

    made: dict[tuple[str, str], str] = field(default_factory=dict)
    """Table -> the statement that makes or renames it."""
    names: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)
    """Table -> column that was made, changed or renamed -> by which statement."""
    rows: dict[tuple[str, str], str] = field(default_factory=dict)
    """Table -> the statement that changes its rows."""

    def after(self, case: Case) -> None:
        statement, label = case.statement, f"statement {case.statement.n} of {one_line(case.unit.label, 80)}"
        if statement.nature is Nature.DATA:
            self.rows |= dict.fromkeys(statement.tables, label)
        for operation in statement.operations:
            match operation:
                case Create():
                    self._made(operation.subject, label)
                case Rename():
                    self._made(operation.to, label)
                case Change() if {name for name, _ in operation.attrs} <= _KEEPS_VALUES:
                    pass
                case Change() | Drop():
                    self._made(operation.subject, label)

    def _made(self, ref: Ref, label: str) -> None:
        if ref.kind is Kind.TABLE:
            self.made[ref.schema, ref.name] = label
        elif ref.kind is Kind.COLUMN:
            self.names.setdefault((ref.schema, ref.table), {})[ref.name] = label

    def put_off(self, question: Question, now: Schema) -> str:
        """Why it cannot be asked of the tables as they are now."""
        for table in _tables(question):
            name = table_ref(*table).label(now.home)
            if table_ref(*table) not in now.by_ref:
                view = Ref(Kind.VIEW, table[0], "", table[1]) in now.by_ref
                if not view:
                    return f"{self.made.get(table, 'an earlier statement')} makes {name} first"
            changed = self.names.get(table, {})
            spoken = next((column for column in changed if speaks_of(question, {column})), None)
            if spoken is not None:
                return f"{changed[spoken]} makes {name}.{spoken}, or changes it, first"
        return ""

    def before(self, question: Question) -> str:
        """Who changes rows that it is about."""
        found = (f"{self.rows[t]} changes rows of {t[1]} first" for t in _tables(question) if t in self.rows)
        return next(found, "")


def _tables(question: Question) -> tuple[tuple[str, str], ...]:
    return (question.table, question.parent) if question.parent else (question.table,)


def foreseen(cases: Iterable[Case]) -> Iterator[Foreseen]:
    """Every question that is to be asked before these statements are run, in their order."""
    going = _Going()
    for case in cases:
        if case.unit.past or case.statement.database:
            continue
        locked = _locked(case)
        if locked:
            untold = Question(case.statement.n, Doubt.DEFINITION, locked, target="rows in its way", told=Answer(None))
            yield Foreseen(case, untold, blind=f"{locked[1]} is locked, so what it is made of is not told")
        for question in of_statement(case.statement, case.schema, case.server.grammar):
            told = question.told is not None
            put_off = "" if told else going.put_off(question, case.ground.schema)
            yield Foreseen(case, question, put_off, going.before(question) or case.unsure)
        going.after(case)


def _locked(case: Case) -> tuple[str, str] | None:
    """A table whose parts could not be read: which questions there are about it is not known."""
    if case.statement.nature is not Nature.SCHEMA:
        return None
    tables = (case.ground.schema.get(table_ref(*table)) for table in case.statement.tables)
    found = next((table for table in tables if isinstance(table, Table) and table.locked), None)
    return (found.ref.schema, found.ref.name) if found is not None else None


Replies = Mapping[int, Reply]
"""By position in what was foreseen."""


def data_findings(asked: Sequence[Foreseen], replies: Replies, place: Place, *, redact: bool) -> Iterator[Finding]:
    """What is to be said of each; nothing of a question whose answer is that nothing is in the way."""
    for n, each in enumerate(asked):
        reply = replies.get(n, Reply())
        answer = each.question.told or reply.answer
        if each.put_off:
            yield _finding(each, "data-not-yet", Severity.INFO, About.UNKNOWN, _not_yet(each), reply.sql)
        elif answer is None and not reply.why:
            sql = f" with {one_line(reply.sql, 500)}" if reply.sql else ""
            why = f"Whether there are {_words(each)} was not asked: --data asks{sql}."
            yield _finding(each, "data-not-asked", Severity.INFO, About.DATA, why, reply.sql)
        elif answer is None or answer.rows is None:
            because = (each.blind or reply.why or "no query can tell").rstrip(".")
            why = f"Whether there are {_words(each)} is not known: {because}."
            yield _finding(each, "unknown-data", Severity.MED, About.UNKNOWN, why, reply.sql)
        elif answer.rows:
            yield _violated(each, answer, place, redact=redact)
        elif place.doubt and each.question.told is None:
            why = f"No {_words(each)} were found in {place.name}, but {place.doubt}: here there may be some."
            yield _finding(each, "unknown-data", Severity.MED, About.UNKNOWN, why, reply.sql)


def _not_yet(each: Foreseen) -> str:
    return f"Whether there are {_words(each)} cannot be asked yet: {each.put_off}."


def _words(each: Foreseen) -> str:
    return one_line(each.question.words(each.case.schema.home), 300)


def _violated(each: Foreseen, answer: Answer, place: Place, *, redact: bool) -> Finding:
    question = each.question
    most = _DEFINED if question.doubt in (Doubt.DEFINITION, Doubt.DEPENDENTS) else _VALUE
    sample = tuple(one_line(value, most) for value in shown(question, answer, redact=redact)[:_SAMPLE])
    found = f"{_words(each)}: {answer.rows:,}"
    if question.doubt is Doubt.DEFINITION and sample:
        found = f"{_words(each)}: {', '.join(sample)}"
    elif sample:
        found += f" ({', '.join(sample[:_TOLD])}{', ..' if (answer.rows or 0) > min(len(sample), _TOLD) else ''})"
    own = question.told is not None
    where = f", in {place.name}{place.lag}" if place.name and not own else ""
    severity, end = _weight(each, place, own=own)
    rule = f"data-{question.doubt.value.replace(' ', '-')}"
    why = f"{found[:1].upper()}{found[1:]}{where}. {end}"
    told = _finding(each, rule, severity, About.DATA, why, answer.sql, _SAFER[question.doubt])
    return replace(told, rows=answer.rows, sample=() if redact and own else sample)  # definitions hold literals


def _weight(each: Foreseen, place: Place, *, own: bool) -> tuple[Severity, str]:
    """How bad it is, and why."""
    if each.question.target == LOOSE:
        return Severity.MED, "MySQL 8.4 and newer refuse it unless restrict_fk_on_non_standard_key is off."
    if each.before:
        return (
            Severity.MED,
            f"The statement is refused while that is so; but {each.before}, so it may be otherwise then.",
        )
    if place.doubt and not own:
        return Severity.HIGH, f"If it is so here, the statement is refused; but {place.doubt}."
    return Severity.BLOCK, "The statement is refused while that is so."


def _finding(
    each: Foreseen, rule: str, severity: Severity, about: About, why: str, sql: str, safer: str = ""
) -> Finding:
    case = each.case
    table = table_ref(*each.question.table)
    return Finding(
        rule,
        severity,
        about,
        why,
        safer,
        migration=case.unit.id if case.unit.framework else "",
        file=case.unit.file,
        n=case.statement.n,
        line=case.statement.line,
        sql=case.statement.sql,
        table=table.label(case.schema.home) if each.question.table[1] else "",
        steps=(f"{sql};",) if sql else (),
    )


_SAFER = {
    Doubt.DUPLICATES: "Merge or delete the duplicates first, and let the application refuse new ones.",
    Doubt.NULLS: "Fill them first, in batches, and give the column a default or let the application always write it.",
    Doubt.ORPHANS: "Delete them or give them a parent first.",
    Doubt.VIOLATIONS: "Mend these rows first.",
    Doubt.MISFITS: "Mend these values first, or take a type that holds them.",
    Doubt.ZERO_DATES: "Write NULL or a real date over them first.",
    Doubt.FILLED: "Give the new column a default, or add it without NOT NULL, fill it, and then set NOT NULL.",
    Doubt.CONFLICTS: "Mend these pairs of rows first.",
    Doubt.OUTSIDE: "Move these rows elsewhere first, or take other bounds.",
    Doubt.DEPENDENTS: "Drop or change what uses it first, in the same migration; CASCADE would take it along.",
    Doubt.DEFINITION: "Mend the definitions, or the migration, first.",
}
