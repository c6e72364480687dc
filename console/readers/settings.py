"""Configuration files as flat text settings, so that no framework parses a file format itself.

Every reader gives `{dotted name: text}`. A file that is not what its name says raises a ProjectFault that names the
file and the line and never quotes it: these files hold passwords.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from console.core.faults import ProjectFault

LARGEST = 2 * 1024 * 1024
"""Bytes; a configuration file that is larger is not one."""

Lookup = Callable[[str], str | None]

_SEPARATOR = re.compile(r"(?<!\\)(?:\\\\)*[=:\s]")
_PLAIN_SEPARATOR = re.compile(r"\s*[=:]\s*|\s+")
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "f": "\f"}
_MAVEN_TOKEN = re.compile(r"(?m)(:[ \t]+|^[ \t]*-[ \t]+)(@[\w.\-]+@)([ \t]*)$")
_DEEPEST = 64


class Settings(dict[str, str]):
    """Settings that keep their values, and the environment they were read with, to themselves when printed."""

    def __init__(self, values: Mapping[str, str], environ: Mapping[str, str] = MappingProxyType({})) -> None:
        """`environ` is what the process had when the project was found: an .env stands below it."""
        super().__init__(values)
        self.environ = environ

    def __repr__(self) -> str:
        return f"Settings({', '.join(sorted(self))})"

    __str__ = __repr__


def environ_of(settings: Mapping[str, str]) -> Mapping[str, str]:
    """The environment a project was found with."""
    return settings.environ if isinstance(settings, Settings) else {}


def read_text(path: Path) -> str | None:
    """The text of a configuration file; None when there is no such file. ProjectFault when it cannot be read."""
    try:
        if not path.is_file():
            return None
        if path.stat().st_size > LARGEST:
            raise ProjectFault(f"{path} is too large for a configuration file", f"more than {LARGEST} bytes")
        return path.read_bytes().decode("utf-8", errors="replace").removeprefix("\ufeff")
    except OSError as error:
        raise ProjectFault(f"{path} cannot be read", error.strerror or type(error).__name__) from None


def properties(text: str) -> dict[str, str]:
    r"""A Java properties file: `=`, `:` or blank between name and value, `\\` continues a line and escapes."""
    found: dict[str, str] = {}
    for line in _logical_lines(text):
        separator = _SEPARATOR.search(line)
        if separator is None:
            found[_unescaped(line)] = ""
            continue
        name = _unescaped(line[: separator.end() - 1])
        rest = line[separator.end() - 1 :].lstrip(" \t\f")
        found[name] = _unescaped(rest[1:].lstrip(" \t\f") if rest[:1] in {"=", ":"} else rest)
    return found


def plain_properties(text: str) -> dict[str, str]:
    """Properties whose backslashes are just backslashes (Windows paths); one at a line's end still continues it."""
    found: dict[str, str] = {}
    for line in _logical_lines(text):
        name, *value = _PLAIN_SEPARATOR.split(line.strip(), maxsplit=1)
        found[name] = "".join(value)
    return found


def _logical_lines(text: str) -> Iterator[str]:
    held = ""
    for raw in text.splitlines():
        line = raw.lstrip(" \t\f")
        if not held and (not line or line[0] in "#!"):
            continue
        trailing = len(line) - len(line.rstrip("\\"))
        if trailing % 2:
            held += line[:-1]
            continue
        yield held + line
        held = ""
    if held:
        yield held


def _unescaped(text: str) -> str:
    def plain(match: re.Match[str]) -> str:
        what = match[1]
        return chr(int(what[1:], 16)) if len(what) > 1 else _ESCAPED.get(what, what)

    found = _ESCAPE.sub(plain, text)
    return found.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # Java writes a character as two halves


def toml(text: str, origin: str) -> dict[str, str]:
    """A TOML file, tables as dotted names, lists joined by commas."""
    import tomllib

    try:
        return dict(_flat(tomllib.loads(text)))
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"line \d+", str(error))
        raise ProjectFault(f"{origin} is not valid TOML", place[0] if place else "") from None


def yaml_documents(text: str, origin: str) -> tuple[dict[str, str], ...]:
    """Every document of a YAML file. `@name@` is left as Maven leaves it in sources: a plain text."""
    import yaml

    quoted = _MAVEN_TOKEN.sub(r'\1"\2"\3', text)
    try:
        documents = list(yaml.safe_load_all(quoted))
    except yaml.MarkedYAMLError as error:
        line = f"line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise ProjectFault(f"{origin} is not valid YAML", line) from None
    except (yaml.YAMLError, ValueError, RecursionError):
        raise ProjectFault(f"{origin} is not valid YAML") from None
    return tuple(dict(_flat(document)) for document in documents if isinstance(document, dict))


def dotenv(text: str) -> dict[str, str]:
    """An `.env` file: `NAME=value`, `export` and quotes allowed, nothing is run or expanded."""
    found: dict[str, str] = {}
    for raw in text.splitlines():
        line = raw.strip().removeprefix("export ").lstrip()
        name, separator, value = line.partition("=")
        if not separator or line.startswith("#"):
            continue
        found[name.strip()] = _unquoted(value.strip())
    return found


def _unquoted(value: str) -> str:
    if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"":
        return value[1:-1]
    return value.split(" #", 1)[0].rstrip()


def _flat(value: object, name: str = "", depth: int = 0) -> Iterator[tuple[str, str]]:
    if depth > _DEEPEST:
        return
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _flat(inner, f"{name}.{key}" if name else str(key), depth + 1)
    elif isinstance(value, list):
        if all(not isinstance(item, (dict, list)) for item in value):
            yield name, ",".join(_word(item) for item in value)
        else:
            for at, item in enumerate(value):
                yield from _flat(item, f"{name}[{at}]", depth + 1)
    elif value is not None:
        yield name, _word(value)


def _word(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def canonical(name: str) -> str:
    """A name without case, dots, dashes and underscores: what relaxed binding compares."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def expand(text: str, lookup: Lookup, seen: frozenset[str] = frozenset()) -> tuple[str, tuple[str, ...]]:
    """`${name:default}` replaced, nested ones too, and the names that nobody knows (they stay in the text)."""
    done: list[str] = []
    unknown: list[str] = []
    at = 0
    while (start := text.find("${", at)) >= 0 and (end := _closing(text, start + 2)) is not None:
        value, missing = _value(text[start + 2 : end], lookup, seen)
        done += [text[at:start], value]
        unknown += missing
        at = end + 1
    return "".join([*done, text[at:]]), tuple(unknown)


def _closing(text: str, start: int) -> int | None:
    depth = 1
    for at in range(start, len(text)):
        if text.startswith("${", at):
            depth += 1
        elif text[at] == "}":
            depth -= 1
            if depth == 0:
                return at
    return None


def _value(body: str, lookup: Lookup, seen: frozenset[str]) -> tuple[str, tuple[str, ...]]:
    name, separator, default = body.partition(":")
    if "${" in name:
        name, separator, default = expand(body, lookup, seen)[0].partition(":")
    known = lookup(name) if name not in seen else None
    if known is not None:
        return expand(known, lookup, seen | {name})
    if separator:
        return expand(default, lookup, seen)
    return f"${{{body}}}", (name,)


def first_of(*layers: Mapping[str, str]) -> Lookup:
    """A lookup that asks one mapping after the other."""

    def look(name: str) -> str | None:
        return next((layer[name] for layer in layers if name in layer), None)

    return look
