"""The room: who is here, who has the wheel. It is taken by typing, given back by a key, followed by another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widgets import Input

from console.core.room.consent import Need
from console.core.room.members import Heard
from console.core.room.observers import Watcher
from console.core.room.room import Room
from console.core.room.wheel import Standing, phrase
from screens.acting.lines import said
from screens.acting.typed import TypedDialog
from screens.commands import key_for
from screens.habits import told
from screens.lines import BLANK, Line, fitted, line
from screens.text import safe
from screens.theme import Tone

_NEEDS = {
    Need.LOSING: "what loses data or is not proven waits until another person agrees",
    Need.ALL: "every action waits until another person agrees",
}
_NOT_SEEN = "no observer's session is seen on the server; where it does not show all, there may be some"
GIVE, FOLLOW = "give", "follow"


def room_lines(room: Room, width: int, watchers: Sequence[Watcher] = ()) -> list[Line]:
    """Everybody who is there, and what they look at."""
    tone = {Standing.MINE: Tone.GOOD, Standing.THEIRS: Tone.PLAIN}.get(room.standing, Tone.WARN)
    lines = [BLANK, *said("WHEEL", room.told, width, tone), BLANK]
    for head, each in zip(("HERE", *[""] * len(room.heard)), room.heard, strict=False):
        lines += said(head, _member(each, room), width, Tone.DIM if each.lost else Tone.PLAIN)
    if not room.heard:
        lines += said("HERE", "nobody was heard of yet", width, Tone.DIM)
    for one in watchers:
        since = f" since {told(one.since, '%H:%M %Z')}" if one.since is not None else ""
        lines += said("", f"{one.who}: observer{since}, seen by its sessions on the server", width)
    if not watchers:
        lines += said("", _NOT_SEEN, width, Tone.DIM)
    lines.append(BLANK)
    if room.need in _NEEDS:
        lines += said("PARTNER", _NEEDS[room.need], width)
        if room.others and not room.provable:
            text = "approvals not provable: these consoles share an account, and either could write for the other"
            lines += said("", text, width, Tone.WARN)
    for request in room.waiting:
        lines += said(
            "WAITS", f"{request.title}, asked by {request.by.shown}: {key_for('partner')} reads it", width, Tone.WARN
        )
    lines += said("APART", room.apart, width, Tone.BAD) if room.apart else []
    return [*lines, *(said("TROUBLE", room.trouble, width, Tone.BAD) if room.trouble else ())]


def _member(each: Heard, room: Room) -> str:
    member = each.member
    you = " (you)" if member.run == room.run else ""
    page = f", looks at {member.page}" if member.page and not each.lost else ""
    since = told(member.since, "%H:%M %Z")
    return f"{member.someone.shown}{you}: {member.part} since {since}{page}, {each.words}"


class RoomDialog(TypedDialog[str | None]):
    """The result: `give`, `follow`, or None. Taking is done here: it is typed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "choose", show=False, priority=True),
    ]

    def __init__(self, room: Room, take: Callable[[str], str], watchers: Sequence[Watcher] = ()) -> None:
        """`take` takes the wheel for what was typed; why not, '' when it did. `watchers` only look."""
        super().__init__()
        self._room = room
        self._watchers = watchers
        self._take = take

    def update(self, room: Room, watchers: Sequence[Watcher]) -> None:
        """As it is now."""
        self._room, self._watchers = room, watchers
        self._draw()

    def _draw(self) -> None:
        width, mine = self.size.width, self._room.standing is Standing.MINE
        tab = "Tab give the wheel back" if mine else "Tab follow who has the wheel" if self._room.holder else ""
        lines = room_lines(self._room, width, self._watchers)
        self._show("The room", lines, self._prompt(width, mine=mine), f"Esc back   {tab}", typing=not mine)

    def _prompt(self, width: int, *, mine: bool) -> Line:
        if mine:
            return line("")
        wanted = phrase(self._room.standing, self._room.wheel)
        return fitted(width, " Type  ", (safe(wanted), Tone.STRONG), "  to act from here:")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Only the whole phrase takes it."""
        value, event.input.value = event.value, ""
        self._notice = self._take(value)
        if self._notice:
            self._draw()
        else:
            self.dismiss(None)

    def action_choose(self) -> None:
        """Give it back, or follow whoever has it."""
        if self._room.standing is Standing.MINE:
            self.dismiss(GIVE)
        elif self._room.holder is not None:
            self.dismiss(FOLLOW)
