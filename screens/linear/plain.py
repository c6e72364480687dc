"""Lines of the pages as sentences: what stands in columns is named, capitals become words, nothing is drawn."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from screens.lines import Line
from screens.tones import Tone

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
        return f"{first.strip()}. {apart(rest)}"
    if rest and first != first.rstrip():
        return f"{label(first)}: {''.join(rest).rstrip()}"
    if not rest and shown.spans[0][0] in (" ", "  "):
        return prose(first.strip(), step=shown.spans[-1][1] is Tone.STRONG)
    if rest and any(text.startswith("  ") for text in rest):
        return apart(spans)
    indented = next((text for text, _ in shown.spans), "").isspace()
    return "".join(spans).rstrip() if indented else shown.text.strip()


def prose(text: str, *, step: bool = False) -> str:
    """What stands apart on a page, with commas; a step of a plan begins with its number, and is called one."""
    number, gap, rest = text.partition("  ")
    if step and gap and number.isdigit():
        return f"Step {number}: {rest.replace('  ', ' ')}"
    return age(apart([text]))


def apart(texts: Iterable[str]) -> str:
    """What stands in columns, with commas between."""
    return ", ".join(part.strip() for text in texts for part in text.split("  ") if part.strip())


def named(lines: Iterable[str]) -> Iterator[str]:
    """With the word of the line before in front of every one that has none of its own."""
    head = ""
    for text in lines:
        word, colon, _ = text.partition(": ")
        own = bool(colon) and len(word.split()) <= 2
        head = word if own else head
        yield text if own or not head else f"{head}: {text}"


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
    return text.replace("<10 s", "less than 10 s")
