"""Lines of the pages as sentences: what stands in columns is named, capitals become words, nothing is drawn."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from screens.lines import Line

WIDE = 100_000
"""Cells of a line that is said: nothing is folded or cut."""


def sentences(lines: Iterable[Line]) -> Iterator[str]:
    """Each line that says something."""
    return filter(None, map(sentence, lines))


def sentence(shown: Line) -> str:
    """`Runs: DROP INDEX a`: the word in front named as what it is; the text behind it as it is, letter by letter."""
    spans = [text for text, _ in shown.spans if text.strip()]
    if not spans:
        return ""
    first, *rest = spans
    if rest and first.strip().isdigit():
        return f"{first.strip()}. {''.join(rest).strip()}"
    if rest and first != first.rstrip():
        return f"{label(first)}: {''.join(rest).rstrip()}"
    if rest and any(text.startswith("  ") for text in rest):
        return ", ".join(part.strip() for text in spans for part in text.split("  ") if part.strip())
    indented = next((text for text, _ in shown.spans), "").isspace()
    return "".join(spans).rstrip() if indented else shown.text.strip()


def label(text: str) -> str:
    """`Not seen` for `NOT SEEN `; what is no single word of ours stays."""
    text = text.strip()
    return f"{text[:1].upper()}{text[1:].lower()}" if text.isupper() else f"{text[:1].upper()}{text[1:]}"


def stop(text: str) -> str:
    """A sentence has an end that is heard."""
    return text if not text or text[-1] in ".!?:;" else f"{text}."


def many(count: int, noun: str) -> str:
    """`1 session`, `3 sessions`."""
    return f"{count:,} {noun}{'s' * (count != 1)}"


def word(value: str) -> str:
    """`half applied`, `not landed`: capitals are read letter by letter."""
    return value.replace("_", " ").lower()


def age(text: str) -> str:
    """`less than 10 s`: signs are not heard."""
    return text.replace("<", "less than ")
