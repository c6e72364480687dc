"""An .env file by the rules of the library Laravel reads it with: quotes, escapes, comments, `${VAR}`, several lines.

They differ from a shell's: `#` begins a comment in the middle of an unquoted word, and one entry that breaks a rule
stops Laravel altogether. Here such an entry is left out and said by its line; no value is ever quoted in a message.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

_NAME = re.compile(r"[a-zA-Z0-9_.]+\Z")
_EXPORT = re.compile(r"export\s+(?=\S{1,})")
_VARIABLE = re.compile(r"\$\{([a-zA-Z0-9_.]+)\}")
_INNER_QUOTE = re.compile(r'(?=([^\\]"))')
_ESCAPED = {"f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", '"': '"', "\\": "\\", "$": "$"}


@dataclass(frozen=True, slots=True)
class Dotenv:
    """What an .env file says."""

    values: Mapping[str, str] = field(default_factory=dict, repr=False)
    problems: tuple[str, ...] = ()
    """What stops Laravel from reading it: `line 7 holds a blank outside of quotes`."""


@dataclass
class _Value:
    """A value while it is read: its characters, and where a variable may begin."""

    text: str = ""
    variables: list[int] = field(default_factory=list)
    problem: str = ""

    def add(self, character: str) -> None:
        if character == "$":
            self.variables.append(len(self.text))
        self.text += character


def read_dotenv(text: str, process: Mapping[str, str] | None = None) -> Dotenv:
    """The variables of the file; `process` holds those the process has already, which `${...}` means first."""
    process = process or {}
    values: dict[str, str] = {}
    problems: list[str] = []
    for line, entry in _entries(text):
        name, separator, raw = entry.partition("=")
        name = _name(name.strip() if separator else name)
        value = _value(raw.strip())
        if not _NAME.match(name):
            problems.append(f"line {line} does not name a variable")
        elif value.problem:
            problems.append(f"line {line} holds {value.problem}")
        elif separator:
            values[name] = _with_variables(value, {**values, **process})
        else:
            values.pop(name, None)
    return Dotenv(values, tuple(problems))


def _name(name: str) -> str:
    name = _EXPORT.sub("", name, count=1) if len(name) > 8 and name.startswith("export") else name
    return name[1:-1] if len(name) > 2 and name[0] == name[-1] and name[0] in "'\"" else name


def _entries(text: str) -> Iterator[tuple[int, str]]:
    """(number of the first line, text) of every entry: a value in double quotes may go over several lines, and one
    that never ends is silently no entry."""
    held: list[str] = []
    first = 0
    for number, line in enumerate(re.split(r"\r\n|\n|\r", text), 1):
        starts = '="' in line and not _ends(line, started=True)
        if starts or held:
            first = first if held else number
            held.append(line)
            if not _ends(line, started=starts):
                continue
            line, held = "\n".join(held), []  # noqa: PLW2901 - the entry is these lines
        else:
            first = number
        if line.strip() and not line.lstrip().startswith("#"):
            yield first, line


def _ends(line: str, *, started: bool) -> bool:
    if line == '"':
        return True
    quotes = len(_INNER_QUOTE.findall(line.replace("\\\\", "")))
    return quotes > 1 if started else quotes >= 1


def _value(raw: str) -> _Value:
    value = _Value()
    if raw[:1] == "'":
        end = raw.find("'", 1)
        if end < 0:
            return _Value(problem="a quote that is not closed")
        return _Value(raw[1:end], problem=_rest(raw[end + 1 :]))
    if raw[:1] == '"':
        return _quoted(raw)
    for at, character in enumerate(raw):
        if character == "#":
            break
        if character.isspace():
            value.problem = _rest(raw[at:])
            break
        value.add(character)
    return value


def _quoted(raw: str) -> _Value:
    value = _Value()
    at = 1
    while at < len(raw):
        character = raw[at]
        if character == '"':
            value.problem = _rest(raw[at + 1 :])
            return value
        if character == "\\":
            at += 1
            if raw[at : at + 1] not in _ESCAPED:
                return _Value(problem="an escape sequence that does not exist")
            value.text += _ESCAPED[raw[at]]
        else:
            value.add(character)
        at += 1
    return _Value(problem="a quote that is not closed")


def _rest(text: str) -> str:
    """Behind a value only a comment may stand."""
    text = text.lstrip()
    return "" if not text or text[0] == "#" else "a blank outside of quotes"


def _with_variables(value: _Value, known: Mapping[str, str]) -> str:
    text = value.text
    for at in reversed(value.variables):
        found = _VARIABLE.match(text, at)
        if found and found[1] in known:
            text = text[:at] + known[found[1]] + text[found.end() :]
    return text
