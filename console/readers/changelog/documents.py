"""XML, YAML and JSON as one tree. No entity is resolved, nothing is fetched, and what grows without end is refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from console.readers.changelog.node import DEEPEST, MOST, ROOT, SHOWN, Node, UnreadError

ENDINGS = (".xml", ".yaml", ".yml", ".json")


def read(text: str, name: str) -> Node | None:
    """The document's root; None where it is no changelog. UnreadError where it cannot be read."""
    kind = name.lower().rpartition(".")[2]
    if kind == "xml":
        return _from_xml(text) if ROOT in text else None
    if ROOT not in text:
        return None
    from console.readers.changelog.documents_yaml import from_yaml

    return from_yaml(text, kind)


@dataclass
class _Open:
    """An element whose end has not been seen."""

    name: str
    attributes: Mapping[str, str]
    line: int
    start: int
    children: list[Node] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    def closed(self, source: str) -> Node:
        return Node(self.name, self.attributes, tuple(self.children), "".join(self.texts), self.line, source)


@dataclass
class _Builder:
    """What expat tells, put together."""

    data: bytes
    parser: expat.XMLParserType
    open: list[_Open] = field(default_factory=lambda: [_Open("", {}, 1, 0)])
    count: int = 0

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        self.count += 1
        if self.count > MOST or len(self.open) > DEEPEST:
            raise UnreadError("it is larger than any changelog")
        plain = {key.rpartition(":")[2]: value for key, value in attributes.items() if not key.startswith("xmlns")}
        line, start = self.parser.CurrentLineNumber, self.parser.CurrentByteIndex
        self.open.append(_Open(name.rpartition(":")[2], plain, line, start))

    def end(self, _: str) -> None:
        done = self.open.pop()
        stop = self.parser.CurrentByteIndex
        if done.children or done.texts or self.data[stop - 2 : stop] != b"/>":
            stop = self.data.find(b">", stop) + 1
        source = self.data[done.start : stop] if stop - done.start <= SHOWN else b""
        self.open[-1].children.append(done.closed(source.decode(errors="replace")))

    def heard(self, text: str) -> None:
        self.open[-1].texts.append(text)


def _refused(*_: object) -> int:
    raise UnreadError("it defines a document type of its own, which is not read")


def _from_xml(text: str) -> Node | None:
    parser = expat.ParserCreate("UTF-8")
    data = text.encode("utf-8", "replace")
    builder = _Builder(data, parser)
    parser.buffer_text = True
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = parser.ExternalEntityRefHandler = _refused
    parser.StartElementHandler, parser.EndElementHandler = builder.begin, builder.end
    parser.CharacterDataHandler = builder.heard
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise UnreadError(f"it is not valid XML (line {error.lineno})") from None
    root = builder.open[0].children[0]
    return root if root.name == ROOT else None
