"""The four pages as widgets: each turns the newest assessment into lines and says what its keys mean."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message

from console.core.assessment import Assessment
from screens import incident, lock_details, locks, migrations, schema, schema_tree
from screens.lines import Line, rule
from screens.look import Look
from screens.text import safe
from screens.widgets.line_view import LineView
from screens.widgets.one_line import OneLine

_UNCUT = 4000
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
            self.main.show(incident.connecting(self.title, width))
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
        found = migrations.file_text(self.assessment, self.main.key) if self.assessment else None
        if found is None:
            self.say("no file is known for this line")
        else:
            self.post_message(self.Wanted("read", title=found[0], lines=found[1]))

    def do_count(self) -> None:
        """Count what a data statement has left."""
        self.post_message(self.Wanted("count", key=self.main.key))

    def copied(self) -> str:
        """What `copy` copies: the details, else the list; whole, however narrow the screen is."""
        if self.below is None or not self.main.key or self.assessment is None:
            return self.whole()
        lines = self.details(self.assessment, self.main.key, _UNCUT)
        return "\n".join(line.text.rstrip() for line in lines)

    def whole(self) -> str:
        """The list as text."""
        return self.main.text


class IncidentPage(Page):
    """What happened, in one screen."""

    name_of_page = "incident"
    has_details = False

    def lines(self, assessment: Assessment, width: int, height: int) -> Sequence[Line]:
        """As much as fits."""
        if assessment.observation.server.value is None and not assessment.observation.server.reason:
            return incident.connecting(self.title, width)
        return incident.page(assessment, width, height)

    def whole(self) -> str:
        """Everything there is to say, also what had no room."""
        if self.assessment is None:
            return self.main.text
        return "\n".join(line.text.rstrip() for line in self.lines(self.assessment, _UNCUT, _UNCUT))

    def do_open(self) -> None:
        """Go to the page that has more about this line."""
        key = self.main.key
        page = {"m": "migrations", "s": "locks", "d": "schema"}.get(key.split("/")[0])
        if page:
            self.post_message(self.Wanted(page, key=key))


class MigrationsPage(Page):
    """Every migration."""

    name_of_page = "migrations"
    orders = migrations.ORDERS

    def lines(self, assessment: Assessment, width: int, height: int) -> Sequence[Line]:
        """The list."""
        return migrations.page(assessment, self.look, width)

    def details(self, assessment: Assessment, key: str, width: int) -> Sequence[Line]:
        """Migration or statement."""
        return migrations.details(assessment, key, width)

    def do_open(self) -> None:
        """A migration unfolds; a statement has its details below."""
        if "#" not in self.main.key:
            super().do_open()

    def reveal(self, key: str) -> None:
        """Put the cursor there, unfolding what is around it."""
        parent = key.split("#", maxsplit=1)[0]
        self.look.words = ""
        if not self.look.is_open(parent):
            self.look.toggle(parent)
        self.redraw()
        self.main.select(key)


class SchemaPage(Page):
    """The tree of what is there."""

    name_of_page = "schema"
    orders = schema_tree.ORDERS

    def __init__(self) -> None:
        """No tree yet."""
        super().__init__()
        self._tree: schema_tree.Tree | None = None
        self._branches: list[schema_tree.Node] = []
        self._drawn: tuple[object, ...] = ()
        self._drawing: Sequence[Line] = ()

    def lines(self, assessment: Assessment, width: int, height: int) -> Sequence[Line]:
        """Made anew only when the schema, the marks or the look changed."""
        actual = assessment.observation.schema.value
        if actual is None:
            self._drawn = ()
            return schema.nothing(assessment, self.look, width)
        newest = schema_tree.since(assessment)
        if self._tree is None or self._tree.schema is not actual or self._tree.since != newest:
            self._tree = schema_tree.Tree.of(actual, newest)
        look = (
            id(self._tree),
            width,
            self.look.words,
            self.look.order,
            self.look.unfolded,
            frozenset(self.look.toggled),
        )
        if look != self._drawn:
            self._drawn = look
            self._branches = schema_tree.nodes(self._tree, self.look)
            self._drawing = schema.page(self._branches, width)
        return self._drawing if self._branches else schema.nothing(assessment, self.look, width)

    def details(self, assessment: Assessment, key: str, width: int) -> Sequence[Line]:
        """One thing."""
        if self._tree is None or not self._branches:
            return ()
        node = self._branches[self.main.at] if self.main.at < len(self._branches) else None
        return schema.details(node, self._tree, assessment, width)

    def reveal(self, key: str) -> None:
        """Filter for what another page spoke of."""
        self.look.words = key.split("/", 1)[-1].rsplit(".", 1)[-1]
        self.redraw()


class LocksPage(Page):
    """Who blocks whom."""

    name_of_page = "locks"
    orders = locks.ORDERS

    def lines(self, assessment: Assessment, width: int, height: int) -> Sequence[Line]:
        """The tree."""
        return locks.page(assessment, self.look, width)

    def details(self, assessment: Assessment, key: str, width: int) -> Sequence[Line]:
        """One session."""
        return lock_details.details(assessment, key, width)


PAGES: tuple[type[Page], ...] = (IncidentPage, MigrationsPage, SchemaPage, LocksPage)
