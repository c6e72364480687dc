"""What else changes when one object does: what goes with a dropped one, what is renamed with a renamed one.

Knows how objects hang together (a constraint and its index, a column and its sequence) and nothing of statements.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from console.core.members import MEMBER
from console.core.schema import Index, Kind, Ref, Thing, Value
from console.core.state import Attrs, Picture
from console.core.types.postgres_words import quote_name

EXPRESSIONS: Final = frozenset(
    {"default", "generated", "expression", "where", "using", "check", "definition", "function"}
)
"""Attributes that are text of the server's own spelling."""
_OF_COLUMNS: Final = frozenset({"generated", "expression", "where", "check"})
"""Those in which a name alone is a column of the table."""
PRIMARY: Final = "primary"
"""What MySQL calls every primary key; only there a constraint and an index that carries its table share a name."""
_RENAMED = (False, True)
"""A label that is not there any more, and one that is there now."""
_TWINS = frozenset({Kind.CONSTRAINT, Kind.INDEX})
Things = dict[Ref, Attrs | None]
RESPELLED: Final = ""
"""Stands for such a text after a rename: known to be there, not how it reads."""
_MADE_UP = re.compile(r"_(?:ibfk|chk)_\d+")
_PREFIX = re.compile(r"\(\d+\)")
"""How much of a column MySQL's index holds."""


def gone_with(ref: Ref, picture: Picture) -> list[Ref]:
    """`ref` and everything that goes when it is dropped, the principal first."""
    near = picture.near(ref)
    gone = [ref, *picture.inside(ref)]
    if ref.kind is Kind.COLUMN:
        shrink = shrunk(ref, picture)
        gone += [
            other
            for other in near
            if (attrs := picture.things[other]) and _uses_column(other, attrs, ref) and other not in shrink
        ]
    other = twin(ref, picture)
    gone += [other] if other is not None else []
    for child in [other for other in near if other != ref and _is_child(picture.things[other], ref)]:
        gone += gone_with(child, picture)
    owned = {f"{r.schema}.{r.table}.{r.name}" for r in gone if r.kind is Kind.COLUMN}
    sequences = ((other, picture.things[other] or {}) for other in near if other.kind is Kind.SEQUENCE)
    gone += [other for other, attrs in sequences if attrs.get("owned_by") in owned]
    return list(dict.fromkeys(gone))


def shrunk(column: Ref, picture: Picture) -> dict[Ref, Attrs]:
    """MySQL's indexes of several columns only lose the one that is dropped."""
    found: dict[Ref, Attrs] = {}
    if column.kind is Kind.COLUMN:
        for ref in picture.near(column):
            attrs = picture.things[ref] or {}
            of_mysql = (
                ref.kind in _TWINS and ref.table == column.table and (ref.kind is Kind.INDEX or ref.name == PRIMARY)
            )
            columns = _texts(attrs.get("columns"))
            left = tuple(text for text in columns if not _is_word(text, column.name))
            if of_mysql and ref.schema == column.schema and left and left != columns:
                found[ref] = {**attrs, "columns": left}
    return found


def _is_child(attrs: Attrs | None, parent: Ref) -> bool:
    """Partitions and inheriting tables go with their parent."""
    if attrs is None or parent.kind is not Kind.TABLE:
        return False
    label = f"{parent.schema}.{parent.name}"
    return attrs.get("partition_of") == label or label in _texts(attrs.get("inherits"))


def twin(ref: Ref, picture: Picture) -> Ref | None:
    """The index behind a constraint, or the constraint an index stands behind: they share name and fate."""
    if ref.name == PRIMARY and ref.table:
        kind = Kind.INDEX if ref.kind is Kind.CONSTRAINT else Kind.CONSTRAINT
        other = Ref(kind, ref.schema, ref.table, PRIMARY)
        return other if ref.kind in _TWINS and picture.get(other) is not None else None
    if ref.kind is Kind.CONSTRAINT:
        other = Ref(Kind.INDEX, ref.schema, "", ref.name)
        return other if picture.get(other) is not None else _unique(ref, picture)
    if ref.kind is Kind.INDEX and not ref.table:
        table = (picture.get(ref) or {}).get("table")
        other = Ref(Kind.CONSTRAINT, ref.schema, str(table), ref.name)
        return other if table and picture.get(other) is not None else None
    return None


def _unique(ref: Ref, picture: Picture) -> Ref | None:
    """MySQL's DROP CONSTRAINT also takes the index of a UNIQUE, which is no constraint here."""
    other = Ref(Kind.INDEX, ref.schema, ref.table, ref.name)
    return other if picture.get(ref) is None and (picture.get(other) or {}).get("unique") else None


