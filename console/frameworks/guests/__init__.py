"""Frameworks of other people, found by entry point: imported when they are first needed, and never able to stop the
console.

A package names a class that fits `console.core.ports.Framework` in the group `halfway.frameworks`. What it raises that
is no fault becomes one, in a sentence that names the package; so does what it gives that is not what was asked for, and
that it does not answer. What cannot be loaded at all is said, and left out.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from importlib.machinery import PathFinder
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

from console.core.dryrun import DryRun
from console.core.faults import Fault, ProjectFault
from console.core.migration import Ledger, Migration
from console.core.observation import Server, Tracking
from console.core.plain import one_line
from console.core.ports import Files, Framework, Project, TableRows
from console.frameworks.guests.asking import PATIENCE, Asking, Patience, SlowError

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint


GROUP = "halfway.frameworks"
V = TypeVar("V")
_NAME = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_PROGRAM = re.compile(r"[\w.-]{2,60}")
_METHODS = ("detect", "read", "ledger_tables", "parse_ledger", "track", "dry_run_command", "dry_run")
_RAISED = (Exception, SystemExit)
"""What somebody else's code may raise without ending the console: everything but what a person's keys raise."""
_MOST = 160
"""Letters of what somebody else's error says that are repeated."""
Tables = tuple[tuple[str | None, str], ...]


class GuestFault(ProjectFault):
    """Somebody else's framework failed at something."""


class GuestError(Exception):
    """It cannot be used; the text is one sentence for people."""


@dataclass(frozen=True, slots=True)
class Announced:
    """One entry point, not loaded."""

    point: EntryPoint

    @property
    def name(self) -> str:
        """What it is called, in one line."""
        return one_line(self.point.name, 40)

    @property
    def package(self) -> str:
        """Who brings it, for people."""
        return one_line(self.point.dist.name if self.point.dist is not None else self.point.module, 60)


@cache
def announced() -> tuple[Announced, ...]:
    """Every entry point of the group, by name: what packages say of themselves, and nothing of them is imported."""
    if not any(map(_speaks_of_us, sys.path)) and not _others_find():
        return ()
    from importlib.metadata import entry_points

    return tuple(sorted(map(Announced, entry_points(group=GROUP)), key=lambda one: (one.name, one.package)))


def _speaks_of_us(place: str) -> bool:
    """Whether a package there may be meant: to look for the word takes a tenth of the time of reading them all."""
    try:
        names = os.listdir(place or ".")  # noqa: PTH208 - a Path for each package costs more than all the rest
    except NotADirectoryError:
        return True
    except OSError:
        return False
    return any(name.endswith(".egg") or _is_named(f"{place or '.'}/{name}/entry_points.txt") for name in names
               if name.endswith((".dist-info", ".egg-info", ".egg")))  # fmt: skip


def _is_named(path: str) -> bool:
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - see above
            return GROUP.encode() in file.read()
    except OSError:
        return False


def _others_find() -> bool:
    """Whether packages are found in another way than along the path."""
    return any(finder is not PathFinder and hasattr(finder, "find_distributions") for finder in sys.meta_path)


def welcome(built_in: Collection[str]) -> dict[str, Announced]:
    """Those whose name is theirs alone."""
    return {one.name: one for one in announced() if not _unwelcome(one, built_in)}


def refusals(built_in: Collection[str]) -> dict[str, str]:
    """Why those of the others are left out, one sentence each, by what they are called."""
    return {one.name: why for one in announced() if (why := _unwelcome(one, built_in)) and one.name not in built_in} | {
        f"{one.name} of {one.package}": _unwelcome(one, built_in) for one in announced() if one.name in built_in
    }


def _unwelcome(one: Announced, built_in: Collection[str]) -> str:
    if not _NAME.fullmatch(one.name):
        return f"the package {one.package} calls a framework {one.name!r}: a name is small letters, digits and hyphens"
    if one.name in built_in:
        return f"the package {one.package} calls a framework {one.name}, which is Halfway's own: that one is used"
    twins = sorted({other.package for other in announced() if other.name == one.name and other != one})
    return f"{', '.join(sorted({*twins, one.package}))} call a framework {one.name}: neither is used" if twins else ""


def load(one: Announced, patience: Patience = PATIENCE) -> Framework:
    """The framework, guarded. GuestError where it cannot be loaded, or is none."""

    def loaded() -> tuple[Any, list[str], object, object]:
        own = one.point.load()()
        missing = [name for name in _METHODS if not callable(getattr(own, name, None))]
        return own, missing, getattr(own, "name", None), () if missing else own.ledger_tables(None)

    try:
        own, missing, named, tables = Asking()("to be loaded", loaded, patience.looks)
    except _RAISED as problem:
        raise GuestError(f"{one.name} of the package {one.package} cannot be loaded: {said(problem)}") from problem
    if missing:
        raise GuestError(f"{one.name} of the package {one.package} is no framework: it has no {', '.join(missing)}")
    if named != one.name:
        raise GuestError(f"{one.name} of the package {one.package} calls itself {one_line(repr(named), 40)}")
    if not _are_tables(tables):
        raise GuestError(f"{one.name} of the package {one.package} names no table in which its ledger may be")
    try:
        return _guest(cast("Framework", own), one, cast("Tables", tables), patience)
    except _RAISED as problem:
        raise GuestError(f"{one.name} of the package {one.package} cannot be loaded: {said(problem)}") from problem


