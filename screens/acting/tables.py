"""The command that saves the page in front as a table: asked where to, never over anything unasked, for no one else."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.widgets import Input

from console.core.faults import Fault, UsageFault
from console.core.masks import known_secrets
from console.core.plain import one_line
from console.saving import save_private
from screens.account import JournalPage
from screens.acting.reading import Reading
from screens.asking import LineDialog
from screens.commands import PREFLIGHT
from screens.pages import RecoverPage
from screens.preflight import PreflightPage
from screens.recover import listed, ways_of

if TYPE_CHECKING:
    from console.incident import Incident
    from console.report.tables import Table

OVERWRITE = "overwrite"


class SaveDialog(LineDialog):
    """The result is where to, or nothing. Nothing is in the field: the key that opened this must not save anything."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("tab", "fill", show=False, priority=True)]

    def __init__(self, rows: str, name: str) -> None:
        """`rows` says what would be saved, `name` is what Tab fills in."""
        super().__init__(f"Save {rows}. To which file? .csv or .json", "Tab fills in a name, Enter saves, Esc leaves")
        self._file = name

    def action_fill(self) -> None:
        """A name that is not taken as a rule."""
        field = self.query_one("#note", Input)
        field.value = self._file
        field.cursor_position = len(self._file)


class OverwriteDialog(LineDialog):
    """The result is what was typed."""

    def __init__(self, path: Path) -> None:
        """Nothing is replaced before the word is typed."""
        shown = one_line(str(path), 200)
        super().__init__(f"{shown} is there already.", f"Type  {OVERWRITE}  to replace it, Esc leaves")


class Saving(Reading):
    """Whoever responds can take a table along."""

    incident: Incident

    def do_save(self) -> None:
        """What the page shows, as a file."""
        now = self.assessment
        if now is None:
            self.say("nothing was read yet")
            return
        try:
            table = self._table()
        except Fault as fault:
            self.say(str(fault))
            return
        if self.given:
            self._where(table, self.given)
            return
        rows = f"{len(table.rows)} row{'s' * (len(table.rows) != 1)} of {self.page_name}"
        rows += f" (filter: {one_line(self.page.look.words, 40)})" if self.page.look.words else ""
        name = f"halfway-{self.page_name}-{now.taken_at:%Y%m%d-%H%M%S}.csv"
        self.push_screen(SaveDialog(rows, name), partial(self._where, table))

    def _table(self) -> Table:
        """The page's, filtered as the page is; without secrets, and without data where none may be shown."""
        from console.report.tables import of_account, of_findings, of_page, of_ways

        page, now = self.page, self.assessment
        assert now is not None
        if isinstance(page, JournalPage):
            table = of_account(page.entries)
        elif isinstance(page, RecoverPage):
            found = ((f, m, way) for f, m in listed(now) for way in ways_of(now, m, page.account))
            table = of_ways((f.framework, m.id, m.state.value, way) for f, m, way in found)
        elif isinstance(page, PreflightPage):
            if page.report is None:
                raise UsageFault("nothing is saved: nothing was judged yet", one_line(page.problem, 300))
            table = of_findings(page.report)
        else:
            table = of_page(self.page_name, now)
        source = self.incident.source
        table = table.masked(known_secrets(os.environ, source.url))
        if source.redact:
            table = table.redacted(source.url.get_backend_name().replace("postgresql", "postgres"))
        return table.only(page.look.admits) if page.look.words and self.page_name != PREFLIGHT else table

    def _where(self, table: Table, place: str | None) -> None:
        self.draw()
        if not place:
            return
        try:
            path = Path(place).expanduser().absolute()
        except (OSError, RuntimeError, ValueError):
            self.say("the folder it begins with is not known")
            return
        if path.suffix.lower() not in (".csv", ".json"):
            self.say("nothing was saved: name a file that ends in .csv or .json")
        elif os.path.lexists(path):
            self.push_screen(OverwriteDialog(path), partial(self._over, table, path))
        else:
            self._save_in(path, table, over=False)

    def _over(self, table: Table, path: Path, typed: str | None) -> None:
        self.draw()
        if typed == OVERWRITE:
            self._save_in(path, table, over=True)
        elif typed:
            self.say(f"this is not  {OVERWRITE}  (nothing was saved)")

    def _save_in(self, path: Path, table: Table, *, over: bool) -> None:
        words, now = self.page.look.words, self.assessment
        self._in_thread(lambda: self._write_table(path, table, words, now, over=over))

    def _write_table(self, path: Path, table: Table, words: str, now: object, *, over: bool) -> None:
        from console.core.assessment import Assessment
        from console.report.tables import as_csv, as_json

        assert isinstance(now, Assessment)
        text = as_json(table, now, words) if path.suffix.lower() == ".json" else as_csv(table)
        try:
            save_private(path, text, over=over)
            said = f"{len(table.rows)} row{'s' * (len(table.rows) != 1)} saved in {one_line(path.name, 80)}"
            said += "; not everything was read" if table.missing else ""
        except Fault as fault:
            said = str(fault).replace(one_line(str(path)), one_line(path.name, 80))
        self.call_from_thread(self.say, said)
