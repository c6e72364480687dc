"""Every command, declared once: bindings, key line, help, palette and the README's table are made from this."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from screens.habits import moved_keys
from screens.role import acts, hears, replays

if TYPE_CHECKING:
    from textual.binding import BindingType

PAGES = ("incident", "migrations", "schema", "locks", "diff", "recover")
JOURNAL = "journal"
"""The page of those who act."""
PREFLIGHT = "preflight"
"""Of no use while something burns: its tab stands there where there is room, and while it is in front."""
_LISTS = frozenset({"migrations", "schema", "locks", "diff", "recover", PREFLIGHT})
_ORDERED = _LISTS - {"diff", "recover", PREFLIGHT}
_DIFF = frozenset({"diff"})
_ALL = frozenset(PAGES)
_EVERYWHERE = frozenset({*PAGES, JOURNAL, PREFLIGHT})
_OF_MIGRATIONS = frozenset({"incident", "migrations", "recover"})


@dataclass(frozen=True, slots=True)
class Command:
    """Something a person can ask for."""

    name: str
    """What the app or the page calls it: `do_<name>`."""
    keys: tuple[str, ...]
    """Key names as Textual spells them; the first is shown."""
    label: str
    """One or two words for the key line; '' to leave it out there."""
    help: str
    pages: frozenset[str] = _EVERYWHERE

    @property
    def key(self) -> str:
        """The first key as printed on a keyboard."""
        return printed(self.keys[0])


_PRINTED = {
    "question_mark": "?", "right_square_bracket": "]", "left_square_bracket": "[",
    "full_stop": ".", "comma": ",", "greater_than_sign": ">", "less_than_sign": "<",
    "colon": ":", "slash": "/", "plus": "+", "minus": "-", "enter": "Enter", "tab": "Tab",
    "escape": "Esc", "up": "Up", "down": "Down", "pageup": "PgUp", "pagedown": "PgDn", "home": "Home", "end": "End",
    "space": "Space",
}  # fmt: skip


def printed(key: str) -> str:
    """A key as it is printed on a keyboard."""
    if key.startswith("ctrl+"):
        return f"Ctrl-{key[-1].upper()}"
    if (found := _PRINTED.get(key)) is None and len(key) > 1 and not key[1:].isdigit():
        from textual.keys import key_to_character  # where nothing is drawn it is not loaded

        return key_to_character(key) or key
    return found or (key.upper() if len(key) > 1 else key)


COMMANDS = (
    Command("help", ("question_mark",), "keys", "All keys that work here."),
    Command("palette", ("colon", "ctrl+p"), "command", "A line for a command; Tab completes it."),
    Command("open", ("enter",), "open", "Open what the cursor is on: unfold it, or go to its page."),
    Command("view_file", ("v",), "file", "The migration file's own text.",
            frozenset({"incident", "migrations", PREFLIGHT})),
    Command("count", ("c",), "count", "Ask why: rows left to do or in the way, and the error in the tool's log.",
            frozenset({"incident", "migrations", "recover", PREFLIGHT})),
    Command("next", ("right_square_bracket",), "next", "To the next difference.", _DIFF),
    Command("previous", ("left_square_bracket",), "previous", "To the difference before.", _DIFF),
    Command("all", ("a",), "all", "Everything beside each other, or only what differs.", _DIFF),
    Command("source", ("s",), "source", "Compare with the next source of what should be there.", _DIFF),
    Command("ignore", ("x",), "ignore", "Live with this difference: the lines for the configuration.", _DIFF),
    Command("in_tree", ("g", "t"), "tree", "To this in the tree of what is there.", _DIFF),
    Command("tree", ("t",), "tree", "To what this touches in the tree of what is there.", frozenset({"migrations"})),
    Command("difference", ("d",), "diff", "To what differs here from what is expected.", frozenset({"schema"})),
    Command("fold", ("e",), "fold", "Fold or unfold everything.", _LISTS),
    Command("order", ("o",), "order", "Change the order.", _ORDERED),
    Command("filter", ("slash",), "filter", "Show only lines with these words; Esc shows all again.",
            _LISTS | {JOURNAL}),
    Command("refresh", ("r", "ctrl+l"), "refresh", "Sweep now, and draw the screen anew."),
    Command("pause", ("p",), "pause", "Stop sweeping; again: go on."),
    Command("copy", ("y", "ctrl+y"), "copy",
            "Copy what the cursor is on, or all of a dialog, to your terminal's clipboard."),
    Command("times", ("U",), "", "Times of the screens as they are here, or in UTC; reports stay UTC."),
    Command("other_half", ("tab",), "", "Go to the details below, or back: they scroll."),
    Command("faster", ("plus", "equals_sign"), "", "Sweep more often."),
    Command("slower", ("minus",), "", "Sweep less often."),
    Command("incident", ("1",), "", "The incident: what landed, who blocks, what is next."),
    Command("migrations", ("2",), "", "Every migration with its state, statement by statement."),
    Command("schema", ("3",), "", "What is in the database now."),
    Command("locks", ("4",), "", "Who blocks whom."),
    Command("diff", ("5",), "", "The schema as it should be beside the schema as it is."),
    Command("recover", ("6",), "", "The ways out, the recommended one first."),
    Command(PREFLIGHT, ("8",), "", "What pending migrations will do to this server, before they are run."),
    Command("clear", ("escape",), "", "Take the filter away."),
    Command("quit", ("q", "ctrl+q"), "quit", "Leave."),
    Command("interrupt", ("ctrl+c",), "", "Leave with exit code 130."),
)  # fmt: skip

HEARING = (
    Command("report", ("Y",), "", "Make a report or a note from the account: it is shown, and copied."),
    Command(JOURNAL, ("7",), "", "The account: what was seen, done and refused."),
)
"""What an observer has as well who is in a room."""

KEEPING = (
    Command("save", ("S",), "", "Save this page's table as CSV or JSON; it asks where."),
    Command("editor", ("E",), "", "Read the SQL under the cursor in your $EDITOR; nothing comes back from there."),
)
"""What is written to this machine's disk: not for who only looks."""

