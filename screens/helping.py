"""What a page is for and which keys work there: the text behind `?`, and the hint of the first time."""

from __future__ import annotations

from screens.commands import JOURNAL, PREFLIGHT, here, key_for, moves_here, printed
from screens.lines import BLANK, Line, line, spread
from screens.text import fit
from screens.theme import Tone

PURPOSES = {
    "incident": "What state the database is really in, who is in the way, and what is safe next.",
    "migrations": "What the tool believes beside what really landed, statement by statement.",
    "schema": "What is in the database now, read from its catalog.",
    "locks": "Who waits for whom; who stands on top holds up all below.",
    "diff": "How the schema should be, and how it is.",
    "recover": "The ways out of this state, the recommended one first, and why others are closed.",
    JOURNAL: "What was seen, done and refused, as it was written down, newest last.",
    PREFLIGHT: "What pending migrations would lock, rewrite or lose here, before anybody runs them.",
}
_HINTS = {
    "incident": "{open} opens a line, {migrations} to {recover} are the other pages, {help} has all keys",
    "migrations": "{open} unfolds a migration, {view_file} shows its file, {filter} finds words",
    "schema": "{open} unfolds, {filter} finds a name, {fold} unfolds everything",
    "locks": "who stands on top holds up all below, {copy} copies what the cursor is on",
    "diff": "{next} goes to the next difference, {all} shows everything, {source} changes the source",
    "recover": "{open} shows a way's plan, nothing is sent before its phrase is typed",
    JOURNAL: "newest last, {filter} finds words, {copy} copies an entry",
    PREFLIGHT: "{open} unfolds, {view_file} shows the file, nothing is run here",
}


class _Keys(dict[str, str]):
    """The key of a command, as it is on this keyboard."""

    def __missing__(self, name: str) -> str:
        return key_for(name)


def hint(page: str, width: int) -> Line:
    """One line for who sees the page for the first time; how to leave stays in sight."""
    leave = f"{key_for('quit')} quit"
    first, *rest = _HINTS[page].format_map(_Keys()).split(", ")
    while rest and len(f"{first}, {rest[0]}") < width - len(leave) - 6:
        first = f"{first}, {rest.pop(0)}"
    return spread(width, [f" {first}"], (leave, Tone.DIM))


def help_lines(page: str) -> list[Line]:
    """What the page is for, and all keys that work there."""
    rows = [(" ".join(printed(key) for key in c.keys if key != "equals_sign"), c.help) for c in here(page)]
    rows += [(keys, text) for keys, text in moves_here(page) if keys]
    about = line("  ", (PURPOSES[page], Tone.STRONG))
    return [about, BLANK, *(line("  ", (fit(key, 19), Tone.STRONG), text) for key, text in rows)]
