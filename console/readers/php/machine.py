"""The state of one walk through a migration file: what was sent so far, under which conditions, on which connection.

Nothing is run: an expression becomes a value as far as it is known, and what would reach the database becomes `Sent`.
The machine bounds the work, for a file may be hostile: steps, depth, and statements.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import NoReturn, Protocol, TypeAlias

from console.core.statements import Guard, Sent
from console.readers.php.classes import ClassInfo, PhpFile, read_file
from console.readers.php.draft import Blueprint, Connection, Line, UnreadableError
from console.readers.php.endings import Ending
from console.readers.php.lookup import Lookup
from console.readers.php.scope import Cell, Frame, Trail
from console.readers.php.syntax import LARGEST, Node, line_of, shown
from console.readers.php.things import Building, Closure, On, Sheet, Tool
from console.readers.php.values import Unknown, Value

MOST_STEPS = 300_000
MOST_STATEMENTS = 2_000
DEEPEST = 80
"""Expressions and functions inside one another."""
MOST_CALLS = 20
"""Of a function from inside itself."""


class LimitError(UnreadableError):
    """The file asks for more work than any migration does; the walk ends here."""


class ThrownError(Exception):
    """The file throws, as far as is known always; never leaves this package."""


class Compilers(Protocol):
    """Who makes SQL of what a file asks for; tests put their own in."""

    def blueprint(self, blueprint: Blueprint, connection: Connection) -> tuple[Sent, ...]:
        """The statements of `Schema::create` and `Schema::table`."""

    def schema_call(self, line: Line, connection: Connection) -> tuple[Sent, ...]:
        """The statements of any other call on `Schema`."""

    def query(self, line: Line, connection: Connection) -> tuple[Sent, ...] | None:
        """The statements of a query; None: it only reads."""

    def plural(self, word: str) -> Value:
        """Laravel's plural of an English word."""


Walk: TypeAlias = "Callable[[Machine, Node, Frame], Ending]"


@dataclass(frozen=True, slots=True)
class Language:
    """PHP: what its expressions, its calls and its statements do."""

    evaluate: Callable[[Machine, Node, Frame], Value]
    invoke: Callable[[Machine, Closure, tuple[Value, ...], Node], Value]
    native: Callable[[Machine, Closure, tuple[Value, ...], Node], Value]
    """What a function of PHP's own returns."""
    statements: Mapping[str, Walk]
    """By the parser's word for it."""


@dataclass(frozen=True, slots=True)
class Emission:
    """One statement, and the query it was made of."""

    sent: Sent
    line: Line | None = None


