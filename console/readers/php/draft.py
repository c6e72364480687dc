"""What a migration file asks of Laravel, before it is SQL: calls, blueprints, and the connection that decides the SQL.

The walker makes `Line`s, the compiler makes `Column`s and `Command`s of them in the order the framework's version runs
them, a grammar makes SQL of those.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from console.core.statements import Guard
from console.readers.php.values import Value


class UnreadableError(Exception):
    """A statement whose SQL cannot be known; its text says why, for people. Never leaves readers/php."""


class RefusedError(UnreadableError):
    """Laravel throws here before it sends anything of the blueprint, so nothing after it is sent either."""


@dataclass(frozen=True, slots=True)
class Call:
    """One method call of a chain: `->string('email', 100)`; a property set is a call named `engine=`."""

    name: str
    args: tuple[Value, ...] = ()
    named: Mapping[str, Value] = field(default_factory=dict)
    """Arguments given by name (PHP 8)."""

    def arg(self, position: int, name: str, default: Value = None) -> Value:
        """One argument, by position or by name."""
        if position < len(self.args):
            return self.args[position]
        return self.named.get(name, default)


@dataclass(frozen=True, slots=True)
class Line:
    """One chain of calls: on a Blueprint (`$table->string('a')->nullable()`), or on a facade (`DB::table('t')->...`).

    On a facade the first call is the static one, its name with the class: `DB::table`.
    """

    calls: tuple[Call, ...]
    source: str
    """The text in the file."""
    line: int = 1
    guards: tuple[Guard, ...] = ()
    """Conditions inside the closure of the blueprint; those around it stand on the blueprint."""
    unreadable: str = ""
    """Why nothing is known of it; then `calls` is empty."""


@dataclass(frozen=True, slots=True)
class Blueprint:
    """`Schema::create('users', function (Blueprint $table) {...})` or `Schema::table(...)`."""

    table: str
    creates: bool
    lines: tuple[Line, ...]
    source: str
    line: int = 1
    guards: tuple[Guard, ...] = ()


@dataclass(frozen=True, slots=True)
class Connection:
    """What of a project, its framework and its server decides the SQL."""

    driver: str = "pgsql"
    """pgsql, mysql, mariadb (a grammar of its own from Laravel 11 on) or sqlite."""
    laravel: tuple[int, int, int] = (12, 0, 0)
    server: tuple[int, ...] = ()
    """The server's version; empty: not known, then a recent one is assumed."""
    is_mariadb: bool = False
    """The server behind driver `mysql` is a MariaDB."""
    database: str = ""
    prefix: str = ""
    prefix_indexes: bool = True
    charset: str = ""
    collation: str = ""
    engine: str = ""
    home: str = "public"
    """The schema unqualified names mean."""
    string_length: int | None = 255
    """Schema::defaultStringLength"""
    morph_key: str = "int"
    """int, uuid or ulid: Schema::defaultMorphKeyType"""
    time_precision: int | None = 0
    """Schema::defaultTimePrecision (Laravel 11 on)."""
    native_changes: bool = False
    """Laravel 10: Schema::useNativeSchemaOperationsIfPossible"""
    environment: str = "production"
    """APP_ENV"""


@dataclass(frozen=True, slots=True)
class Column:
    """A column definition: what Laravel keeps as a Fluent."""

    type: str
    """Laravel's word: `string`, `bigInteger`, `timestampTz`, ..."""
    name: str
    attributes: Mapping[str, Value]
    """`length`, `nullable`, `default`, `change`, `unsigned`, `autoIncrement`, `useCurrent`, ... as Laravel names them;
    a modifier called without an argument is True."""
    line: Line


@dataclass(frozen=True, slots=True)
class Command:
    """One command of a blueprint in Laravel's own words: `create`, `add`, `change`, `unique`, `dropColumn`, ..."""

    name: str
    line: Line
    attributes: Mapping[str, Value] = field(default_factory=dict)
    """`index` (name), `columns` (Listing), `algorithm`, `references`, `on`, `onDelete`, `from`, `to`, ..."""
    column: Column | None = None
    """The column it is about: `add` and `change` of Laravel 11.15 on, comments, starting values."""
    columns: tuple[Column, ...] = ()
    """The columns of one ALTER: `add` and `change` before Laravel 11.15."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A blueprint whose commands stand in the order in which they are run."""

    table: str
    """Without the prefix."""
    columns: tuple[Column, ...]
    commands: tuple[Command, ...]
    creates: bool = False
    temporary: bool = False
    engine: str = ""
    charset: str = ""
    collation: str = ""
    comment: str = ""
