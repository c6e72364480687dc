"""The rows that `deploy --log-only` and `revert --log-only` write, table by table, as SQL."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from console.core.ledger_sql import Values, delete, name, table, value
from console.core.observation import Server
from console.frameworks.sqitch.carried import Carried
from console.frameworks.sqitch.identity import Said
from console.frameworks.sqitch.plan import Change, Tag

_CLOCK = {"postgres": "clock_timestamp()", "mysql": "utc_timestamp(6)", "mariadb": "utc_timestamp(6)"}
WRITES = frozenset(_CLOCK)
"""Whose registry is in reach: SQLite's is another file."""
_AT = {"projects": "created_at"}


@dataclass(frozen=True, slots=True)
class Registry:
    """Where the rows go, and who Sqitch would say that wrote them."""

    ledger: str
    server: Server
    person: tuple[str, str]

    def table(self, named: str) -> str:
        """One of its tables, quoted."""
        return table(".".join((*self.ledger.split(".")[:-1], named)), self.server)

    def value(self, given: str | None) -> str:
        """A literal."""
        return value(given, self.server)

    def names(self, *columns: str) -> str:
        """Columns, quoted."""
        return ", ".join(name(column, self.server) for column in columns)

    @property
    def clock(self) -> str:
        """The server's time, as Sqitch asks for it."""
        return _CLOCK[self.server.grammar]

    @property
    def postgres(self) -> bool:
        """Its lists are arrays there."""
        return self.server.grammar == "postgres"

    def insert(self, named: str, values: Values, more: Values = (), *, absent: str = "") -> str:
        """One row with the server's time; `more` are SQL; `absent`: only where that finds none."""
        columns = self.names(*(column for column, _ in (*values, *more)), _AT.get(named, "committed_at"))
        literals = (self._literal(column, what) for column, what in values)
        given = ", ".join((*literals, *(str(sql) for _, sql in more), self.clock))
        into = f"INSERT INTO {self.table(named)} ({columns})"
        source = "" if self.postgres else " FROM DUAL"
        return f"{into} SELECT {given}{source} WHERE NOT EXISTS ({absent})" if absent else f"{into} VALUES ({given})"

    def _literal(self, column: str, given: str | int | bool | None) -> str:
        typed = "::timestamptz" if self.postgres and column == "planned_at" else ""
        return value(given, self.server) + typed

    def listed(self, texts: Sequence[str], between: str) -> str:
        """A list as the events keep it."""
        if self.postgres:
            return f"ARRAY[{', '.join(map(self.value, texts))}]::text[]"
        return self.value(between.join(texts))

    def standing(self, column: str, named: str, where: str) -> str:
        """The same of what stands in the registry."""
        if self.postgres:
            return f"ARRAY(SELECT {column} FROM {self.table(named)} WHERE {where})"
        return f"(SELECT COALESCE(GROUP_CONCAT({column} SEPARATOR ','), '') FROM {self.table(named)} WHERE {where})"

    @property
    def by(self) -> Values:
        """Who records it."""
        return (("committer_name", self.person[0]), ("committer_email", self.person[1]))

    def told(self, said: Said) -> Values:
        """Why, who records it, and who planned it when."""
        at = said.at if self.postgres else said.at.replace("T", " ").removesuffix("Z")
        planner = (("planned_at", at), ("planner_name", said.planner), ("planner_email", said.email))
        return (("note", said.note), *self.by, *planner)


def change_row(registry: Registry, of: Carried, script_hash: str) -> Values:
    """The row in changes, all but the time."""
    change = of.change
    first = (("change_id", change.digest), ("script_hash", script_hash), ("change", change.name))
    return (*first, ("project", of.project), *registry.told(change.said))


def deployed(registry: Registry, of: Carried, row: Values) -> Iterator[str]:
    """All rows of a change, in Sqitch's order; tags that the change before it got since are among them."""
    change, before = of.change, of.before
    if before is None:
        yield _project(registry, of)
    else:
        yield from (_late(registry, of.project, before, tag) for tag in before.tags)
    yield registry.insert("changes", row)
    if change.requires or change.conflicts:
        yield _needs(registry, of)
    yield from (registry.insert("tags", _tag(registry, of.project, change, tag)) for tag in change.tags)
    lists = (
        ("tags", registry.listed([f"@{tag.name}" for tag in change.tags], " ")),
        ("requires", registry.listed(change.requires, ",")),
        ("conflicts", registry.listed(change.conflicts, ",")),
    )
    first = (("event", "deploy"), ("change_id", change.digest), ("change", change.name), ("project", of.project))
    yield registry.insert("events", (*first, *registry.told(change.said)), lists)