def _uses_column(other: Ref, attrs: Attrs, column: Ref) -> bool:
    if other.schema != column.schema:
        return False
    if other.kind is Kind.CONSTRAINT and other.table == column.table:
        return column.name in _texts(attrs.get("columns"))
    if other.kind is Kind.INDEX and attrs.get("table") == column.table:
        items = (*_texts(attrs.get("columns")), *_texts(attrs.get("include")))
        return any(_is_word(text, column.name) for text in items)
    return False


def _texts(value: Value) -> tuple[str, ...]:
    return tuple(str(item) for item in value) if isinstance(value, tuple) else ()


def moved(part: Ref, old: Ref, new: Ref) -> Ref:
    """Where a part goes when its owner is renamed or moved to another schema."""
    if old.kind is Kind.SCHEMA:
        return replace(part, schema=new.name)
    table = new.name if part.table == old.name else part.table
    return replace(part, schema=new.schema, table=table)


def moved_part(part: Ref, old: Ref, new: Ref, picture: Picture) -> Ref:
    """Where a part goes; MySQL's made-up names begin with the table's, and follow it."""
    place = moved(part, old, new)
    made_up = _MADE_UP.fullmatch(part.name.removeprefix(old.name.lower())) if old.kind is Kind.TABLE else None
    if made_up is None or not part.name.startswith(old.name.lower()) or not picture.nameless(part):
        return place
    return replace(place, name=new.name.lower() + made_up.group(), written=new.name + made_up.group())


def needless(thing: Thing, picture: Picture) -> bool:
    """An index that MySQL would give a foreign key, were there not one already that begins with its columns."""
    if not isinstance(thing, Index) or not thing.implied:
        return False
    others = (picture.get(ref) or {} for ref in picture.near(thing.ref) if ref.kind is Kind.INDEX)
    columns = (_texts(attrs.get("columns")) for attrs in others if attrs.get("table") == thing.table)
    return any(found[: len(thing.columns)] == thing.columns for found in columns)


def mentions_renamed(ref: Ref, attrs: Attrs, old: Ref, new: Ref) -> Attrs:
    """The attributes of `ref` with every mention of `old` turned into `new`; itself where there can be none."""
    if old.kind is Kind.COLUMN and not _on_table(ref, attrs, old):
        return attrs
    changed = dict(attrs)
    if old.kind in (Kind.TABLE, Kind.VIEW):
        before, after = f"{old.schema}.{old.name}", f"{new.schema}.{new.name}"
        for name in ("references", "partition_of"):
            if attrs.get(name) == before:
                changed[name] = after
        if "inherits" in attrs:
            changed["inherits"] = tuple(after if text == before else text for text in _texts(attrs["inherits"]))
        if ref.kind in (Kind.INDEX, Kind.TRIGGER) and ref.schema == old.schema and attrs.get("table") == old.name:
            changed["table"] = new.name
        owner = attrs.get("owned_by")
        if isinstance(owner, str) and owner.startswith(before + "."):
            changed["owned_by"] = after + owner[len(before) :]
    elif old.kind is Kind.COLUMN:
        _rename_column_mentions(ref, changed, old, new)
    elif old.kind is Kind.TYPE:
        for name in ("type", "base"):
            if isinstance(attrs.get(name), str):
                changed[name] = _type_renamed(str(attrs[name]), old, new)
    return changed


def respelled(attrs: Attrs, name: str) -> Attrs:
    """Text that speaks of what was renamed is spelled anew by the server: from then on it is not compared."""
    speaking = [key for key in EXPRESSIONS & attrs.keys() if _speaks_of(attrs[key], name)]
    changed: dict[str, Value] = dict.fromkeys(speaking, RESPELLED)
    items = _texts(attrs.get("columns"))
    if any("(" in text and _speaks_of(text, name) for text in items):
        changed["columns"] = tuple(RESPELLED if "(" in text and _speaks_of(text, name) else text for text in items)
    return {**attrs, **changed} if changed else attrs


def spelled_anew(ref: Ref, attrs: Attrs, old: Ref, new: Ref, *, exact: bool) -> Attrs:
    """Texts that speak of what was renamed: as they read now, or no longer compared."""
    return _retold(ref, attrs, old, new) if exact else respelled(attrs, old.name.partition("(")[0])


