"""A changeset as a migration: its statements, what takes it back, and what only a run decides."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from console.core.migration import Migration
from console.core.statements import Sent, Statement, read_sent
from console.frameworks.liquibase import sums
from console.frameworks.liquibase.changelog import Found, is_for, resolved
from console.frameworks.liquibase.library import Library
from console.readers.changelog import Node, Target, UnreadError, reversed_of, sent_of
from console.readers.changelog.changes import KNOWN, Sources
from console.readers.changelog.cutting import cut
from console.readers.sqlfiles.files import own_control, said

_LONGEST = 250
NEVER = "never runs here: "
_ABOUT = frozenset({"comment", "preConditions", "rollback", "modifySql", "validCheckSum", "changes"})


@dataclass(frozen=True, slots=True)
class Reading:
    """What every changeset is read with."""

    library: Library
    dialect: str
    home: str


def migration(found: Found, reading: Reading, all_found: Sequence[Found]) -> Migration:
    """One changeset."""
    node, file = found.node, found.file
    transactional = reading.dialect in ("postgres", "sqlite") and node.is_set("runInTransaction", "true")
    why = _why(found)
    up = () if why else _up(found, reading)
    down = () if why else _down(found, reading, all_found) or ()
    if any(own_control(sent.sql, reading.dialect) for sent in up if sent.sql):
        transactional = False
    return Migration(
        id=f"{node.get('id')}::{node.get('author')}::{found.path}",
        description=node.get("id"),
        file=file.path,
        statements=_statements(up, reading, transactional),
        down=_statements(down, reading, transactional),
        text=file.text,
        checksum=None if why else _sum(found, reading),
        transactional=transactional,
        row=() if why else _row(found, reading.dialect),
        called=node.get("id"),
        release=file.release,
        from_failed_deploy=file.from_failed_deploy,
        modified_at=file.modified_at,
        uncommitted=file.uncommitted,
        unreadable=file.unreadable or why,
        note=said(*file.notes, *_notes(found, reading.dialect)),
    )


def _sum(found: Found, reading: Reading) -> str | None:
    """Its check sum; None where that cannot be made again."""
    node = found.node
    if node.name in ("formatted", "raw"):
        return sums.of_texts([node.text])
    if any(True for _ in node.all("modifySql")):
        return None
    return sums.of_changes(_inlined(change, found, reading) for change in _changes(node, reading.dialect))


def _inlined(change: Node, found: Found, reading: Reading) -> Node:
    """A file of SQL counts by its text."""
    if change.name != "sqlFile":
        return change
    try:
        return replace(change, name="sql", attributes={}, text=_sources(found, reading).load(change))
    except UnreadError:
        return change


def described(found: Found, dialect: str) -> str:
    """What Liquibase writes of its changes into its row."""
    if found.node.name in ("formatted", "raw"):
        return "sql"
    return "; ".join(sums.described(change) for change in _changes(found.node, dialect))


def _row(found: Found, dialect: str) -> tuple[tuple[str, str], ...]:
    """What Liquibase writes of the changeset itself; nothing where contexts around it take part."""
    node = found.node
    known = KNOWN | {"sql", "sqlFile"}
    if node.name == "changeSet" and any(change.name not in known for change in _changes(node, dialect)):
        return ()
    about = [each for each in found.within if each != "preconditions"]
    if len(about) != sum(bool(node.get(name)) for name in ("context", "contextFilter", "contexts", "labels")):
        return ()
    labels = ",".join(part.strip() for part in node.get("labels").split(",")) if node.get("labels") else ""
    values = {
        "description": described(found, dialect)[:_LONGEST],
        "comments": " ".join(child.text for child in node.children if child.name == "comment") or node.get("comment"),
        "contexts": node.get("context", "contextFilter", "contexts"),
        "labels": labels,
        "tag": next((c.get("tag") for c in _changes(node, dialect) if c.name == "tagDatabase"), ""),
        "valid": " ".join((child.text or child.get("value")).strip() for child in node.all("validCheckSum")),
        "again": "yes" if node.is_set("runOnChange") or node.is_set("runAlways") else "",
    }
    return tuple(values.items())


def _statements(sent: Iterable[Sent], reading: Reading, transactional: bool) -> tuple[Statement, ...]:
    return read_sent(sent, reading.dialect, reading.home, transactional=transactional)


def _why(found: Found) -> str:
    """Why nothing of it is known."""
    if found.unknown:
        return f"it puts the value of ${{{found.unknown[0]}}} into its text, and that is not known here"
    odd = found.node.get("odd")
    if odd:
        return f"its line --{odd} is not read"
    if found.node.name in ("formatted", "raw"):
        try:
            list(_texts(found.node, found.node.text, "postgres"))
        except UnreadError as why:
            return str(why)
    return ""


def _texts(node: Node, text: str, dialect: str) -> Iterator[tuple[str, int]]:
    whole = node.get("splitStatements").lower() == "false"
    yield from cut(text, dialect, whole=whole, delimiter=node.get("endDelimiter"))


def _up(found: Found, reading: Reading, *, modified: bool = True) -> tuple[Sent, ...]:
    node = found.node
    if node.name in ("formatted", "raw"):
        return tuple(Sent(sql, line=lines + 1) for sql, lines in _texts(node, node.text, reading.dialect))
    target, sources = Target(reading.dialect, reading.home, found.quoting), _sources(found, reading)
    sent = [each for change in _changes(node, reading.dialect) for each in sent_of(change, target, sources)]
    return tuple(_modified(node, sent, reading.dialect)) if modified else tuple(sent)


def _changes(node: Node, dialect: str) -> tuple[Node, ...]:
    """The changes of a changeset, of a list of them or of a rollback, without those for other servers."""
    found: list[Node] = []
    for child in node.children:
        if child.name == "changes":
            found += child.children
        elif child.name not in _ABOUT and child.name[:1] and (child.children or child.attributes or child.text
                                                              or child.name in ("empty", "output", "sql")):  # fmt: skip
            found.append(child)
    return tuple(change for change in found if is_for(change.get("dbms"), dialect))


def _sources(found: Found, reading: Reading) -> Sources:
    def load(change: Node) -> str:
        name = change.get("path", "file")
        path = resolved(name, found.opened, relative=change.is_set("relativeToChangelogFile"))
        text = reading.library.text(path)
        if text is None:
            raise UnreadError(f"its file {name} is not here")
        if "${" in text:
            raise UnreadError(f"its file {name} takes values of parameters, which are not put in")
        return text

    return Sources(load)


def _modified(node: Node, sent: Iterable[Sent], dialect: str) -> Iterator[Sent]:
    """modifySql: words before and behind every statement, and words in the place of others."""
    ways = [change for around in node.all("modifySql") if is_for(around.get("dbms"), dialect)
            for change in around.children]  # fmt: skip
    for each in sent:
        sql = each.sql
        odd = next((way.name for way in ways if way.name not in ("append", "prepend", "replace")), "")
        if odd and sql:
            yield replace(each, sql="", source=sql, unreadable=f"modifySql changes it by {odd}, which is not read")
            continue
        for way in ways if sql else ():
            sql = _worded(way, sql)
        yield replace(each, sql=sql)


def _worded(way: Node, sql: str) -> str:
    if way.name == "append":
        return sql + way.get("value")
    if way.name == "prepend":
        return way.get("value") + sql
    return sql.replace(way.get("replace"), way.get("with"))


def _down(found: Found, reading: Reading, all_found: Sequence[Found]) -> tuple[Sent, ...] | None:
    """What takes it back: as its rollback says, else as Liquibase makes it; None where it refuses to."""
    node = found.node
    rollbacks = [child for child in node.children if child.name == "rollback"]
    if node.name == "formatted":
        text = node.get("rollback")
        texts = () if text.strip().lower() in ("", "empty", "not required") else cut(text, reading.dialect)
        return tuple(Sent(sql) for sql, _ in texts)
    target, sources = Target(reading.dialect, reading.home, found.quoting), _sources(found, reading)
    if not rollbacks and "rollback" not in node.attributes:
        return reversed_of(_changes(node, reading.dialect), target, sources) if node.name != "raw" else None
    sent: list[Sent] = []
    text = node.attributes.get("rollback", "")
    for one in (*rollbacks, Node("rollback", {}, (), text, node.line)):
        sent += _taken_back(one, found, reading, all_found)
    return tuple(sent)


def _taken_back(one: Node, found: Found, reading: Reading, all_found: Sequence[Found]) -> Iterator[Sent]:
    target, sources = Target(reading.dialect, reading.home, found.quoting), _sources(found, reading)
    name, author = one.get("changeSetId"), one.get("changeSetAuthor")
    if name:
        path = one.get("changeSetPath") or found.path
        other = next((f for f in all_found if (f.node.get("id"), f.node.get("author"), f.path) == (name, author, path)),
                     None)  # fmt: skip
        yield from _up(other, reading, modified=False) if other is not None else (_missing(one, name),)
        return
    for change in _changes(one, reading.dialect):
        yield from sent_of(change, target, sources)
    texts = [child.text for child in one.children if not child.name] or [one.text]
    for text in texts:
        for sql, _ in cut(text, reading.dialect):
            yield Sent(sql, line=one.line)


def _missing(one: Node, name: str) -> Sent:
    return Sent("", source=one.source or "<rollback>", line=one.line,
                unreadable=f"its rollback is the changeset {name}, which is not here")  # fmt: skip


def _notes(found: Found, dialect: str) -> Iterator[str]:
    """What only a run decides."""
    node = found.node
    dbms = node.get("dbms")
    if node.is_set("ignore") or not is_for(dbms, dialect):
        yield NEVER + (f"it is for {dbms}" if dbms else "it is ignored")
    for each in found.within:
        yield "it has preconditions, which are not asked" if each == "preconditions" else (
            f"whether it runs is up to {each}")  # fmt: skip
    if node.is_set("runAlways"):
        yield "it runs every time"
    elif node.is_set("runOnChange"):
        yield "it runs again when it changes, and whether it did is not known"
    if not node.is_set("failOnError", "true"):
        yield "a refusal does not stop Liquibase"
    if node.get("runOrder"):
        yield f"it runs {node.get('runOrder')} of all, wherever it stands"
