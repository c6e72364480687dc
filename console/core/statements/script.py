"""A whole script as statements: numbered, grouped by transaction, each in the schema that unqualified names mean there.

What is no statement (transaction control, settings, locks, psql lines, comments) is left out, but it is listened to:
BEGIN opens a group, SET search_path moves the home schema.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from console.core.lexer import Token, TokenKind
from console.core.operations import Create, Drop, Opaque, Operation
from console.core.schema import Index, Kind, Ref
from console.core.statements.cursor import Cursor, Unreadable
from console.core.statements.guarded import under
from console.core.statements.session import Session
from console.core.statements.splitting import pieces
from console.core.statements.statement import Nature, Sent, Statement
from console.core.statements.tables import TEMPORARY
from console.core.statements.verbs import Meaning
from console.core.statements.ways import Ways, ways_of

_DDL_IN_TRANSACTIONS = frozenset({"postgres", "sqlite"})
_HALF = re.compile("[\ud800-\udfff]")
_NO_PART = frozenset({TokenKind.META, TokenKind.COPY_DATA, TokenKind.DELIMITER})


def read_script(
    text: str, dialect: str = "postgres", home: str = "public", *, transactional: bool = False
) -> tuple[Statement, ...]:
    """The statements of a script, numbered from 1.

    `home` is what unqualified names mean at its beginning; `transactional` says that the whole script runs in one
    transaction.
    """
    session = _session(dialect, home, transactional=transactional)
    for piece in pieces(text, dialect):
        _read_piece(text, piece, session, ways_of(dialect))
    return tuple(session.found)


def read_sent(
    sent: Iterable[Sent], dialect: str = "postgres", home: str = "public", *, transactional: bool = False
) -> tuple[Statement, ...]:
    """What a reader found, as statements numbered from 1; `transactional` says that one transaction holds them all."""
    session = _session(dialect, home, transactional=transactional)
    for one in map(_whole, sent):
        first = len(session.found)
        text = one.effect or one.sql
        cut = [piece for piece in pieces(text, dialect) if any(not token.silent for token in piece)]
        for piece in cut:
            _read_piece(text, piece, session, ways_of(dialect))
        read = session.found[first:]
        if not one.sql:
            read = [_by_effect(one, read, session, first + 1)]
        elif one.effect:
            read = [replace(s, sql=one.sql) for s in read]
        elif dialect == "postgres" and len(read) == len(cut):
            # several statements in one message are one transaction, unless they say otherwise themselves
            read = [replace(s, group=read[0].group) for s in read]
        session.found[first:] = [
            replace(
                s,
                operations=tuple(
                    under(operation, one.guards if not one.database else ()) for operation in s.operations
                ),
                line=one.line,
                guards=one.guards,
                database=one.database,
                readable=bool(one.sql),
                apart=one.apart,
            )
            for s in read
        ]
    return tuple(session.found)


def _session(dialect: str, home: str, *, transactional: bool) -> Session:
    """Where DDL commits by itself, one transaction around everything holds only until the first of it."""
    if dialect in _DDL_IN_TRANSACTIONS or not transactional:
        return Session(home, transactional, home)
    session = Session(home, False, home)
    session.begin()
    return session


def _by_effect(sent: Sent, read: list[Statement], session: Session, n: int) -> Statement:
    """One statement whose SQL is not known: with what it leaves behind, or with the reason why it cannot be judged."""
    operations = tuple(_in_its_words(sent, operation) for statement in read for operation in statement.operations)
    seen = any(not isinstance(operation, Opaque) for operation in operations)
    nature = Nature.DATA if sent.data else Nature.SCHEMA if seen else Nature.OPAQUE
    return Statement(
        n=n,
        sql=sent.source,
        nature=nature,
        operations=operations or (_unread(sent),),
        group=read[0].group if read else session.next_group(),
        tables=tuple(dict.fromkeys(table for statement in read for table in statement.tables)),
        probe=next((s.probe for s in read if s.probe is not None), None),
    )


def _in_its_words(sent: Sent, operation: Operation) -> Operation:
    """What of an effect could not be read is not known for the reason that the SQL is not: it was never sent so."""
    if isinstance(operation, Opaque) and not operation.harmless and sent.unreadable:
        return replace(operation, why=sent.unreadable)
    return operation


def _whole(sent: Sent) -> Sent:
    """As it is, unless half a character is in it: one that was written as its number, and that no driver sends."""
    if _HALF.search(sent.sql) is None and _HALF.search(sent.effect) is None:
        return sent
    return replace(sent, sql="", effect="", unreadable="it holds half a character (a lone surrogate)")


def _unread(sent: Sent) -> Opaque:
    if sent.data:
        return Opaque(sent.unreadable or "The catalog does not show which rows were changed.", harmless=True)
    return Opaque(sent.unreadable, anything=True)


def _read_piece(text: str, piece: tuple[Token, ...], session: Session, ways: Ways) -> None:
    loud = tuple(token for token in piece if not token.silent)
    body = tuple(token for token in loud if token.kind not in _NO_PART)
    while body and body[-1].text == ";":
        body = body[:-1]
    if not body:
        return
    cursor = ways.start(text, body, session.home)
    try:
        if ways.is_control(cursor, session):
            return
    except Unreadable:
        return  # it begins like a setting and is cut off
    start, end = _ends(piece, body)
    cursor.at = 0
    data = loud[-1].end if loud[-1].kind is TokenKind.COPY_DATA else end
    _add(text[start:data].rstrip("\n"), text[start:end], cursor, session, ways)


def _ends(piece: tuple[Token, ...], body: tuple[Token, ...]) -> tuple[int, int]:
    """Where the statement begins and ends: with the comment around it, where what is in it is executed."""
    marks = [token for token in piece if token.kind is TokenKind.MARK]
    opened = [token for token in marks if token.end <= body[0].start and token.text != "*/"]
    closed = [token for token in marks if token.start >= body[-1].end and token.text == "*/"]
    return opened[0].start if opened else body[0].start, closed[-1].end if closed else body[-1].end


def _add(shown: str, sql: str, cursor: Cursor, session: Session, ways: Ways) -> None:
    """Read one statement; `shown` has the rows of a COPY behind it, `sql` has not."""
    verb = ways.data_verb(cursor)
    meaning = ways.read_data(sql, cursor, verb) if verb else ways.read_meaning(sql, session.home)
    meaning = _without_temporary(meaning, session)
    meaning = replace(meaning, operations=tuple(ways.kept_apart(o, session.taken) for o in meaning.operations))
    meaning = replace(meaning, operations=tuple(ways.only_here(o, session.initial_home) for o in meaning.operations))
    cursor.at = 0
    probe = ways.data_probe(cursor, verb) if verb and not _only_temporary(meaning, session) else None
    statement = Statement(
        n=len(session.found) + 1,
        sql=shown,
        nature=_nature(meaning, verb),
        operations=meaning.operations,
        line=cursor.found[0].line,
        group=session.commit_around() if ways.commits(cursor) else session.next_group(),
        concurrently=meaning.concurrently,
        tables=tuple(dict.fromkeys((ref.schema, ref.name) for ref in meaning.tables)),
        probe=probe,
    )
    session.found.append(statement)


def _nature(meaning: Meaning, verb: str) -> Nature:
    if verb:
        return Nature.DATA
    seen = any(not isinstance(operation, Opaque) for operation in meaning.operations)
    return Nature.SCHEMA if seen else Nature.OPAQUE


def _without_temporary(meaning: Meaning, session: Session) -> Meaning:
    """What is done to a temporary table leaves nothing, whatever it is."""
    session.temporary |= {(ref.schema, ref.name) for ref in meaning.temporary}
    if not session.temporary:
        return meaning
    operations: list[Operation] = []
    for operation in meaning.operations:
        place = _place(operation)
        operations.append(TEMPORARY if place in session.temporary else operation)
        if isinstance(operation, Drop) and place in session.temporary and operation.ref.table == "":
            session.temporary.discard(place)
    return replace(meaning, operations=tuple(operations))


def _place(operation: Operation) -> tuple[str, str] | None:
    """(schema, table) an operation is about."""
    ref: Ref | None = operation.subject
    if ref is None:
        return None
    if isinstance(operation, Create) and isinstance(operation.things[0], Index):
        return ref.schema, operation.things[0].table
    return ref.schema, ref.table or (ref.name if ref.kind in (Kind.TABLE, Kind.VIEW, Kind.SEQUENCE) else "")


def _only_temporary(meaning: Meaning, session: Session) -> bool:
    return any((ref.schema, ref.name) in session.temporary for ref in meaning.tables)
