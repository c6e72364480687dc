"""One migration file of a Laravel project as a Migration: its PHP read, its statements in the order they are sent."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache, partial
from pathlib import Path, PurePosixPath

from console.core.faults import ProjectFault
from console.core.forms import Form
from console.core.kept import Ask, Asked, Questions, asking, still_so
from console.core.migration import Migration
from console.core.statements import Sent, Statement, read_sent
from console.frameworks.laravel.application import Application
from console.frameworks.laravel.lookup import ProjectLookup
from console.frameworks.laravel.questions import Asking, answering
from console.readers.php.draft import Connection
from console.readers.php.migration import PhpMigration, read_migration
from console.readers.settings import read_text
from console.readers.sources import SourceFile
from console.readers.sources.grounds import strays

_OWN_CONNECTION = re.compile(r"\$connection\b\s*=|function\s+getConnection\s*\(")
_TIME = re.compile(r"\d{4}_\d{2}_\d{2}_\d{6}_")
_FIRST_WORDS = 4
"""Parts of a file's name that are no part of its class's name."""
_KEPT = Form(PhpMigration)


@dataclass(frozen=True)
class Context:
    """Where and how files are read."""

    application: Application
    chosen: str
    """The project's name of the connection to the database looked at; empty: it has none."""
    dialect: str
    home: str

    @cached_property
    def connection(self) -> Connection:
        """The connection a migration uses when it names none."""
        return self.application.connection(self.chosen, self.dialect, self.home)

    @cached_property
    def lookup(self) -> ProjectLookup:
        """What files ask of the project."""
        return ProjectLookup(self.application, self.chosen, self.dialect, self.home)

    @cached_property
    def ask(self) -> Ask:
        """The same, in words."""
        return answering(self.lookup, self.text_of)

    def text_of(self, inside: str) -> str | None:
        """Another file of the project, by its path from the root."""
        parts = PurePosixPath(inside).parts
        if not inside or ".." in parts or inside.startswith("/"):
            return None
        path = Path(self.application.folder, inside)
        try:
            return None if strays(path, self.application.folder) else read_text(path)
        except ProjectFault:
            return None


def name_of(file_name: str) -> str:
    """Laravel's name of a migration: that of its file without .php."""
    return file_name.replace(".php", "")


def described(name: str) -> str:
    """`2024_01_31_093000_add_phone_to_users` says `add phone to users`."""
    return _TIME.sub("", name, count=1).replace("_", " ")


def class_for(name: str) -> str:
    """The class Laravel looks for when the file does not return one."""
    words = "_".join(name.split("_")[_FIRST_WORDS:])
    return "".join(word[:1].upper() + word[1:] for word in re.split(r"[-_\s]+", words))


def migration_of(file: SourceFile, context: Context, notes: tuple[str, ...] = ()) -> Migration:
    """The migration in a file; one that cannot be read keeps its place, with the reason."""
    name = name_of(file.name)
    php = PhpMigration(unreadable=file.unreadable) if file.unreadable else _read(file, context)
    transactional = _in_transaction(php, file.text, context)
    told = (*file.notes, *notes, *_odd(php, name), *php.notes)
    return Migration(
        id=name,
        description=described(name) if "_" in name else php.class_name,
        file=file.path,
        statements=_statements(php.up, context, transactional),
        down=_statements(php.down, context, transactional),
        source="static",
        text=file.text,
        transactional=transactional,
        release=file.release,
        from_failed_deploy=file.from_failed_deploy,
        modified_at=file.modified_at,
        uncommitted=file.uncommitted,
        unreadable=php.unreadable,
        note="; ".join(told),
    )


def _read(file: SourceFile, context: Context) -> PhpMigration:
    folder = PurePosixPath(file.path).parent.as_posix()
    return _php(file.text, folder if not folder.startswith("/") else "", context)


def _php(text: str, folder: str, context: Context) -> PhpMigration:
    """As it was read before while the project answers all that it asks as it did: it may take in any file of it."""
    known = _known(text, folder, context.connection)
    for found, asked in known:
        if still_so(asked, context.ask):
            return found
    questions = Questions(context.ask)
    given = (text, folder, context.connection)
    found = asking(_KEPT, "a Laravel migration", given, questions, partial(_read_php, *given))
    known[:] = [(found, questions.asked), *known[:3]]
    return found


@lru_cache(maxsize=4096)
def _known(text: str, folder: str, connection: Connection) -> list[tuple[PhpMigration, Asked]]:
    """What it was and what it asked, the newest first."""
    return []


def _read_php(text: str, folder: str, connection: Connection, ask: Ask) -> PhpMigration:
    lookup = Asking(ask)
    return read_migration(text, connection, lookup, folder=folder, files=lookup.text_of)


def _odd(php: PhpMigration, name: str) -> Iterator[str]:
    if php.should_run:
        yield f"runs only if {php.should_run}"
    wanted = class_for(name)
    if php.class_name and wanted and php.class_name.lower() != wanted.lower():
        yield f"Laravel looks for the class {wanted} in it and finds {php.class_name}: it stops there"


def _in_transaction(php: PhpMigration, text: str, context: Context) -> bool:
    """Only PostgreSQL's grammar asks for one, on the connection the migration names, else on the default one."""
    driver = context.connection.driver
    if php.connection not in (None, context.chosen):
        if not _OWN_CONNECTION.search(text):
            return False
        other = context.lookup.connection(str(php.connection))
        driver = other.driver if other is not None else driver
    return driver == "pgsql" and php.within_transaction


@lru_cache(maxsize=4096)
def _statements(sent: tuple[Sent, ...], context: Context, transactional: bool) -> tuple[Statement, ...]:
    read = read_sent(_with_homes(sent, context), context.dialect, context.home, transactional=transactional)
    return tuple(replace(statement, n=n) for n, statement in enumerate(read, 1))


def _with_homes(sent: tuple[Sent, ...], context: Context) -> Iterator[Sent]:
    """Unqualified names mean the connection's own first schema: where it is another one, that is said in between."""
    first = _home(context.connection)
    home = context.home
    for one in sent:
        other = context.lookup.connection(one.database) if one.database else None
        wanted = _home(other) if other is not None else first
        if wanted and wanted != home:
            yield Sent(f"SET search_path TO {_quoted(wanted)}")
            home = wanted
        yield one


def _home(connection: Connection) -> str:
    return connection.home if connection.driver == "pgsql" else ""


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
