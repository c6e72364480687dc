"""A file as a module: what it gives to others, by `export`, `exports.` or `module.exports`, and its classes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from console.readers.javascript import calls as _calls  # completes what is evaluated
from console.readers.javascript.evaluate import class_of, evaluate, member_name
from console.readers.javascript.machine import Machine
from console.readers.javascript.scope import Scope, changing
from console.readers.javascript.statements import run
from console.readers.javascript.syntax import (
    LARGEST,
    Node,
    below,
    first_broken,
    is_typescript,
    line_of,
    parse,
    part,
    parts,
    text_of,
    unwrapped,
)
from console.readers.javascript.values import UNDEFINED, Chain, Class, Function, Pairs, Root, Step, Value

__all__ = ["DEFAULT", "Known", "Module", "play", "read"]

play = _calls.play
Known = _calls.Known
DEFAULT = "default"
_IMPORTED = "import_statement"


@dataclass(frozen=True, slots=True)
class Module:
    """What a file gives to others."""

    exports: Mapping[str, Value] = field(default_factory=dict)
    """By name; `default` is that of `export default` and of `module.exports = f`."""
    classes: tuple[Class, ...] = ()
    """Every class of the file that is given to others, in its order."""
    unreadable: str = ""
    """Why nothing of it is read."""

    def function(self, name: str) -> Function | None:
        """A function it gives to others, itself or inside its default."""
        found = self.exports.get(name)
        default = self.exports.get(DEFAULT)
        if found is None and isinstance(default, Pairs):
            found = default.values.get(name)
        if found is None and isinstance(default, Class):
            found = default.methods.get(name)
        return found if isinstance(found, Function) else None

    def value(self, name: str) -> Value:
        """A value it gives to others, itself or inside its default."""
        default = self.exports.get(DEFAULT)
        inner = default.values if isinstance(default, Pairs) else {}
        return self.exports.get(name, inner.get(name, UNDEFINED))


@lru_cache(maxsize=2048)
def read(text: str, name: str, known: Known = ()) -> Module:
    """A file of that name; of the world around it only what is given here is known."""
    if len(text) > LARGEST:
        return Module(unreadable="it is too large to be read")
    root = parse(text.removeprefix("\ufeff"), typed=is_typescript(name))
    broken = first_broken(root)
    if broken is not None:
        language = "TypeScript" if is_typescript(name) else "JavaScript"
        return Module(unreadable=f"line {broken} is not {language} as the parser knows it")
    reading = _Reading(Machine(known=dict(known)), Scope({}, None, object(), changing(root)))
    reading.run(parts(root))
    shared = {id(value): value for value in reading.exports.values() if isinstance(value, Class)}
    return Module(dict(reading.exports), tuple(sorted(shared.values(), key=lambda found: found.line)))


@dataclass(slots=True)
class _Reading:
    machine: Machine
    scope: Scope
    exports: dict[str, Value] = field(default_factory=dict)

    def run(self, nodes: list[Node]) -> None:
        """All statements of the file; functions are known before their line."""
        for node in nodes:
            inner = (part(node, "declaration") or node) if node.type == "export_statement" else node
            if inner.type == "function_declaration":
                name = text_of(part(inner, "name"))
                self.scope.names[name] = Function(inner, self.scope, name)
        listed = [node for node in nodes if node.type == "export_statement"]
        for node in nodes:
            self._one(node)
        for node in listed:
            self._clause(node)

    def _one(self, node: Node) -> None:
        if node.type == _IMPORTED:
            self._import(node)
        elif node.type == "export_statement":
            self._export(node)
        elif not (node.type == "expression_statement" and self._exported(parts(node)[0])):
            run(self.machine, [node], self.scope)

    def _import(self, node: Node) -> None:
        source = part(node, "source")
        whole = Root("module", text_of(source).strip("'\"`"))
        for found in below(node, "identifier", "import_specifier"):
            if found.type == "import_specifier":
                name, alias = text_of(part(found, "name")), text_of(part(found, "alias") or part(found, "name"))
                self.scope.names[alias] = Chain(whole, (Step(name, None, line_of(node)),))
            elif found.parent is not None and found.parent.type != "import_specifier":
                self.scope.names[text_of(found)] = Chain(whole)

    def _export(self, node: Node) -> None:
        declared, value = part(node, "declaration"), part(node, "value")
        default = any(child.type in (DEFAULT, "=") for child in node.children)
        if value is not None or declared is None:
            inner = value or next(
                (child for child in parts(node) if child.type not in ("export_clause", "string")), None
            )
            if inner is not None and default:
                self.exports[DEFAULT] = evaluate(self.machine, inner, self.scope)
            return
        if declared.type in ("class_declaration", "abstract_class_declaration"):
            found: Value = class_of(self.machine, declared, self.scope)
            names = [text_of(part(declared, "name"))]
            self.scope.names[names[0]] = found
        else:
            run(self.machine, [declared], self.scope)
            names = [text_of(part(one, "name")) for one in (declared, *parts(declared)) if part(one, "name")]
            if not names or declared.type not in _GIVING:
                return
        for name in names:
            self.exports[DEFAULT if default else name] = self.scope.names.get(name, UNDEFINED)

    def _clause(self, node: Node) -> None:
        if part(node, "source") is not None:
            return
        for found in below(node, "export_specifier"):
            name = text_of(part(found, "name"))
            self.exports[text_of(part(found, "alias")) or name] = self.scope.find(name, line_of(found))

    def _exported(self, node: Node) -> bool:
        """`exports.up = ...`, `module.exports = ...`: whether it is one."""
        if node.type != "assignment_expression":
            return False
        left, right = part(node, "left"), part(node, "right")
        place = _place(self.machine, unwrapped(left), self.scope) if left is not None else None
        if place is None or right is None:
            return False
        right = unwrapped(right)
        inner = right
        while inner.type == "assignment_expression":
            self._exported(inner)
            inner = unwrapped(part(inner, "right") or inner)
        value = evaluate(self.machine, inner, self.scope)
        if place:
            self.exports[place] = value
            return True
        self.exports = {DEFAULT: value}
        if isinstance(value, Pairs):
            self.exports |= value.values
        return True


_CLAUSES = ("export_clause", "string")
_GIVING = ("function_declaration", "lexical_declaration", "variable_declaration", "generator_function_declaration",
           "enum_declaration")  # fmt: skip


def _place(machine: Machine, left: Node, scope: Scope) -> str | None:
    """The name under which it is given; '' for all of the module; None where it is not."""
    text = "".join(text_of(left).split())
    if text in ("module.exports", "exports=module.exports"):
        return ""
    holder = part(left, "object")
    if holder is None or "".join(text_of(holder).split()) not in ("exports", "module.exports"):
        return None
    key = part(left, "property") or part(left, "index")
    name = member_name(machine, key, scope) if key is not None else None
    return name or None
