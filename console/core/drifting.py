"""The drift of one sweep: what is expected of the base and the migrations since, beside what was read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from console.core.assessment import Coverage, DriftItem, JudgedFramework
from console.core.describe import noun
from console.core.drift import Doubt, Drift, Ignore, Rules, as_there, compare_schemas
from console.core.drift.words import item
from console.core.expected import Expected, expected
from console.core.expected_base import Baseline, family
from console.core.expected_kept import newest_before
from console.core.expected_replay import replayed
from console.core.expected_scoped import scoped
from console.core.observation import Observation, Server
from console.core.schema import Ref, Schema


@dataclass(frozen=True, slots=True)
class Drifted:
    """What an assessment says of drift."""

    items: tuple[DriftItem, ...] = ()
    ignored: tuple[DriftItem, ...] = ()
    baseline: str | None = None
    coverage: tuple[Coverage, ...] = ()
    expected: Schema | None = None
    why_none: str = ""
    """Why nothing is expected."""


def drift_of(observation: Observation, frameworks: tuple[JudgedFramework, ...]) -> Drifted:
    """Nothing where nothing is expected; never a difference where one side is not known."""
    schema, server = observation.schema.value, observation.server.value
    base, why_none = _base(observation, frameworks)
    if base is None:
        return Drifted(why_none=why_none)
    if schema is None or server is None:
        return Drifted(baseline=base.source, coverage=(_gap("the schema was not read, so nothing is compared"),))
    if family(server.dialect) != base.family:
        why = f"{base.source} is of {base.dialect} and this is {server.dialect}: they cannot be compared"
        return Drifted(baseline=base.source, coverage=(_gap(why),))
    wanted = expected(replace(base, schema=as_there(base.schema, schema)), frameworks)
    ledgers = frozenset(framework.ledger for framework in frameworks)
    rules = rules_between(base, server, observation.ignore, ledgers, wanted.loose)
    found = without_open(compare_schemas(wanted.schema, schema, rules), wanted)
    items, ignored = (
        tuple(item(d, schema.home, wanted.touched.get) for d in side) for side in (found.differences, found.ignored)
    )
    gaps = (*_not_whole(base), *_unknown(wanted), *_coverage(found.doubts, schema.home))
    if observation.baseline is None:  # nobody asked for it: without it a database can be healthy, too
        gaps = tuple(replace(gap, matters=False) for gap in gaps)
    return Drifted(items, ignored, base.source if why_none else _source(base, wanted), gaps, wanted.schema, why_none)


def _base(observation: Observation, frameworks: tuple[JudgedFramework, ...]) -> tuple[Baseline | None, str]:
    """What the schema is held against, and why it is not the whole of it that is expected."""
    if observation.baseline is not None:
        return observation.baseline, ""
    kept = newest_before(observation.kept, frameworks)
    if kept is not None:
        return kept, ""
    replay = replayed(observation, frameworks)
    return (replay, "") if isinstance(replay, Baseline) else (scoped(observation, frameworks), replay)


def rules_between(
    base: Baseline,
    there: Baseline | Server,
    ignore: tuple[Ignore, ...] = (),
    ledgers: frozenset[str] = frozenset(),
    loose: frozenset[Ref] = frozenset(),
) -> Rules:
    """What counts as a difference between two places."""
    database = there.name if isinstance(there, Server) else there.database
    return Rules(
        ignore=ignore,
        ledgers=ledgers,
        loose=loose,
        alike=base.like(there.dialect, there.version),
        owners=base.same_place(there.identity, database),
    )


def without_open(drift: Drift, wanted: Expected) -> Drift:
    """Without what a statement may explain that nobody can read: that is in doubt."""
    if not wanted.unread:
        return drift
    doubtful = [(d, why) for d in drift.differences if (why := wanted.why_open(d.ref))]
    kept = tuple(d for d in drift.differences if not wanted.why_open(d.ref))
    return replace(drift, differences=kept, doubts=(*drift.doubts, *(Doubt(d.ref, why) for d, why in doubtful)))


def _source(base: Baseline, wanted: Expected) -> str:
    if base.from_nothing:
        return base.source
    more = {0: "", 1: " and 1 statement since"}.get(wanted.statements, f" and {wanted.statements} statements since")
    return base.source + more


def _gap(reason: str) -> Coverage:
    return Coverage("drift", complete=False, reason=reason)


def silent_parts(base: Baseline) -> tuple[str, ...]:
    """What was not read of it: of that nobody can say that it is the same."""
    return tuple(f"{base.source} is not whole: {why}" for why in base.schema.unread)


def _not_whole(base: Baseline) -> Iterator[Coverage]:
    parts = silent_parts(base)
    if parts:
        more = f", and {len(parts) - 1} more" if len(parts) > 1 else ""
        yield Coverage("drift", complete=False, reason=parts[0] + more)


def _unknown(wanted: Expected) -> Iterator[Coverage]:
    """What ran since the base, and nobody can read what it did."""
    if wanted.missing:
        more = f" and {len(wanted.missing) - 1} more" if len(wanted.missing) > 1 else ""
        yield _gap(f"what {wanted.missing[0]}{more} should have left is not known: its file cannot be read")


def _coverage(doubts: Iterable[Doubt], home: str) -> Iterator[Coverage]:
    """What could not be compared: one entry for what is not known, one for what may only be written otherwise."""
    for slight in (False, True):
        found = [doubt for doubt in doubts if doubt.slight is slight]
        if found:
            more = f", and {len(found) - 1} more" if len(found) > 1 else ""
            reason = f"{noun(found[0].ref, home)} could not be compared: {found[0].why}{more}"
            yield Coverage("drift", complete=False, reason=reason, matters=not slight)
