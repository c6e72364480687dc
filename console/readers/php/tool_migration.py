"""A migration file of a tool other than Laravel, walked with what that tool's own classes are known to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from console.core.faults import ProjectFault
from console.core.statements import Sent
from console.readers.php.arguments import Args
from console.readers.php.classes import ClassInfo, PhpFile, read_file
from console.readers.php.compilers import Laravel
from console.readers.php.draft import Connection, UnreadableError
from console.readers.php.language import PHP
from console.readers.php.lookup import Lookup, NoLookup
from console.readers.php.machine import Machine, ThrownError
from console.readers.php.migration import garbled, migration_class, walk_method
from console.readers.php.objects import instance_call
from console.readers.php.scope import Frame
from console.readers.php.syntax import LARGEST
from console.readers.php.things import Instance, On, Tool
from console.readers.php.values import Unknown, Value

READS = "file_get_contents"
"""A migration with this word depends on other files: what was read of it is not kept."""


@dataclass(frozen=True, slots=True)
class Walked:
    """What one method sends."""

    sent: tuple[Sent, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Opened:
    """A file whose class is known."""

    of: ClassInfo | None
    unreadable: str = ""
    notes: tuple[str, ...] = ()
    lookup: Lookup = field(default_factory=NoLookup)
    folder: str = ""
    """The file's own folder, from the project's root."""
    files: Callable[[str], str | None] = lambda _: None
    """The text of a file of the project, by its path from the root."""

    def has(self, method: str) -> bool:
        """Whether the class, or one of the project that it extends, has that method."""
        return self.of is not None and self._machine(Tool(), Connection()).method(self.of, method) is not None

    def walk(
        self,
        method: str,
        tool: Tool,
        connection: Connection,
        args: tuple[Value, ...] = (),
        after: Callable[[Machine], None] = lambda _: None,
    ) -> Walked:
        """What a method sends, given these arguments; `after` is what the tool does when it returns."""
        machine = self._machine(tool, connection)
        found = machine.method(self.of, method) if self.of is not None else None
        if self.of is None or found is None:
            return Walked()
        walk_method(machine, self.of, found, Args(args))
        if machine.thrown is None:
            after(machine)
        return Walked(tuple(emission.sent for emission in machine.out), tuple(machine.notes))

    def answer(self, method: str) -> Value:
        """What a method without arguments returns; Unknown where it has none, or sends something."""
        machine = self._machine(Tool(), Connection())
        if self.of is None or machine.method(self.of, method) is None:
            return Unknown("it has no such method")
        this = Instance(of=self.of)
        try:
            return instance_call(machine, this, method, Args(), self.of.node, Frame(self.of.file, self.of, this))
        except (UnreadableError, ThrownError, RecursionError):
            return Unknown("it is known only when the file is run")

    def _machine(self, tool: Tool, connection: Connection) -> Machine:
        return Machine(self.lookup, On(connection), Laravel(), PHP, self.files, self.folder, tool)


def opened(
    text: str, methods: tuple[str, ...], folder: str = "", files: Callable[[str], str | None] = lambda _: None
) -> Opened:
    """The migration class of a file: the one that has these methods; the rest is as the machine has it."""
    if len(text) > LARGEST:
        return Opened(None, "the file is larger than any that is read")
    file: PhpFile = read_file(text)
    of = migration_class(file, methods)
    if of is None:
        return Opened(None, "the file cannot be parsed" if file.root.has_error else "the file holds no migration")
    return Opened(of, notes=garbled(file) if file.root.has_error else (), folder=folder, files=files)


@dataclass(frozen=True, slots=True)
class Beside:
    """The files of a project that a migration may read: SQL that lies beside it."""

    read: Callable[[Path], str | None]
    """A file's text."""
    strays: Callable[[Path, Path], bool]
    """Whether a link leads out of the project."""
    root: str = ""
    """The project's folder; '' where nothing but the migration is known."""

    def __call__(self, path: str) -> str | None:
        """The text of a file by its path from the root; None where it is none of the project's."""
        parts = PurePosixPath(path).parts
        if not self.root or not path or ".." in parts or path.startswith("/"):
            return None
        whole = Path(self.root, path)
        try:
            return None if self.strays(whole, Path(self.root)) else self.read(whole)
        except ProjectFault:
            return None