def _retold(ref: Ref, attrs: Attrs, old: Ref, new: Ref) -> Attrs:
    """Texts about the table of a renamed column, with its new name where the old one stands for a column."""
    if old.kind is not Kind.COLUMN or old.table not in (ref.table, attrs.get("table")) or ref.schema != old.schema:
        return attrs
    spoken = {key: _told(attrs[key], old.name, new.name) for key in _OF_COLUMNS & attrs.keys()}
    changed = {key: text for key, text in spoken.items() if text != attrs[key]}
    items = _texts(attrs.get("columns"))
    told = tuple(str(_told(text, old.name, new.name)) if "(" in text else text for text in items)
    return {**attrs, **changed, **({"columns": told} if told != items else {})}


def _told(text: Value, old: str, new: str) -> Value:
    """The name as a word of its own or in the marks of a name; what stands in a string is no name."""
    if not isinstance(text, str) or old.lower() not in text.lower():
        return text
    name = re.escape(old)
    names = re.compile(rf"""('(?:[^']|'')*')|"{name}"|`{name}`|(?<![\w$."`]){name}(?![\w$"`(.])""")

    def put(found: re.Match[str]) -> str:
        mark = found[0][0] if found[0][0] in '"`' else ""
        return found[1] or (f"{mark}{new}{mark}" if mark else quote_name(new))

    return names.sub(put, text)


def relabelled(enum: Ref, changes: Iterable[tuple[str, Value]], things: Mapping[Ref, Attrs | None]) -> Things:
    """What reads otherwise once a label of an enum is renamed: PostgreSQL keeps labels by number, also in defaults."""
    labels = {bool(value): name.partition(MEMBER)[2] for name, value in changes if name.startswith(f"labels{MEMBER}")}
    if len(labels) < len(_RENAMED):
        return {}
    spelled = ((ref, attrs, _relabelled(enum, attrs, labels)) for ref, attrs in things.items() if attrs is not None)
    return {ref: new for ref, attrs, new in spelled if new is not attrs}


def _relabelled(enum: Ref, attrs: Attrs, labels: Mapping[bool, str]) -> Attrs:
    kind = str(attrs.get("type") or attrs.get("base") or "")
    of_enum = kind.removesuffix("[]").rpartition(".")[2].strip('"') == enum.name
    if "default" in attrs and not of_enum:
        return attrs
    old, new = ("'" + labels[there].replace("'", "''") + "'" for there in _RENAMED)
    if attrs.get("default") == old and of_enum:
        return {**attrs, "default": new}
    return respelled(attrs, labels[False])


def _speaks_of(text: Value, name: str) -> bool:
    if not isinstance(text, str) or name.lower() not in text.lower():
        return False
    return re.search(rf"(?<![\w$]){re.escape(name)}(?![\w$])", text, re.IGNORECASE) is not None


def _type_renamed(text: str, old: Ref, new: Ref) -> str:
    """`mood[]` becomes `feeling[]`; a type outside the home schema is written with its schema."""
    name = text.rstrip("[]")
    spellings = {quote_name(old.name): quote_name(new.name)}
    spellings[f"{quote_name(old.schema)}.{quote_name(old.name)}"] = f"{quote_name(new.schema)}.{quote_name(new.name)}"
    return spellings.get(name, name) + text[len(name) :]


def _on_table(ref: Ref, attrs: Attrs, column: Ref) -> bool:
    """Whether a thing can name this column: it is of its table, or refers to it."""
    here = column.table in (ref.table, attrs.get("table"))
    place = f"{column.schema}.{column.table}"
    return here or attrs.get("references") == place or str(attrs.get("owned_by")).startswith(f"{place}.")


def _rename_column_mentions(ref: Ref, attrs: dict[str, Value], old: Ref, new: Ref) -> None:
    here = ref.table == old.table if ref.kind is Kind.CONSTRAINT else attrs.get("table") == old.table
    if ref.schema == old.schema and here:
        for name in ("columns", "include"):
            if name in attrs:
                attrs[name] = tuple(_word_renamed(t, old.name, new.name) for t in _texts(attrs[name]))
    if attrs.get("references") == f"{old.schema}.{old.table}":
        attrs["referenced_columns"] = tuple(
            new.name if t == old.name else t for t in _texts(attrs.get("referenced_columns"))
        )
    if attrs.get("owned_by") == f"{old.schema}.{old.table}.{old.name}":
        attrs["owned_by"] = f"{new.schema}.{new.table}.{new.name}"


def _word_renamed(text: str, old: str, new: str) -> str:
    return new + text[len(old) :] if _is_word(text, old) else text


def _is_word(text: str, name: str) -> bool:
    """Whether an index item is this column, whatever blanks its name holds and whatever follows it."""
    rest = text.removeprefix(name)
    return text.startswith(name) and (not rest or rest[0] == " " or _PREFIX.match(rest) is not None)
