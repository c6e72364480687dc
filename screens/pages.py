"""The pages as widgets: each turns the newest assessment into lines and says what its own keys mean."""

from __future__ import annotations

from collections.abc import Sequence

from console.core.assessment import Assessment, DriftItem
from console.core.recover.answers import Account
from screens import (
    diff,
    diff_all,
    ignoring,
    incident,
    links,
    lock_details,
    locks,
    migrations,
    recover,
    schema,
    schema_tree,
)
from screens.lines import Line
from screens.page import UNCUT, Page
from screens.preflight import PreflightPage


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
        return "\n".join(line.text.rstrip() for line in self.lines(self.assessment, UNCUT, UNCUT))

    def do_open(self) -> None:
        """Go to the page that has more about this line."""
        key = self.main.key
        page = {"m": "migrations", "s": "locks", "d": "schema", "x": "diff"}.get(key.split("/")[0])
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

    def do_tree(self) -> None:
        """To what the statement touches, in the tree of what is there."""
        key = links.thing_of_statement(self.assessment, self.main.key) if self.assessment is not None else ""
        if key:
            self.post_message(self.Wanted("schema", key=key))
        else:
            self.say("nothing of this line is in the database")

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

    def do_difference(self) -> None:
        """To the difference between what is there and what should be."""
        if self.main.key:
            self.post_message(self.Wanted("diff", key=f"x/{self.main.key}"))

    def reveal(self, key: str) -> None:
        """Filter for what another page spoke of."""
        thing = schema_tree.thing_of(self._tree, key.removeprefix("x/")) if self._tree is not None else None
        if thing is None or self._tree is None:
            self.look.words = key.split("/", 1)[-1].rsplit(".", 1)[-1].rpartition("/")[2]
            self.redraw()
        else:
            self.look.words = thing.ref.label(self._tree.schema.home)
            self.redraw()
            self.main.select(key.removeprefix("x/"))


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


class DiffPage(Page):
    """Expected beside actual."""

    name_of_page = "diff"

    def __init__(self) -> None:
        """Differences only, at first."""
        super().__init__()
        self._all = False

    def lines(self, assessment: Assessment, width: int, height: int) -> Sequence[Line]:
        """The differences, or everything."""
        draw = diff_all.everything if self._all else diff.page
        return draw(assessment, self.look, width)

    def details(self, assessment: Assessment, key: str, width: int) -> Sequence[Line]:
        """One difference."""
        return diff.details(assessment, key, width)

    def do_all(self) -> None:
        """Everything, or what differs only."""
        self._all = not self._all
        self.redraw()
        self.say("everything" if self._all else "differences only")

    def do_next(self) -> None:
        """To the next difference."""
        self._step(1)

    def do_previous(self) -> None:
        """To the one before."""
        self._step(-1)

    def _step(self, by: int) -> None:
        if self.assessment is None:
            return
        keys = [schema_tree.key_of_item(item) for item in diff.shown_of(self.assessment, self.look)]
        if not keys:
            self.say("nothing differs")
            return
        here = self.main.key
        at = keys.index(here) + by if here in keys else 0 if by > 0 else -1
        for group in diff.groups(diff.shown_of(self.assessment, self.look)):
            if not self.look.is_open(group.key, otherwise=True):
                self.look.toggle(group.key)
        self.redraw()
        self.main.select(keys[at % len(keys)])

    def do_open(self) -> None:
        """An object folds; of a difference that a statement should have made, to the statement."""
        item = diff.item_at(self.assessment, self.main.key) if self.assessment is not None else None
        if item is None:
            super().do_open()
        elif self.assessment is not None and (key := links.statement_of(self.assessment, item)):
            self.post_message(self.Wanted("migrations", key=key))
        else:
            self.do_in_tree()

    def do_in_tree(self) -> None:
        """To the thing in the tree of what is there."""
        if self.main.key.startswith("x/"):
            self.post_message(self.Wanted("schema", key=self.main.key))

    def do_ignore(self) -> None:
        """Ask why, and show the lines for the configuration."""
        item = diff.item_at(self.assessment, self.main.key) if self.assessment is not None else None
        if item is None or item.ignored:
            self.say(f"ignored already: {item.ignored}" if item is not None else "put the cursor on a difference first")
            return
        self.app.push_screen(ignoring.IgnoreDialog(item), lambda reason: self._ignored(item, reason or ""))

    def _ignored(self, item: DriftItem, reason: str) -> None:
        if reason:
            self.app.copy_to_clipboard(ignoring.rule_of(item, reason))
            self.post_message(self.Wanted("read", title="To ignore it", lines=ignoring.told(item, reason)))

    def reveal(self, key: str) -> None:
        """Put the cursor on a difference, whatever was filtered."""
        super().reveal(key)
        if self.main.key != key:
            self.say("it is as expected" if self.assessment and self.assessment.baseline else "nothing is expected")


class RecoverPage(Page):
    """The ways out."""

    name_of_page = "recover"

    def __init__(self) -> None:
        """Nobody has said anything yet."""
        super().__init__()
        self.account = Account()

    def lines(self, assessment: Assessment, width: int, height: int) -> Sequence[Line]:
        """The troubled migrations and their ways."""
        return recover.page(assessment, self.look, width, self.account)

    def details(self, assessment: Assessment, key: str, width: int) -> Sequence[Line]:
        """One way; of a migration what page 2 says of it."""
        return recover.details(assessment, key, width, self.account) or migrations.details(assessment, key, width)

    def do_count(self) -> None:
        """Ask why it failed."""
        self.post_message(self.Wanted("count", key=recover.migration_of(self.main.key)))

    def do_open(self) -> None:
        """Go the way: to its plan, or to the page where it is gone by looking."""
        now = self.assessment
        way = recover.way_at(now, self.main.key, self.account) if now is not None else None
        if way is None:
            super().do_open()
        elif way.route in recover.CHOOSE:
            self.post_message(self.Wanted("command", key=recover.CHOOSE[way.route]))
        elif way.open and way.route in recover.COMMANDS:
            self.post_message(self.Wanted("command", key=recover.COMMANDS[way.route]))
        elif way.open and way.route in recover.PAGES:
            self.post_message(self.Wanted(recover.PAGES[way.route], key=recover.migration_of(self.main.key)))
        else:
            self.say(recover.how_to_go(way))


PAGES: tuple[type[Page], ...] = (
    IncidentPage, MigrationsPage, SchemaPage, LocksPage, DiffPage, RecoverPage, PreflightPage,
)  # fmt: skip
