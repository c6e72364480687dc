"""A migration file as what it sends: `up` and `down` in the order of the framework, without running a line of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from console.core.statements import Sent
from console.readers.php.arguments import Args
from console.readers.php.calls import construct
from console.readers.php.catching import exits
from console.readers.php.classes import ClassInfo, PhpFile, anonymous_classes, read_file
from console.readers.php.compilers import Laravel
from console.readers.php.draft import Connection, UnreadableError
from console.readers.php.language import PHP
from console.readers.php.lookup import Lookup, NoLookup
from console.readers.php.machine import Compilers, LimitError, Machine, ThrownError
from console.readers.php.objects import instance_call, run_method
from console.readers.php.schema import on_named
from console.readers.php.scope import Frame
from console.readers.php.syntax import LARGEST, Node, line_of, part, parts, shown, text_of
from console.readers.php.things import Instance, On
from console.readers.php.values import Unknown, Value

_OWN_BASES = frozenset(
    {
        "migration",
        "illuminate\\database\\migrations\\migration",
        "october\\rain\\database\\updates\\migration",
        "winter\\storm\\database\\updates\\migration",
        "spatie\\laravelsettings\\migrations\\settingsmigration",
    }
)
"""What a migration comes from that sets no connection: Laravel's class, and those that only add to it."""


@dataclass(frozen=True, slots=True)
class PhpMigration:
    """What a migration file is, as far as it can be read."""

    up: tuple[Sent, ...] = ()
    down: tuple[Sent, ...] = ()
    connection: str | None = None
    """The connection it names: for all of it, or for everything it sends."""
    within_transaction: bool = True
    has_down: bool = False
    class_name: str = ""
    """Empty: it has none."""
    should_run: str = ""
    """The condition of `shouldRun()` in the file's words; empty: it always runs."""
    unreadable: str = ""
    """Why nothing of the file can be read."""
    notes: tuple[str, ...] = ()
    """What a person should know about the reading."""


def read_migration(
    text: str,
    connection: Connection,
    lookup: Lookup | None = None,
    *,
    folder: str = "database/migrations",
    files: Callable[[str], str | None] | None = None,
    compilers: Compilers | None = None,
) -> PhpMigration:
    """What a migration file sends on a connection.

    `folder` is where the file lies and `files` gives other files of the project, both from the project's root.
    """
    if len(text) > LARGEST:
        return PhpMigration(unreadable="the file is larger than any that is read")
    file = read_file(text)
    of = migration_class(file)
    if of is None:
        why = "the file cannot be parsed" if file.root.has_error else "the file holds no migration"
        return PhpMigration(unreadable=why)

    def machine() -> Machine:
        made = Machine(lookup or NoLookup(), On(connection), compilers or Laravel(), PHP, folder=folder)
        made.files = files or made.files
        return made

    found = _read(of, machine)
    return replace(found, notes=(*garbled(file), *found.notes)) if file.root.has_error else found


def garbled(file: PhpFile) -> tuple[str, ...]:
    """PHP runs nothing of a file it cannot parse; where only this parser cannot, the rest is read all the same."""
    waiting, lines = [file.root], []
    while waiting:
        node = waiting.pop()
        if node.is_error or node.is_missing:
            lines.append(line_of(node))
        waiting.extend(child for child in node.children if child.has_error or child.is_missing)
    where = f"near line {min(lines)}" if lines else "somewhere"
    return (f"it cannot be parsed {where}: if PHP cannot either, the next run stops before its first statement",)


def migration_class(file: PhpFile, methods: tuple[str, ...] = ("up", "down")) -> ClassInfo | None:
    """The class without a name that the file returns, or the last that can be run and that no other builds on."""
    found = [*anonymous_classes(file), *file.classes.values()]
    parents = {of.parent.lower() for of in found}
    ready = [of for of in found if _is_runnable(of, file, methods) and not (of.name and of.name.lower() in parents)]
    return next((of for of in ready if of.parent), next(iter(ready), None))


def _is_runnable(of: ClassInfo, file: PhpFile, methods: tuple[str, ...]) -> bool:
    """It has one of these methods, or a parent in this file has."""
    line: list[ClassInfo] = []
    next_one: ClassInfo | None = of
    while next_one is not None and next_one not in line:
        line.append(next_one)
        next_one = file.classes.get(next_one.parent.lower()) if next_one.parent else None
    return any(name in one.methods for one in line for name in methods)


