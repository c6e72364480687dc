"""A story without data: every literal of every statement, and every mention of one, is left out; so are, for a brief,
the names of people, accounts, hosts and sessions, and where anything lies (hidden.py).

Names of tables, columns and migrations stay: without them nothing could be understood. Text that is no SQL is searched
for what stood in quotation marks and for every literal that any statement held. One character too many is left out
rather than one too few.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

from console.core.journal import Entry, Person, Topic
from console.core.lexer import TokenKind, string_value, tokens
from console.core.masks import mask
from console.core.room.picture import is_part
from console.core.room.seen import NAME as SEEN_NAME
from console.core.room.seen import details_of, document_of
from console.report.account.hidden import WHO, nameless, without_places
from console.report.account.story import Story, story_of

LEFT_OUT = "?"
SHORTEST = 3
"""Letters of a literal that is searched for in other text; shorter ones tell nothing, and stand everywhere."""
_LITERALS = frozenset({TokenKind.STRING, TokenKind.NUMBER, TokenKind.COPY_DATA, TokenKind.UNTERMINATED, TokenKind.META})
_SQL = frozenset({"sql", "query"})
_DEFINITIONS = frozenset({"expected", "actual"})
"""What is written as SQL and is no statement: it keeps its short numbers."""
_OURS = frozenset({"state", "verdict", "kind", "change", "dialect", "taken_at", "framework", "outcome", "acting",
                   "asked", "provable", "certainty", "what"})  # fmt: skip
"""Words and numbers of this program itself: no value of anybody's."""
_QUOTED = re.compile(r"'[^']*'|\$(\w*)\$.*?\$\1\$", re.DOTALL)
_HEX = re.compile(r"\b0x[0-9a-f]+\b|\\x[0-9a-f]{6,}", re.IGNORECASE)
Mask = Callable[[str], str]


def redacted(story: Story, *, people: bool = False) -> Story:
    """The same without data; with `people` also without anything that says who or where."""
    dialect = _dialect(story)
    known = one_of({part for sql in _statements(story) for part in literals(sql, dialect)} - _migrations(story))
    places = without_places(story) if people else None

    def text(given: str) -> str:
        given = _QUOTED.sub(f"'{LEFT_OUT}'", known.sub(LEFT_OUT, mask(given)))
        given = _HEX.sub(LEFT_OUT, given)
        return places(given) if places else given

    entries = tuple(_entry(entry, text, dialect, people) for entry in story.entries)
    incident = "the database" if people else text(story.incident)
    named = (replace(entry, incident=incident) for entry in entries)
    return story_of(named, incident, text(story.broken), "" if people else story.source)


def _migrations(story: Story) -> set[str]:
    """What migrations are called: the rows of their tool hold it as well, and it is nobody's data."""
    found = (document_of(entry) for entry in story.entries)
    every = [m for each in found if each for f in each.get("frameworks") or [] for m in f.get("migrations") or []]
    return {str(migration.get("id")) for migration in every}


def masked_sql(sql: str, dialect: str) -> str:
    """The statement with `?` for each literal, and without its comments."""
    parts = []
    for token in tokens(mask(sql), dialect):
        if token.kind in _LITERALS:
            parts.append(LEFT_OUT)
        elif token.kind is TokenKind.COMMENT:
            parts.append(" ")
        else:
            parts.append(token.text)
    return "".join(parts)


def literals(sql: str, dialect: str) -> Iterator[str]:
    """What stands in its literals, as it is written and as it is meant; what a routine's text holds as well."""
    for token in tokens(sql, dialect):
        if token.kind is TokenKind.COPY_DATA:
            yield from (cell for cell in re.split(r"[\t\r\n]", token.text) if len(cell) >= SHORTEST)
        elif token.kind in _LITERALS:
            yield from (way for way in _ways(token.text, token.kind) if len(way) >= SHORTEST)


def _ways(written: str, kind: TokenKind) -> Iterator[str]:
    yield written
    if kind is TokenKind.STRING and ("'" in written or written.startswith("$")):
        meant = string_value(written)
        yield from (meant, " ".join(meant.split()))
    inner = re.sub(r"\A(?:[a-zA-Z&]{0,2}['\"]|\$\w*\$)|(?:['\"]|\$\w*\$)\Z", "", written)
    yield from (inner, inner.replace("''", "'"), inner.replace('""', '"'), inner.replace("\\", ""))
    yield from re.findall(r"'([^']{3,})'", inner)


def one_of(known: set[str]) -> re.Pattern[str]:
    """Finds each of them, the longest first; a number or a word only where it stands by itself."""
    every = sorted((each for each in known if each.strip()), key=lambda each: (-len(each), each))
    return re.compile("|".join(_alone(each) for each in every) or r"(?!)")


def _alone(each: str) -> str:
    return rf"(?<![\w.]){re.escape(each)}(?!\w)" if each.isdigit() else re.escape(each)


def _entry(entry: Entry, text: Mask, dialect: str, people: bool) -> Entry:
    if entry.topic is Topic.SEEN and (found := document_of(entry)) is not None:
        details = details_of(_value(nameless(found) if people else found, text, dialect, ""))
    else:
        details = {
            name: LEFT_OUT if people and name in WHO else _text(value, text, dialect, name)
            for name, value in entry.details.items()
            if not name.startswith(SEEN_NAME) and not is_part(name)
        }
    who = Person("a responder") if people else entry.who
    return replace(entry, text=text(entry.text), details=details, who=who)


def _text(found: str, text: Mask, dialect: str, name: str) -> str:
    if name in _OURS:
        return found
    return text(masked_sql(found, dialect)) if name in _SQL else text(found)


def _value(found: Any, text: Mask, dialect: str, name: str) -> Any:  # noqa: ANN401 - what JSON holds
    if isinstance(found, dict):
        return {key: _value(value, text, dialect, str(key)) for key, value in found.items()}
    if isinstance(found, list):
        return [_value(each, text, dialect, name) for each in found]
    return _text(found, text, dialect, name) if isinstance(found, str) else found


def _statements(story: Story) -> Iterator[str]:
    for entry in story.entries:
        yield from (value for name, value in entry.details.items() if name in _SQL)
    for seen in story.seen:
        yield from _texts(seen.document)


def _texts(found: Any) -> Iterable[str]:  # noqa: ANN401 - what JSON holds
    if isinstance(found, dict):
        for key, value in found.items():
            if key in _SQL | _DEFINITIONS and isinstance(value, str):
                yield value
            else:
                yield from _texts(value)
    elif isinstance(found, list):
        for each in found:
            yield from _texts(each)


def _dialect(story: Story) -> str:
    told = next((str((s.document.get("database") or {}).get("dialect")) for s in reversed(story.seen)), "postgresql")
    return {"postgresql": "postgres"}.get(told, told if told in ("mysql", "mariadb", "sqlite") else "postgres")
