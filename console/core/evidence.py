"""The sentences that support a verdict: what in the catalog was looked at, and what it says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from console.core.compare import Look, Sight, broken, look
from console.core.describe import definition, noun, words
from console.core.members import MEMBER, says
from console.core.operations import Change, Create, Drop, Opaque, Operation
from console.core.plain import one_line
from console.core.replay import effects
from console.core.schema import Kind, Ref, Schema, Value
from console.core.state import Attrs
from console.core.statements import Nature, Statement
from console.core.verdict import Ground

Left = tuple[tuple[Ref, Attrs | None], ...]
"""What an operation leaves behind, by address."""

_SAID = 3
"""How many operations of one statement are told in words."""
_LONGEST = 100
"""Characters of one value."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What the catalog says about one operation of a statement."""

    operation: Operation
    looks: tuple[Look, ...]
    """The subject first, then its parts."""

    @property
    def fits(self) -> bool:
        """Everything is as the operation leaves it."""
        return bool(self.looks) and all(seen.fits for seen in self.looks)

    @property
    def absent(self) -> bool:
        """The subject is not as wanted at all: not there, or still there."""
        return bool(self.looks) and self.looks[0].sight in (Sight.MISSING, Sight.STILL_THERE)

    @property
    def repeats(self) -> bool:
        """It fits, but only because nothing was to be done: IF EXISTS on what is not there."""
        return self.fits and all(seen.sight is Sight.GONE for seen in self.looks)

    @property
    def untold(self) -> str:
        """Why it was not told whether all of it is there; '' when it was."""
        return next((seen.untold for seen in self.looks if seen.sight is Sight.UNTOLD), "")

    @property
    def stamp(self) -> int | None:
        """When what it left was last changed, the newest of its things."""
        stamps = [seen.thing.stamp for seen in self.looks if seen.thing is not None and seen.thing.stamp is not None]
        return max(stamps, default=None)

    @property
    def compared(self) -> bool:
        """For a replacement: its text could be compared."""
        return not any(seen.uncertain for seen in self.looks)


def find(statement: Statement, schema: Schema, unnamed: frozenset[Ref]) -> tuple[Finding, ...]:
    """Look at everything the statement leaves behind, by its own words; names that are `unnamed` by definition."""
    return tuple(finding_of(operation, effects(operation), schema, unnamed) for operation in statement.operations)


def finding_of(operation: Operation, left: Left, schema: Schema, unnamed: frozenset[Ref]) -> Finding:
    """The same for one operation and what it `left` behind (`effects`)."""
    return Finding(operation, tuple(look(r, a, schema, by_definition=r in unnamed) for r, a in left))


def in_words(findings: Iterable[Finding], home: str) -> str:
    """What was found, for a whole statement: the first few operations in words, the rest counted."""
    found = _last_words(tuple(findings))
    text = "; ".join(sentence(finding, home) for finding in found[:_SAID])
    return text + (f"; and {len(found) - _SAID} more like this" if len(found) > _SAID else "")


