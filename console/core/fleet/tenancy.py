"""How a project keeps its tenants apart, as its own files say it: a schema each, or a database each."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, replace

from console.core.schema import Constraint, Schema, Table, Thing


@dataclass(frozen=True, slots=True)
class Tenancy:
    """The rule of one package, for one project."""

    package: str
    """`django-tenants`, `stancl/tenancy`, `apartment`."""
    framework: str
    by_schema: bool
    """A tenant is a schema of one database; False: a database of one server."""
    ledger: str
    """The table that every tenant has of its own."""
    shared: tuple[str, ...] = ("public",)
    """Schemas that are nobody's own. Names that a tenant has not got are looked for there."""
    registry: str = ""
    """The table that lists the tenants; '' where the files do not say it."""
    key: str = ""
    """Its column with their names."""
    named: tuple[str, ...] = ()
    """Tenants that the files list themselves."""
    labels: frozenset[str] | None = None
    """The apps whose migrations make something in a tenant; None: all of them."""
    folder: str = ""
    """Where the migrations of tenants lie; '' where all others lie."""
    prefix: str = ""
    suffix: str = ""
    """Around the name of a tenant, where a database is called after it."""
    command: str = ""
    """What brings one tenant forward; `{}` stands for its name."""
    settles: str = ""
    """The condition of statements that the rule itself decides: for a tenant's own migrations it always holds."""
    missing: tuple[str, ...] = ()
    """What could not be read of the rule, one sentence each: then it is not known which migrations are a tenant's."""

    def mine(self, migration: str) -> bool:
        """Whether a migration of this id makes anything in a tenant."""
        return self.labels is None or migration.partition(".")[0] in self.labels

    def command_for(self, tenant: str) -> str:
        """The command line for one of them."""
        return self.command.replace("{}", shlex.quote(tenant))


def resolved(schema: Schema, shared: tuple[str, ...]) -> Schema:
    """As a tenant sees it: a key to a table that only a shared schema has leads to the name by which the tenant finds
    it there. Its file names it without a schema, and the tenant's own schema is looked in first."""
    if not shared:
        return schema
    home = schema.home
    own = {thing.ref.name for thing in schema.things if isinstance(thing, Table) and thing.ref.schema == home}

    def led(thing: Thing) -> Thing:
        if isinstance(thing, Constraint) and thing.ref.schema == home and thing.references:
            place, _, name = thing.references.partition(".")
            if place in shared and place != home and name not in own:
                return replace(thing, references=f"{home}.{name}")
        return thing

    return replace(schema, things=tuple(map(led, schema.things)))
