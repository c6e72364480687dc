"""YAML and JSON as the tree; apart from the rest, because who has no such changelog does not load the library."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from console.readers.changelog.node import DEEPEST, MOST, ROOT, SHOWN, SHOWN_LINES, Node, UnreadError


def from_yaml(text: str, kind: str) -> Node | None:
    """The document's root; None where it is no changelog. UnreadError where it cannot be read."""
    try:
        found = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = f" (line {error.problem_mark.line + 1})" if error.problem_mark else ""
        raise UnreadError(f"it is not valid {kind.upper()}{line}") from None
    except (yaml.YAMLError, ValueError, RecursionError):
        raise UnreadError(f"it is not valid {kind.upper()}") from None
    if not isinstance(found, yaml.MappingNode):
        return None
    builder = _Yaml(text.split("\n"))
    try:
        return next((node for node in builder.entries(found, 0) if node.name == ROOT), None)
    except RecursionError:
        raise UnreadError("it is deeper than any changelog") from None


@dataclass
class _Yaml:
    """Nodes of YAML made into ours."""

    lines: list[str]
    count: int = 0

    def _counted(self, depth: int) -> None:
        self.count += 1
        if self.count > MOST or depth > DEEPEST:
            raise UnreadError("it is larger than any changelog")

    def entries(self, mapping: yaml.MappingNode, depth: int) -> Iterator[Node]:
        """Each key with its value."""
        self._counted(depth)
        for key, value in mapping.value:
            if isinstance(key, yaml.ScalarNode):
                yield self.made(key.value, value, key, depth + 1)

    def made(self, name: str, value: yaml.Node, key: yaml.Node, depth: int) -> Node:
        """One key as a node."""
        self._counted(depth)
        line, source = key.start_mark.line + 1, self._source(key, value)
        if isinstance(value, yaml.MappingNode):
            inside = tuple(self.entries(value, depth))
            return _gathered(name, inside, line, source)
        if isinstance(value, yaml.SequenceNode):
            return Node(name, {}, tuple(self._items(value, depth)), self._joined(value), line, source)
        if name in ("id", "author") and value.tag.endswith(":timestamp"):
            raise UnreadError(
                f"its {name} {value.value} is a date to YAML, which Liquibase keeps in its machine's words"
            )
        return Node(name, {}, (), _scalar(value), line, "" if value.tag.endswith(":null") else source)

    def _items(self, value: yaml.SequenceNode, depth: int) -> Iterator[Node]:
        for item in value.value:
            if isinstance(item, yaml.MappingNode):
                yield from self.entries(item, depth + 1)
            elif isinstance(item, yaml.ScalarNode):
                yield Node("", {}, (), _scalar(item), item.start_mark.line + 1)

    def _joined(self, value: yaml.SequenceNode) -> str:
        """A list of plain values as Liquibase takes it where it wants one text."""
        scalars = [_scalar(item) for item in value.value if isinstance(item, yaml.ScalarNode)]
        return ",".join(scalars) if len(scalars) == len(value.value) else ""

    def _source(self, key: yaml.Node, value: yaml.Node) -> str:
        first, last = key.start_mark.line, value.end_mark.line + (1 if value.end_mark.column else 0)
        if last - first > SHOWN_LINES:
            return ""
        text = "\n".join(self.lines[first : max(last, first + 1)]).rstrip()
        return text if len(text) <= SHOWN else ""


def _gathered(name: str, inside: tuple[Node, ...], line: int, source: str) -> Node:
    """Plain values become attributes, all else children; a null is a child without anything."""
    plain = {n.name: n.text for n in inside if not n.children and not n.attributes and (n.text or n.source)}
    others = tuple(n for n in inside if n.name not in plain)
    return Node(name, plain, others, "", line, source)


def _scalar(node: yaml.Node) -> str:
    """A value as Liquibase sees it: numbers as Java writes them."""
    text = str(node.value)
    kind = node.tag.rpartition(":")[2]
    if kind == "bool":
        return "true" if text.lower() in ("yes", "true", "on") else "false"
    if kind == "int":
        return _whole(text)
    if kind == "float":
        return repr(float(text.replace("_", ""))) if "e" not in text.lower() and ":" not in text else text
    return "" if kind == "null" else text


def _whole(text: str) -> str:
    loader = yaml.SafeLoader("")
    return str(loader.construct_yaml_int(yaml.ScalarNode("tag:yaml.org,2002:int", text)))