def _read(of: ClassInfo, machine: Callable[[], Machine]) -> PhpMigration:
    up, down, about = machine(), machine(), machine()
    this = Instance(of=of)
    name = _guarded(lambda: instance_call(about, this, "getConnection", Args(), of.node, Frame(of.file, of, this)))
    within = _guarded(lambda: _property(about, of, "withinTransaction"))
    sent_up, sent_down = _walk(up, of, "up", name), _walk(down, of, "down", name)
    names = list(up.names)
    used = names[0] if len(names) == 1 and names[0] else None
    return PhpMigration(
        sent_up,
        sent_down,
        name if isinstance(name, str) else used,
        within_transaction=within is not False,
        has_down=about.method(of, "down") is not None,
        class_name=of.name.rpartition("\\")[2],
        should_run=_should_run(about, of, this),
        notes=tuple({**about.notes, **up.notes, **down.notes}),
    )


def _guarded(read: Callable[[], Value]) -> Value:
    try:
        return read()
    except (UnreadableError, ThrownError, RecursionError) as error:
        return Unknown(str(error) or "it throws")


def _property(machine: Machine, of: ClassInfo, name: str) -> Value:
    for found in machine.lineage(of):
        if name in found.properties:
            node = found.properties[name]
            return machine.value(node, Frame(found.file, found)) if node is not None else None
    return None


def _walk(machine: Machine, of: ClassInfo, method: str, connection: Value) -> tuple[Sent, ...]:
    """What one method sends; a constructor comes first."""
    found = machine.method(of, method)
    if found is None:
        return ()
    machine.on = _home(machine, of, connection)
    walk_method(machine, of, found, Args())
    return tuple(emission.sent for emission in machine.out)


def walk_method(machine: Machine, of: ClassInfo, found: tuple[ClassInfo, Node], args: Args) -> None:
    """Walk a constructor and one method; whatever ends it early is taken down."""
    this = Instance(of=of)
    frame = Frame(of.file, of, this)
    node = found[1]
    try:
        made = machine.method(of, "__construct")
        if made is not None:
            construct(machine, this, made, Args(), of.node, frame)
        run_method(machine, found, this, args, of.node, frame)
    except ThrownError:
        word = "ends" if exits(machine.thrown) else "throws"
        _stop(machine, node, f"the file {word} here, so nothing after it is sent")
    except (LimitError, UnreadableError) as error:
        _stop(machine, node, str(error))
    except RecursionError:
        _stop(machine, node, "it is nested too deeply")


def _home(machine: Machine, of: ClassInfo, connection: Value) -> On:
    """The connection facades mean: the framework makes the migration's own the default while it runs."""
    unread = next((found.parent for found in machine.lineage(of) if _is_unread(machine, found)), "")
    if connection is None and unread:
        machine.note(f"the class {unread} is not read: it may set another connection")
        return On(machine.on.connection, f"the connection of {unread}")
    return on_named(machine, connection, "the migration's connection")


def _is_unread(machine: Machine, of: ClassInfo) -> bool:
    base = of.parent.lower()
    return bool(base) and base not in _OWN_BASES and machine.class_named(of.parent, of.file) is None


def _stop(machine: Machine, node: Node, why: str) -> None:
    thrown = machine.thrown or node
    machine.guards.clear()
    source = shown(thrown) if thrown is not node else f"{text_of(part(node, 'name'))}()"
    database = machine.on.database
    last = machine.out[-1].sent if machine.out else None
    if last is not None and last.unreadable and last.source == source:
        machine.out.pop()
        why, database = f"{last.unreadable}, nor anything after it", last.database
    machine.take(Sent("", source=source, line=line_of(thrown), unreadable=why, database=database))


def _should_run(machine: Machine, of: ClassInfo, this: Instance) -> str:
    """The condition under which it is run at all; one that is known to hold is none."""
    found = machine.method(of, "shouldRun")
    if found is None:
        return ""
    if _guarded(lambda: run_method(machine, found, this, Args(), of.node, Frame(of.file, of, this))) is True:
        return ""
    body = part(found[1], "body")
    inside = parts(body) if body is not None else []
    if len(inside) == 1 and inside[0].type == "return_statement":
        return shown(inside[0]).removeprefix("return").strip()
    return text_of(body)
