"""An assessment as metrics, in the text format that Prometheus and node_exporter's textfile collector read.

What is not known has no sample: a 0 that nobody saw would end an alert. Only `halfway_up` and `halfway_healthy` always
have one, and healthy is only what was looked at.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime

from console.core.assessment import Assessment, Overall
from console.core.coverage import waits_are_known
from console.core.drift import Change
from console.core.migration import State

Labels = Mapping[str, str]
Samples = Iterator[tuple[Labels, float]]

_HELP = {
    "halfway_up": "Whether the database could be looked at (1) or not (0).",
    "halfway_healthy": "Whether it was looked at and found healthy (1); 0 for anything else.",
    "halfway_migrations": "Migrations in each state.",
    "halfway_blocked_sessions": "Sessions that wait behind others; of a login that sees few, those that it sees.",
    "halfway_drift": "Objects that are not as expected; no sample where nothing is expected.",
    "halfway_debris": "What failures left behind.",
    "halfway_assess_timestamp_seconds": "When it was looked, or tried to.",
}


def as_metrics(assessment: Assessment | None, labels: Labels, now: datetime) -> str:
    """The whole file. `labels` say which database it is; None: it could not be looked at."""
    looked = assessment if assessment is not None and assessment.observation.server.value is not None else None
    lines: list[str] = []
    for name, about in _HELP.items():
        samples = [_line(name, {**labels, **more}, value) for more, value in _samples(name, looked, now)]
        lines += [f"# HELP {name} {about}", f"# TYPE {name} gauge", *samples] if samples else []
    return "\n".join(lines) + "\n"


def _samples(name: str, looked: Assessment | None, now: datetime) -> Samples:
    if name == "halfway_up":
        yield {}, looked is not None
    elif name == "halfway_healthy":
        yield {}, looked is not None and looked.overall is Overall.HEALTHY
    elif name == "halfway_assess_timestamp_seconds":
        yield {}, int((looked.taken_at if looked is not None else now).timestamp())
    elif looked is not None:
        yield from _FOUND[name](looked)


def _migrations(looked: Assessment) -> Samples:
    """Every state of every ledger that was read, those without a migration too: a gauge that goes away is no 0."""
    unread = {t.value.ledger.name for t in looked.observation.tracking if t.value is not None and t.value.ledger.unread}
    for framework in looked.frameworks:
        if framework.ledger not in unread:
            counts = Counter(migration.state for migration in framework.migrations)
            for state in State:
                whose = {"framework": framework.framework, "ledger": framework.ledger}
                yield {**whose, "state": state.value}, counts[state]


def _blocked(looked: Assessment) -> Samples:
    if looked.blocked.waiting or waits_are_known(looked.observation):
        yield {}, looked.blocked.waiting


def _drift(looked: Assessment) -> Samples:
    """Nothing where nothing is expected, could be compared, or where what is there could not all be read."""
    if looked.expected is not None and looked.observation.schema.complete:
        counts = Counter(item.change for item in looked.drift)
        for change in Change:
            yield {"change": change.value}, counts[change.value]


def _debris(looked: Assessment) -> Samples:
    if looked.debris or looked.observation.schema.complete:
        yield {}, len(looked.debris)


_FOUND = {
    "halfway_migrations": _migrations,
    "halfway_blocked_sessions": _blocked,
    "halfway_drift": _drift,
    "halfway_debris": _debris,
}


def _line(name: str, labels: Labels, value: float) -> str:
    told = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels.items())
    return f"{name}{{{told}}} {int(value)}" if told else f"{name} {int(value)}"


def _escaped(text: str) -> str:
    """As the format wants it; what is no text (bytes that a file name holds) is written out."""
    plain = text.encode("utf-8", "backslashreplace").decode()
    return plain.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
