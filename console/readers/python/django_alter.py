"""`alter_field` of Django's schema editor: a column's type, NULL, default, keys and indexes, in Django's order."""

from __future__ import annotations

from dataclasses import dataclass

from console.readers.python.django_editor import Editor
from console.readers.python.django_fields import AUTO, COMPOSITE, GENERATED, NOTHING, Field, unsure_in
from console.readers.python.django_keys import Reference, in_states, references
from console.readers.python.django_lite import LiteEditor
from console.readers.python.django_literals import Literal, effective, has_default, kept_default, text_literal
from console.readers.python.django_names import derived, server_names
from console.readers.python.django_state import Model, State, through, together
from console.readers.python.django_types import check_of, collation_of, suffix_of, type_of
from console.readers.python.django_writer import Named, Sort
from console.readers.python.static import UnreadableError

_MOCKED = "__column_name__"
_TEXTS = ("varchar", "text", "citext")


@dataclass(frozen=True, slots=True)
class Change:
    """A field before and after, each in the state it is in."""

    model: Model
    old: Field
    new: Field
    before: State
    after: State
    old_type: str
    new_type: str
    became: Model
    """The model afterwards."""


def alter_field(editor: Editor, model: Model, old: Field, became: Model, new: Field, before: State,
                after: State) -> None:  # fmt: skip
    """Everything that changes when a field is altered; `model` is as it was."""
    if old.many and new.many:
        _alter_many(editor, model, old, became, new, before, after)
        return
    if old.many or new.many:
        raise UnreadableError("a many-to-many field does not become another field")
    for found in (old, new):
        if why := unsure_in(found):
            raise UnreadableError(why)
    if not _should(editor, model, old, became, new, before, after):
        return
    engine = editor.engine
    change = Change(model, old, new, before, after, type_of(old, model, before, engine),
                    type_of(new, became, after, engine), became)  # fmt: skip
    _refuse(editor, change)
    if isinstance(editor, LiteEditor):
        editor.alter(model, old, became, new, before, after)
    else:
        _altered(editor, change)


def _should(editor: Editor, model: Model, old: Field, became: Model, new: Field, before: State, after: State) -> bool:
    if old.column != new.column or not old.same_column(new):
        return True
    if not (old.foreign and new.foreign):
        return False
    here = before.target(model, old.get("to"), editor.engine)
    there = after.target(became, new.get("to"), editor.engine)
    if editor.engine.django >= (5, 0):
        return here.table(editor.engine) != there.table(editor.engine)
    return here.key != there.key


def _refuse(editor: Editor, change: Change) -> None:
    """What is not read of a change: keys that others point to, generated columns, comments."""
    old, new, engine = change.old, change.new, editor.engine
    if engine.mysql and any(f.kept_default is not NOTHING for f in (old, new)):
        raise UnreadableError("how a column with db_default is changed is not read")
    if engine.mysql and any(f.get("db_comment") for f in (old, new)):
        raise UnreadableError("how a column with a comment is changed is not read")
    if GENERATED in (old.kind, new.kind) or COMPOSITE in (old.kind, new.kind):
        raise UnreadableError("how a generated column or a key of several columns is changed is not read")
    if old.get("db_tablespace") or new.get("db_tablespace"):
        raise UnreadableError("db_tablespace is not read")
    if old.primary != new.primary:
        raise UnreadableError("a primary key that becomes another one is not read")
    if engine.postgres and (old.kind in AUTO) != (new.kind in AUTO):
        raise UnreadableError("a column that begins or ends to count is not read")


def _altered(editor: Editor, change: Change) -> None:
    old, new, table = change.old, change.new, change.model.table(editor.engine)
    dropped = old.foreign and old.constrained and editor.drop_foreign(change.model, old)
    if old.unique and not new.unique:
        _drop_unique(editor, table, old)
    pointing = _pointing(editor, change)
    for one in pointing:
        editor.drop_foreign(one.model, one.field)
    if old.indexed and not old.unique and (not new.indexed or new.unique):
        _drop_indexes(editor, table, change)
    _drop_check(editor, change, table)
    if old.column != new.column:
        _rename_column(editor, change, table)
    four = _change_column(editor, change, table)
    if new.unique and not old.unique:
        editor.send(editor.later(table, [new.column], "unique", "_uniq"))
    if (not old.indexed or old.unique) and new.indexed and not new.unique:
        editor.send(editor.later(table, [new.column], "index", ""))
    for one in pointing:
        _retype(editor, one, change)
    if new.foreign and (dropped or not old.foreign or not old.constrained) and new.constrained:
        editor.send(editor.foreign_late(change.became, new, change.after))
    _point_again(editor, change, pointing)
    _add_check(editor, change, table)
    if four:
        null = new.null and not editor.engine.postgres
        words = "SET DEFAULT NULL" if null else "DROP DEFAULT"
        editor.emit(f"ALTER TABLE {editor.name(table)} ALTER COLUMN {editor.name(new.column)} {words}")
    if editor.engine.postgres:
        _like_indexes(editor, change, table)


