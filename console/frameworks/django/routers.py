"""Several databases: which of the project's aliases is looked at, and whether a router decides what runs there.

A router is code. What it holds back Django records all the same, so nothing of a row says that it ran here; only a
router that is seen to hold nothing back is left out.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from console.core.observation import Server
from console.core.ports import Project
from console.core.statements import Guard
from console.core.urls import URL
from console.frameworks.django.packages import Modules
from console.readers.python.static import UnreadableError, parse

_LOCAL = frozenset({"", "localhost", "127.0.0.1", "::1"})
_FAMILY = {"mariadb": "mysql"}


def deciding(routers: Any, modules: Modules) -> tuple[str, ...]:  # noqa: ANN401 - what the settings say
    """The routers that may hold a migration back."""
    if not routers:
        return ()
    if not isinstance(routers, (list, tuple)) or not all(isinstance(one, str) for one in routers):
        return ("DATABASE_ROUTERS",)
    return tuple(one for one in routers if not _lets_all(one, modules))


def guards_of(routers: tuple[str, ...]) -> tuple[Guard, ...]:
    """The condition every operation is under, which only a run could answer."""
    return tuple(Guard(f"allow_migrate of {name}") for name in routers[:1])


def _lets_all(path: str, modules: Modules) -> bool:
    """Whether a class without parents has no `allow_migrate`, or one that says yes, or nothing, to everything."""
    module, _, name = path.rpartition(".")
    try:
        tree = parse(modules.text(module) or "")
    except UnreadableError:
        return False
    classes = [n for n in tree.body if isinstance(n, ast.ClassDef) and n.name == name]
    if len(classes) != 1 or classes[0].decorator_list or classes[0].keywords:
        return False
    if any(not (isinstance(base, ast.Name) and base.id == "object") for base in classes[0].bases):
        return False
    body = classes[0].body
    named = [n for n in body if getattr(n, "name", "") == "allow_migrate"]
    plain = all(isinstance(n, ast.FunctionDef) or _is_text(n) for n in body if not isinstance(n, ast.Pass))
    return plain and all(isinstance(n, ast.FunctionDef) and _says_yes(n) for n in named)


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _says_yes(node: ast.FunctionDef) -> bool:
    body = [n for n in node.body if not _is_text(n)]
    if node.decorator_list or len(body) > 1:
        return False
    value = body[0].value if body and isinstance(body[0], ast.Return) else None
    if body and not isinstance(body[0], (ast.Return, ast.Pass)):
        return False
    return value is None or (isinstance(value, ast.Constant) and value.value in (True, None))


def command(project: Project | None, server: Server) -> str:
    """How `migrate` is called for the database that is looked at."""
    if project is None or not project.others:
        return "`manage.py migrate`"
    matching = list(_matching(project, server))
    if matching == ["default"]:
        return "`manage.py migrate`"
    if len(matching) == 1:
        return f"`manage.py migrate --database={matching[0]}`"
    names = ", ".join(["default", *(other.name for other in project.others)][:4])
    return f"`manage.py migrate --database=...` (which of {names} this database is, is not known)"


def _matching(project: Project, server: Server) -> Iterator[str]:
    for name, url in (("default", project.url), *((other.name, other.url) for other in project.others)):
        if url is not None and _same(url, server, project.folder):
            yield name


def _same(url: URL, server: Server, folder: str) -> bool:
    backend = url.get_backend_name()
    if _FAMILY.get(backend, backend) != _FAMILY.get(server.dialect, server.dialect):
        return False
    if backend == "sqlite":
        return Path(folder, url.database or "").name == Path(server.name).name
    hosts = [host.lower() for host in (str(url.host or ""), server.host)]
    return url.database == server.name and (hosts[0] == hosts[1] or all(h in _LOCAL for h in hosts))
