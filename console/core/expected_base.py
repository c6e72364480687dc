"""What an expected schema begins with: one that was read of a server, at a time, and what its ledgers recorded then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from console.core.schema import Namespace, Schema
from console.core.statements import Statement

_FAMILIES = {"mariadb": "mysql"}


@dataclass(frozen=True)
class Baseline:
    """A schema as it was somewhere: a snapshot, or another live database."""

    schema: Schema
    source: str
    """For people: `snapshot before.json`, `database shop on staging`."""
    dialect: str
    """As `Server.dialect` has it."""
    version: str
    database: str
    taken_at: datetime
    """UTC."""
    recorded: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Framework -> the migrations it had recorded as good then; without an entry that is not known."""
    version_number: int = 0
    """As `Server.version_number` has it; 0 where that is not known."""
    identity: str = ""
    """What tells its server from others, as `Server.identity` has it; '' where that is not known."""
    of_files: bool = False
    """No server was read: everything that is expected comes of `statements` and of migrations."""
    statements: tuple[Statement, ...] = ()
    """What makes it of the empty `schema`: a dump that the project keeps."""

    @property
    def from_nothing(self) -> bool:
        """Nothing but migrations says what is expected."""
        return self.of_files and not self.statements and all(isinstance(t, Namespace) for t in self.schema.things)

    @property
    def family(self) -> str:
        """Schemas of one family can be compared."""
        return family(self.dialect)

    def like(self, dialect: str, version: str) -> bool:
        """Whether both servers spell what they keep in the same way."""
        return self.dialect == dialect and _major(self.dialect, self.version) == _major(dialect, version)

    def same_place(self, identity: str, database: str) -> bool:
        """Whether it is the same database of the same server, restarted or not."""
        return bool(self.identity) and (_system(self.identity), self.database) == (_system(identity), database)


@dataclass(frozen=True, slots=True)
class Dumped:
    """A schema as the project itself keeps it in a file, beside its migrations."""

    source: str
    """The file, below the project: `db/structure.sql`."""
    statements: tuple[Statement, ...]
    """What makes it of nothing."""
    stands_for: frozenset[str]
    """The migrations whose work is in it."""


@dataclass(frozen=True, slots=True)
class Ignore:
    """A difference that a person decided to live with."""

    pattern: str
    """Of names as they are shown: `orders.carrier`, `reporting.*`; `*` is anything, case does not count."""
    reason: str
    kind: str = ""
    """`index`: only of things of this kind."""


def family(dialect: str) -> str:
    """`mysql` of a MariaDB."""
    return _FAMILIES.get(dialect, dialect)


def _major(dialect: str, version: str) -> tuple[str, ...]:
    parts = tuple(version.split("."))
    return parts[:1] if dialect == "postgresql" else parts[:2]


def _system(identity: str) -> str:
    """Without the moment it was started."""
    return identity.partition(" ")[0]
