"""Where a Django project's modules are: its own folders and its environment's packages; nothing is imported."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from console.core.faults import ProjectFault
from console.readers.settings import read_text
from console.readers.sources.grounds import there

LATEST = (5, 2)
_VENVS = (".venv", "venv", "env", "virtualenv", ".env", ".tox")
_VERSION = re.compile(r"^VERSION\s*=\s*\((\d+),\s*(\d+),\s*(\d+)", re.MULTILINE)
_PINNED = re.compile(r"""^["'\s]*django\s*(?:==|~=)\s*v?(\d+)\.(\d+)""", re.IGNORECASE | re.MULTILINE)
_LOCKED = re.compile(r"""name\s*=\s*"django"\s*\nversion\s*=\s*"(\d+)\.(\d+)""", re.IGNORECASE)
_LISTS = ("requirements.txt", "requirements/base.txt", "requirements/production.txt", "pyproject.toml")
_LOCKS = ("poetry.lock", "uv.lock", "pdm.lock")


@dataclass(frozen=True, slots=True)
class Version:
    """A version of Django and how it is known."""

    number: tuple[int, int]
    text: str
    origin: str = ""
    """Empty: assumed."""


@dataclass(frozen=True)
class Modules:
    """The places that Python would look for modules in, in its order."""

    root: Path
    places: tuple[Path, ...]

    def folder(self, module: str) -> Path | None:
        """The folder of a package; None when there is none."""
        inside = Path(*module.split(".")) if module else Path()
        return next(
            (place / inside for place in self.places if there(place / inside) and (place / inside).is_dir()), None
        )

    def file(self, module: str) -> Path | None:
        """The file of a module or of a package's __init__."""
        words = module.split(".")
        if not all(words) or "/" in module:
            return None
        inside = Path(*words)
        for place in self.places:
            for found in ((place / inside).with_suffix(".py"), place / inside / "__init__.py"):
                if there(found) and found.is_file():
                    return found
        return None

    def text(self, module: str) -> str | None:
        """The text of a module; None when there is none that can be read."""
        path = self.file(module)
        try:
            return read_text(path) if path is not None else None
        except ProjectFault:
            return None

    def is_package(self, module: str) -> bool:
        """It is a folder with more modules."""
        path = self.file(module)
        return path is not None and path.name == "__init__.py"

    @property
    def installed(self) -> bool:
        """Django itself is among them."""
        return self.file("django") is not None


def modules_of(root: Path, environ: Mapping[str, str]) -> Modules:
    """The project's own folder, what PYTHONPATH names, and its environment's packages."""
    named = [Path(part) for part in environ.get("PYTHONPATH", "").split(":") if part.startswith("/")]
    places = [root, *([root / "src"] if (root / "src").is_dir() else []), *named, *_site_packages(root, environ)]
    return Modules(root, tuple(dict.fromkeys(places)))


def _site_packages(root: Path, environ: Mapping[str, str]) -> Iterator[Path]:
    venvs = [place / name for place in (root, root.parent) for name in _VENVS]
    if environ.get("VIRTUAL_ENV"):
        venvs.append(Path(environ["VIRTUAL_ENV"]))
    for venv in venvs:
        if (venv / "pyvenv.cfg").is_file() or (venv / "lib").is_dir():
            yield from sorted(venv.glob("lib/python3*/site-packages"))


def version_of(modules: Modules) -> Version:
    """What is installed, else what is locked or required, else an assumption that is told."""
    if found := _VERSION.search(modules.text("django") or ""):
        return Version((int(found[1]), int(found[2])), ".".join(found.groups()), "the installed package")
    for names, pattern in ((_LOCKS, _LOCKED), (_LISTS, _PINNED)):
        for name in names:
            try:
                text = read_text(modules.root / name) or ""
            except ProjectFault:
                continue
            if found := pattern.search(text):
                return Version((int(found[1]), int(found[2])), f"{found[1]}.{found[2]}", name)
    return Version(LATEST, ".".join(map(str, LATEST)))
