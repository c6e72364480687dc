"""What the server would know while it runs a script: the home schema, open transactions, temporary tables."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from console.core.operations import Opaque
from console.core.schema import Ref
from console.core.statements.statement import Nature, Statement

_UNDONE = Opaque("The script itself rolls it back.", harmless=True)


@dataclass
class Session:
    """What the server would know while it runs the script."""

    initial_home: str
    transactional: bool
    home: str = ""
    local_home: str | None = None
    """The home before SET LOCAL."""
    group: int = 0
    in_block: bool = False
    autocommit: bool = True
    """MySQL: whether a statement outside a transaction is one of its own."""
    temporary: set[tuple[str, str]] = field(default_factory=set)
    taken: set[Ref] = field(default_factory=set)
    """What the script has made so far."""
    found: list[Statement] = field(default_factory=list)

    def begin(self) -> None:
        """A transaction."""
        if not self.in_block:
            self.in_block = True
            self.group += 1

    def end(self, *, undone: bool) -> None:
        """The transaction is over."""
        if undone and self.in_block and not self.transactional:
            self.found = [_undone(s) if s.group == self.group else s for s in self.found]
        self.in_block = False
        if self.local_home is not None:
            self.home, self.local_home = self.local_home, None

    def commit_around(self) -> int:
        """MySQL commits before and after DDL, whatever the script says: the group of such a statement."""
        self.in_block = False
        self.group += 1
        group = self.group
        if not self.autocommit:
            self.begin()
        return group

    def next_group(self) -> int:
        """The group of the statement that comes next."""
        if self.transactional:
            return 0
        if not self.in_block:
            self.group += 1
        return self.group


def _undone(statement: Statement) -> Statement:
    nature = Nature.DATA if statement.nature is Nature.DATA else Nature.OPAQUE
    return replace(statement, operations=(_UNDONE,), nature=nature, probe=None)
