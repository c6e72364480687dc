"""What TypeORM's query runner sends for tables: its texts, or what they leave behind where it looks first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from console.core.refs import table_ref
from console.core.statements import Guard
from console.frameworks.typeorm.columns import Column, column_of, enum_made, sql_of
from console.frameworks.typeorm.parts import Index, Key, Unique, check
from console.frameworks.typeorm.words import Path, Way, comment, made_of, made_up, path_of, said_of_table
from console.readers.javascript.options import Options, UnreadableError, argument, many, texts_of, truth
from console.readers.javascript.values import Made, Undefined, Value, why_not

Args: TypeAlias = tuple[Value, ...]
LOOKS = "TypeORM looks at the table first, and what it sends depends on what is there"
_SQLITE = "what TypeORM's calls send to SQLite is not known here: its queries are"


@dataclass(frozen=True, slots=True)
class Text:
    """A statement of a call."""

    sql: str
    effect: str = ""
    guard: Guard | None = None
    looks: bool = False


Writer: TypeAlias = Callable[[Args, Way], Iterator[Text]]


def _given(args: Args, place: int, name: str) -> bool:
    """A yes or no among the arguments."""
    value = args[place] if place < len(args) else None
    if value is None or isinstance(value, Undefined):
        return False
    if why_not(value):
        raise UnreadableError(why_not(value))
    return truth(value, name)


def _off(args: Args, place: int, name: str) -> bool:
    """An argument that is taken for yes unless it is no."""
    value = args[place] if place < len(args) else None
    return not (value is None or isinstance(value, Undefined)) and not _given(args, place, name)


def create_table(args: Args, way: Way) -> Iterator[Text]:
    """The types of its enums, the table, its indexes and what is said of it."""
    options, path = made_of(args[0] if args else None, "Table"), path_of(args[0] if args else None)
    columns = [column_of(value) for value in many(options.known("columns") or _none())]
    indexes = [Index.of(value) for value in _list(options, "indices")]
    if not (way.postgres or way.mysql):
        raise UnreadableError(_SQLITE)
    guard = _absent(path, way) if _given(args, 1, "ifNotExists") else None
    if way.postgres:
        yield from _enums(columns, path, way)
    keys = not _off(args, 2, "createForeignKeys")
    writer = _create_postgres if way.postgres else _create_mysql
    yield Text(writer(options, path, columns, indexes, keys, way), guard=guard)
    if way.postgres and not _off(args, 3, "createIndices"):
        for index in indexes:
            yield Text(index.create(path, way), guard=guard)
    if way.postgres and (about := options.text("comment")):
        yield Text(f"COMMENT ON TABLE {path.sql(way)} IS {said_of_table(about, way)}", guard=guard)


def _none() -> Value:
    raise UnreadableError("its columns are not written down")


def _absent(path: Path, way: Way) -> Guard:
    return Guard(f"there is no table {path.name}", table_ref(path.schema or way.home, path.name), False)


def _list(options: Options, name: str) -> tuple[Value, ...]:
    found = options.known(name)
    return () if found is None else many(found)


def _enums(columns: Sequence[Column], path: Path, way: Way) -> Iterator[Text]:
    made: set[str] = set()
    for column in columns:
        if column.is_enum:
            sql, guard = enum_made(column, path, way)
            if sql not in made:
                made.add(sql)
                yield Text(sql, guard=guard)


def _create_postgres(
    options: Options, path: Path, columns: list[Column], indexes: list[Index], keys: bool, way: Way
) -> str:
    parts = [sql_of(column, path, way) for column in columns]
    uniques = [Unique.of(value) for value in _list(options, "uniques")]
    alone = {one.columns[0] for one in uniques if len(one.columns) == 1}
    uniques += [Unique((column.name,)) for column in columns if column.unique and column.name not in alone]
    parts += [one.sql(path, way) for one in uniques]
    parts += [check(value, path, way) for value in _list(options, "checks")]
    if _list(options, "exclusions"):
        raise UnreadableError("what TypeORM writes for an exclusion is not known here")
    parts += [Key.of(value, options).inside(path, way) for value in _list(options, "foreignKeys") if keys]
    primary = [column for column in columns if column.primary]
    if primary:
        name = primary[0].options.text("primaryKeyConstraintName")
        names = [column.name for column in primary]
        parts.append(
            f"CONSTRAINT {way.quoted(name or made_up('PK_', path, names, way))} PRIMARY KEY ({way.listed(names)})"
        )
    sql = f"CREATE TABLE {path.sql(way)} ({', '.join(parts)})"
    for column in columns:
        if column.comment:
            place = f"{path.sql(way)}.{way.quoted(column.name)}"
            sql += f"; COMMENT ON COLUMN {place} IS {comment(column.comment, way)}"
    return sql


def _create_mysql(
    options: Options, path: Path, columns: list[Column], indexes: list[Index], keys: bool, way: Way
) -> str:
    parts = [sql_of(column, path, way) for column in columns]
    uniques = [Unique.of(value) for value in _list(options, "uniques")]
    alone = {one.columns[0] for one in uniques if len(one.columns) == 1}
    alone |= {one.columns[0] for one in indexes if one.unique and len(one.columns) == 1}
    written = [index.inside(path, way) for index in indexes]
    written += [f"UNIQUE INDEX {way.quoted(made_up('UQ_', path, [column.name], way))} ({way.quoted(column.name)})"
                for column in columns if column.unique and column.name not in alone]  # fmt: skip
    named = {index.name for index in indexes}
    for one in uniques:
        if not one.name or one.name not in named:
            name = one.name or made_up("IDX_", path, one.columns, way)
            written.append(f"UNIQUE INDEX {way.quoted(name)} ({way.listed(one.columns)})")
    parts += written
    parts += [Key.of(value, options).inside(path, way) for value in _list(options, "foreignKeys") if keys]
    primary = [column.name for column in columns if column.primary]
    parts += [f"PRIMARY KEY ({way.listed(primary)})"] if primary else []
    about = options.text("comment")
    behind = f' COMMENT="{about}"' if about else ""
    return f"CREATE TABLE {path.sql(way)} ({', '.join(parts)}) ENGINE={options.text('engine') or 'InnoDB'}{behind}"


def _table(args: Args, way: Way) -> Path:
    if not (way.postgres or way.mysql):
        raise UnreadableError(_SQLITE)
    return path_of(args[0] if args else None)


def add_column(args: Args, way: Way) -> Iterator[Text]:
    """A column with its type, its unique key and what is said of it."""
    path, column = _table(args, way), column_of(args[1] if len(args) > 1 else None)
    if column.primary:
        raise UnreadableError(LOOKS)
    if way.postgres:
        yield from _enums([column], path, way)
    begin = f"ALTER TABLE {path.sql(way)} ADD"
    yield Text(f"{begin} {sql_of(column, path, way, skip_primary=False)}")
    if column.unique and way.postgres:
        name = way.quoted(made_up("UQ_", path, [column.name], way))
        yield Text(f"{begin} CONSTRAINT {name} UNIQUE ({way.quoted(column.name)})")
    elif column.unique:
        yield Text(
            f"{begin} UNIQUE INDEX {way.quoted(made_up('IDX_', path, [column.name], way))} ({way.quoted(column.name)})"
        )
    if way.postgres and column.comment:
        place = f"{path.sql(way)}.{way.quoted(column.name)}"
        yield Text(f"COMMENT ON COLUMN {place} IS {comment(column.comment, way)}")


def each(writer: Writer) -> Writer:
    """The same for a list in the second argument."""

    def write(args: Args, way: Way) -> Iterator[Text]:
        for value in many(args[1] if len(args) > 1 else None):
            yield from writer((args[0], value, *args[2:]), way)

    return write


def create_index(args: Args, way: Way) -> Iterator[Text]:
    """An index."""
    path = _table(args, way)
    yield Text(Index.of(args[1] if len(args) > 1 else None).create(path, way))


def create_key(args: Args, way: Way) -> Iterator[Text]:
    """A foreign key."""
    path = _table(args, way)
    yield Text(Key.of(args[1] if len(args) > 1 else None).create(path, way))


def create_unique(args: Args, way: Way) -> Iterator[Text]:
    """A unique constraint; MySQL has none to TypeORM."""
    path, one = _table(args, way), Unique.of(args[1] if len(args) > 1 else None)
    if way.mysql:
        raise UnreadableError("TypeORM refuses unique constraints on this server")
    yield Text(f"ALTER TABLE {path.sql(way)} ADD {one.sql(path, way)}")


def create_check(args: Args, way: Way) -> Iterator[Text]:
    """A check; MySQL has none to TypeORM."""
    path, value = _table(args, way), args[1] if len(args) > 1 else None
    if way.mysql:
        raise UnreadableError("TypeORM refuses checks on this server")
    yield Text(f"ALTER TABLE {path.sql(way)} ADD {check(value, path, way)}")


def create_primary(args: Args, way: Way) -> Iterator[Text]:
    """A primary key."""
    path, names = _table(args, way), texts_of(args[1] if len(args) > 1 else None, "columns of a primary key")
    given = args[2] if len(args) > 2 and isinstance(args[2], str) else made_up("PK_", path, names, way)
    name = f" CONSTRAINT {way.quoted(given)}" if way.postgres else ""
    yield Text(f"ALTER TABLE {path.sql(way)} ADD{name} PRIMARY KEY ({way.listed(names)})")


_DESCRIBED: dict[str, Callable[[Value, Path, Way], str]] = {
    "TableIndex": lambda value, path, way: Index.of(value).called(path, way),
    "TableForeignKey": lambda value, path, way: Key.of(value).called(path, way),
    "TableUnique": lambda value, *_: Unique.of(value).name,
}


def _named(value: Value, path: Path, kind: str, way: Way) -> str:
    """The name of what is dropped: as given, or as TypeORM makes it up for the object that describes it."""
    if isinstance(value, str):
        return value
    described = _DESCRIBED.get(kind) if isinstance(value, Made) and value.name == kind else None
    if described is not None and (name := described(value, path, way)):
        return name
    raise UnreadableError(why_not(value) or "the name of what it drops is not known")


def _maybe(args: Args, way: Way) -> bool:
    """Whether what is dropped may be gone; before 1.0 nobody was asked."""
    return _given(args, 2, "ifExists") and not way.old


def drop_index(args: Args, way: Way) -> Iterator[Text]:
    """An index, which has to be there."""
    path = _table(args, way)
    name, maybe = _named(args[1] if len(args) > 1 else None, path, "TableIndex", way), _maybe(args, way)
    if way.mysql:
        yield Text(f"DROP INDEX {way.quoted(name)} ON {path.sql(way)}")
        return
    aside = "CONCURRENTLY " if isinstance(args[1], Made) and made_of(args[1], "TableIndex").yes("isConcurrent") else ""
    whole = f"{way.quoted(path.schema)}.{way.quoted(name)}" if path.schema else way.quoted(name)
    yield Text(f"DROP INDEX {aside}{'IF EXISTS ' if maybe else ''}{whole}")


def dropping(kind: str) -> Writer:
    """What drops a constraint of this kind by its name."""

    def write(args: Args, way: Way) -> Iterator[Text]:
        path = _table(args, way)
        name = _named(args[1] if len(args) > 1 else None, path, kind, way)
        if way.mysql and kind != "TableForeignKey":
            raise UnreadableError("TypeORM refuses it on this server")
        word = "FOREIGN KEY" if way.mysql else "CONSTRAINT"
        maybe = "IF EXISTS " if _maybe(args, way) and way.postgres else ""
        yield Text(f"ALTER TABLE {path.sql(way)} DROP {word} {maybe}{way.quoted(name)}")

    return write


def drop_table(args: Args, way: Way) -> Iterator[Text]:
    """Its indexes and foreign keys go first, one by one: which there are is only on the server."""
    path = path_of(args[0] if args else None)
    guard = None
    if _given(args, 1, "ifExists"):
        there = _absent(path, way)
        guard = Guard(f"there is a table {path.name}", there.ref, True)
    yield Text("", f"DROP TABLE {path.sql(way)}", guard, looks=True)


def drop_column(args: Args, way: Way) -> Iterator[Text]:
    """What stands on it goes first."""
    path, value = path_of(args[0] if args else None), args[1] if len(args) > 1 else None
    name = column_of(value).name if isinstance(value, Made) else argument(args, 1, "the name of its column")
    yield Text("", f"ALTER TABLE {path.sql(way)} DROP COLUMN {way.quoted(name)}", looks=True)


def rename_column(args: Args, way: Way) -> Iterator[Text]:
    """Names that TypeORM made up of it are made up anew."""
    path = path_of(args[0] if args else None)
    before, after = (argument(args, place, "the name of its column") for place in (1, 2))
    sql = f"ALTER TABLE {path.sql(way)} RENAME COLUMN {way.quoted(before)} TO {way.quoted(after)}"
    yield Text("", sql, looks=True)


def rename_table(args: Args, way: Way) -> Iterator[Text]:
    """Names that TypeORM made up of it are made up anew."""
    path, after = path_of(args[0] if args else None), argument(args, 1, "the name of its table")
    yield Text("", f"ALTER TABLE {path.sql(way)} RENAME TO {way.quoted(after)}", looks=True)


def clear_table(args: Args, way: Way) -> Iterator[Text]:
    """All rows of a table go."""
    if len(args) > 1 or not (way.postgres or way.mysql):
        raise UnreadableError("how its rows go is not written down")
    yield Text(f"TRUNCATE TABLE {path_of(args[0] if args else None).sql(way)}")


def create_schema(args: Args, way: Way) -> Iterator[Text]:
    """A schema of PostgreSQL."""
    name = argument(args, 0, "the name of its schema").rpartition(".")[2]
    if not way.postgres:
        raise UnreadableError("TypeORM refuses it on this server")
    yield Text(f"CREATE SCHEMA {'IF NOT EXISTS ' if _given(args, 1, 'ifNotExists') else ''}{way.quoted(name)}")