def _pointing(editor: Editor, change: Change) -> list[Reference]:
    """What points to a key whose type changes."""
    old, new, engine = change.old, change.new, editor.engine
    collations = (collation_of(old, change.model, change.before, engine),
                  collation_of(new, change.became, change.after, engine))  # fmt: skip
    retyped = change.old_type != change.new_type or collations[0] != collations[1]
    keys = (old.primary and new.primary) or (old.unique and new.unique)
    return references(change.model, old, change.before, change.after, engine) if keys and retyped else []


def _point_again(editor: Editor, change: Change, pointing: list[Reference]) -> None:
    """The references that were dropped, under names of their own."""
    for one in pointing:
        if one.field.constrained:
            _, there = in_states(one, change.before, change.after)
            editor.send(editor.foreign_late(one.became, one.field, there, "_fk"))


def _retype(editor: Editor, one: Reference, change: Change) -> None:
    """A column that points to the key gets the key's new type."""
    before, after = in_states(one, change.before, change.after)
    table = one.became.table(editor.engine)
    kinds = type_of(one.field, one.model, before, editor.engine), type_of(one.field, one.became, after, editor.engine)
    same = Change(one.model, one.field, one.field, before, after, *kinds, one.became)
    for action in _type_actions(editor, same, table):
        editor.emit(f"ALTER TABLE {editor.name(table)} {action}")


def _drop_unique(editor: Editor, table: str, old: Field) -> None:
    found = editor.known(table, [old.column], Sort.UNIQUE)
    if not found:
        raise UnreadableError(f"the name of what keeps {table}.{old.column} unique is not known")
    for named in found:
        here, name = editor.name(table), editor.name(named.name)
        word = "CONSTRAINT" if editor.engine.postgres else "INDEX"
        editor.emit(f"ALTER TABLE {here} DROP {word} {name}", asked=True)
        editor.forget(table, named.name)


def _drop_indexes(editor: Editor, table: str, change: Change) -> None:
    column = change.old.column
    found = editor.known(table, [column], Sort.INDEX, Sort.LIKE)
    implied = not editor.engine.postgres and change.old.foreign
    if implied or (not found and editor.is_indexed(change.old, change.old_type)):
        raise UnreadableError(f"the name of the index on {table}.{column} is not known")
    for named in found:
        _drop_index(editor, table, named.name, asked=True)


def _drop_index(editor: Editor, table: str, name: str, *, asked: bool = False) -> None:
    quoted = editor.name(name)
    if editor.engine.postgres:
        editor.emit(f"DROP INDEX IF EXISTS {quoted}", asked=asked)
    else:
        where = f" ON {editor.name(table)}" if editor.engine.mysql else ""
        editor.emit(f"DROP INDEX {quoted}{where}", asked=asked)
    editor.forget(table, name)


def _checks(editor: Editor, change: Change) -> tuple[str, str]:
    """What both definitions check; since Django 5 (and not on MySQL) without the column's name."""
    engine = editor.engine
    mocked = _MOCKED if engine.django >= (5, 0) and engine.dialect != "mysql" else None
    return check_of(change.old, engine, mocked), check_of(change.new, engine, mocked)


def _drop_check(editor: Editor, change: Change, table: str) -> None:
    old, new = _checks(editor, change)
    if not old or old == new:
        return
    named = editor.known(table, [change.old.column], Sort.CHECK)
    if not editor.engine.postgres:
        raise UnreadableError("the name of the column's check is only known on the server")
    for one in named:
        editor.emit(f"ALTER TABLE {editor.name(table)} DROP CONSTRAINT {editor.name(one.name)}", asked=True)
        editor.forget(table, one.name)


def _add_check(editor: Editor, change: Change, table: str) -> None:
    old, new = _checks(editor, change)
    if not new or old == new:
        return
    column = change.new.column
    name = derived(table, [column], "_check", editor.engine.dialect)
    check = check_of(change.new, editor.engine)
    editor.emit(f"ALTER TABLE {editor.name(table)} ADD CONSTRAINT {editor.name(name)} CHECK ({check})")
    editor.remember(table, Named(name, Sort.CHECK, (column,)))


