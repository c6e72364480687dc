"""The classes, enums, traits and functions of a PHP file, and what the names in it mean."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from console.readers.php.syntax import Node, descendants, first_of, name_of, of_type, parse, part, parts, text_of

_CLASSES = ("class_declaration", "enum_declaration", "trait_declaration", "interface_declaration")


@dataclass(frozen=True, slots=True, eq=False)
class PhpFile:
    """One parsed file."""

    root: Node
    namespace: str = ""
    imports: dict[str, str] = field(default_factory=dict)
    """Lower-case alias -> full name."""
    functions: dict[str, Node] = field(default_factory=dict)
    classes: dict[str, ClassInfo] = field(default_factory=dict)
    """Lower-case full name -> class."""

    def full_name(self, name: str) -> str:
        """What a class name written in this file means, without a leading backslash."""
        if name.startswith("\\"):
            return name[1:]
        first, _, rest = name.partition("\\")
        if first.lower() in self.imports:
            return "\\".join(filter(None, (self.imports[first.lower()], rest)))
        return f"{self.namespace}\\{name}" if self.namespace else name


@dataclass(frozen=True, slots=True, eq=False)
class ClassInfo:
    """A class as it is written."""

    file: PhpFile
    name: str
    """Full name; empty when it has none."""
    node: Node
    parent: str = ""
    """Full name."""
    traits: tuple[str, ...] = ()
    constants: dict[str, Node] = field(default_factory=dict)
    cases: dict[str, Node | None] = field(default_factory=dict)
    """Name -> the node of its value, in order."""
    properties: dict[str, Node | None] = field(default_factory=dict)
    """Name -> the node of its first value, or None."""
    methods: dict[str, Node] = field(default_factory=dict)
    """Lower-case name -> node."""


def read_file(text: str) -> PhpFile:
    """A file with everything that has a name in it."""
    root = parse(text)
    space = next(descendants(root, "namespace_definition"), None)
    file = PhpFile(root, text_of(part(space, "name")) if space else "", dict(_imports(root)))
    for node in descendants(root, "function_definition"):
        file.functions.setdefault(text_of(part(node, "name")).lower(), node)
    for node in descendants(root, *_CLASSES):
        found = class_of(file, node)
        file.classes.setdefault(found.name.lower(), found)
    return file


def class_of(file: PhpFile, node: Node) -> ClassInfo:
    """The class a node declares: `anonymous_class` too."""
    name = text_of(part(node, "name"))
    if name and file.namespace:
        name = f"{file.namespace}\\{name}"
    body = part(node, "body")
    base = first_of(node, "base_clause")
    members = parts(body) if body else []
    found = ClassInfo(
        file, name, node, file.full_name(_first_text(base)), tuple(_traits(file, members)), cases=dict(_cases(members))
    )
    for member in members:
        _add_member(found, member)
    return found


def anonymous_classes(file: PhpFile) -> Iterator[ClassInfo]:
    """The classes without a name, in the file's order; older grammars give them no node of their own."""
    for node in descendants(file.root, "anonymous_class"):
        yield class_of(file, node)
    for node in descendants(file.root, "object_creation_expression"):
        if first_of(node, "declaration_list"):
            yield class_of(file, node)


def _first_text(node: Node | None) -> str:
    return text_of(parts(node)[0]) if node and parts(node) else ""


def _imports(root: Node) -> Iterator[tuple[str, str]]:
    for node in descendants(root, "namespace_use_declaration"):
        before = text_of(first_of(node, "namespace_name")).strip("\\")
        for clause in descendants(node, "namespace_use_clause"):
            if part(clause, "type") is None and part(node, "type") is None:
                yield _import(clause, before)


def _import(clause: Node, before: str) -> tuple[str, str]:
    alias = part(clause, "alias")
    name = _first_text(clause).strip("\\")
    full = f"{before}\\{name}" if before else name
    return (text_of(alias) or full.rpartition("\\")[2]).lower(), full


def _traits(file: PhpFile, members: list[Node]) -> Iterator[str]:
    for member in members:
        if member.type == "use_declaration":
            yield from (file.full_name(text_of(node)) for node in of_type(member, "name", "qualified_name"))


def _cases(members: list[Node]) -> Iterator[tuple[str, Node | None]]:
    for member in members:
        if member.type == "enum_case":
            yield text_of(part(member, "name")), part(member, "value")


def _add_member(found: ClassInfo, member: Node) -> None:
    if member.type == "const_declaration":
        for element in of_type(member, "const_element"):
            inside = parts(element)
            found.constants[text_of(inside[0])] = inside[-1]
    elif member.type == "property_declaration":
        for element in of_type(member, "property_element"):
            found.properties[name_of(part(element, "name") or parts(element)[0])] = _default(element)
    elif member.type == "method_declaration":
        found.methods[text_of(part(member, "name")).lower()] = member


def _default(element: Node) -> Node | None:
    """The first value of a property, spelled with or without a field by the grammar's version."""
    found = part(element, "default_value")
    if found is not None:
        return found
    holder = first_of(element, "property_initializer")
    return parts(holder)[0] if holder else None
