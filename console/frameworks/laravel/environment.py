"""The environment a Laravel application runs in: what its process was given, above what its .env says.

Whoever stands on the box may have another environment than the application. So a variable that is in neither place is
only taken for unset when the place the application has it from was found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from console.core.faults import ProjectFault
from console.frameworks.laravel.dotenv import Dotenv, read_dotenv
from console.readers.php.values import Unknown, Value
from console.readers.settings import read_text
from console.readers.sources import deployment_of

_WORDS: dict[str, Value] = {"true": True, "false": False, "empty": "", "null": None}
_QUOTED = re.compile(r"""(['"])(.*)\1""", re.DOTALL)
_TELLING = ("DB_CONNECTION", "DB_HOST", "DB_DATABASE", "DB_URL", "DATABASE_URL")
"""One of these in the process: the application is configured by its process, not by a file."""


@dataclass(frozen=True, slots=True)
class Environment:
    """Every variable that is known."""

    process: Mapping[str, str] = field(default_factory=dict, repr=False)
    file: Mapping[str, str] = field(default_factory=dict, repr=False)
    origin: str = ""
    """The .env file, as a person would name it; empty: there is none that can be read."""
    complete: bool = False
    """What is not in it is known to be unset."""
    problems: tuple[str, ...] = ()
    """What is wrong with the file, one sentence each."""

    def text(self, name: str) -> str | None:
        """The raw text of a variable."""
        return self.process.get(name, self.file.get(name))

    def value(self, name: str) -> Value:
        """What `env('NAME')` gives without a default."""
        text = self.text(name)
        if text is None:
            return None if self.complete else Unknown(f"{name} is not set here")
        return meant(text)

    def cached(self) -> Environment:
        """The same while the configuration is cached: Laravel then reads no .env, so env() sees the process only."""
        return Environment(self.process, {}, "", self.complete, self.problems)

    def origin_of(self, name: str) -> str:
        """Who set a variable."""
        return "the environment (DB_...)" if name in self.process else self.origin


def meant(text: str) -> Value:
    """A variable's text as Laravel's env() gives it: `true`, `(null)` and quotes around it mean something."""
    word = text.lower()
    word = word[1:-1] if word[:1] == "(" and word[-1:] == ")" else word
    if word in _WORDS:
        return _WORDS[word]
    quoted = _QUOTED.fullmatch(text)
    return quoted[2] if quoted else text


def environment_of(folder: Path, environ: Mapping[str, str]) -> Environment:
    """The environment of the application in `folder`, called with the variables `environ`."""
    problems: list[str] = []
    for path in _places(folder, environ):
        try:
            text = read_text(path)
        except ProjectFault as fault:
            problems.append(str(fault))
            continue
        if text is not None:
            found = read_dotenv(text, environ)
            return Environment(environ, found.values, _shown(path, folder), True, _told(path, folder, found))
    encrypted = next((path.name for path in sorted(folder.glob(".env*.encrypted"))), "")
    if encrypted:
        problems.append(f"There is no .env, only {encrypted}, which holds it encrypted.")
    by_process = any(name in environ for name in _TELLING)
    if not problems and not by_process:
        problems.append("There is no .env, and no DB_ variable is set here.")
    return Environment(environ, complete=by_process, problems=tuple(problems))


def _told(path: Path, folder: Path, found: Dotenv) -> tuple[str, ...]:
    if not found.problems:
        return ()
    return (f"{_shown(path, folder)}: {'; '.join(found.problems)}: Laravel does not start with it.",)


def _places(folder: Path, environ: Mapping[str, str]) -> Iterator[Path]:
    """Laravel's own places, then those that a release takes it from: its link may be missing after a failed deploy."""
    roots = [folder]
    deployment = deployment_of(folder)
    if deployment is not None:
        roots += [deployment.root / "shared", deployment.root]
    for root in roots:
        if environ.get("APP_ENV"):
            yield root / f".env.{environ['APP_ENV']}"
        yield root / ".env"


def _shown(path: Path, folder: Path) -> str:
    return path.name if path.parent == folder else str(path)
