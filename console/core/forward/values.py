"""What a recovery file is made of, and what it is: small values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from console.core.refs import Ref, Value

Attrs = Mapping[str, Value]
ADDED = "added label"
"""An attribute that no thing has: that an enum has a label, or has it not."""


@dataclass(frozen=True, slots=True)
class Fact:
    """What one statement does to one thing, as the catalog can be asked for it."""

    ref: Ref
    done: tuple[Attrs, ...] = ()
    """What it is afterwards; more than one where a later statement changes it again. Nothing: it is gone."""
    before: Attrs | None = None
    """What it was before; None: it was not there."""
    named: bool = True
    """False: the server chose its name, so it is known by what it is."""


@dataclass(frozen=True, slots=True)
class Step:
    """One statement of the failed migration, and the question that comes before it."""

    n: int
    title: str
    """`statement 3: column orders.carrier`."""
    question: str
    """SQL with one row and one column: `todo`, `done`, or a sentence that says what stands in the way. '': it may run
    whatever is there, for it changes nothing that stays."""
    sql: str
    alone: bool = False
    """It cannot run inside a transaction."""


@dataclass(frozen=True, slots=True)
class Order:
    """Everything that a framework's writer needs."""

    failed: str
    """The id of the migration that failed."""
    label: str
    """What people call it."""
    file: str
    """Its file, relative to the project."""
    text: str
    """The file as it is."""
    transactional: bool
    dialect: str
    """postgres, mysql, mariadb or sqlite."""
    steps: tuple[Step, ...]
    known: tuple[str, ...]
    """The ids of every migration there is, in the tool's order."""
    labels: tuple[str, ...]
    """And what people call them."""
    behind: tuple[str, ...]
    """The ids of those that stand on the failed one, where the tool keeps a graph."""
    recorded: frozenset[str]
    """The ids of those that the ledger holds for done."""
    head: tuple[str, ...]
    """Lines of words that say what wrote it, when and for what."""

    @property
    def folder(self) -> str:
        """Where its file lies, with the slash; '' for the top."""
        before, slash, _ = self.file.rpartition("/")
        return before + slash

    @property
    def loose(self) -> bool:
        """It runs outside a transaction."""
        return not self.transactional or self.dialect in ("mysql", "mariadb") or any(step.alone for step in self.steps)


@dataclass(frozen=True, slots=True)
class Written:
    """What a framework's writer makes of an order."""

    file: str
    """Where it belongs, relative to the project."""
    text: str
    command: str
    """What runs it, and nothing else."""
    careful: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Recovery:
    """A recovery file that can be shown and saved."""

    written: Written
    steps: tuple[str, ...]
    """What a person does, in this order."""
    asked: tuple[Step, ...]
    """What the file asks and runs."""

    @property
    def title(self) -> str:
        """What it is."""
        count = len(self.asked)
        return f"the recovery file for {count} statement{'' if count == 1 else 's'}"

    @property
    def text(self) -> str:
        """The file."""
        return self.written.text