def _last_words(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Without what the same statement changes again: DROP DEFAULT, TYPE and SET DEFAULT in one ALTER."""
    if len(findings) == 1:
        return findings
    last = {_theme(finding.operation): finding for finding in findings}
    return tuple(finding for finding in findings if last[_theme(finding.operation)] is finding)


def _theme(operation: Operation) -> tuple[object, ...]:
    names = tuple(name for name, _ in operation.attrs) if isinstance(operation, Change) else ()
    return operation.subject, type(operation), names


def sentence(finding: Finding, home: str) -> str:
    """What was found, for one operation."""
    seen = finding.looks[0]
    if seen.sight is Sight.MISSING:
        return f"{noun(seen.ref, home)} is not there"
    if seen.sight is Sight.STILL_THERE:
        return f"{noun(seen.ref, home)} is still there"
    wrong = next((part for part in finding.looks if not part.fits), None)
    if wrong is not None:
        return _wrong(wrong, home)
    silent = next((part for part in finding.looks if part.sight is Sight.UNTOLD), None)
    if silent is not None:
        return f"{noun(silent.ref, home)} cannot be seen: {silent.untold}"
    if seen.sight is Sight.GONE:
        return f"{noun(seen.ref, home)} is gone"
    return _there(finding, seen, home)


def mismatch(finding: Finding, home: str) -> tuple[str, str]:
    """(wants, has) of the first thing that is there but differs."""
    wrong = next((part for part in finding.looks if part.sight is Sight.DIFFERS), None)
    if wrong is None or wrong.thing is None:
        return "", ""
    wants = ", ".join(_attribute(n, w) for n, w, _ in wrong.differing)
    has = ", ".join(_attribute(n, not w if MEMBER in n else a) for n, w, a in wrong.differing)
    return wants, broken(wrong.thing) if _only_broken(wrong) else has


def unjudged(statement: Statement) -> str:
    """Why the catalog cannot judge this statement; '' when it can."""
    whys = [operation.why for operation in statement.operations if isinstance(operation, Opaque)]
    if statement.nature is Nature.SCHEMA and len(whys) < len(statement.operations):
        return ""
    return whys[0] if whys else "nothing in the catalog shows whether it ran"


def was_so(finding: Finding, ground: Ground) -> bool:
    """The recorded migrations left it so already, and it still is as they left it."""
    subject = finding.operation.subject
    if subject is None or isinstance(finding.operation, Drop) or not is_as_before(finding, ground):
        return False
    left = dict(effects(finding.operation)).get(subject) or {}
    return left.keys() <= ground.former[subject].keys()


def is_as_before(finding: Finding, ground: Ground) -> bool:
    """What the operation is about is as the recorded migrations left it."""
    subject = finding.operation.subject
    former = ground.former.get(subject) if subject is not None else None
    return subject is not None and bool(former) and look(subject, former, ground.schema).sight is Sight.AS_WANTED


def newer(finding: Finding, since: int | None) -> bool | None:
    """Whether what it left changed after the last recorded migration; None: cannot be told."""
    return None if finding.stamp is None or since is None else finding.stamp > since


def _there(finding: Finding, seen: Look, home: str) -> str:
    doubt = _doubt(finding)
    if isinstance(finding.operation, Change):
        said = _worth_saying(finding.operation)
        attributes = ", ".join(_attribute(n, v) for n, v in said)
        return f"{noun(seen.ref, home)} is so: {attributes}{doubt}"
    text = shortened(definition(seen.thing)) if seen.thing is not None else ""
    columns = sum(part.ref.kind is Kind.COLUMN for part in finding.looks)
    if isinstance(finding.operation, Create) and seen.ref.kind is Kind.TABLE and columns:
        text = f"all {columns} columns as written" + (f", {text}" if text else "")
    renamed = f" (as {seen.thing.ref.name})" if seen.thing is not None and seen.thing.ref.name != seen.ref.name else ""
    return f"{noun(seen.ref, home)} is there{renamed}" + (f": {text}" if text else "") + doubt


def _worth_saying(change: Change) -> list[tuple[str, Value]]:
    """Without what was left open, and where a column is restated as a whole (MySQL) without all it has not."""
    restated = {"type", "nullable", "auto_increment"} <= {name for name, _ in change.attrs}
    silent: tuple[Value, ...] = (None, "", False) if restated else ("",)
    quiet = ("minimum", "maximum", "charset", "collation")
    return [(n, v) for n, v in change.attrs if n == "nullable" or not ((restated or n in quiet) and v in silent)]


def _doubt(finding: Finding) -> str:
    if any(seen.locked for seen in finding.looks):
        return "; parts could not be read: it is locked"
    names = sorted({_label(name).strip() or "type" for seen in finding.looks for name in seen.uncertain})
    return f" ({' and '.join(names)} not compared)" if names else ""


def _wrong(wrong: Look, home: str) -> str:
    name = noun(wrong.ref, home)
    if wrong.sight is Sight.MISSING:
        return f"{name} is not there"
    if wrong.sight is Sight.STILL_THERE or wrong.thing is None:
        return f"{name} is still there"
    if _only_broken(wrong):
        return f"{name} is there, but {broken(wrong.thing)}"
    return f"{name} is there, but " + ", ".join(_difference(n, w, a) for n, w, a in wrong.differing)


def _difference(name: str, wanted: Value, actual: Value) -> str:
    """`text instead of integer`; long sources are not printed."""
    if MEMBER in name:
        return _attribute(name, not wanted)
    if name in ("body", "definition"):
        return f"with another {name}"
    return f"{_attribute(name, actual)} instead of {_value(name, wanted)}"


def _only_broken(wrong: Look) -> bool:
    return bool(broken(wrong.thing)) and all(name in ("valid", "validated") for name, _, _ in wrong.differing)


def _attribute(name: str, value: Value) -> str:
    """One attribute with its value: `default 0`, `not null`, `without label happy`."""
    plain, _, member = name.partition(MEMBER)
    if member:
        title = {"labels": "label", "options": "option", "checks": "check", "inherits": "parent"}.get(plain, plain)
        return f"{'with' if value else 'without'} {title} {shortened(member.rstrip('='))}"
    return f"{_label(name)}{_value(name, value)}"


def _label(name: str) -> str:
    """How an attribute is introduced: a type speaks for itself."""
    plain = name.partition(MEMBER)[0]
    return "" if plain in ("type", "nullable", "valid", "validated") else f"{plain.replace('_', ' ')} "


_SPOKEN: dict[tuple[str, Value], str] = {
    ("nullable", True): "null",
    ("nullable", False): "not null",
    ("valid", True): "valid",
    ("valid", False): "INVALID",
    ("validated", True): "validated",
    ("validated", False): "NOT VALID",
}


def _value(name: str, value: Value) -> str:
    if isinstance(value, tuple):
        return shortened(words(value))
    return shortened(_SPOKEN.get((name, value), words(value)))


def shortened(text: str) -> str:
    """Text of the database on one line, at most as long as a sentence can bear."""
    return one_line(text, _LONGEST)


def same_value(one: Attrs | None, other: Attrs | None, *, strictly: bool = False) -> bool:
    """Whether a picture still says what an operation left; `strictly`: it says so, not only nothing against it."""
    if one is None or other is None:
        return one is other
    told = (says(name, value, other) for name, value in one.items())
    return all(not strictly if same is None else same for same in told)
