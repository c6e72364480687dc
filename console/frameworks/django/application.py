"""One Django project as far as its files tell: settings, version, apps; put together without running any of it."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from console.core.faults import ProjectFault
from console.frameworks.django.apps import App, apps_of
from console.frameworks.django.packages import Modules, Version, modules_of, version_of
from console.frameworks.django.routers import deciding
from console.readers.python.django_settings import Environ, read_settings
from console.readers.python.django_state import Engine
from console.readers.python.django_values import Reference, Unsure, Values
from console.readers.python.static import UnreadableError
from console.readers.settings import dotenv, read_text

_NAMED = re.compile(r"""DJANGO_SETTINGS_MODULE["']\s*,\s*["']([\w.]+)["']""")
_NUMBER = re.compile(r"(\d+)\.(\d+)")
_MODELS = re.compile(r"\A\w+\.\w+\Z")
_OWN_COLUMN = frozenset(
    "db_type get_internal_type db_parameters rel_db_type db_type_suffix db_check deconstruct get_default "
    "get_db_prep_save get_db_prep_value get_prep_value contribute_to_class get_attname get_attname_column "
    "state_forwards database_forwards database_backwards".split()
)
_DJANGOS_OWN = ("django.db.models", "django.db.migrations", "django.contrib.postgres")
_DEEPEST = 8


@dataclass(frozen=True)
class Application:
    """The project in `folder`, looked at with the variables `environ`."""

    folder: Path
    environ: Mapping[str, str]

    @cached_property
    def modules(self) -> Modules:
        """Where its modules are."""
        return modules_of(self.folder, self.environ)

    @cached_property
    def version(self) -> Version:
        """Its Django."""
        return version_of(self.modules)

    @cached_property
    def variables(self) -> Environ:
        """The environment above the .env beside manage.py, and what the settings asked for in vain."""
        values: dict[str, str] = {}
        try:
            values = dotenv(read_text(self.folder / ".env") or "")
        except ProjectFault:
            values = {}
        return Environ({**values, **self.environ})

    @cached_property
    def module(self) -> str:
        """The settings module; '' when nothing names one."""
        given = self.variables.get("DJANGO_SETTINGS_MODULE")
        if isinstance(given, str) and given:
            return given
        try:
            found = _NAMED.search(read_text(self.folder / "manage.py") or "")
        except ProjectFault:
            found = None
        return found[1] if found else ""

    @cached_property
    def settings(self) -> dict[str, Any]:
        """What the settings say."""
        return read_settings(self.module, self._load, self.variables)

    def _load(self, module: str) -> tuple[str, str] | None:
        """Only the project's own modules: a package's settings are none of it."""
        path = self.modules.file(module)
        if path is None or not path.is_relative_to(self.folder) or "site-packages" in path.parts:
            return None
        text = self.modules.text(module)
        package = module if self.modules.is_package(module) else module.rpartition(".")[0]
        return None if text is None else (text, package)

    @cached_property
    def apps(self) -> tuple[App, ...]:
        """The installed apps."""
        return tuple(apps_of(self.settings.get("INSTALLED_APPS"), self.settings.get("MIGRATION_MODULES"), self.modules))

    @property
    def apps_known(self) -> bool:
        """The whole list of apps could be read."""
        found = self.settings.get("INSTALLED_APPS")
        return isinstance(found, (list, tuple)) and all(isinstance(item, str) for item in found)

    @cached_property
    def database(self) -> Any:  # noqa: ANN401 - what the settings say
        """DATABASES["default"]."""
        found = self.settings.get("DATABASES")
        return found.get("default") if isinstance(found, dict) else Unsure("DATABASES")

    @cached_property
    def routers(self) -> tuple[str, ...]:
        """The routers that may hold a migration back."""
        return deciding(self.settings.get("DATABASE_ROUTERS"), self.modules)

    @property
    def models(self) -> dict[str, Any]:
        """Settings that name a model; Django's own user where nothing else is said."""
        named = {k: v for k, v in self.settings.items() if isinstance(v, str) and _MODELS.match(v)}
        if "AUTH_USER_MODEL" not in self.settings:
            named["AUTH_USER_MODEL"] = "auth.User"
        return named

    @property
    def labels(self) -> dict[str, str]:
        """The app of each of those models."""
        return {name: str(value).partition(".")[0] for name, value in self.models.items()}

    def engine(self, dialect: str, home: str, server: str = "") -> Engine:
        """What decides the SQL; `server` is its version, where that is known."""
        usual = "django.db.models.BigAutoField" if self.version.number >= (6, 0) else "django.db.models.AutoField"
        field = self.settings.get("DEFAULT_AUTO_FIELD", usual)
        found = _NUMBER.match(server)
        number = (int(found[1]), int(found[2])) if found else None
        return Engine(dialect, self.version.number, field if isinstance(field, str) else "", self.models, home, number)

    def base_of(self, path: str) -> str:
        """The Django class that a field or operation elsewhere is a plain child of; '' when that is not known."""
        for _ in range(_DEEPEST):
            if path.startswith(_DJANGOS_OWN):
                return path
            module, _, name = path.rpartition(".")
            text = self.modules.text(module) if module else None
            package = module if module and self.modules.is_package(module) else module.rpartition(".")[0]
            path = _parent(text, package, name) if text is not None else ""
            if not path:
                return ""
        return ""


@lru_cache(maxsize=512)
def _parent(text: str, package: str, name: str) -> str:
    """What a class inherits from, or a name is imported from; '' when it has a column of its own."""
    try:
        values = Values(text, package)
    except UnreadableError:
        return ""
    node = next((n for n in values.tree.body if isinstance(n, ast.ClassDef) and n.name == name), None)
    if node is None:
        return values.imports.get(name, "")
    own = {n.name for n in node.body if isinstance(n, ast.FunctionDef)}
    bases = [values.of(base) for base in node.bases]
    if own & _OWN_COLUMN or len(bases) != 1 or not isinstance(bases[0], Reference):
        return ""
    return bases[0].path if "." in bases[0].path else ""


def application_of(folder: Path, environ: Mapping[str, str]) -> Application:
    """The project in `folder`."""
    return Application(folder, dict(environ))
