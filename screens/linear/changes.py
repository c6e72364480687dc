"""What has changed since it was said last: the verdict and what safety hangs on, never what merely ticks."""

from __future__ import annotations

from collections.abc import Iterator

from console.core.assessment import Assessment
from console.core.coverage import stale, waits_are_known
from screens.linear.plain import stop, word
from screens.linear.status import left, moment
from screens.text import one_line, safe
from screens.words import name_of

Fact = tuple[str, str]
"""(what it is about, what is so)."""


def changed(before: Assessment, now: Assessment) -> str:
    """One line, `Changed since 14:02:11 UTC: ...`; '' where nothing did."""
    told = list(differences(before, now))
    return f"Changed since {moment(before.taken_at)}: {' '.join(told)}" if told else ""


def differences(before: Assessment, now: Assessment) -> Iterator[str]:
    """Each as a sentence, the verdict first, what to do last."""
    old, new = dict(facts(before)), dict(facts(now))
    for about, text in new.items():
        if old.get(about) != text:
            yield stop(text[:1].upper() + text[1:])
    for about, text in old.items():
        if about not in new and not about.endswith(" statements"):
            yield f"No longer so: {stop(text)}"


def facts(assessment: Assessment) -> Iterator[Fact]:
    """What a person must know of before they type on."""
    yield "verdict", f"the verdict is {assessment.overall.value}"
    seen = assessment.observation
    if stale(seen):
        yield "link", "the link is lost, what is known is from before"
    server = seen.server.value
    if server is not None:
        yield "server", f"the server is {'a replica' if server.replica else 'a primary'}"
        yield "identity", f"it is the server {safe(server.host, 80)} ({safe(server.identity, 80)})"
    for framework in assessment.frameworks:
        for migration in framework.migrations:
            about = f"{framework.framework} {migration.id}"
            yield about, f"{name_of(migration)} is {word(migration.state.word)}"
            if any(migration is troubled for _, troubled in assessment.troubled):
                yield f"{about} statements", _verdicts(migration.statements, name_of(migration))
    yield from _of_sessions(assessment)
    for n, item in enumerate(assessment.debris, start=1):
        yield f"left {item.object}", left(n, item).partition(": ")[2].rstrip(".") + " was left behind"
    steps = assessment.next
    yield "next", f"the next safe step is: {one_line(steps[0])}" if steps else "there is no next step"


def _verdicts(statements: tuple[object, ...], name: str) -> str:
    from console.core.landed import Judgement

    told = [f"{j.statement.n} {word(j.word)}" for j in statements if isinstance(j, Judgement)]
    return f"statements of {name}: {', '.join(told) or 'none'}"


def _of_sessions(assessment: Assessment) -> Iterator[Fact]:
    found = assessment.blocked
    roots = ", ".join(sorted(safe(root.session.id) for root in found.roots))
    if found.waiting:
        yield "blocked", f"sessions are blocked, in the way: {roots or 'not told who'}"
    else:
        known = waits_are_known(assessment.observation)
        yield "blocked", "nobody is blocked" if known else "who is blocked is not known"
    if found.migration:
        names = ", ".join(sorted(safe(own.session.id) for own in found.migration))
        yield "running", f"a migration runs in session {names}"
    missing = sorted({safe(item.what) for item in assessment.coverage if not item.complete and item.matters})
    yield "unread", f"not everything could be read: {', '.join(missing)}" if missing else "everything was read"