ACTING = (
    Command("kill", ("k",), "kill", "End the session under the cursor, or the one that blocks most.",
            frozenset({"incident", "locks"})),
    Command("finish", ("f",), "finish", "Run what has not landed of this migration, and record it.", _OF_MIGRATIONS),
    Command("roll_back", ("u",), "undo", "Take back what landed of this migration, newest first.", _OF_MIGRATIONS),
    Command("mark", ("m",), "mark", "Have the tool believe that this migration ran, or that it did not.",
            _OF_MIGRATIONS),
    Command("clean", ("x",), "clean", "Clean up what a failure left behind: the line under the cursor, or the first.",
            frozenset({"incident", "recover"})),
    Command("answer", ("A",), "answer", "Say what no catalog tells: does the release fit, is the cause mended.",
            frozenset({"recover"})),
    Command("verify", ("V",), "verify", "Whether it has really come to its end: every check with its evidence.",
            _OF_MIGRATIONS),
    Command("forward", ("W",), "", "Write what is left as a guarded recovery file of the tool's own language.",
            frozenset({"migrations", "recover"})),
    Command("by_tool", ("T",), "by tool", "Have the tool itself take its newest migration back, by its own command.",
            frozenset({"migrations", "recover"})),
    Command("back_to", ("B",), "back to", "Choose a batch, a version or a date to roll back to.",
            frozenset({"recover"})),
    Command("restore", ("R",), "", "Bring rows back from the backup that was loaded beside production.",
            frozenset({"migrations", "recover"})),
    Command("flights", ("i",), "", "What was sent and still runs: follow it, or cancel it."),
    Command("room", ("w",), "room", "Who is here, and who acts: take the wheel, give it back, follow who has it."),
    Command("partner", ("P",), "", "Read what waits for a partner; agree by typing its phrase, or decline."),
    Command("note", ("n",), "note", "Write a line into the journal."),
    *KEEPING,
    *HEARING,
)  # fmt: skip
"""What only a responder has; what changes something opens a dialog, and nothing is done without its phrase."""
GUARDED = frozenset({"kill", "finish", "roll_back", "mark", "clean", "forward", "by_tool", "back_to", "restore",
                     "answer", "flights", "partner"})  # fmt: skip
"""What leads to a phrase: a key of these is moved alone, and is no other command's on any page."""

REPLAYING = (
    Command("later", ("full_stop",), "later", "To the next moment of the account."),
    Command("earlier", ("comma",), "earlier", "To the moment before."),
    Command("later_picture", ("greater_than_sign",), "seen", "To the next moment at which something was seen."),
    Command("earlier_picture", ("less_than_sign",), "", "To the moment before at which something was seen."),
)
"""What only `halfway replay` has."""
EVERY = (*COMMANDS, *ACTING, *REPLAYING)
"""In whatever process."""
LIVE = frozenset({"refresh", "pause", "faster", "slower", "count", "source", "ignore"})
"""What asks or decides something, and has no place there."""

