"""What every page is: a list, the details of the line the cursor is on, and what the keys mean that all pages share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message

from console.core.assessment import Assessment
from screens import incident, migrations
from screens.lines import Line, rule
from screens.look import Look
from screens.text import safe
from screens.widgets.line_view import LineView
from screens.widgets.one_line import OneLine

UNCUT = 4000
"""Cells in which nothing is cut or folded: for what is copied."""


class Page(Vertical):
    """A list, and details of what the cursor is on."""

    name_of_page: ClassVar[str] = ""
    orders: ClassVar[tuple[str, ...]] = ()
    has_details: ClassVar[bool] = True

    class Wanted(Message):
        """Something only the app can give: another page, a text to read, a count, a word to say."""

        def __init__(self, what: str, key: str = "", title: str = "", lines: Sequence[Line] = ()) -> None:
            """`what` is a page's name, `read`, `count` or `say`."""
            super().__init__()
            self.what = what
            self.key = key
            self.title = title
            self.lines = lines

    def __init__(self) -> None:
        """Empty until the first assessment."""
        super().__init__(id=self.name_of_page)
        self.look = Look()
        self.assessment: Assessment | None = None
        self.title = ""
        self.pending = ""
        """Key to put the cursor on with the next picture."""
        self.instead: Callable[[int], Sequence[Line]] = lambda width: incident.connecting(self.title, width)
        """What is shown where there is no picture, for a width."""

    def compose(self) -> ComposeResult:
        """The list above, the details below."""
        yield LineView(f"{self.name_of_page}-list")
        if self.has_details:
            yield OneLine(f"{self.name_of_page}-rule")
            yield LineView(f"{self.name_of_page}-details", cursor=False)

    @property
    def main(self) -> LineView:
        """The list."""
        return self.query_one(f"#{self.name_of_page}-list", LineView)

    @property
    def below(self) -> LineView | None:
        """The details, on pages that have some."""
        return self.query_one(f"#{self.name_of_page}-details", LineView) if self.has_details else None

    def update(self, assessment: Assessment | None) -> None:
        """Draw this assessment."""
        self.assessment = assessment
        width, height = self.main.size
        if not width:
            return
        if assessment is None:
            self.main.show(self.instead(width))
            if self.below is not None:
                self.below.show(())
            return
        self.main.show(self.lines(assessment, width, height))
        self.detail(self.main.key)
        if self.pending:
            key, self.pending = self.pending, ""
            self.reveal(key)

    def lines(self, assessment: Assessment, width: int, height: int) -> Sequence[Line]:
        """The list's lines."""
        return ()

    def details(self, assessment: Assessment, key: str, width: int) -> Sequence[Line]:
        """What to say about one of them."""
        return ()

    def detail(self, key: str) -> None:
        """Say it."""
        if self.below is not None and self.assessment is not None:
            lines = self.details(self.assessment, key, self.main.size.width)
            hidden = len(lines) - self.below.size.height
            note = [f"filter: {safe(self.look.words)}"] if self.look.words else []
            note += [f"{hidden} more line{'s' * (hidden != 1)}: Tab"] if hidden > 0 else []
            self.query_one(f"#{self.name_of_page}-rule", OneLine).show(rule(self.main.size.width, ", ".join(note)))
            self.below.show(lines)

    def on_line_view_moved(self, event: LineView.Moved) -> None:
        """The cursor moved."""
        if event.view is self.main:
            self.detail(event.key)

    def on_line_view_turned(self, event: LineView.Turned) -> None:
        """Right unfolds, or goes to the details; left goes back to the list, or folds."""
        if event.view is not self.main:
            self.screen.set_focus(self.main if event.by < 0 else event.view)
        elif not self._folds(event.by) and event.by > 0 and self.below is not None:
            self.screen.set_focus(self.below)

    def _folds(self, by: int) -> bool:
        """Unfold or fold the line of the cursor, if that is what folding does to it."""
        key, before = self.main.key, self.main.count
        if key:
            self.look.toggle(key)
            self.redraw()
            if (self.main.count - before) * by > 0:
                return True
            self.look.toggle(key)
            self.redraw()
        return False

    def on_resize(self) -> None:
        """Lines are made for a width."""
        self.call_after_refresh(lambda: self.update(self.assessment))

    def redraw(self) -> None:
        """The look changed."""
        self.update(self.assessment)

    def reveal(self, key: str) -> None:
        """Put the cursor on this line, unfolding what hides it."""
        self.look.words = ""
        self.redraw()
        self.main.select(key)

    def say(self, text: str) -> None:
        """Ask the app to say something in one line."""
        self.post_message(self.Wanted("say", title=text))

    def do_open(self) -> None:
        """Unfold or fold what the cursor is on."""
        if self.main.key:
            self.look.toggle(self.main.key)
            self.redraw()

    def do_fold(self) -> None:
        """Everything."""
        self.look.toggle_all()
        self.redraw()

    def do_order(self) -> None:
        """The next order."""
        self.look.order += 1
        self.redraw()
        self.say(f"order: {self.orders[self.look.order % len(self.orders)]}")

    def do_other_half(self) -> None:
        """From the list to the details and back."""
        target = self.below if self.main.has_focus and self.below is not None else self.main
        self.screen.set_focus(target)

    def do_view_file(self) -> None:
        """The migration file behind the cursor's line."""
        found = migrations.file_text(self.assessment, self.key_of_migration()) if self.assessment else None
        if found is None:
            self.say("no file is known for this line")
        else:
            self.post_message(self.Wanted("read", title=found[0], lines=found[1]))

    def do_count(self) -> None:
        """Count what a data statement has left."""
        self.post_message(self.Wanted("count", key=self.key_of_migration()))

    def key_of_migration(self) -> str:
        """What page 2 calls the migration, or the statement, that the cursor's line is about."""
        return self.main.key

    def copied(self) -> str:
        """What `copy` copies: the details, else the list; whole, however narrow the screen is."""
        if self.below is None or not self.main.key or self.assessment is None:
            return self.whole()
        lines = self.details(self.assessment, self.main.key, UNCUT)
        return "\n".join(line.text.rstrip() for line in lines)

    def whole(self) -> str:
        """The list as text."""
        return self.main.text
