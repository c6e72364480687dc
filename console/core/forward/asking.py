"""Questions for a catalog: whether a statement has still to run, put together from what its things should be."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Protocol, TypeVar

from console.core.describe import noun
from console.core.forward.values import Attrs, Fact
from console.core.operations import Create, Operation
from console.core.plan import CannotWriteError
from console.core.refs import Kind, Ref, Value
from console.core.schema import Constraint, Index, Thing
from console.core.statements import Statement

MAY_RUN = "todo"
HAS_RUN = "done"


class Catalog(Protocol):
    """One server's catalog, in its own SQL."""

    @property
    def home(self) -> str:
        """The schema that unqualified names mean."""
        ...

    @property
    def here(self) -> str:
        """The SQL that says which schema that is for the session that asks."""
        ...

    @property
    def dialect(self) -> str:
        """postgres, mysql, mariadb or sqlite."""
        ...

    def text(self, value: str) -> str:
        """A literal."""
        ...

    def looked_at(
        self, create: Create, statement: Statement, later: Iterable[Operation]
    ) -> Iterable[tuple[Thing, Attrs]]:
        """The things by which it is told that this was made, each with what else has to hold of it. `later`: what the
        statements behind it do."""
        ...

    def source(self, ref: Ref, attrs: Attrs, *, named: bool) -> str:
        """FROM and WHERE that find the thing; without its name, everything it could be."""
        ...

    def conditions(self, ref: Ref, attrs: Attrs) -> Iterable[str]:
        """What holds where the thing is so. CannotWriteError where the server's spelling of it is not known."""
        ...


SomeCatalog = TypeVar("SomeCatalog", bound=Catalog)
Asked = Callable[[SomeCatalog, Ref, Value, Attrs], Iterable[str]]
"""What one attribute of a thing asks of a catalog."""


def schema_of(name: str, catalog: Catalog) -> str:
    """The SQL for a schema: the home one is whatever the session calls so."""
    return catalog.here if name in ("", catalog.home) else catalog.text(name)


def shown(create: Create) -> Iterator[tuple[Thing, Attrs]]:
    """Everything that is made, but for the index of a constraint where the constraint itself is looked at."""
    keys = ("primary key", "unique")
    made = {thing.ref.name for thing in create.things if isinstance(thing, Constraint) and thing.type in keys}
    for thing in create.shown:
        behind = isinstance(thing, Index) and not thing.ref.table and thing.ref.name in made
        own = isinstance(thing, Constraint) and thing.type == "primary key" and thing.ref.name.lower() == "primary"
        if not behind and not own:
            yield thing, {}


def each(
    catalog: SomeCatalog,
    asked: Mapping[str, Asked[SomeCatalog]],
    elsewhere: frozenset[str],
    ref: Ref,
    attrs: Attrs,
) -> Iterator[str]:
    """The conditions of every attribute; what says something and cannot be asked for is refused. `elsewhere`: what is
    the same everywhere unless somebody said otherwise, and then refused beforehand."""
    for name, value in attrs.items():
        if name in asked:
            yield from asked[name](catalog, ref, value, attrs)
        elif name not in elsewhere and value not in (None, "", (), False):
            raise unknown(ref, name, catalog.home)


def none(condition: str) -> Asked[Catalog]:
    """What is only compared where nothing of it is meant."""

    def asked(catalog: Catalog, ref: Ref, value: Value, attrs: Attrs) -> Iterator[str]:
        if value not in (None, "", ()):
            raise unknown(ref, "definition", catalog.home)
        yield condition

    return asked


def question(facts: Sequence[Fact], catalog: Catalog) -> str:
    """The whole question of one statement: all of it is there, nothing is, or what is odd."""
    answers = tuple(dict.fromkeys(_answer(fact, catalog) for fact in facts))
    if len(answers) == 1:
        return f"SELECT {answers[0]} AS state"
    rows = "\n  UNION ALL ".join(f"SELECT {answer}{' AS state' if n == 0 else ''}" for n, answer in enumerate(answers))
    odd = f"MAX(CASE WHEN state NOT IN ('{MAY_RUN}', '{HAS_RUN}') THEN state END)"
    mixed = catalog.text("one part of it is there and another is not")
    return (
        f"SELECT CASE WHEN MIN(state) = MAX(state) THEN MIN(state) ELSE COALESCE({odd}, {mixed}) END AS state\n"
        f"FROM (\n  {rows}\n) AS facts"
    )


def there(refs: Sequence[Ref], catalog: Catalog) -> str:
    """For a statement that only makes sense as long as these are there."""
    found = " AND ".join(_exists(ref, catalog) for ref in refs)
    return f"SELECT CASE WHEN {found} THEN '{MAY_RUN}' ELSE '{HAS_RUN}' END AS state"


def renamed(old: Ref, new: Ref, catalog: Catalog) -> str:
    """Only one of two names may be there."""
    before, after = _exists(old, catalog), _exists(new, catalog)
    odd = catalog.text(f"of {noun(old, catalog.home)} and {noun(new, catalog.home)} both or none is there")
    return (
        f"SELECT CASE WHEN {before} AND NOT {after} THEN '{MAY_RUN}' "
        f"WHEN {after} AND NOT {before} THEN '{HAS_RUN}' ELSE {odd} END AS state"
    )


def _exists(ref: Ref, catalog: Catalog) -> str:
    return f"EXISTS (SELECT 1 {catalog.source(ref, {}, named=True)})"


def _answer(fact: Fact, catalog: Catalog) -> str:
    """What one fact says."""
    if not fact.done:
        return f"CASE WHEN {_exists(fact.ref, catalog)} THEN '{MAY_RUN}' ELSE '{HAS_RUN}' END"
    source = catalog.source(fact.ref, fact.done[0], named=fact.named)
    wanted = _any_of(fact.ref, fact.done, catalog)
    if not fact.named:
        return f"CASE WHEN EXISTS (SELECT 1 {source} AND ({wanted})) THEN '{HAS_RUN}' ELSE '{MAY_RUN}' END"
    name = noun(fact.ref, catalog.home)
    odd = catalog.text(f"{name} is there, but it is not what was meant")
    if fact.before is None:
        return f"COALESCE((SELECT CASE WHEN {wanted} THEN '{HAS_RUN}' ELSE {odd} END {source}), '{MAY_RUN}')"
    former = _any_of(fact.ref, (fact.before,), catalog)
    odd = catalog.text(f"{name} is neither as it was nor as it was meant to be")
    missing = catalog.text(f"{name} is not there")
    cases = f"WHEN {wanted} THEN '{HAS_RUN}' WHEN {former} THEN '{MAY_RUN}' ELSE {odd}"
    return f"COALESCE((SELECT CASE {cases} END {source}), {missing})"


def _any_of(ref: Ref, variants: Iterable[Attrs], catalog: Catalog) -> str:
    every = dict.fromkeys(" AND ".join(catalog.conditions(ref, attrs)) or "1 = 1" for attrs in variants)
    return " OR ".join(every) if len(every) == 1 else " OR ".join(f"({one})" for one in every)


def unknown(ref: Ref, what: str, home: str) -> CannotWriteError:
    """The server's own spelling of something is not known, so it could not be told from another."""
    return CannotWriteError(f"how the server writes the {what} of {noun(ref, home)} is not known")


def not_compared(kind: Kind, name: str) -> CannotWriteError:
    """No question tells one of these from another."""
    return CannotWriteError(f"a {kind.value} cannot be compared from inside a migration ({name})")
