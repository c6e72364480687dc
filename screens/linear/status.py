"""Page 1 as sentences: the verdict, then one fact a line, then what is safe next."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from console.core.assessment import Assessment, Coverage, Debris, JudgedFramework, JudgedMigration, Overall
from console.core.coverage import sessions_are_counted, waits_are_known
from console.core.drift.words import sentence as drift_sentence
from console.core.idle import heading, left_open
from console.core.landed import Judgement
from console.core.session import Node, walk
from screens.ages import clock, seconds_since, server_now, since
from screens.blocking import progress_of
from screens.calm import calm_lines
from screens.linear.plain import WIDE, age, many, named, sentences, stop, word
from screens.observing import proof_lines
from screens.role import role
from screens.text import one_line, safe
from screens.words import cause_of, evidence_of, framework_of, gap_lines, gaps, name_of, product, query_of, state_of


def status(assessment: Assessment, title: str, wheel: str = "") -> Iterator[str]:
    """Everything that the first page says."""
    yield from place(assessment, title, wheel)
    yield stop(f"Verdict: {assessment.overall.value}. {one_line(assessment.summary)}")
    troubled = assessment.troubled
    if not troubled:
        calm = list(named(sentences(calm_lines(assessment, WIDE))))[1:]
        yield from (stop(text) for text in calm if not text.startswith("Blocked"))
    for framework, migration in troubled:
        yield from of_migration(framework, migration, whole=migration is troubled[0][1])
    yield from blocked(assessment)
    for n, item in enumerate(assessment.debris, start=1):
        yield left(n, item)
    for drift in assessment.unexplained:
        yield stop(f"Difference from {safe(assessment.baseline or 'what is expected', 60)}: "
                   f"{one_line(drift_sentence(drift))}")  # fmt: skip
    yield from seen(assessment)
    yield from sentences(proof_lines(assessment, WIDE))
    yield from steps(assessment)


def place(assessment: Assessment, title: str, wheel: str = "") -> Iterator[str]:
    """Which database this is, what may be done here, and how old the picture is."""
    server = assessment.observation.server.value
    name = f"{safe(server.name, 80)} on {safe(server.host, 80)}, {product(server)}" if server else safe(title, 160)
    replica = " It is a replica." if server is not None and server.replica else ""
    yield f"Halfway, {role().value.lower()}: {name}.{replica}"
    if wheel:
        yield stop(wheel)
    yield f"Looked at {moment(assessment.taken_at)}."


def moment(at: datetime) -> str:
    """`14:02:11 UTC`."""
    return clock(at)


def of_migration(framework: JudgedFramework, migration: JudgedMigration, *, whole: bool) -> Iterator[str]:
    """Its state, and with `whole` each of its statements."""
    release = migration.tracked.migration.release if migration.tracked.migration else None
    tool = framework_of(framework.framework) + (f", release {safe(release)}" if release else "")
    yield f"Migration {name_of(migration)} ({tool}): {word(migration.state.word)}."
    if migration.headline:
        yield stop(one_line(migration.headline))
    if not whole:
        return
    if framework.next_run:
        yield stop(f"On its next run: {one_line(framework.next_run)}")
    for note in migration.notes:
        yield stop(f"Note: {one_line(note)}")
    yield from statements(migration)


def statements(migration: JudgedMigration) -> Iterator[str]:
    """Each with its verdict, its SQL and what supports it."""
    total = len(migration.statements)
    for judgement in migration.statements:
        yield statement(judgement, total)
        if judgement.evidence:
            yield stop(f"Evidence: {evidence_of(judgement)}")
        for cause in migration.causes:
            if cause.n == judgement.statement.n:
                yield stop(f"Asked the data: {cause_of(cause)}")


def statement(judgement: Judgement, total: int) -> str:
    """`Statement 2 of 3: not landed: CREATE INDEX ...`."""
    waits = f", waiting in session {safe(judgement.waiting)}" if judgement.waiting else ""
    told = f"{word(judgement.word)}{waits}"
    return f"Statement {judgement.statement.n} of {total}: {told}: {one_line(judgement.statement.sql)}"


def left(n: int, item: Debris) -> str:
    """What a failure left, by the number that `clean` takes."""
    return stop(f"Left behind {n}: {word(item.kind)} {safe(item.object)}: {one_line(item.detail)}")


def blocked(assessment: Assessment) -> Iterator[str]:
    """Who waits for whom, what comes of it by itself, and what runs; unknown is not nobody."""
    found = assessment.blocked
    if found.waiting:
        yield f"Blocked: {many(found.waiting, 'session')}. {blockers(assessment)}"
    elif not waits_are_known(assessment.observation):
        yield "Blocked: not known."
    else:
        total = f", of {many(found.total, 'session')}" if sessions_are_counted(assessment.observation) else ""
        yield f"Blocked: nobody{total}."
    for text in found.forecast:
        yield stop(f"What comes by itself: {one_line(text)}")
    if found.note:
        yield stop(f"Note: {one_line(found.note)}")
    in_trees = {node.session.id for node in walk(found.trees)}
    for own in found.migration:
        if own.session.id not in in_trees:
            progress = "".join(f"{each}; " for each in progress_of(assessment, own.session.id))
            yield stop(f"Running: session {safe(own.session.id)}, {progress}{one_line(own.why)}, client {own.client}")


def blockers(assessment: Assessment) -> str:
    """In whose way the others are."""
    found = assessment.blocked
    if found.roots:
        return " ".join(f"In the way: {session(root, assessment)}" for root in found.roots[:3])
    if found.candidates:
        names = ", ".join(f"session {safe(node.session.id)}" for node in found.candidates)
        return f"Likely, not known, in the way: {names}."
    return "By whom is not told."


def session(node: Node, assessment: Assessment) -> str:
    """One session with what it is doing, for how long, and who waits for it."""
    own = node.session
    at = node.since or own.transaction_at or own.query_at
    lasts = age(since(at, server_now(assessment)))
    parts = [f"session {safe(own.id)}", safe(own.who), safe(own.application), state_of(node)]
    parts += [f"for {lasts}"] if lasts else []
    parts += ["this migration"] if node.is_migration else []
    parts += [f"holds {safe(node.holds)}"] if node.holds else []
    parts += [f"waits for {safe(node.waits_for)}"] if node.waits_for else []
    parts += [f"{node.blocks} behind it, ending it alone frees {node.frees or 'nobody'}"] if node.blocks else []
    parts += ["likely in the way, not known"] if node.likely else []
    return stop(", ".join(filter(None, parts)))


def tree(assessment: Assessment) -> Iterator[str]:
    """Page 4: every session that waits or is waited for, those in the way first, each naming for whom it waits; and
    transactions that somebody left open."""
    now = server_now(assessment)
    yield from blocked(assessment)
    waits = [w for node in walk(assessment.blocked.trees) if (w := seconds_since(node.since, now)) is not None]
    if waits and assessment.blocked.waiting:
        yield f"The oldest wait began {int(max(waits)):,} seconds ago."
    for node in walk(assessment.blocked.trees):
        text = session(node, assessment)
        yield text[:1].upper() + text[1:] + (f" Behind session {safe(node.above)}." if node.above else "")
        if query := query_of(node.session):
            yield f"Its statement: {query}"
    for left in left_open(assessment, now):
        yield f"{heading(assessment)}: {session(Node(left), assessment)}"
    about = tuple(item for item in gaps(assessment) if item.what in ("sessions", "locks", "progress"))
    yield from unseen(about)


def seen(assessment: Assessment) -> Iterator[str]:
    """What this server is besides its version, and what was not read."""
    server = assessment.observation.server.value
    for note in server.notes if server is not None else ():
        yield stop(f"Server: {one_line(note)}")
    missing = tuple(item for item in gaps(assessment) if item.matters or item.what != "drift")
    if missing:
        yield from unseen(missing)
    elif assessment.coverage:
        base = f" What is expected: {safe(assessment.baseline)}." if assessment.baseline else ""
        yield f"Everything was read.{base}"


def unseen(items: tuple[Coverage, ...]) -> Iterator[str]:
    """Each reason once with all that it hides, and the statement that would mend it."""
    grants = {one_line(item.grant) for item in items if item.grant}
    for text in sentences(gap_lines(items, WIDE, 10, "NOT SEEN")):
        bare = text.removeprefix("Not seen: ")
        yield f"What would show it: {bare}" if bare in grants else stop(f"Not seen: {bare}")


def steps(assessment: Assessment) -> Iterator[str]:
    """What is safe now, the first to be done first."""
    several = len(assessment.next) > 1
    for n, step in enumerate(assessment.next, start=1):
        yield stop(f"Next safe step{f' {n}' if several else ''}: {one_line(step)}")
    if not assessment.next:
        healthy = assessment.overall is Overall.HEALTHY
        yield "Next safe step: nothing needs to be done." if healthy else "Next safe step: none is known."
