"""Pages 2 to 8 as sentences: each thing in one line of its own, named as the commands take it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from console.core.assessment import Assessment, JudgedFramework, JudgedMigration
from console.core.describe import definition
from console.core.drift.words import of_statement
from console.core.drift.words import sentence as drift_sentence
from console.core.journal import Entry
from console.core.preflight.finding import Finding, Report
from console.core.recover import Way
from console.core.recover.answers import Account
from console.core.room.people import people
from console.core.room.picture import is_part
from console.core.schema import Kind, Schema, Thing
from screens.ages import stamp
from screens.diff import nothing_expected
from screens.habits import told
from screens.linear.plain import WIDE, many, sentences, stop, word
from screens.look import Look
from screens.migrations import details, downs, ordered
from screens.recover import details as way_details
from screens.recover import key_of, listed, ways_of
from screens.schema_tree import Tree, since
from screens.text import one_line, safe, safe_lines
from screens.why import besides
from screens.words import cause_of, framework_of, gaps, migration_key, name_of

Found = tuple[JudgedFramework, JudgedMigration]


def migrations(assessment: Assessment, words: str = "") -> Iterator[str]:
    """Page 2: what needs attention first."""
    found = ordered(assessment, Look(words=words))
    if not found:
        reasons = [one_line(reading.reason) for reading in assessment.observation.tracking if reading.reason]
        yield "No migration has these words." if words else (reasons or ["No ledger and no project were found."])[0]
    for framework, migration in found:
        yield migration_line(framework, migration)


def migration_line(framework: JudgedFramework, migration: JudgedMigration) -> str:
    """In the manner of `V4__add_shipping (Flyway 4): half applied, no row in the ledger`."""
    row = migration.tracked.row
    if row is None:
        recorded = "no row in the ledger"
    else:
        when = f" {stamp(row.applied_at, zone=True)}" if row.applied_at is not None else ""
        recorded = f"recorded as a {'success' if row.success else 'failure'}{when}"
        recorded += f", batch {row.batch}" if row.batch is not None else ""
    name, tool = name_of(migration), framework_of(framework.framework)
    name += f" ({tool})" if name == safe(migration.id) else f" ({tool} {safe(migration.id)})"
    return f"{name}: {word(migration.state.word)}, {recorded}."


def migration(assessment: Assessment, found: Found) -> Iterator[str]:
    """Everything about one, with all its statements."""
    key = migration_key(*found)
    yield migration_line(*found)
    yield from sentences(details(assessment, key, WIDE)[1:])
    for judgement in found[1].statements:
        yield from one_statement(assessment, found, judgement.statement.n)
    for down in downs(found[1]):
        yield from sentences(details(assessment, f"{key}#D{down.n}", WIDE))


def one_statement(assessment: Assessment, found: Found, n: int) -> Iterator[str]:
    """Its verdict, why, and its SQL as it is."""
    head, *rest = sentences(details(assessment, f"{migration_key(*found)}#{n}", WIDE))
    yield f"Statement {head.replace('. ', ': ', 1).lower()}."
    yield from rest


def schema(assessment: Assessment, words: str = "") -> Iterator[str]:
    """Page 3: what is there; with words, what has them in its name, whole."""
    reading = assessment.observation.schema
    actual = reading.value
    if actual is None:
        yield stop(f"The schema: {reading.health.value}{f', {one_line(reading.reason)}' if reading.reason else ''}")
        yield from (one_line(item.grant) for item in gaps(assessment) if item.grant)
        return
    tree = Tree.of(actual, since(assessment))
    look = Look(words=words)
    found = [t for t in _tops(tree) if look.admits(t.ref.label(actual.home)) or (words and _inside(tree, t, look))]
    for thing in found:
        yield thing_line(thing, tree, actual)
        if words:
            whole = look.admits(thing.ref.label(actual.home))
            parts = tree.inside(thing) if whole else _inside(tree, thing, look)
            yield from (f"In it: {thing_line(part, tree, actual)}" for part in parts)
    yield from (stop(f"Not seen: {one_line(reason)}") for reason in actual.unread)
    if not found and not actual.unread:
        yield "Nothing has these words." if words else "The database is empty."


def _tops(tree: Tree) -> Iterator[Thing]:
    for things in tree.sections.values():
        yield from things


def _inside(tree: Tree, thing: Thing, look: Look) -> list[Thing]:
    return [part for part in tree.inside(thing) if look.admits(part.ref.label(tree.schema.home))]


def thing_line(thing: Thing, tree: Tree, actual: Schema) -> str:
    """In the manner of `Index orders_idx, on orders (carrier): invalid`."""
    kind, name = thing.ref.kind.value, safe(thing.ref.label(actual.home))
    what = one_line(definition(thing), 400) if thing.ref.kind is not Kind.TABLE else ""
    marks = [word(mark) for mark in (*tree.marks(thing), *(f"has {m}" for m in tree.marks_inside(thing)))]
    said = f"{kind[:1].upper()}{kind[1:]} {name}{f', {what}' if what else ''}"
    return stop(said + (f": {', '.join(marks)}" if marks else ""))


def differences(assessment: Assessment) -> Iterator[str]:
    """Page 5: each difference by its number."""
    if assessment.baseline is None:
        yield from sentences(nothing_expected(assessment, WIDE))
        return
    yield f"What is expected: {safe(assessment.baseline, 200)}."
    if assessment.why_no_baseline:
        yield stop(f"Nothing tells how the rest should be: {one_line(assessment.why_no_baseline)}")
    unsure = [item for item in gaps(assessment) if item.what == "drift"]
    yield from (stop(f"Not compared: {one_line(item.reason)}") for item in unsure)
    items = (*assessment.drift, *assessment.drift_ignored)
    for n, item in enumerate(items, start=1):
        by = of_statement(item)
        ignored = f" Ignored: {one_line(item.ignored)}." if item.ignored else ""
        yield stop(f"Difference {n}: {one_line(drift_sentence(item))}{f' ({one_line(by)})' if by else ''}") + ignored
    if not items:
        yield "No difference was found in what could be compared." if unsure else "Nothing differs."


def ways(assessment: Assessment, account: Account) -> Iterator[str]:
    """Page 6: the ways out of each migration that is listed, the recommended one first."""
    if not assessment.troubled:
        yield "There is nothing to recover from."
    for framework, found in listed(assessment):
        yield migration_line(framework, found)
        for n, way in enumerate(ways_of(assessment, found, account), start=1):
            yield f"Way {n}: {way_line(way)}"


def way_of(assessment: Assessment, found: Found, n: int | None, account: Account) -> Iterator[str]:
    """The ways out of one migration by their numbers; with a number, everything about that one."""
    several = ways_of(assessment, found[1], account)
    yield migration_line(*found)
    if n is None or not 0 < n <= len(several):
        yield from (f"Way {at}: {way_line(way)}" for at, way in enumerate(several, start=1))
    else:
        yield from sentences(way_details(assessment, key_of(*found, several[n - 1]), WIDE, account))


def answers(assessment: Assessment, found: Found, n: int) -> Iterator[str]:
    """What the data said of a statement, and what else explains it."""
    for cause in found[1].causes:
        if not n or cause.n == n:
            yield stop(f"Statement {cause.n}: {cause_of(cause)}")
            if cause.sql:
                yield f"Asked: {one_line(cause.sql)}"
    for judgement in found[1].statements:
        if judgement.statement.n == n and judgement.remaining_rows is not None:
            yield f"Statement {n}: {many(judgement.remaining_rows, 'row')} left to do."
    yield from sentences(besides(assessment, found[1], WIDE, 10))


def way_line(way: Way) -> str:
    """In the manner of `Finish the rest: open, recommended. Runs ...`."""
    if not way.open:
        return stop(f"{way.route.value}: {word(way.standing.value)}: {one_line(way.why)}")
    first = ", recommended" if way.place == 1 else ""
    because = f" {stop(one_line(way.because))}" if way.because else ""
    return f"{way.route.value}: {word(way.standing.value)}{first}. {stop(one_line(way.does))}{because}"


def entries(account: Sequence[Entry], words: str = "") -> Iterator[str]:
    """Page 7, the newest last."""
    look = Look(words=words)
    names = {run: someone.name for run, someone in people(account).items()}
    for entry in account:
        if look.admits(entry.text, str(entry.who), entry.topic.value):
            who = safe(names.get(entry.run) or str(entry.who), 40)
            when = told(entry.at, "%H:%M:%S %Z")
            yield f"Entry {entry.n}, {when}, {who}, {entry.topic.value}: {one_line(entry.text)}"


def entry(account: Sequence[Entry], n: int) -> Iterator[str]:
    """Everything that one entry holds."""
    for each in account:
        if each.n == n:
            when = told(each.at, "%Y-%m-%d %H:%M:%S %Z")
            yield f"Entry {each.n}, {when}, {safe(str(each.who))}, {each.topic.value}: {safe(each.text)}"
            for name, value in each.details.items():
                if value and not is_part(name):
                    yield from _named(name, value)


def _named(name: str, value: str) -> Iterator[str]:
    first, *rest = safe_lines(value)
    yield f"{name[:1].upper()}{name[1:]}: {first}"
    yield from rest


def judged(report: Report) -> Iterator[str]:
    """Page 8: the answer, then each finding by its number, then what was not read."""
    answer, why = report.answer
    yield stop(f"Preflight: {word(answer.value)}. {one_line(why)}")
    yield f"{many(len(report.judged), 'migration')} judged, {many(len(report.findings), 'finding')}."
    for n, found in enumerate(report.findings, start=1):
        yield stop(f"Finding {n}, {_where(found)}: {_severity(found)}, {one_line(found.rule)}: {one_line(found.why)}")
    yield from (stop(f"Not read: {one_line(text)}") for text in report.unread)


def _where(found: Finding) -> str:
    name = one_line(found.migration or found.file) or "this server, now"
    return f"statement {found.n} of {name}" if found.n else name


def _severity(found: Finding) -> str:
    return "allowed" if found.allowed else found.severity.value


def finding(found: Finding) -> Iterator[str]:
    """Everything that one finding says."""
    yield stop(f"{_where(found)}: {_severity(found)}, {one_line(found.rule)}")
    for name, text in (("why", found.why), ("SQL", found.sql), ("locks", found.lock), ("blocks", found.blocks),
                       ("takes", found.hold), ("waits for", found.waits_for), ("safer", found.safer),
                       *(("step", step) for step in found.steps)):  # fmt: skip
        if text:
            yield from _named(name, text)
    if found.allowed:
        until = f", until {found.allowed.until}" if found.allowed.until else ""
        yield stop(one_line(f"Allowed: {found.allowed.reason}{until} ({found.allowed.where})"))


def matching(assessment: Assessment, text: str) -> list[Found]:
    """The migrations that somebody may mean: the very key, or the name; else what has the text in one of them."""
    every = [(f, m) for f in assessment.frameworks for m in f.migrations]
    exact = [pair for pair in every if text in (pair[1].id, name_of(pair[1]))]
    return exact or [p for p in every if text.casefold() in f"{p[1].id} {name_of(p[1])}".casefold()]


def numbered(items: Iterable[str]) -> list[str]:
    """A list to choose from by number."""
    return [f"{n}. {text}" for n, text in enumerate(items, start=1)]