def _rename_column(editor: Editor, change: Change, table: str) -> None:
    old, new = change.old.column, change.new.column
    editor.emit(f"ALTER TABLE {editor.name(table)} RENAME COLUMN {editor.name(old)} TO {editor.name(new)}")
    for late in editor.late:
        if late.table == table:
            late.columns = [new if c == old else c for c in late.columns]
        if late.to_table == table:
            late.to_columns = [new if c == old else c for c in late.to_columns]
    editor.catalog[table] = tuple(
        Named(n.name, n.sort, tuple(new if c == old else c for c in n.columns), n.own)
        for n in editor.catalog.get(table, ())
    )


def _change_column(editor: Editor, change: Change, table: str) -> bool:
    """Type, NULL and default; whether a default was set that has to go again."""
    new, engine = change.new, editor.engine
    column, alter = editor.name(new.column), f"ALTER TABLE {editor.name(table)} "
    actions = _type_actions(editor, change, table)
    actions += _kept_default(editor, change)
    value = _new_default(editor, change)
    if value is not None:
        actions.append(f"ALTER COLUMN {column} SET DEFAULT {value.sql}")
    nulls = _null_action(editor, change)
    four = (has_default(new) or new.kept_default is not NOTHING) and change.old.null and not new.null
    filled = _filling(editor, change) if four else None
    if not four:
        actions += nulls
    certain = value is None or value.certain
    if engine.postgres and actions:
        actions = [", ".join(actions)]
    for action in actions:
        editor.emit(alter + action, certain=certain or "SET DEFAULT" not in action)
    if filled is not None:
        end = "; SET CONSTRAINTS ALL IMMEDIATE" if engine.postgres else ""
        sql = f"UPDATE {editor.name(table)} SET {column} = {filled.sql} WHERE {column} IS NULL{end}"
        editor.emit(sql, certain=filled.certain)
        for action in nulls:
            editor.emit(alter + action)
    if engine.postgres and change.old.get("db_comment") != new.get("db_comment"):
        words = text_literal(str(new.get("db_comment") or ""), engine)
        editor.emit(f"COMMENT ON COLUMN {editor.name(table)}.{column} IS {words}")
    if engine.postgres and change.old.kind in AUTO and change.old.kind != new.kind:
        name = server_names(table, new.column, "seq", engine.dialect)
        editor.emit(f"ALTER SEQUENCE IF EXISTS {editor.name(name)} AS {change.new_type}", asked=True)
    return value is not None


def _kept_default(editor: Editor, change: Change) -> list[str]:
    """The default that the server keeps, where it is another one."""
    old, new, column = change.old.kept_default, change.new.kept_default, editor.name(change.new.column)
    if new is NOTHING:
        return [] if old is NOTHING else [f"ALTER COLUMN {column} DROP DEFAULT"]
    if old is not NOTHING and old == new:
        return []
    return [f"ALTER COLUMN {column} SET DEFAULT {kept_default(change.new, editor.engine)}"]


def _filling(editor: Editor, change: Change) -> Literal:
    """What the rows that are NULL get."""
    if change.new.kept_default is not NOTHING:
        return Literal(kept_default(change.new, editor.engine))
    found = effective(change.new, change.became, change.after, editor.engine)
    if found is None:
        raise UnreadableError("the default that fills its empty rows is not known")
    return found


def _new_default(editor: Editor, change: Change) -> Literal | None:
    """The default that the empty rows are filled with; None when none is set for that."""
    if not change.old.null or change.new.null or change.new.kept_default is not NOTHING:
        return None
    before = effective(change.old, change.model, change.before, editor.engine)
    value = effective(change.new, change.became, change.after, editor.engine)
    if value is None or (before is not None and before == value and value.certain):
        return None
    return None if editor.keeps_default(change.new_type, value) else value


def _null_action(editor: Editor, change: Change) -> list[str]:
    old, new = change.old, change.new
    if old.null == new.null:
        return []
    column = editor.name(new.column)
    if editor.engine.postgres:
        return [f"ALTER COLUMN {column} {'DROP' if new.null else 'SET'} NOT NULL"]
    return [f"MODIFY {column} {change.new_type} {'NULL' if new.null else 'NOT NULL'}"]


