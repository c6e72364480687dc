"""Alembic's own dry run: `alembic upgrade FROM:TO --sql` for one revision, run only when a person asks for it.

It imports env.py and every revision, and with that most of the application, and runs the Python of the one; what that
sends through Alembic is printed and sent to no database. What a revision does past Alembic would be done for real: one
that uses anything else is refused, and so is an env.py that does not ask whether it runs offline.
"""

from __future__ import annotations

import ast
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

from console.core.dryrun import DryRun
from console.core.migration import Migration
from console.core.ports import Project
from console.frameworks.alembic.ledger import TABLE
from console.readers.own_command import SECONDS, run_own
from console.readers.python.alembic import AlembicFile, Setting, read_revision

ABOUT = (
    "This imports the project's env.py and all its revisions, with all that they import, and runs the Python of the"
    " one; what it sends through Alembic is printed and sent to no database."
)
NOT_HELD_BACK = "it was not run: the file uses {names}, and --sql holds back only what is sent through Alembic."
CONNECTS = "it was not run: env.py does not ask whether it runs offline (is_offline_mode), so it may connect and write."
_HARMLESS = frozenset(
    "__future__ alembic sqlalchemy sqlalchemy_utils sqlmodel geoalchemy2 pgvector typing collections datetime decimal"
    " enum functools itertools json logging math operator re string textwrap uuid warnings".split()
)
"""What a revision may import and call without reaching past Alembic."""
_REACHES = frozenset(
    "create_engine create_async_engine engine_from_config Session sessionmaker open exec eval getattr"
    " __import__ __builtins__ globals vars os sys subprocess socket".split()
)
_DRIVES = frozenset({"alembic.command", "alembic.config"})
"""Alembic itself, started again, as from the command line."""
_PLACES = (".venv", "venv", "env")
_HEAD = re.compile(r"^-- Running upgrade .*?-> (?P<name>\S+)$", re.MULTILINE)
_END = re.compile(r";\n\n|;\s*\Z")
_FRAME = frozenset({"BEGIN", "COMMIT", "BEGIN TRANSACTION"})


def command(project: Project, migration: Migration) -> tuple[str, ...]:
    """The command line for one revision; empty where it cannot be run for that alone, or only the application can."""
    found = _revision(migration)
    plain = len(found.down_revision) < 2 and not found.depends_on and found.revision
    if not plain or not project.settings.get("configuration") or project.settings.get("needs_application") == "true":
        return ()
    span = f"{found.down_revision[0]}:{found.revision}" if found.down_revision else found.revision
    configuration = project.settings["configuration"]
    which = ("-c", configuration) if configuration.endswith(".ini") else ()
    return (program(project), *which, "upgrade", span, "--sql")


def run(project: Project, migration: Migration, seconds: float = SECONDS) -> DryRun:
    """What it prints. Never raises: what goes wrong is the run's problem."""
    words = command(project, migration)
    shown = shlex.join(words)
    if not words:
        return DryRun(shown, problem="there is no command that runs this revision alone.")
    if project.settings.get("asks_offline") != "true":
        return DryRun(shown, problem=CONNECTS)
    further = ", ".join(dict.fromkeys(_further(migration.text)))
    if further:
        return DryRun(shown, problem=NOT_HELD_BACK.format(names=further))
    ended = run_own(words, project.folder, seconds)
    if ended.problem:
        return DryRun(shown, problem=ended.problem)
    return DryRun(shown, tuple(statements(ended.output, migration.id, project.settings.get("version_table") or TABLE)))


def statements(output: str, name: str, table: str) -> Iterator[str]:
    """What is printed for one revision, without the writes to Alembic's own table."""
    own = re.compile(rf"(?:CREATE TABLE|INSERT INTO|UPDATE|DELETE FROM)\s+(?:\S+\.)?\W?{re.escape(table)}\b")
    heads = list(_HEAD.finditer(output))
    ends = [head.start() for head in heads[1:]] + [len(output)]
    for head, end in zip(heads, ends, strict=True):
        if head["name"] == name:
            for part in _END.split(output[head.end() : end]):
                sql = part.strip()
                if sql and sql.rstrip(";").upper() not in _FRAME and not own.match(sql):
                    yield sql


def _revision(migration: Migration) -> AlembicFile:
    return read_revision(migration.text, Setting("postgres"))


def program(project: Project) -> str:
    """That of the project's own environment, where it has one."""
    places = (Path(project.folder, place, "bin", "alembic") for place in _PLACES)
    return next((str(place.relative_to(project.folder)) for place in places if place.is_file()), "alembic")


def _further(text: str) -> Iterator[str]:
    """What a revision uses that may reach past Alembic."""
    for node in ast.walk(ast.parse(text)):
        yield from (name for name in _imported(node) if name.partition(".")[0] not in _HARMLESS or _reaches(name))
        called = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
        if called in _REACHES:
            yield called
        elif isinstance(node, ast.Attribute) and ast.unparse(node) in _DRIVES:
            yield ast.unparse(node)


def _imported(node: ast.AST) -> Iterator[str]:
    """Modules, and what is taken out of them: under another name it would not be known again."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        module = f"{'.' * node.level}{node.module or ''}"
        yield module
        yield from (name for alias in node.names if _reaches(name := f"{module}.{alias.name}"))


def _reaches(name: str) -> bool:
    return name in _DRIVES or name.rpartition(".")[2] in _REACHES
