"""One schema change: what must hold before it, what it leaves behind, and how to take it back.

Five verbs on things cover DDL: `Create`, `Drop`, `Rename`, `Change` and `Opaque` (anything whose effect the catalog
cannot show). Everything that replays, judges, compares or undoes statements works on these and on nothing else, so a
statement means the same everywhere. `apply` works on a complete picture (a schema that was read) and on an open one
(an unknown base); see state.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from console.core import schema as made_of
from console.core.members import MEMBER, set_attribute
from console.core.moves import gone_with, mentions_renamed, moved_part, needless, relabelled, shrunk, spelled_anew, twin
from console.core.schema import Kind, Ref, Thing, Value, attributes
from console.core.state import Attrs, Picture
from console.core.things import stated, thing_at

Facts = Mapping[Ref, Attrs | None]
"""Address -> attributes that must be so; None: must be absent; an empty mapping: must be there."""


@dataclass(frozen=True, slots=True)
class Create:
    """`things[0]` comes into being, the others with it (the columns of a table, the index of a constraint)."""

    things: tuple[Thing, ...]
    if_absent: bool = False
    """IF NOT EXISTS: succeeds although something else is there already."""
    replace: bool = False
    """OR REPLACE."""
    leaves: str = ""
    """What a failure in the middle leaves: `an INVALID index`; empty: nothing."""

    @property
    def subject(self) -> Ref:
        """The object this is about."""
        return self.things[0].ref

    @property
    def shown(self) -> tuple[Thing, ...]:
        """What its effect is told by: not the counter behind an identity or serial column, whose name is the
        server's choice and which goes and comes with the column's own attributes, nor what need not be made at all."""
        return tuple(
            t
            for t in self.things
            if (t.named or t.ref.kind is not Kind.SEQUENCE) and not (isinstance(t, made_of.Index) and t.implied)
        )

    def requires(self) -> Facts:
        """Nothing may be there, unless the statement tolerates it."""
        tolerant = self.if_absent or self.replace or not self.things[0].named
        return {} if tolerant else {self.subject: None}

    def apply(self, picture: Picture) -> Picture:
        """The picture with the things in it."""
        if refused(self, picture) or (self.if_absent and picture.get(self.subject) is not None):
            return picture
        unnamed = frozenset(t.ref for t in self.things if not t.named)
        if picture.complete:
            things = (t for t in self.things if not needless(t, picture))
            return picture.with_things({t.ref: attributes(t) for t in things}, unnamed)
        return picture.with_things({t.ref: stated(t) for t in self.shown}, unnamed)

    def inverse(self, before: Picture) -> tuple[Operation, ...] | None:
        """Drop what was made; restore what was replaced. A counter goes with the column that owns it."""
        old = before.get(self.subject)
        if refused(self, before):
            return ()
        if old is not None:
            return () if self.if_absent else (Create((thing_at(self.subject, old),), replace=True),)
        own = [t.ref for t in self.things if not (isinstance(t, made_of.Sequence) and t.owned_by)]
        if self.subject.kind is Kind.TABLE:
            return tuple(Drop(ref) for ref in (*(r for r in own[1:] if r.kind in (Kind.SEQUENCE, Kind.TYPE)), own[0]))
        return tuple(Drop(ref) for ref in reversed(own))


@dataclass(frozen=True, slots=True)
class Drop:
    """`ref` goes, and what lives in it."""

    ref: Ref
    if_present: bool = False
    cascade: bool = False
    leaves: str = ""

    @property
    def subject(self) -> Ref:
        """The object this is about."""
        return self.ref

    def requires(self) -> Facts:
        """It must be there, unless IF EXISTS."""
        return {} if self.if_present else {self.ref: {}}

    def apply(self, picture: Picture) -> Picture:
        """The picture without it."""
        return picture.with_things({**dict.fromkeys(gone_with(self.ref, picture)), **shrunk(self.ref, picture)})

    def inverse(self, before: Picture) -> tuple[Operation, ...] | None:
        """Make it again as it was; None where what it was is not known."""
        gone = [(ref, before.get(ref)) for ref in gone_with(self.ref, before) if before.get(ref) is not None]
        if not gone:
            return () if before.knows(self.ref) else None
        return (Create(tuple(thing_at(ref, attrs) for ref, attrs in gone if attrs is not None)),)


@dataclass(frozen=True, slots=True)
class Rename:
    """`ref` becomes `to`: a new name, or another schema; what lives in it comes along."""

    ref: Ref
    to: Ref
    if_present: bool = False
    leaves: str = ""

    @property
    def subject(self) -> Ref:
        """The object this is about, by its new name."""
        return self.to

    def requires(self) -> Facts:
        """The old name is there, the new one free."""
        return {self.to: None} if self.if_present else {self.ref: {}, self.to: None}

    def apply(self, picture: Picture) -> Picture:
        """The picture with the object and its parts moved, and every mention of it renamed."""
        if refused(self, picture) or (picture.knows(self.ref) and picture.get(self.ref) is None):
            return picture
        places = {self.ref: self.to, **{r: moved_part(r, self.ref, self.to, picture) for r in picture.inside(self.ref)}}
        other = twin(self.ref, picture)
        if other is not None:
            places[other] = replace(other, name=self.to.name)
        changes: dict[Ref, Attrs | None] = dict.fromkeys(places)
        for old, new in places.items():
            attrs = picture.get(old)
            if old == self.ref and attrs is None:
                attrs = {}
            if attrs is not None:
                changes[new] = attrs
        for ref in picture.speaking_of(self.ref):
            attrs = picture.things[ref]
            if attrs is not None:
                target = places.get(ref, ref)
                renamed = mentions_renamed(ref, attrs, self.ref, self.to)
                renamed = spelled_anew(ref, renamed, self.ref, self.to, exact=picture.complete)
                if (renamed is not attrs and renamed != attrs) or target != ref:
                    changes[target] = renamed
        return picture.with_things(changes, frozenset(new for old, new in places.items() if picture.nameless(old)))

    def inverse(self, before: Picture) -> tuple[Operation, ...] | None:
        """The same, backwards."""
        nothing = refused(self, before) or (before.knows(self.ref) and before.get(self.ref) is None)
        return () if nothing else (Rename(self.to, self.ref),)


@dataclass(frozen=True, slots=True)
class Change:
    """Some attributes of `ref` become others."""

    ref: Ref
    attrs: tuple[tuple[str, Value], ...]
    if_present: bool = False
    repeatable: bool = True
    """False: a second run would fail (`ADD VALUE` of a label that is there)."""
    before: tuple[tuple[str, Value], ...] = ()
    """Values it must have had, or the server would have refused."""
    spreads: bool = False
    """The text columns of the table take them over (MySQL's CONVERT TO CHARACTER SET)."""
    leaves: str = ""
    using: str = field(default="", compare=False)
    """PostgreSQL: what the values of another type are made of, as it is written."""

    @property
    def subject(self) -> Ref:
        """The object this is about."""
        return self.ref

    def requires(self) -> Facts:
        """It is there; a label about to be added is not yet; otherwise nothing is known of the old values."""
        if self.if_present:
            return {}
        labels = {} if self.repeatable else {n: not v for n, v in self.attrs if MEMBER in n}
        return {self.ref: {**labels, **dict(self.before)}}

    def apply(self, picture: Picture) -> Picture:
        """The picture with the attributes set."""
        old = picture.get(self.ref)
        if old is None and picture.knows(self.ref):
            return picture
        new = dict(old or {})
        for name, value in self.attrs:
            set_attribute(new, name, value)
        spelled = relabelled(self.ref, self.attrs, picture.things)
        return picture.with_things({**spelled, self.ref: new, **self._columns(picture), **self._check(picture)})

    def _check(self, picture: Picture) -> dict[Ref, Attrs | None]:
        """MariaDB's MODIFY also restates the check that the column was made with."""
        check = replace(self.ref, kind=Kind.CONSTRAINT)
        restated = self.ref.kind is Kind.COLUMN and {"type", "auto_increment"} <= {name for name, _ in self.attrs}
        made_with = restated and picture.nameless(check) and (picture.get(check) or {}).get("type") == "check"
        return {check: None} if made_with else {}

    def _columns(self, picture: Picture) -> dict[Ref, Attrs | None]:
        places = picture.inside(self.ref) if self.spreads else ()
        known = ((ref, picture.get(ref)) for ref in places if ref.kind is Kind.COLUMN)
        return {ref: {**attrs, **dict(self.attrs)} for ref, attrs in known if attrs and attrs.get("charset")}

    def inverse(self, before: Picture) -> tuple[Operation, ...] | None:
        """Back to the old values; None where they are not known or (enum labels) cannot be taken back."""
        old = before.get(self.ref)
        if old is None and before.knows(self.ref):
            return ()
        if old is None or any(MEMBER in name or name not in old for name, _ in self.attrs):
            return None
        return (Change(self.ref, tuple((name, old[name]) for name, _ in self.attrs)),)


_WHOLESALE = frozenset({"drop", "rename", "schema", "all", "cascade"})
"""Words of code that can change what it does not name: the parts of a table it names."""


@dataclass(frozen=True, slots=True)
class Opaque:
    """An effect that no catalog row shows: code, maintenance, grants. `why` is one sentence for a person."""

    why: str
    mentions: frozenset[str] = field(default_factory=frozenset)
    """Lower-case identifiers in its text: the objects it may have touched."""
    anything: bool = False
    """It may have touched any object (dynamic SQL, unparsed text)."""
    harmless: bool = False
    """It changes no object (VACUUM, ANALYZE, REFRESH): neighbours keep their verdicts."""
    leaves: str = ""
    unsays: tuple[tuple[Ref, str], ...] = ()
    """Attributes of which it is not known afterwards how they are: (address, name)."""

    @property
    def subject(self) -> Ref | None:
        """It is about nothing that can be named."""
        return None

    def requires(self) -> Facts:
        """Nothing is known."""
        return {}

    def apply(self, picture: Picture) -> Picture:
        """Unchanged, as far as anybody can tell."""
        for ref, name in self.unsays:
            old = picture.get(ref)
            picture = picture.with_things({ref: {**old, name: None}}) if old is not None else picture
        return picture

    def inverse(self, before: Picture) -> tuple[Operation, ...] | None:
        """Unknown."""
        return None

    def may_touch(self, ref: Ref) -> bool:
        """Whether this could explain that `ref` is not as an earlier statement left it."""
        with_its_table = ref.table.lower() in self.mentions and not self.mentions.isdisjoint(_WHOLESALE)
        return not self.harmless and (self.anything or self.names(ref) or with_its_table)

    def names(self, ref: Ref) -> bool:
        """Whether its text has the name of `ref` itself."""
        return not self.harmless and ref.name.partition("(")[0].lower() in self.mentions


Operation = Create | Drop | Rename | Change | Opaque


def refused(operation: Operation, picture: Picture) -> bool:
    """Whether a server with a complete picture would answer with an error: then nothing changes."""
    if not picture.complete:
        return False
    if isinstance(operation, Create) and _homeless(operation.things[0], picture):
        return True
    return any((picture.get(ref) is None) is (attrs is not None) for ref, attrs in operation.requires().items())


def _homeless(thing: Thing, picture: Picture) -> bool:
    """Its table is not there."""
    table = made_of.owner_of(thing)
    places = (Ref(kind, thing.ref.schema, "", table) for kind in (Kind.TABLE, Kind.VIEW))
    return bool(table) and all(picture.get(place) is None for place in places)


def apply_all(operations: tuple[Operation, ...], picture: Picture) -> Picture:
    """All of them in order."""
    for operation in operations:
        picture = operation.apply(picture)
    return picture