def _guest(own: Framework, one: Announced, tables: Tables, patience: Patience) -> Framework:
    if not hasattr(own, "beside") or not hasattr(own, "with_beside"):
        return Guest(own, one, tables, patience)
    kind = _MovingGuest if getattr(own, "beside_moves", False) else _BesideGuest
    return kind(own, one, tables, patience)


def said(problem: BaseException) -> str:
    """What it raised, in one line."""
    if isinstance(problem, SlowError):
        return str(problem)
    text = one_line(str(problem), _MOST)
    return f"{type(problem).__name__}: {text}" if text else type(problem).__name__


def _are_tables(found: object) -> bool:
    return isinstance(found, tuple) and bool(found) and all(
        isinstance(place, tuple) and len(place) == 2 and isinstance(place[1], str) and bool(place[1]) for place in found
    )  # fmt: skip


def _programs(own: Framework) -> tuple[str, ...]:
    """What its programs are called. TypeError where that is no tuple of names."""
    found: object = getattr(own, "programs", ())
    if not isinstance(found, tuple) or not all(isinstance(name, str) and _PROGRAM.fullmatch(name) for name in found):
        raise TypeError("its programs are no tuple of names")
    return found


class Guest:
    """Somebody else's framework: it raises faults and nothing else, and gives what it was asked for."""

    def __init__(self, own: Framework, one: Announced, tables: Tables, patience: Patience) -> None:
        """`own` fits the protocol; what it does is not known. `tables`: what it says without a project."""
        self._own, self._one, self._tables, self._patience = own, one, tables, patience
        self._wait = Asking()
        self.name, self.package, self.problem = one.name, one.package, ""
        self.programs = _programs(own)
        self.dry_run_about = str(getattr(own, "dry_run_about", ""))

    def detect(self, folder: Path, environ: Mapping[str, str]) -> Project | None:
        """The project, or None: also where it fails, which `problem` then says."""
        try:
            found = self._asked("detect", lambda: self._own.detect(folder, environ), Project | None)
        except GuestFault as fault:
            self.problem = str(fault)
            return None
        self.problem = ""
        return found and replace(found, framework=self.name)

    def read(self, project: Project, given: str | None, dialect: str, home: str) -> Files:
        """The files."""
        return self._asked("read", lambda: self._own.read(project, given, dialect, home), Files)

    def ledger_tables(self, project: Project | None) -> Tables:
        """As it says; where it fails with this project, as it says without one (`load` has asked)."""
        with suppress(*_RAISED):
            found = self._wait("ledger_tables", lambda: self._own.ledger_tables(project), self._patience.looks)
            if _are_tables(found):
                return found
        return self._tables

    def parse_ledger(self, name: str, rows: TableRows) -> Ledger | None:
        """The ledger."""
        found = self._asked("parse_ledger", lambda: self._own.parse_ledger(name, rows), Ledger | None)
        return found and replace(found, name=name)

    def track(self, project: Project | None, files: Files, ledger: Ledger, server: Server) -> Tracking:
        """Files and rows joined; they are its own, whatever it calls them: marks go by that name."""
        found = self._asked("track", lambda: self._own.track(project, files, ledger, server), Tracking)
        return replace(found, framework=self.name, ledger=replace(found.ledger, name=ledger.name))

    def dry_run_command(self, project: Project, migration: Migration) -> tuple[str, ...]:
        """Its command; none where it cannot say."""
        with suppress(*_RAISED):
            ask: Callable[[], object] = lambda: self._own.dry_run_command(project, migration)  # noqa: E731 - typed
            found = self._wait("dry_run_command", ask, self._patience.looks)
            if isinstance(found, tuple) and all(isinstance(word, str) for word in found):
                return found
        return ()

    def dry_run(self, project: Project, migration: Migration) -> DryRun:
        """What it printed; why not, where it fails. A person asked for it, and may wait longer."""
        try:
            return self._asked("dry_run", lambda: self._own.dry_run(project, migration), DryRun)
        except Fault as fault:
            return DryRun("", problem=str(fault))

    def _asked(self, what: str, ask: Callable[[], V], hint: object) -> V:
        from console.frameworks.guests.shapes import JOINED, READ, odd  # only where there is a guest

        waits = {"detect": self._patience.looks, "dry_run": self._patience.runs}
        seconds = waits.get(what, self._patience.reads)
        try:
            found = self._wait(what, ask, seconds)
            wrong = odd(found, hint, "its answer", READ if what in {"detect", "read"} else JOINED)
        except Fault:
            raise
        except _RAISED as problem:
            raise self._fault(what, said(problem)) from problem
        if wrong:
            raise self._fault(what, f"it gave {one_line(wrong, _MOST)}")
        return found

    def _fault(self, what: str, why: str) -> GuestFault:
        return GuestFault(f"the framework {self.name} of the package {self._one.package} failed in {what}", why)


class _BesideGuest(Guest):
    """One that keeps a second table."""

    def __init__(self, own: Framework, one: Announced, tables: Tables, patience: Patience) -> None:
        """See `console.core.ports.KeepsMore`."""
        super().__init__(own, one, tables, patience)
        self.beside = str(getattr(own, "beside", ""))

    def with_beside(self, ledger: Ledger, rows: TableRows) -> Ledger:
        """The ledger with what that table says."""
        more: Callable[[Ledger, TableRows], Ledger] = getattr(self._own, "with_beside")  # noqa: B009 - no part of Framework
        return self._asked("with_beside", lambda: more(ledger, rows), Ledger)


class _MovingGuest(_BesideGuest):
    """One whose second table is written without the ledger."""

    beside_moves = True
