"""The graph of migrations as Django's loader builds it: dependencies, squashes, and the order of a run."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from console.readers.python.django_file import SWAPPABLE, DjangoFile, Key

Labels = Mapping[str, str]
"""What a setting that names a model stands for: AUTH_USER_MODEL -> the app's label."""


@dataclass(frozen=True, slots=True)
class Graph:
    """Nodes with their parents, in the order they are run."""

    order: tuple[Key, ...] = ()
    parents: Mapping[Key, tuple[Key, ...]] = field(default_factory=dict)
    replaced: Mapping[Key, Key] = field(default_factory=dict)
    """A migration that is in no run any more -> the squash that stands for it."""
    unused: Mapping[Key, str] = field(default_factory=dict)
    """Squashes that Django does not use, and why."""
    missing: tuple[tuple[Key, Key], ...] = ()
    """(migration, what it depends on and nobody has)."""
    conflicts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Apps with more than one last migration."""
    cycle: tuple[Key, ...] = ()


class _Building:
    """Edges while squashes are put in the place of what they replace."""

    def __init__(self, files: Mapping[Key, DjangoFile], labels: Labels) -> None:
        self.files, self.labels = files, labels
        self.parents: dict[Key, set[Key]] = {key: set() for key in files}
        self.missing: list[tuple[Key, Key]] = []
        self.replaced: dict[Key, Key] = {}
        self.unused: dict[Key, str] = {}

    def edges(self) -> None:
        """Dependencies inside an app, then those on others, as the loader adds them."""
        for key, file in self.files.items():
            for app, name in file.dependencies:
                if app == key[0] and name != "__first__":
                    self._edge(key, (app, name))
        for key, file in self.files.items():
            for given in file.dependencies:
                if given[0] != key[0] and (parent := self._resolved(given, key)) is not None:
                    self._edge(key, parent)
            for given in file.run_before:
                if (child := self._resolved(given, key)) is not None and child in self.parents:
                    self.parents[child].add(key)

    def _edge(self, child: Key, parent: Key) -> None:
        self.parents[child].add(parent)

    def _resolved(self, given: Key, asking: Key) -> Key | None:
        app, name = given
        if app == SWAPPABLE:
            app, name = self.labels.get(name, ""), "__first__"
        if name not in ("__first__", "__latest__") or (app, name) in self.parents:
            return app, name
        mine = [key for key in self.parents if key[0] == app]
        if app == asking[0] or not mine:
            return None
        if name == "__first__":
            return min((k for k in mine if all(p[0] != app for p in self.parents[k])), default=None)
        children = {p for k in mine for p in self.parents[k]}
        return min((k for k in mine if k not in children), default=None)

    def squash(self, applied: AbstractSet[Key]) -> None:
        """A squash stands for what it replaces when all of that is applied, or none of it; one that others replace
        comes before them."""
        depths: dict[Key, int] = {}
        for key in sorted((k for k, f in self.files.items() if f.replaces), key=lambda k: self._depth(k, depths)):
            if key not in self.parents:  # replaced by what it replaces, which Django refuses
                continue
            replaces = self.files[key].replaces
            done = [one in applied for one in replaced_by(key, self.files)]
            if all(done) or not any(done):
                self._take_place(key, set(replaces) - {key})
            else:
                self._step_aside(key, replaces)

    def _depth(self, key: Key, known: dict[Key, int]) -> int:
        if key not in known:
            known[key] = 0
            inner = self.files[key].replaces if key in self.files else ()
            known[key] = 1 + max((self._depth(one, known) for one in inner), default=0)
        return known[key]

    def _take_place(self, squash: Key, gone: set[Key]) -> None:
        above = {p for one in gone for p in self.parents.get(one, ())} - gone - {squash}
        for one in gone:
            if self.parents.pop(one, None) is not None:
                self.replaced[one] = squash
        self.parents[squash] = (self.parents[squash] | above) - gone
        for key, parents in self.parents.items():
            if key != squash and parents & gone:
                self.parents[key] = (parents - gone) | {squash}

    def _step_aside(self, squash: Key, replaces: tuple[Key, ...]) -> None:
        self.parents.pop(squash, None)
        self.unused[squash] = "some of the migrations it replaces are applied and some are not"
        known = {one for one in replaces if one in self.parents}
        last = known - {p for one in known for p in self.parents[one]}
        for key, parents in self.parents.items():
            if squash in parents:
                self.parents[key] = (parents - {squash}) | last

    def drop_missing(self) -> None:
        """Edges to nowhere: Django stops at them."""
        for key, parents in self.parents.items():
            for parent in sorted(parents):
                if parent not in self.parents:
                    self.missing.append((key, parent))
            self.parents[key] = {p for p in parents if p in self.parents}


def replaced_by(squash: Key, files: Mapping[Key, DjangoFile]) -> list[Key]:
    """What a squash replaces in the end: where that is a squash itself, what that one replaces (Django 6.0)."""
    found: dict[Key, None] = {}
    opened = {squash}
    waiting = list(reversed(files[squash].replaces))
    while waiting:
        one = waiting.pop()
        inner = files[one].replaces if one in files else ()
        if not inner:
            found[one] = None
        elif one not in opened:
            opened.add(one)
            waiting += reversed(inner)
    return list(found)


def graph_of(files: Mapping[Key, DjangoFile], applied: AbstractSet[Key], labels: Labels) -> Graph:
    """The graph that Django would have with these rows in its table."""
    building = _Building(files, labels)
    building.edges()
    building.squash(applied)
    building.drop_missing()
    parents = {key: tuple(sorted(found)) for key, found in building.parents.items()}
    order, cycle = _ordered(parents)
    return Graph(
        order, parents, building.replaced, building.unused, tuple(building.missing), _conflicts(parents), cycle
    )


def _leaves(parents: Mapping[Key, tuple[Key, ...]]) -> list[Key]:
    inside = {p for key, found in parents.items() for p in found if p[0] == key[0]}
    return sorted(key for key in parents if key not in inside)


def _conflicts(parents: Mapping[Key, tuple[Key, ...]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for app, name in _leaves(parents):
        found[app] = (*found.get(app, ()), name)
    return {app: names for app, names in found.items() if len(names) > 1}


def _ordered(parents: Mapping[Key, tuple[Key, ...]]) -> tuple[tuple[Key, ...], tuple[Key, ...]]:
    """What `migrate` would run from nothing, in its order; what hangs in a cycle comes last."""
    order: list[Key] = []
    done: set[Key] = set()
    for leaf in _leaves(parents):
        stack = [(leaf, False)]
        open_ones: set[Key] = set()
        while stack:
            key, ready = stack.pop()
            if key in done:
                continue
            if ready:
                done.add(key)
                order.append(key)
            elif key not in open_ones:
                open_ones.add(key)
                stack.append((key, True))
                stack += [(parent, False) for parent in parents[key]]
    rest = tuple(sorted(key for key in parents if key not in done))
    return (*order, *rest), rest
