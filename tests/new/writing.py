"""Puts a skeleton on the disk: all of it or nothing, and never over what is there."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.new.names import NewError

SKELETONS = Path(__file__).parent / "skeletons"


@dataclass(frozen=True)
class Made:
    """What is to be written."""

    files: Mapping[Path, str]
    """New ones."""
    edits: Mapping[Path, str] = field(default_factory=dict)
    """Files that are there, as they will be."""
    steps: tuple[str, ...] = ()
    """What comes next, in its order."""


def filled(skeleton: str, **words: str) -> str:
    """A text of skeletons/, with each `@WORD@` replaced."""
    text = (SKELETONS / f"{skeleton}.txt").read_text(encoding="utf-8")
    for word, meant in words.items():
        text = text.replace(f"@{word}@", meant)
    return text


def added(path: Path, before: str, line: str, *, after: str) -> str:
    """The text of a file with one line more: before the first `before` that comes behind `after`."""
    text = path.read_text(encoding="utf-8")
    head, begun, rest = text.partition(after)
    inside, ends, tail = rest.partition(before)
    if not begun or not ends:
        raise NewError(f"{path} does not look as it should: there is no {after.strip()!r} in it")
    return f"{head}{begun}{inside}{line}{ends}{tail}"


def write(made: Made) -> None:
    """All files and edits; NewError with everything as it was where one of them cannot be written."""
    if there := [path for path in made.files if path.exists()]:
        raise NewError(f"{there[0]} is there already, and nothing is written over")
    before = {path: path.read_text(encoding="utf-8") for path in made.edits}
    begun: list[Path] = []
    try:
        for path, text in made.files.items():
            for folder in _missing(path.parent):
                folder.mkdir()
                begun.append(folder)
            with path.open("x", encoding="utf-8") as file:
                begun.append(path)
                file.write(text)
        for path, text in made.edits.items():
            path.write_text(text, encoding="utf-8")
    except OSError as problem:
        _undo(begun, before)
        raise NewError(f"{problem.filename or 'a file'} cannot be written: {problem.strerror}") from problem


def _missing(folder: Path) -> list[Path]:
    """The folders above it that are not there, and it; the highest first."""
    return [each for each in reversed((folder, *folder.parents)) if not each.exists()]


def _undo(begun: list[Path], before: Mapping[Path, str]) -> None:
    for path, text in before.items():
        with suppress(OSError):
            if path.read_text(encoding="utf-8") != text:
                path.write_text(text, encoding="utf-8")
    for path in reversed(begun):
        with suppress(OSError):
            path.rmdir() if path.is_dir() else path.unlink()
