"""Stand-ins for who makes SQL: they write down in a few words what the walker handed them."""

from __future__ import annotations

from console.core.statements import Sent
from console.readers.php.draft import Blueprint, Call, Connection, Line, UnreadableError
from console.readers.php.lookup import Lookup
from console.readers.php.migration import PhpMigration, read_migration
from console.readers.php.values import Body, Listing, Raw, Unknown, Value

TRIED = "<nothing fails there: it is tried, and what fails is let pass>"
"""What stands before a statement inside a `try` whose `catch` goes on."""
READS = ("get", "first", "count", "exists", "pluck", "value")


def told(value: Value) -> str:
    """A value in a few words."""
    if isinstance(value, Unknown):
        return "?"
    if isinstance(value, Raw):
        return f"raw({value.sql})"
    if isinstance(value, Body):
        return "{" + "; ".join(chain(line) for line in value.lines) + "}"
    if isinstance(value, Listing):
        return "[" + ", ".join(f"{key}: {told(one)}" for key, one in value.items) + "]"
    return repr(value)


def call(one: Call) -> str:
    """A call in a few words."""
    named = [f"{name}: {told(value)}" for name, value in one.named.items()]
    return f"{one.name}({', '.join([*map(told, one.args), *named])})"


def chain(line: Line) -> str:
    """A chain in a few words."""
    if line.unreadable:
        return f"UNREAD {line.unreadable}"
    return ".".join(map(call, line.calls))


class Words:
    """Compilers that only repeat what they were asked."""

    def blueprint(self, blueprint: Blueprint, connection: Connection) -> tuple[Sent, ...]:
        """One for each line."""
        word = "create" if blueprint.creates else "alter"
        return tuple(
            Sent(
                f"{word} {blueprint.table}: {chain(line)}",
                line.source,
                line.line,
                tuple(dict.fromkeys((*blueprint.guards, *line.guards))),
            )
            for line in blueprint.lines
        ) or (Sent(f"{word} {blueprint.table}", blueprint.source, blueprint.line, blueprint.guards),)

    def schema_call(self, line: Line, connection: Connection) -> tuple[Sent, ...]:
        """The call."""
        return (Sent(chain(line), line.source, line.line),)

    def query(self, line: Line, connection: Connection) -> tuple[Sent, ...] | None:
        """The chain; raw statements as they are."""
        first, last = line.calls[0], line.calls[-1]
        if last.name in READS or first.name == "DB::select":
            return None
        if first.name in ("DB::statement", "DB::unprepared"):
            if not isinstance(first.args[0], str):
                raise UnreadableError(first.args[0].why if isinstance(first.args[0], Unknown) else "it is no text")
            return (Sent(first.args[0], line.source, line.line),)
        return (Sent(f"update {chain(line)}", line.source, line.line, data=True),)

    def plural(self, word: str) -> Value:
        """Good enough."""
        return f"{word}s"


HEAD = """<?php
use Illuminate\\Database\\Migrations\\Migration;
use Illuminate\\Database\\Schema\\Blueprint;
use Illuminate\\Support\\Facades\\DB;
use Illuminate\\Support\\Facades\\Schema;
"""


def read(body: str, lookup: Lookup | None = None, *, more: str = "", head: str = "", **asked: object) -> PhpMigration:
    """A migration with this in its `up`, and `more` beside it in its class."""
    text = (
        f"{HEAD}{head}\nreturn new class extends Migration {{\n{more}\npublic function up(): void {{\n{body}\n}}\n}};\n"
    )
    return read_migration(text, Connection(**asked), lookup, compilers=Words())  # type: ignore[arg-type]


def sent(body: str, lookup: Lookup | None = None, *, more: str = "", head: str = "", **asked: object) -> list[str]:
    """What is sent, one line each: its guards, its SQL or why there is none."""
    return [line_of(one) for one in read(body, lookup, more=more, head=head, **asked).up]


def line_of(one: Sent) -> str:
    """A statement in one line."""
    guards = "".join(f"<{guard.text}> " for guard in one.guards)
    place = f"@{one.database} " if one.database else ""
    words = one.sql or f"UNREAD{' DATA' if one.data else ''} {one.unreadable}{' ~ ' + one.effect if one.effect else ''}"
    return f"{guards}{place}{words}".rstrip()


class Project:
    """A project that is known as far as a test says."""

    def __init__(
        self,
        config: dict[str, Value] | None = None,
        env: dict[str, Value] | None = None,
        classes: dict[str, str] | None = None,
        same: tuple[str, ...] = (),
    ) -> None:
        self._config, self._env, self._classes, self._same = config or {}, env or {}, classes or {}, same

    def config(self, key: str) -> Value:
        """As told."""
        return self._config.get(key, Unknown(f"config('{key}') is not known"))

    def env(self, key: str) -> Value:
        """As told; all else is not set."""
        return self._env.get(key)

    def class_source(self, name: str) -> str | None:
        """As told."""
        return self._classes.get(name)

    def connection(self, name: str) -> Connection | None:
        """Only the database looked at."""
        return None

    def same_database(self, name: str) -> bool:
        """As told."""
        return name in self._same
