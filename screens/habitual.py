"""What every console does for whoever sits at it: own keys, hints, copying, local times, and how it was left."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from textual.binding import Binding, BindingsMap
from textual.widgets import Input

from console.core.assessment import Overall
from console.core.preferences import Kept, Remembered
from screens.chrome import notice
from screens.commands import EVERY, bindings, moved, named, pages_here
from screens.doing import Doing
from screens.habits import hints, local_times, memory, moved_keys, use_local_times, zone
from screens.helping import hint
from screens.lines import Line, line
from screens.page import Page
from screens.palette import Palette
from screens.text import safe, safe_lines
from screens.theme import Tone, theme_now
from screens.widgets.line_view import LineView
from screens.widgets.one_line import OneLine

MOST = 74_000
"""Bytes that terminals take through OSC 52 as a rule; more would arrive cut, or not at all."""


@runtime_checkable
class Copied(Protocol):
    """A dialog that knows its text better than its lines do."""

    def copied(self) -> str:
        """All of it, however narrow the screen is."""
        ...


class Habitual(Doing):
    """An app that has habits."""

    given = ""
    """What was typed behind the name of the command that is done now."""
    _hint = ""
    _touched = False
    """A person has asked for something."""
    _restored = False
    _left: Remembered | None = None

    def dress(self) -> None:
        """Colours and keys, before anything is drawn."""
        theme = theme_now()
        self.register_theme(theme)
        self.theme = theme.name
        self._bind()
        self._typed: list[str] = []
        kept = memory()
        self._left = kept.recall() if kept is not None else None
        self._hinted = set(self._left.hinted) if self._left is not None else set()

    def _bind(self) -> None:
        """The keys of all classes, as they are moved: of two commands with one key Textual would know the last only."""
        declared = [each for base in type(self).__mro__ for each in base.__dict__.get("BINDINGS", ())]
        actions = " ".join(each.action for each in declared)
        ours = bindings(tuple(c for c in moved(EVERY, moved_keys()) if f"'{c.name}'" in actions))
        taken = {binding.key for binding in Binding.make_bindings(ours)}
        others = [b for key, b in self._bindings if key not in taken and not b.action.startswith(("command", "typed"))]
        self._bindings = BindingsMap([*others, *ours])

    def opened(self, name: str) -> None:
        """A page comes to the front; the first time ever it says what it is for."""
        new = hints() and name not in self._hinted
        self._hint = name if new else ""
        if new:
            self._hinted.add(name)

    def touched(self) -> None:
        """A key was pressed: whoever did has read the hint."""
        self._touched, self._hint = True, ""

    def hint_line(self, width: int) -> Line | None:
        """What the page is for, in the place of the keys; where something is wrong the keys of the way out stay."""
        wrong = self.assessment is not None and self.assessment.overall is not Overall.HEALTHY
        shown = self._hint == self.page_name and not (wrong and self.page_name == "incident")
        return hint(self._hint, width) if shown else None

    def _commanded(self, name: str | None) -> None:
        self.draw()
        if name:
            command, _, self.given = name.partition(" ")
            self.action_command(command)
            self.given = ""

    def do_palette(self) -> None:
        """A line for a command."""
        self.push_screen(Palette(self.page_name, self._typed), self._commanded)

    def do_filter(self) -> None:
        """Type words, or take those that were typed."""
        if self.given:
            self.page.look.words = self.given
            self.page.redraw()
        else:
            super().do_filter()

    def do_times(self) -> None:
        """As they are here, or as everywhere."""
        use_local_times(self.given == "local" if self.given else not local_times())
        self.draw()
        here = zone()
        self.say(f"times are {here}, as on this machine; reports stay UTC" if here else "times are UTC")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Copying works in a dialog as well, by the letter where none can be typed."""
        if parameters == ("copy",) and len(self.screen_stack) > 1:
            return action == "command" or not any(field.display for field in self.screen.query(Input))
        return super().check_action(action, parameters)

    def do_copy(self) -> None:
        """To the terminal's clipboard, and on screen where a mouse can take it."""
        if len(self.screen_stack) > 1:
            self._copy_dialog()
            return
        text = self.page.copied()
        head = line((f" {self.send(text)}; where that is off, select it here:", Tone.DIM))
        self.read("Copied", [head, line(), *(line(f" {part}") for part in safe_lines(text))])

    def _copy_dialog(self) -> None:
        dialog = self.screen
        if isinstance(dialog, Copied):
            text = dialog.copied()
        else:
            text = "\n".join(view.text for view in dialog.query(LineView)) or "\n".join(
                one.text.strip() for one in dialog.query(OneLine)
            )
        lines = [one for one in dialog.query(OneLine) if str(one.id).endswith("-keys")]
        for one in lines:
            one.show(notice(self.send(text), self.size.width))

    def send(self, text: str) -> str:
        """Send it to the terminal; what became of it, in words."""
        size = len(text.encode(errors="replace"))
        if size > MOST:
            return f"{size:,} bytes are more than a terminal's clipboard takes: nothing was copied"
        self.copy_to_clipboard(text)
        return "Sent to your terminal's clipboard (OSC 52)"

    def recall(self) -> None:
        """The page and filters of last time: only where all is well, and before anybody asked for anything else."""
        left, now = self._left, self.assessment
        if left is None or now is None:
            return
        if now.overall is Overall.HEALTHY and not self._restored:
            if not self._touched and len(self.screen_stack) == 1:
                self._restore(left)
        elif now.overall is not Overall.HEALTHY and not now.summary.startswith("cannot tell"):
            self._forget(left)

    def _restore(self, left: Remembered) -> None:
        self._restored = True
        pages = {page.name_of_page: page for page in self.query(Page)}
        for kept in left.looks:
            if kept.page in pages:
                look = pages[kept.page].look
                look.words, look.order = kept.words, kept.order
        if left.page in pages_here() and left.page != self.page_name:
            self.go(left.page)
            words = self.page.look.words
            filtered = f", filter: {safe(words, 40)}" if words else ""
            self.remark(f"as you left it{filtered}; {named('incident').key} is the incident")

    def _forget(self, left: Remembered) -> None:
        """Something is wrong: nothing of last time may stand before it."""
        self._left = None
        if not self._restored:
            return
        for page in self.screen_stack[0].query(Page):
            if page.look.words and page.look.words in {k.words for k in left.looks if k.page == page.name_of_page}:
                page.look.words = ""
        if not self._touched and len(self.screen_stack) == 1:
            self.go("incident")
        self.remark("something is wrong: the page and filters of last time are gone")

    def keep(self) -> None:
        """How this console is left, for the next one."""
        kept = memory()
        if kept is None or not self.screen_stack:
            return
        pages: Sequence[Page] = list(self.screen_stack[0].query(Page))
        looks = tuple(Kept(p.name_of_page, p.look.words, p.look.order) for p in pages if p.look.words or p.look.order)
        kept.keep(Remembered(self.page_name, looks, frozenset(self._hinted)))

    def close_with(self, code: int) -> None:
        """Close the screens, and keep how they were."""
        self.keep()
        super().close_with(code)

    def go(self, name: str, key: str = "") -> None:
        """Bring a page to the front."""

    def remark(self, text: str) -> None:
        """Say what nobody asked for."""
