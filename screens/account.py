"""Page 7: the account of this incident, newest last; the entry under the cursor with its SQL and evidence below."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from console.core.assessment import Assessment
from console.core.journal import Entry, Topic
from console.core.migration import State
from console.core.room.people import people
from console.core.room.picture import is_part
from console.core.room.seen import NAME, document_of
from screens.commands import JOURNAL
from screens.habits import told
from screens.lines import BLANK, Line, fitted, line, paragraph
from screens.look import Look
from screens.page import Page
from screens.text import one_line, safe, safe_lines
from screens.theme import Tone

_TONES = {
    Topic.ACTING: Tone.STRONG,
    Topic.REFUSED: Tone.WARN,
    Topic.ALONE: Tone.WARN,
    Topic.DECLINED: Tone.WARN,
    Topic.NOTE: Tone.PLAIN,
}
_INDENT = 12


def page(entries: Sequence[Entry], problem: str, look: Look, width: int) -> list[Line]:
    """One line an entry; `problem` says why the account cannot be read."""
    if problem:
        return [BLANK, *paragraph(f"The journal cannot be read: {safe(problem)}", width, 1, tone=Tone.BAD)]
    shown = [entry for entry in entries if look.admits(entry.text, str(entry.who), entry.topic.value)]
    if not shown:
        return [BLANK, line("  nothing has been written yet" if not entries else "  no entry has these words")]
    names = {run: someone.name for run, someone in people(entries).items()}
    return [_line(entry, names.get(entry.run) or str(entry.who), width) for entry in shown]


def _line(entry: Entry, name: str, width: int) -> Line:
    when = told(entry.at, "%H:%M:%S")
    who = f"{safe(name, 20):<14}" if width >= 70 else ""
    topic = (f"{entry.topic.value:<9}", _TONES.get(entry.topic, Tone.DIM))
    return fitted(width, f"  {when}  {who}", topic, one_line(entry.text), key=f"j/{entry.n}")


def details(entries: Sequence[Entry], key: str, width: int) -> list[Line]:
    """Everything that one entry holds."""
    entry = next((e for e in entries if f"j/{e.n}" == key), None)
    if entry is None:
        return []
    when = told(entry.at, "%Y-%m-%d %H:%M:%S %Z")
    head = f"{entry.n}  {when}  {safe(str(entry.who))}  {entry.topic.value}"
    return [fitted(width, " ", (head, Tone.DIM)), *paragraph(safe(entry.text), width, 1), *_parts(entry, width)]


def _parts(entry: Entry, width: int) -> Iterator[Line]:
    document = document_of(entry)
    for label, text in seen_then(document) if document is not None else ():
        yield from paragraph(one_line(text, 400), width, _INDENT, (label, Tone.DIM))
    for name, value in entry.details.items():
        if is_part(name) or (document is not None and name.partition(".")[0] == NAME):
            continue  # letters that nobody reads: `halfway replay` draws them
        head: tuple[str, Tone] | None = (name, Tone.DIM)
        for text in safe_lines(value) if value else ():
            yield from paragraph(text, width, _INDENT, head)
            head = None


def seen_then(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What was found at that moment, a label and a sentence each; what was well then is not told."""
    for framework in document.get("frameworks") or []:
        for migration in framework.get("migrations") or []:
            if migration.get("state") != State.PENDING.value:
                yield "state", f"{_word(migration.get('state'))}: {migration.get('id')}"
                for each in migration.get("statements") or []:
                    yield _word(each.get("verdict")), f"{each.get('n')} {each.get('sql')}"
    if blocked := (document.get("sessions") or {}).get("blocked"):
        yield "blocked", f"{blocked} of {document['sessions'].get('total')} sessions"
    for item in document.get("drift") or []:
        yield "drift", f"{item.get('change')} {item.get('kind')} {item.get('object')}"
    for item in document.get("debris") or []:
        yield "left", f"{_word(item.get('kind'))} {item.get('object')}"
    for text in (document.get("verdict") or {}).get("next") or []:
        yield "next", str(text)


def _word(value: object) -> str:
    return str(value).replace("_", " ")


class JournalPage(Page):
    """The account of this incident."""

    name_of_page = JOURNAL

    def __init__(self) -> None:
        """Nothing is read yet."""
        super().__init__()
        self.entries: Sequence[Entry] = ()
        self.problem = ""

    def lines(self, assessment: Assessment, width: int, height: int) -> Sequence[Line]:
        """One line an entry."""
        return page(self.entries, self.problem, self.look, width)

    def details(self, assessment: Assessment, key: str, width: int) -> Sequence[Line]:
        """The entry under the cursor."""
        return details(self.entries, key, width)