def _type_actions(editor: Editor, change: Change, table: str) -> list[str]:
    engine, old, new = editor.engine, change.old, change.new
    here = collation_of(old, change.model, change.before, engine)
    there = collation_of(new, change.became, change.after, engine)
    same = change.old_type == change.new_type and suffix_of(old, engine) == suffix_of(new, engine)
    told = engine.postgres and old.get("db_comment") != new.get("db_comment")
    if same and here == there and not told:
        return []
    if engine.django < (5, 0) and here != there:
        raise UnreadableError("a collation that changes is not read")
    column = editor.name(new.column)
    collate = f" COLLATE {editor.name(there)}" if there else ""
    if not engine.postgres:
        null = "NULL" if old.null else "NOT NULL"
        return [f"MODIFY {column} {change.new_type} {null}{collate}"]
    if _text_no_more(change):
        _drop_index(editor, table, derived(table, [old.column], "_like", engine.dialect))
    using = f" USING {column}::{change.new_type}" if _casts(change) else ""
    return [f"ALTER COLUMN {column} TYPE {change.new_type}{collate}{using}"]


def _text_no_more(change: Change) -> bool:
    """An indexed text that becomes something else."""
    indexed = change.old.indexed or change.old.unique
    return indexed and any(change.old_type.startswith(w) and not change.new_type.startswith(w) for w in _TEXTS)


def _casts(change: Change) -> bool:
    """The type itself changes, not only its length; of references all of it counts."""
    if "ArrayField" in (change.old.kind, change.new.kind):
        raise UnreadableError("whether an array is cast is not read")
    if change.old.foreign or change.new.foreign:
        return change.old_type != change.new_type
    words = [kind.partition("(")[0] for kind in (change.old_type, change.new_type)]
    return words[0] != words[1]


def _like_indexes(editor: Editor, change: Change, table: str) -> None:
    old, new = change.old, change.new
    added = (not (old.indexed or old.unique) and new.indexed) or (not old.unique and new.unique)
    retyped = editor.engine.django >= (5, 2) and _text_no_more(change)
    if added or retyped:
        late = editor.like_index(change.became, new, change.after)
        if late is not None:
            editor.send(late)
    if old.unique and not (new.indexed or new.unique):
        _drop_index(editor, table, derived(table, [old.column], "_like", editor.engine.dialect))


def _alter_many(editor: Editor, model: Model, old: Field, became: Model, new: Field, before: State,
                after: State) -> None:  # fmt: skip
    here, there = through(model, old, before, editor.engine), through(became, new, after, editor.engine)
    if here is None and there is None:
        return
    if here is None or there is None:
        raise UnreadableError("a many-to-many field does not change whose table it uses")
    if isinstance(editor, LiteEditor):
        editor.alter_many(here, there, after)
        return
    editor.rename_table(here.table(editor.engine), there.table(editor.engine))
    moved = Model(here.app, here.name, here.fields, {**here.options, "db_table": there.options["db_table"]})
    for n in (1, 0):
        alter_field(editor, moved, here.fields[n], there, there.fields[n], before.with_model(moved),
                    after.with_model(there))  # fmt: skip


def alter_together(editor: Editor, model: Model, became: Model, word: str) -> None:
    """`unique_together` and `index_together`: what went is dropped, what came is made."""
    olds, news = together(model.option(word)), together(became.option(word))
    table = became.table(editor.engine)
    unique = word == "unique_together"
    for names in [n for n in dict.fromkeys(olds) if n not in news]:
        columns = [became.field(name).column for name in names]
        _drop_composed(editor, became, table, columns, unique=unique)
    for names in [n for n in dict.fromkeys(news) if n not in olds]:
        columns = [became.field(name).column for name in names]
        suffix = "_uniq" if unique else "_idx"
        editor.send(editor.later(table, columns, "unique" if unique else "index", suffix))


def _drop_composed(editor: Editor, model: Model, table: str, columns: list[str], *, unique: bool) -> None:
    named = editor.known(table, columns, Sort.UNIQUE if unique else Sort.INDEX)
    if editor.engine.mysql and any(f.kind == "ForeignKey" and f.column == columns[0] for f in model.columns):
        raise UnreadableError("whether the foreign key on its first column needs another index only the server knows")
    usual = derived(table, columns, "_uniq", editor.engine.dialect)
    if unique and any(one.name == usual for one in named):
        named = [one for one in named if one.name == usual]
    if len(named) != 1:
        raise UnreadableError("Django looks its name up on the server, and here it is not known")
    if unique:
        word = "CONSTRAINT" if editor.engine.postgres else "INDEX"
        sql = f"ALTER TABLE {editor.name(table)} DROP {word} {editor.name(named[0].name)}"
        editor.emit(f"DROP INDEX {editor.name(named[0].name)}" if editor.engine.sqlite else sql, asked=True)
        editor.forget(table, named[0].name)
    else:
        _drop_index(editor, table, named[0].name, asked=True)
