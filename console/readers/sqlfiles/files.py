"""Migration files that are SQL, gathered from a project or from what --migrations named, and read as statements."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from console.core.faults import ProjectFault
from console.core.lexer import TokenKind, tokens
from console.core.migration import Migration
from console.core.ports import Project
from console.core.statements import Statement, read_script, split
from console.readers.sources import SourceFile, Wanted, from_folder, gather_given, merged
from console.readers.sources.around import deployed

ALONE = "only one file was given, so nothing is said of the files of other migrations"
_CONTROL = frozenset({"BEGIN", "START", "COMMIT", "END", "ROLLBACK", "ABORT"})


@dataclass(frozen=True, slots=True)
class Script:
    """What a tool finds in one file."""

    id: str
    description: str = ""
    up: str = ""
    """The text it sends, with blank lines in the place of all that it does not send: lines count from the file's own
    first one."""
    down: str = ""
    transactional: bool = True
    """The tool begins a transaction for it, where the server takes DDL into one."""
    at_once: bool = False
    """It is sent as one text: PostgreSQL makes a transaction of that, unless it has its own."""
    checksum: str | None = None
    note: str = ""
    unreadable: str = ""


def gathered(
    project: Project, given: str | None, place: str, wanted: Wanted, key: Callable[[SourceFile], str]
) -> tuple[list[SourceFile], str]:
    """The files, and why they are not all of them; `place` is their folder, from the project's."""
    if given is not None:
        files = [file for file in gather_given(given, wanted) if wanted(file.name)]
        return files, ALONE if files and len(files) == 1 and not Path(given).is_dir() else ""
    folder = Path(project.folder)
    try:
        return _of_project(folder, place, wanted, key)
    except OSError as error:
        raise ProjectFault(f"{project.folder} cannot be read", error.strerror or "") from None


def _of_project(
    folder: Path, place: str, wanted: Wanted, key: Callable[[SourceFile], str]
) -> tuple[list[SourceFile], str]:
    deployment = deployed(folder)
    if deployment is None:
        there = (folder / place).is_dir()
        found = from_folder(folder / place, wanted, folder) if there else []
        return found, "" if there else f"there is no folder {place}"
    inside = folder.resolve().relative_to(deployment.folder(deployment.named)) if deployment.named else Path()
    places = {name: deployment.folder(name) / inside for name in deployment.names}
    by_release = {name: from_folder(root / place, wanted, root) for name, root in places.items()
                  if (root / place).is_dir()}  # fmt: skip
    return merged(deployment, by_release, key), "" if by_release else f"no release has a folder {place}"


def migration(file: SourceFile, script: Script, dialect: str, home: str) -> Migration:
    """The file as a migration."""
    way = _in_transaction(script.up, script, dialect)
    return Migration(
        id=script.id,
        description=script.description,
        file=file.path,
        statements=() if script.unreadable else _statements(script.up, dialect, home, way),
        down=() if script.unreadable else _statements(script.down, dialect, home, way),
        text=file.text,
        checksum=script.checksum,
        transactional=way,
        release=file.release,
        from_failed_deploy=file.from_failed_deploy,
        modified_at=file.modified_at,
        uncommitted=file.uncommitted,
        unreadable=file.unreadable or script.unreadable,
        note=said(*file.notes, script.note),
    )


def _in_transaction(text: str, script: Script, dialect: str) -> bool:
    """Whether all of it lands or nothing: never where the server commits each change of the schema by itself."""
    if dialect in {"mysql", "mariadb"} or own_control(text, dialect):
        return False
    if script.transactional:
        return True
    return script.at_once and dialect == "postgres" and statements_in(text, dialect) > 1


@lru_cache(maxsize=4096)
def own_control(text: str, dialect: str) -> bool:
    """Whether it begins or ends transactions itself."""
    return any(first in _CONTROL for first in _first_words(text, dialect))


def statements_in(text: str, dialect: str) -> int:
    """How many statements the server sees in it."""
    return len(_first_words(text, dialect))


@lru_cache(maxsize=4096)
def _first_words(text: str, dialect: str) -> tuple[str, ...]:
    """With what each statement begins."""
    found = (
        next((t for t in tokens(piece.text, dialect) if not t.silent and t.text != ";"), None)
        for piece in split(text, dialect)
    )
    return tuple(t.text.upper() if t.kind is TokenKind.WORD else "" for t in found if t is not None)


@lru_cache(maxsize=8192)
def _statements(text: str, dialect: str, home: str, transactional: bool) -> tuple[Statement, ...]:
    return read_script(text, dialect, home, transactional=transactional)


def only(text: str, start: int, end: int) -> str:
    """That part of a text, on the lines it stands on."""
    return "\n" * text.count("\n", 0, start) + text[start:end]


def lines_of(lines: Sequence[str], kept: Iterable[int]) -> str:
    """These lines where they stand, and empty ones for the others."""
    wanted = set(kept)
    return "\n".join(line if number in wanted else "" for number, line in enumerate(lines))


def said(*notes: str) -> str:
    """What there is to say, one behind the other."""
    return "; ".join(note for note in notes if note)
