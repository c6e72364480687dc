"""env.py read without running it: the URL it sets, the table it names, how it runs its transactions.

Values come from literals, from names bound once, and from the environment (`os.environ`, `os.getenv`, an .env file it
loads). A URL that env.py takes from anywhere else is said to be unknown: that of the .ini would be another database.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from console.readers.python.static import UNKNOWN, UnreadableError, assignments, dotted, evaluate, imports, parse, shown

_ENGINES = frozenset({"create_engine", "create_async_engine"})


@dataclass(frozen=True)
class Environment:
    """What an env.py says, as far as it can be read."""

    url: str = field(default="", repr=False)
    url_from: str = ""
    """`env.py (DATABASE_URL)`"""
    sets_url: bool = False
    """It does not use the URL of the .ini."""
    why: str = ""
    """Why the URL it sets is not known."""
    configured: Mapping[str, Any] = field(default_factory=dict)
    """The words of `context.configure(...)` that could be read; UNKNOWN for the others."""
    metadata: str = ""
    """What it names as its target_metadata, as that is imported: `app.models.Base.metadata`."""
    autocommit: bool = False
    asks_offline: bool = False
    """It does something else when it is to print only."""
    needs_application: bool = False
    """It asks the application that runs (Flask's)."""
    unreadable: str = ""


class _Variables(dict[str, str]):
    """The environment, which remembers what was asked for."""

    def __init__(self, values: Mapping[str, str]) -> None:
        super().__init__(values)
        self.asked: list[str] = []

    def __getitem__(self, name: str) -> str:
        self.asked.append(name)
        if name not in self:
            raise UnreadableError(f"{name} is not set")
        return super().__getitem__(name)

    def get(self, name: str, default: Any = None) -> Any:  # noqa: ANN401 - as a dict's
        self.asked.append(name)
        return super().get(name, default)


class _Reading:
    """One env.py with the environment it would find."""

    def __init__(self, tree: ast.Module, environ: Mapping[str, str], options: Mapping[str, str]) -> None:
        self._options = options
        self._imports = imports(tree)
        self.variables = _Variables(environ)
        self._asked: dict[str, list[str]] = {}
        """Environment variables behind a name."""
        self.names: dict[str, Any] = {}
        for name, whole in self._imports.items():
            if whole in {"os", "os.environ"}:
                self.names[f"{name}.environ" if whole == "os" else name] = self.variables
        bodies = [tree.body, *(node.body for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))]
        for name, value in (pair for body in bodies for pair in assignments(body)):
            self.variables.asked.clear()
            self.names[name] = UNKNOWN if name in self.names else self.value_or_unknown(value)
            self._asked[name] = [*self.variables.asked]

    def value(self, node: ast.expr) -> Any:  # noqa: ANN401 - any value
        """The value of an expression. UnreadableError."""
        return evaluate(node, self.names, self._call)

    def value_or_unknown(self, node: ast.expr) -> Any:  # noqa: ANN401 - any value
        """The value, or UNKNOWN."""
        try:
            return self.value(node)
        except UnreadableError:
            return UNKNOWN

    def behind(self, node: ast.expr) -> tuple[str, ...]:
        """The environment variables an expression is made of, once its value was asked for."""
        names = (inside.id for inside in ast.walk(node) if isinstance(inside, ast.Name))
        return tuple(dict.fromkeys([*(one for name in names for one in self._asked.get(name, ())),
                                    *self.variables.asked]))  # fmt: skip

    def _call(self, node: ast.Call) -> Any:  # noqa: ANN401 - any value
        name = dotted(node.func, self._imports)
        if name == "os.getenv" and node.args:
            default = self.value(node.args[1]) if len(node.args) > 1 else None
            return self.variables.get(str(self.value(node.args[0])), default)
        if name.endswith("get_main_option") and node.args:
            return self._options.get(str(self.value(node.args[0])))
        raise UnreadableError(f"`{shown(node)}` is only known at run time")


def read_environment(text: str, environ: Mapping[str, str], options: Mapping[str, str]) -> Environment:
    """What an env.py says. `options` are those of the .ini."""
    try:
        tree = parse(text)
    except UnreadableError as error:
        return Environment(unreadable=str(error))
    reading = _Reading(tree, environ, options)
    configured: dict[str, Any] = {}
    for call in _calls(tree, "context.configure"):
        for word in call.keywords:
            if word.arg is not None:
                value = reading.value_or_unknown(word.value)
                same = configured.get(word.arg, value) == value
                configured[word.arg] = value if same else UNKNOWN
    found = _url(tree, reading)
    return Environment(
        configured=configured,
        metadata=_metadata(tree),
        autocommit="AUTOCOMMIT" in text,
        asks_offline="is_offline_mode" in text,
        needs_application="current_app" in text,
        **found,
    )


def _metadata(tree: ast.Module) -> str:
    """The one name of all calls; empty where there is none, or several."""
    once: dict[str, list[ast.expr]] = {}
    for name, value in assignments(tree.body):
        once.setdefault(name, []).append(value)
    found: set[str] = set()
    for call in _calls(tree, "context.configure"):
        for word in (word for word in call.keywords if word.arg == "target_metadata"):
            values = once.get(word.value.id, []) if isinstance(word.value, ast.Name) else []
            found.add(dotted(values[0] if len(values) == 1 else word.value, imports(tree)))
    return found.pop() if len(found) == 1 else ""


def _url(tree: ast.Module, reading: _Reading) -> dict[str, Any]:
    given = next(_settings_of_url(tree), None)
    if given is None:
        return {}
    node, escaped = given
    reading.variables.asked.clear()
    try:
        value = reading.value(node)
    except UnreadableError as error:
        return {"sets_url": True, "why": f"env.py takes its URL from `{_brief(node)}`: {error}"}
    if isinstance(value, str) and value:
        names = ", ".join(reading.behind(node))
        return {
            "sets_url": True,
            "url": value.replace("%%", "%") if escaped else value,
            "url_from": f"env.py ({names})" if names else "env.py",
        }
    return {"sets_url": True, "why": f"env.py takes its URL from `{_brief(node)}`, which is empty here"}


def _settings_of_url(tree: ast.Module) -> Iterator[tuple[ast.expr, bool]]:
    """Where env.py sets the URL itself, likeliest first; whether a % is written twice there."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and dotted(node.func).endswith(("set_main_option", "set_section_option")):
            names = [one.value for one in node.args[:-1] if isinstance(one, ast.Constant)]
            if "sqlalchemy.url" in names:
                yield node.args[-1], True
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript):
            key = node.targets[0].slice
            if isinstance(key, ast.Constant) and key.value == "sqlalchemy.url":
                yield node.value, False
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and dotted(node.func).rpartition(".")[2] in _ENGINES and node.args:
            yield node.args[0], False


def _calls(tree: ast.Module, name: str) -> Iterator[ast.Call]:
    """The calls of that name; what runs offline only stands there, too, so both must agree."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and dotted(node.func) == name:
            yield node


def _brief(node: ast.AST) -> str:
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= 60 else f"{text[:57]}..."
