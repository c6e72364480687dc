"""A revision file of Alembic: its place in the graph, and what its `upgrade()` and `downgrade()` send."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from console.core.statements import Sent
from console.readers.python.alembic_calls import Sender
from console.readers.python.alembic_ddl import Ddl, dialect_for
from console.readers.python.alembic_ops import Ops
from console.readers.python.alembic_values import Values, gives_a_value
from console.readers.python.alembic_walk import Walk
from console.readers.python.static import UNKNOWN, UnreadableError, assignments, changed_names, imports, parse

_WORDS = ("revision", "down_revision", "depends_on", "branch_labels")


@dataclass(frozen=True)
class Setting:
    """How files are read: for which server, and what of the project decides the SQL."""

    grammar: str = "postgres"
    """postgres, mysql, mariadb or sqlite."""
    engine: str = ""
    """What the project's URL calls its database: `mysql` may well lead to a MariaDB. Empty: not known."""
    home: str = "public"
    conventions: tuple[tuple[str, str], ...] = ()
    """The project's naming_convention."""
    nameless: bool = True
    """False: there is a naming_convention, and it is not known."""

    @property
    def dialect_name(self) -> str:
        """`op.get_bind().dialect.name`; empty where only the URL tells."""
        if self.grammar == "postgres":
            return "postgresql"
        if self.grammar == "mariadb":
            return self.engine if self.engine in {"mysql", "mariadb"} else ""
        return self.grammar


@dataclass(frozen=True, slots=True)
class AlembicFile:
    """What a revision file is, as far as it can be read."""

    revision: str = ""
    down_revision: tuple[str, ...] = ()
    depends_on: tuple[str, ...] = ()
    branch_labels: tuple[str, ...] = ()
    message: str = ""
    up: tuple[Sent, ...] = ()
    down: tuple[Sent, ...] = ()
    unreadable: str = ""
    """Why nothing of the file can be read."""
    no_revision: bool = False
    """The file has none, so Alembic refuses the whole folder."""


def read_revision(text: str, setting: Setting) -> AlembicFile:
    """One file of a versions folder."""
    try:
        tree = parse(text)
    except UnreadableError as error:
        return AlembicFile(unreadable=str(error))
    values = Values(imports(tree), setting.dialect_name)
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    values.functions = {name: node for name, node in functions.items() if gives_a_value(node)}
    values.env = env = _module(tree, values)
    try:
        names = {word: _listed(env.get(word), word) for word in _WORDS}
    except UnreadableError as error:
        return AlembicFile(unreadable=str(error))
    if len(names["revision"]) != 1:
        return AlembicFile(unreadable="the file names no revision", no_revision="revision" not in env)

    def sent(name: str) -> tuple[Sent, ...]:
        return _walked(name, text, functions, _sending(setting, values, env))

    doc = (ast.get_docstring(tree) or "").strip().split("\n")[0]
    return AlembicFile(
        names["revision"][0],
        names["down_revision"],
        names["depends_on"],
        names["branch_labels"],
        doc,
        sent("upgrade"),
        sent("downgrade"),
    )


def _sending(setting: Setting, values: Values, env: Mapping[str, Any]) -> Callable[[], tuple[Values, Sender]]:
    def made() -> tuple[Values, Sender]:
        ddl = Ddl(dialect_for(setting.grammar, setting.engine), dict(setting.conventions), nameless=setting.nameless)
        return values, Sender(values, Ops(ddl), setting.home, env)

    return made


def _module(tree: ast.Module, values: Values) -> dict[str, Any]:
    """The names that a file binds once and to something known."""
    changed = changed_names(tree.body)
    found: dict[str, Any] = {}
    for target, value in assignments(tree.body):
        if target in found or target in changed:
            found[target] = UNKNOWN
            continue
        try:
            found[target] = values.of(value, found)
        except UnreadableError:
            found[target] = UNKNOWN
    return found


def _listed(value: Any, word: str) -> tuple[str, ...]:  # noqa: ANN401 - any value
    """None, a text, or several of them."""
    if value is UNKNOWN:
        raise UnreadableError(f"its {word} is only known at run time")
    if value is None:
        return ()
    items = (value,) if isinstance(value, str) else tuple(value) if isinstance(value, (list, tuple, set)) else (value,)
    if not all(isinstance(item, str) for item in items):
        raise UnreadableError(f"its {word} is no text")
    return tuple(sorted(items)) if isinstance(value, set) else items


def _walked(
    name: str, text: str, functions: Mapping[str, ast.FunctionDef], sending: Callable[[], tuple[Values, Sender]]
) -> tuple[Sent, ...]:
    function = functions.get(name)
    values, sender = sending()
    walk = Walk(text, values, sender, functions)
    if function is None:
        return (Sent("", f"{name}()", 1, (), "the file has no such function of its own"),)
    if function.decorator_list:
        return (
            Sent(
                "",
                f"@{ast.unparse(function.decorator_list[0])}",
                function.lineno,
                (),
                "what stands around it is not read",
            ),
        )
    if function.args.args and len(function.args.args) > len(function.args.defaults):
        return (
            Sent("", f"def {name}({ast.unparse(function.args)})", function.lineno, (), "what it is given is not read"),
        )
    try:
        walk.run(function, sender.env)
    except UnreadableError as error:
        walk.out.append(Sent("", f"{name}()", function.lineno, (), str(error)))
    except RecursionError:
        walk.out.append(Sent("", f"{name}()", function.lineno, (), "it is nested too deeply"))
    return tuple(walk.out)
