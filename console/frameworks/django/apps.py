"""The apps of a project: INSTALLED_APPS, their labels, and where their migrations lie."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from console.frameworks.django.packages import Modules
from console.readers.python.django_values import Reference, Values
from console.readers.python.static import UnreadableError


@dataclass(frozen=True, slots=True)
class App:
    """One installed app."""

    label: str
    module: str
    """Its package."""
    migrations: Path | None = None
    """The folder of its migrations; None: it has none."""
    package: str = ""
    """The package of its migrations."""
    found: bool = True
    """Its package is here."""


@dataclass(frozen=True, slots=True)
class _Config:
    """An AppConfig class as it is written."""

    name: str
    module: str
    label: str
    default: bool | None


def apps_of(installed: Any, moved: Any, modules: Modules) -> Iterator[App]:  # noqa: ANN401 - what the settings say
    """Every app that INSTALLED_APPS names; `moved` is MIGRATION_MODULES."""
    for entry in installed if isinstance(installed, (list, tuple)) else ():
        if isinstance(entry, str):
            yield _app(entry, moved if isinstance(moved, dict) else {}, modules)


def _app(entry: str, moved: Mapping[str, Any], modules: Modules) -> App:
    config = _configured(entry, modules)
    module = config.module if config and config.module else entry
    label = config.label if config and config.label else module.rpartition(".")[2]
    if modules.file(module) is None and modules.folder(module) is None:
        return App(label, module, found=False)
    package = moved.get(label, f"{module}.migrations")
    folder = modules.folder(package) if isinstance(package, str) else None
    return App(label, module, folder, package if isinstance(package, str) else "")


def _configured(entry: str, modules: Modules) -> _Config | None:
    """The AppConfig of an entry: named itself, or the only one of the package's apps.py."""
    if modules.file(entry) is None and modules.folder(entry) is None:
        module, _, name = entry.rpartition(".")
        found = [config for config in _configs(module, modules) if config.name == name]
        if found:
            return found[0]
        known = module.removesuffix(".apps") if name[:1].isupper() else entry
        return _Config(name, known, "", None)
    configs = _configs(f"{entry}.apps", modules)
    chosen = [c for c in configs if c.default is True] or [c for c in configs if c.default is None]
    return chosen[0] if len(chosen) == 1 else None


def _configs(module: str, modules: Modules) -> list[_Config]:
    text = modules.text(module)
    if text is None:
        return []
    try:
        values = Values(text, module.rpartition(".")[0])
    except UnreadableError:
        return []
    classes = [node for node in values.tree.body if isinstance(node, ast.ClassDef)]
    return [config for node in classes if (config := _config(node, values)) is not None]


def _config(node: ast.ClassDef, values: Values) -> _Config | None:
    bases = [values.of(base) for base in node.bases]
    if not any(isinstance(base, Reference) and base.path.endswith("Config") for base in bases):
        return None
    said = {
        target.id: values.of(inner.value)
        for inner in node.body
        if isinstance(inner, ast.Assign)
        for target in inner.targets
        if isinstance(target, ast.Name)
    }
    name, label, default = said.get("name"), said.get("label"), said.get("default")
    return _Config(
        node.name,
        name if isinstance(name, str) else "",
        label if isinstance(label, str) else "",
        default if isinstance(default, bool) else None,
    )