@dataclass(slots=True)
class Machine:
    """One walk."""

    lookup: Lookup
    on: On
    """The connection a facade means."""
    compilers: Compilers
    language: Language
    files: Callable[[str], str | None] = lambda _: None
    """The text of a file of the project, by its path from the root."""
    folder: str = ""
    """The file's own folder, from the project's root."""
    tool: Tool = field(default_factory=Tool)
    """What the classes of a migration tool other than Laravel do."""
    out: list[Emission] = field(default_factory=list)
    guards: list[Guard] = field(default_factory=list)
    sheets: list[Sheet] = field(default_factory=list)
    trail: Trail = field(default_factory=Trail)
    notes: dict[str, None] = field(default_factory=dict)
    names: dict[str, None] = field(default_factory=dict)
    """The connections something was sent to, as the file names them."""
    failing: int = 0
    """Inside a catch: the code there only runs when something failed."""
    thrown: Node | None = None
    """Where the file throws."""
    _steps: int = 0
    _depth: int = 0
    _active: list[tuple[int, int]] = field(default_factory=list)
    """The functions being walked, and how many conditions stood around each."""
    _sent: int = 0
    _classes: dict[str, ClassInfo | None] = field(default_factory=dict)
    _statics: dict[str, Cell] = field(default_factory=dict)

    def value(self, node: Node | None, frame: Frame) -> Value:
        """The value of an expression; what it sends is sent."""
        if node is None:
            return None
        self.step()
        with self.deeper():
            return self.language.evaluate(self, node, frame)

    def call(self, closure: Closure, args: tuple[Value, ...], node: Node) -> Value:
        """What a closure returns; what it sends is sent."""
        inner = closure.node if closure.node is not None else node
        begun = [guards for id_, guards in self._active if id_ == inner.id]
        if len(begun) >= MOST_CALLS or (len(begun) > 1 and len(self.guards) > begun[0]):
            raise UnreadableError("a function that calls itself is not read")
        self._active.append((inner.id, len(self.guards)))
        try:
            with self.deeper():
                return self.language.invoke(self, closure, args, node)
        finally:
            self._active.pop()

    def step(self, count: int = 1) -> None:
        """Count work."""
        self._steps += count
        if self._steps > MOST_STEPS:
            raise LimitError("the file asks for more work than can be read")

    @contextmanager
    def deeper(self) -> Iterator[None]:
        """Count nesting."""
        if self._depth >= DEEPEST:
            raise UnreadableError("it is nested too deeply")
        self._depth += 1
        try:
            yield
        finally:
            self._depth -= 1

    @contextmanager
    def under(self, guards: tuple[Guard, ...]) -> Iterator[None]:
        """What is sent inside is sent only under these conditions."""
        before = len(self.guards)
        self.guards.extend(guard for guard in guards if guard not in self.guards)
        try:
            yield
        finally:
            del self.guards[before:]

    def emit(self, sent: Sent, on: On | None = None, line: Line | None = None) -> None:
        """Take down one statement, with the conditions and the connection it is sent under."""
        self._sent += 1
        if self._sent > MOST_STATEMENTS:
            raise LimitError(f"the file sends more than {MOST_STATEMENTS} statements")
        guards = tuple(dict.fromkeys(sent.guards or self.guards))
        database = sent.database or (on or self.on).database
        self.names[(on or self.on).name] = None
        self.out.append(Emission(replace(sent, guards=guards, database=database), line))

    def take(self, sent: Sent) -> None:
        """Take down one last thing, however many there are."""
        self.out.append(Emission(sent))

    def unread(self, node: Node, why: str, frame: Frame, *, data: bool = False) -> Unknown:
        """Take down that it is not known what is sent here."""
        self.emit(Sent("", source=shown(node), line=frame.foreign or line_of(node), unreadable=why, data=data))
        return Unknown(why)

    def spoil(self, sheet: Sheet, node: Node, why: str) -> None:
        """Take down that it is not known what is asked of a blueprint here."""
        guards = tuple(self.guards[sheet.depth :])
        self.append(sheet, Building(self.new_cell(()), node.start_byte, shown(node), line_of(node), guards, None, why))

    def append(self, sheet: Sheet, building: Building) -> None:
        """One more line of a blueprint."""
        self.step(10)
        sheet.buildings.append(building)

    def new_cell(self, value: object) -> Cell:
        """A cell that belongs to the branch it is made in."""
        return Cell(value, self.trail.branch)  # type: ignore[arg-type]  # callers hand in what a cell holds

    def static(self, of: ClassInfo, name: str) -> Cell | None:
        """A static property, or one read through the class."""
        key = f"{of.name or id(of)}::{name}"
        if key not in self._statics:
            if name not in of.properties:
                return None
            node = of.properties[name]
            self._statics[key] = Cell(self.value(node, Frame(of.file, of)) if node else None)
        return self._statics[key]

    def class_named(self, name: str, file: PhpFile) -> ClassInfo | None:
        """A class by its full name, out of this file or out of the project."""
        key = name.lower()
        if key in file.classes:
            return file.classes[key]
        if key not in self._classes:
            text = self.lookup.class_source(name)
            self._classes[key] = None
            if text is not None and len(text) <= LARGEST:
                self._classes[key] = read_file(text).classes.get(key)
        return self._classes[key]

    def lineage(self, of: ClassInfo) -> Iterator[ClassInfo]:
        """A class, its traits and its parents, in the order in which PHP looks for a member."""
        waiting, seen = [of], set[str]()
        while waiting and len(seen) < 50:
            found = waiting.pop(0)
            if found.name.lower() in seen:
                continue
            seen.add(found.name.lower() or str(id(found)))
            yield found
            names = [*found.traits, *([found.parent] if found.parent else [])]
            waiting = [c for name in names if (c := self.class_named(name, found.file)) is not None] + waiting

    def method(self, of: ClassInfo, name: str) -> tuple[ClassInfo, Node] | None:
        """A method, with the class it is written in."""
        for found in self.lineage(of):
            if name.lower() in found.methods:
                return found, found.methods[name.lower()]
        return None

    def throw(self, node: Node) -> NoReturn:
        """The file throws."""
        self.thrown = node
        raise ThrownError

    def note(self, text: str) -> None:
        """Something a person should know about the reading."""
        self.notes[text] = None
