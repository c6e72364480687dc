"""A shop whose migration stopped halfway behind a reader, looked at by a login that may do little."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import URL

from console.core.assessment import Assessment
from console.core.faults import PasswordFault
from console.doctor import Doctor
from console.incident import Incident
from console.report import as_text
from console.wiring import Options, find, source
from screens import incident, locks, schema, schema_tree
from screens.lines import Line
from screens.look import Look

ORDERS = "CREATE TABLE orders (id bigint PRIMARY KEY, note varchar(20))"
CARRIERS = "CREATE TABLE carriers (id bigint PRIMARY KEY)"
CARRIER = "ALTER TABLE orders ADD COLUMN carrier varchar(40)"
UNIQUE = "CREATE UNIQUE INDEX orders_note_key ON orders (note)"
STATEMENTS = (CARRIERS, CARRIER, UNIQUE)
GRANT = re.compile(r"(?:GRANT|INSTALL|UPDATE) .*")
Panels = dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class Desk:
    """Where somebody with few rights sits: a project, a login, and a colleague who can grant."""

    folder: Path
    login: URL
    grant: Callable[[str], None]
    """Executes a statement with all rights."""
    account: str
    """How a GRANT names the login."""

    def look(self) -> Assessment:
        """One sweep through the product."""
        watching = Incident(source(find(self._options(), {})))
        try:
            return watching.observe()
        finally:
            watching.stop()

    def doctor(self) -> tuple[str, ...]:
        """What doctor misses, with the statement that mends it behind it."""
        said = self.examine()
        lines = [self._neutral(line[12:]) for line in said]
        mended = [*lines[1:], ""]
        return tuple(
            f"{line} -> {after.removesuffix(';')}" if GRANT.match(after) else line
            for line, after in zip(lines, mended, strict=True)
            if "MISSING" in line or "not known" in line
        )

    def examine(self) -> list[str]:
        """All that doctor says."""
        said: list[str] = []
        Doctor(find(self._options(), {}), said.append, self._no_password).examine()
        return said

    def panels(self, seen: Assessment) -> Panels:
        """Panel by panel what is shown of what could not be read, with the statement that mends it."""
        return {
            "status": (self._neutral(seen.summary),),
            "landed": tuple(j.word for f in seen.frameworks for m in f.migrations[-1:] for j in m.statements),
            "not seen": tuple(
                self._neutral(f"{gap.what}: {gap.reason.removesuffix('.')}" + (f" -> {gap.grant}" if gap.grant else ""))
                for gap in seen.coverage
                if not gap.complete
            ),
            "locks": (locks.page(seen, Look(), 100)[0].text.strip().split("  ")[0],),
            "schema tree": tuple(self._neutral(line.text.strip()) for line in self._tree(seen)),
        }

    def text(self, seen: Assessment) -> str:
        """Everything that the report and the screens say, in one."""
        pages = [*incident.page(seen, 100, 60), *locks.page(seen, Look(unfolded=True), 100), *self._tree(seen)]
        return as_text(seen) + "\n" + "\n".join(line.text for line in pages)

    def printed(self, seen: Assessment) -> list[str]:
        """Every statement that mends something, as it is printed for people to copy, each once."""
        text = as_text(seen)
        steps = [part for step in seen.next for part in step.partition(": ")[2].split("; ") if GRANT.fullmatch(part)]
        assert all(step in text for step in steps)
        return steps

    def _tree(self, seen: Assessment) -> list[Line]:
        actual = seen.observation.schema.value
        if actual is None:
            return schema.nothing(seen, Look(), 100)
        found = schema_tree.nodes(schema_tree.Tree.of(actual, schema_tree.since(seen)), Look())
        return list(schema.page(found, 100)) or schema.nothing(seen, Look(), 100)

    def _neutral(self, text: str) -> str:
        """Without the names that differ from run to run."""
        text = text.replace(self.account, "{low}")
        return text.replace(f"`{self.login.database}`", "{db}").replace(str(self.login.database), "{db}")

    def _options(self) -> Options:
        url = self.login.render_as_string(hide_password=False)
        return Options(url=url, project=str(self.folder))

    @staticmethod
    def _no_password(fault: PasswordFault) -> str:
        raise fault