MOVES = (
    ("Up Down", ("j", "k"), "Move by a line."),
    ("PgUp PgDn", ("b", "space"), "Move by a page."),
    ("", ("ctrl+d", "ctrl+u"), "Move by half a page."),
    ("Home End", ("g", "G"), "To the first, to the last line."),
    ("Right Left", ("l", "h"), "Unfold, or go to the details; fold, or go back to the list."),
)
"""Keys of every list; the widget binds them itself. Letters give way to commands."""
_MOVING = frozenset(letter for _, letters, _ in MOVES for letter in letters)


def elsewhere(name: str, page: str) -> bool:
    """Its key is another command's on this page, or a move of the list's: there it is not this one."""
    command = named(name)
    mine = frozenset(command.keys)
    others = any(mine & frozenset(other.keys) for other in commands() if page in other.pages)
    moves = name not in GUARDED and not mine.isdisjoint(_MOVING)
    return page not in command.pages and (others or moves)


def moves_here(page: str) -> Iterator[tuple[str, str]]:
    """(keys, what they do) of the lists of a page. What opens an action is no move anywhere else."""
    taken = {key for command in commands() if page in command.pages or command.name in GUARDED for key in command.keys}
    for keys, letters, text in MOVES:
        yield ", ".join(filter(None, (keys, " ".join(printed(k) for k in letters if k not in taken)))), text


def bindings(those: tuple[Command, ...] = COMMANDS) -> list[BindingType]:
    """All bindings of the app. They have priority so that the keys of a burst are done one after the other."""
    from textual.binding import Binding

    return [
        Binding(key, f"{_action(key)}('{command.name}')", command.help, show=False, priority=True)
        for command in those
        for key in command.keys
    ]


def _action(key: str) -> str:
    """What a field takes for itself while somebody types is `typed`, the rest is a `command` there too."""
    return "command" if key.startswith("ctrl+") or key in ("escape", "tab") else "typed"


def commands() -> tuple[Command, ...]:
    """Those there are in this process with the keys they have here, the most wanted first."""
    return moved(_of_role(), moved_keys())


@lru_cache(maxsize=32)
def moved(those: tuple[Command, ...], keys: tuple[tuple[str, str], ...]) -> tuple[Command, ...]:
    """The same with keys of a person's own; what is held down together with Ctrl stays beside them."""
    own = dict(keys)
    twins = {c.name: tuple(key for key in c.keys if key.startswith("ctrl+")) for c in those if c.name in own}
    return tuple(replace(c, keys=(own[c.name], *twins[c.name])) if c.name in own else c for c in those)


def _of_role() -> tuple[Command, ...]:
    if acts():
        return (*ACTING[:4], *COMMANDS[:-2], *ACTING[4:], *COMMANDS[-2:])
    if replays():
        return (*REPLAYING, *(c for c in COMMANDS[:-2] if c.name not in LIVE), *HEARING, *COMMANDS[-2:])
    return (*COMMANDS[:-2], *HEARING, *COMMANDS[-2:]) if hears() else COMMANDS


def here(page: str) -> Iterator[Command]:
    """The commands that do something on a page."""
    return (command for command in commands() if page in command.pages)


def named(name: str) -> Command:
    """The command of that name."""
    return next(command for command in commands() if command.name == name)


def key_for(name: str) -> str:
    """The key of a command, whoever has it, for a sentence that names it."""
    return next(command for command in moved(EVERY, moved_keys()) if command.name == name).key


def pages_here() -> tuple[str, ...]:
    """The pages there are in this process."""
    return (*PAGES, JOURNAL, PREFLIGHT) if hears() else (*PAGES, PREFLIGHT)


def tabs_here() -> Iterator[tuple[str, str]]:
    """(key, page) of the tab line."""
    return ((named(name).key, name) for name in pages_here())


def key_line(page: str) -> tuple[tuple[str, str], ...]:
    """(key, label) for the bottom line of a page, the most wanted first; `quit` always fits in."""
    return tuple((command.key, command.label) for command in here(page) if command.label)


def key_table() -> str:
    """All keys as a Markdown table, for the README."""
    rows = [(" ".join(printed(k) for k in c.keys if k != "equals_sign"), _where(c), c.help) for c in EVERY]
    rows += [(", ".join(filter(None, (keys, " ".join(map(printed, own))))), "all", text) for keys, own, text in MOVES]
    lines = ["| key | where | what it does |", "|---|---|---|"]
    return "\n".join([*lines, *(f"| `{keys}` | {where} | {text} |" for keys, where, text in rows)]) + "\n"


def _where(command: Command) -> str:
    if command in REPLAYING:
        return "replay"
    if command.pages >= _ALL:
        return "all"
    return ", ".join(page for page in (*PAGES, JOURNAL, PREFLIGHT) if page in command.pages)