def _project(registry: Registry, of: Carried) -> str:
    who, where = registry.person
    values = (("project", of.project), ("uri", of.uri or None), ("creator_name", who), ("creator_email", where))
    there = f"SELECT 1 FROM {registry.table('projects')} WHERE project = {registry.value(of.project)}"
    return registry.insert("projects", values, absent=there)


def _tag(registry: Registry, project: str, change: Change, tag: Tag) -> Values:
    first = (("tag_id", tag.digest), ("tag", f"@{tag.name}"), ("project", project), ("change_id", change.digest))
    return (*first, *registry.told(tag.said))


def _late(registry: Registry, project: str, change: Change, tag: Tag) -> str:
    there = f"SELECT 1 FROM {registry.table('tags')} WHERE tag_id = {registry.value(tag.digest)}"
    return registry.insert("tags", _tag(registry, project, change, tag), absent=there)


def _needs(registry: Registry, of: Carried) -> str:
    """One row for each; of another project's change the registry knows the id."""
    columns = registry.names("change_id", "type", "dependency", "dependency_id")
    known = zip(of.change.requires, of.ids, strict=True)
    ids = (registry.value(digest) if digest else meant(registry, need) for need, digest in known)
    needs = (
        *(("require", need, sql) for need, sql in zip(of.change.requires, ids, strict=True)),
        *(("conflict", need, "NULL") for need in of.change.conflicts),
    )
    own = registry.value(of.change.digest)
    rows = ", ".join(f"({own}, {registry.value(kind)}, {registry.value(need)}, {sql})" for kind, need, sql in needs)
    return f"INSERT INTO {registry.table('dependencies')} ({columns}) VALUES {rows}"


def meant(registry: Registry, need: str) -> str:
    """The id of another project's `project:change`, `project:change@tag` or `project:@tag`, as Sqitch looks for it."""
    project, _, key = need.partition(":")
    change, _, tag = key.partition("@")
    changes, tags = registry.table("changes"), registry.table("tags")
    named = f"c.project = {registry.value(project)} AND c.{registry.names('change')} = {registry.value(change)}"
    if not tag:
        return f"(SELECT c.change_id FROM {changes} c WHERE {named} ORDER BY c.committed_at LIMIT 1)"
    at = f"t.project = {registry.value(project)} AND t.tag = {registry.value('@' + tag)}"
    if not change:
        return f"(SELECT t.change_id FROM {tags} t WHERE {at})"
    both = f"{changes} c JOIN {tags} t ON c.committed_at <= t.committed_at AND c.project = t.project"
    return f"(SELECT c.change_id FROM {both} WHERE {named} AND {at} ORDER BY c.committed_at DESC LIMIT 1)"


def reverted(registry: Registry, digest: str) -> Iterator[str]:
    """All that a revert writes and takes; what the event says is what stands there."""
    where = f"change_id = {registry.value(digest)}"
    kept = ("change_id", "change", "project", "note")
    planned = ("planned_at", "planner_name", "planner_email")
    lists = (
        registry.standing("tag", "tags", where),
        registry.standing("dependency", "dependencies", f"{where} AND type = 'require'"),
        registry.standing("dependency", "dependencies", f"{where} AND type = 'conflict'"),
    )
    columns = registry.names("event", *kept, "tags", "requires", "conflicts", "committer_name", "committer_email",
                             *planned, "committed_at")  # fmt: skip
    given = ", ".join(("'revert'", registry.names(*kept), *lists, *map(registry.value, registry.person),
                       registry.names(*planned), registry.clock))  # fmt: skip
    source = f"{registry.table('changes')} WHERE {where}"
    yield f"INSERT INTO {registry.table('events')} ({columns}) SELECT {given} FROM {source}"
    for named in ("tags", "dependencies", "changes"):
        yield delete(".".join((*registry.ledger.split(".")[:-1], named)), (("change_id", digest),), registry.server)
