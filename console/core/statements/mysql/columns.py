"""A column definition, as CREATE TABLE, ADD, MODIFY and CHANGE have it: all of it is restated each time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from console.core.schema import Column, Index, Kind, Thing, Value
from console.core.statements.columns import stored_default
from console.core.statements.cursor import Unreadable
from console.core.statements.mysql.cursor import MyCursor, part_of
from console.core.statements.mysql.keys import Owner, primary_key, read_check, references
from console.core.types.mysql import TypeRead, canonical_charset, canonical_collation, charset_of, has_charset, of_bytes
from console.core.types.mysql import is_json_check as makes_json

_STOPS = (
    "NOT NULL DEFAULT ON VISIBLE INVISIBLE AUTO_INCREMENT UNIQUE PRIMARY KEY COMMENT COLLATE CHARACTER CHARSET "
    "COLUMN_FORMAT STORAGE ENGINE_ATTRIBUTE SECONDARY_ENGINE_ATTRIBUTE REFERENCES CONSTRAINT CHECK GENERATED AS SRID "
    "FIRST AFTER REF_SYSTEM_ID COMPRESSED WITHOUT WITH"
).split()


@dataclass
class Draft:
    """What has been said about the column so far."""

    name: str
    read: TypeRead
    owner: Owner
    nullable: bool | None = None
    default: str | None = None
    has_default: bool = False
    on_update: str | None = None
    auto_increment: bool = False
    invisible: bool = False
    generated: str | None = None
    generated_kind: str = ""
    charset: str = ""
    collation: str = ""
    comment: str | None = None
    srid: int | None = None
    others: list[Thing] = field(default_factory=list)
    type: str = ""

    @property
    def is_clock(self) -> bool:
        """A timestamp of which not all is said: a setting of the server decides about the rest."""
        return self.type.startswith("timestamp") and self.generated is None


def read_column(cursor: MyCursor, owner: Owner, position: int = 0) -> tuple[Column, tuple[Thing, ...]]:
    """The column defined here and the keys and checks that come with it; stops before FIRST and AFTER."""
    draft = _draft(cursor, owner)
    column = Column(
        ref=part_of(Kind.COLUMN, owner.table, draft.name),
        position=position,
        type=draft.type,
        nullable=draft.nullable is not False,
        default=draft.default,
        on_update=draft.on_update,
        auto_increment=draft.auto_increment,
        invisible=draft.invisible,
        generated=draft.generated,
        generated_kind=draft.generated_kind,
        charset=draft.charset or None,
        collation=draft.collation or None,
        srid=draft.srid,
        comment=draft.comment,
        unread=_left_open(draft),
    )
    return column, tuple(draft.others)


def restated(column: Column) -> tuple[tuple[str, Value], ...]:
    """Everything that MODIFY and CHANGE set: what they do not say is lost, what nobody can know is left open."""
    names = ("type", "nullable", "default", "generated", "generated_kind", "comment", "on_update")
    said = [(name, getattr(column, name)) for name in (*names, "auto_increment", "invisible")]
    known = [(name, "" if name in column.unread else value) for name, value in said]
    left_open = "" if has_charset(column.type) else None
    known += [("charset", column.charset or left_open), ("collation", column.collation or left_open)]
    return tuple((name, value) for name, value in known if name != "nullable" or name not in column.unread)


def _left_open(draft: Draft) -> frozenset[str]:
    found = {"charset"} if not draft.charset and has_charset(draft.type) else set()
    found |= {"collation"} if not draft.collation and has_charset(draft.type) else set()
    if draft.type == "json":
        found |= {"charset", "collation"}
    if draft.is_clock:
        found |= {"nullable"} if draft.nullable is None else set()
        found |= {"default", "on_update"} if draft.nullable is not True and not draft.has_default else set()
    return frozenset(found)


def _draft(cursor: MyCursor, owner: Owner) -> Draft:
    name = cursor.name()
    read = cursor.kind_of_type()
    draft = Draft(name, read, owner, charset=read.charset, type=read.name)
    if read.counts:
        _counts(draft)
    while not cursor.done and cursor.word() not in ("FIRST", "AFTER"):
        for words, attribute in _ATTRIBUTES.items():
            if cursor.accept(*words):
                attribute(cursor, draft)
                break
        else:
            raise Unreadable
    if draft.auto_increment:
        draft.nullable = False
    if draft.charset == "binary":
        draft.type, draft.charset, draft.collation = of_bytes(draft.type), "", ""
    return draft


def _counts(draft: Draft) -> None:
    draft.nullable, draft.auto_increment = False, True
    _unique(draft)


def _key(draft: Draft, name: str | None) -> Index:
    given = name or draft.owner.index_name(draft.name)
    draft.owner.taken.add(given.lower())
    return Index(
        ref=part_of(Kind.INDEX, draft.owner.table, given),
        table=draft.owner.table.name,
        columns=(draft.name.lower(),),
        unique=True,
        constraint=name is not None,
        named=name is not None,
        unread=frozenset({"options"}),
    )


def _unique(draft: Draft) -> None:
    draft.others.append(_key(draft, None))


def _primary(cursor: MyCursor, draft: Draft) -> None:
    draft.others += primary_key(draft.owner, _key(draft, "PRIMARY"))
    draft.nullable = False


def _null(value: bool) -> Attribute:
    def attribute(cursor: MyCursor, draft: Draft) -> None:
        draft.nullable = value

    return attribute


def _default(cursor: MyCursor, draft: Draft) -> None:
    draft.default, draft.has_default = stored_default(cursor.until(_STOPS)), True


def _on_update(cursor: MyCursor, draft: Draft) -> None:
    draft.on_update = cursor.until(_STOPS)


def _charset(cursor: MyCursor, draft: Draft) -> None:
    cursor.accept("=")
    draft.charset = canonical_charset(cursor.word_value())


def _collate(cursor: MyCursor, draft: Draft) -> None:
    cursor.accept("=")
    draft.collation = canonical_collation(cursor.word_value())
    draft.charset = charset_of(draft.collation) or draft.charset


def _serial_default(cursor: MyCursor, draft: Draft) -> None:
    _counts(draft)


def _comment(cursor: MyCursor, draft: Draft) -> None:
    draft.comment = cursor.text_value() or None


def _generated(cursor: MyCursor, draft: Draft) -> None:
    draft.generated = cursor.grouped_text()
    word = cursor.accept_any("STORED", "VIRTUAL", "PERSISTENT")
    draft.generated_kind = "stored" if word in ("STORED", "PERSISTENT") else "virtual"


def _check(cursor: MyCursor, draft: Draft, name: str | None = None) -> None:
    constraint = read_check(cursor, draft.owner, name, draft.name)
    if draft.type == "longtext" and makes_json(constraint.expression or "", draft.name):
        draft.type = "json"
    else:
        draft.others.append(constraint)


def _named_check(cursor: MyCursor, draft: Draft) -> None:
    name = None if cursor.sees("CHECK") else cursor.name()
    cursor.expect("CHECK")
    _check(cursor, draft, name)


def _references(cursor: MyCursor, draft: Draft) -> None:
    things = references(cursor, draft.owner, None, (draft.name.lower(),))
    # MySQL before 9 reads over it; which one runs the file is not known from the file.
    draft.others += things if cursor.dialect == "mariadb" else ()


def _sets(name: str, value: bool) -> Attribute:
    def attribute(cursor: MyCursor, draft: Draft) -> None:
        setattr(draft, name, value)

    return attribute


def _srid(cursor: MyCursor, draft: Draft) -> None:
    cursor.accept("=")
    draft.srid = cursor.integer()


def _skip(cursor: MyCursor, draft: Draft) -> None:
    cursor.accept("=")
    cursor.step()


def _nothing(cursor: MyCursor, draft: Draft) -> None:
    """It says nothing that is read."""


def _compressed(cursor: MyCursor, draft: Draft) -> None:
    if cursor.accept("="):
        cursor.step()


Attribute = Callable[[MyCursor, Draft], None]
_ATTRIBUTES: dict[tuple[str, ...], Attribute] = {
    ("NOT", "NULL"): _null(value=False),
    ("NULL",): _null(value=True),
    ("DEFAULT",): _default,
    ("ON", "UPDATE"): _on_update,
    ("AUTO_INCREMENT",): _sets("auto_increment", value=True),
    ("INVISIBLE",): _sets("invisible", value=True),
    ("VISIBLE",): _nothing,
    ("UNIQUE", "KEY"): lambda _, draft: _unique(draft),
    ("UNIQUE",): lambda _, draft: _unique(draft),
    ("PRIMARY", "KEY"): _primary,
    ("PRIMARY",): _primary,
    ("KEY",): _primary,
    ("COMMENT",): _comment,
    ("CHARACTER", "SET"): _charset,
    ("CHARSET",): _charset,
    ("COLLATE",): _collate,
    ("ASCII",): lambda _, draft: setattr(draft, "charset", "latin1"),
    ("UNICODE",): lambda _, draft: setattr(draft, "charset", "ucs2"),
    ("BINARY",): _nothing,
    ("GENERATED", "ALWAYS", "AS"): _generated,
    ("AS",): _generated,
    ("CHECK",): _check,
    ("CONSTRAINT",): _named_check,
    ("REFERENCES",): _references,
    ("SERIAL", "DEFAULT", "VALUE"): _serial_default,
    ("SRID",): _srid,
    ("REF_SYSTEM_ID",): _srid,
    ("COLUMN_FORMAT",): _skip,
    ("STORAGE",): _skip,
    ("ENGINE_ATTRIBUTE",): _skip,
    ("SECONDARY_ENGINE_ATTRIBUTE",): _skip,
    ("COMPRESSED",): _compressed,
    ("WITH", "SYSTEM", "VERSIONING"): _nothing,
    ("WITHOUT", "SYSTEM", "VERSIONING"): _nothing,
}
