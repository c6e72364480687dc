"""The words of each server: PostgreSQL, MySQL, MariaDB, SQLite."""

from __future__ import annotations

import re
from collections.abc import Sequence

from console.readers.php.draft import Connection, UnreadableError
from console.readers.php.query.grammar import Grammar, Row
from console.readers.php.query.literals import json_text, known, string, text
from console.readers.php.query.names import is_path, is_whole, with_keys
from console.readers.php.query.state import Query, joined
from console.readers.php.values import Listing, Raw, Value

_LANGUAGES = frozenset(
    """
    simple arabic danish dutch english finnish french german hungarian indonesian irish italian lithuanian nepali
    norwegian portuguese romanian russian spanish swedish tamil turkish
    """.split()
)
_SEARCHES = {"phrase": "phraseto_tsquery", "websearch": "websearch_to_tsquery"}
_SQLITE_DATES = {"date": "%Y-%m-%d", "time": "%H:%M:%S", "day": "%d", "month": "%m", "year": "%Y"}
_TO_GLOB = str.maketrans({"*": "[*]", "?": "[?]", "%": "*", "_": "?"})


def grammar_of(connection: Connection) -> Grammar:
    """The query grammar of a connection; MariaDB has its own from Laravel 11 on."""
    driver = connection.driver
    if driver == "mariadb" and connection.laravel < (11,):
        driver = "mysql"
    found = {"pgsql": Postgres, "mysql": MySql, "mariadb": MariaDb, "sqlite": SQLite}.get(driver)
    if found is None:
        raise UnreadableError(f"the SQL of driver {driver} is not known")
    return found(connection)


class Postgres(Grammar):
    """PostgreSQL."""

    operators = frozenset(
        """
        = < > <= >= <> != like between ilike ~ & | # << >> <<= >>= && @> <@ ? ?| ?& || - @? @@ #-
        """.split()
    ) | {"not like", "not ilike", "is distinct from", "is not distinct from"}
    bitwise = frozenset("~ & | # << >> <<= >>=".split())
    update_lock, share_lock = "for update", "for share"

    def basic(self, column: Value, operator: str, value: Value) -> str:
        """LIKE compares text."""
        cast = "::text" if "like" in operator.lower() else ""
        return f"{self.wrap(column)}{cast} {operator} {self.parameter(value)}"

    def bits(self, column: Value, operator: str, value: Value) -> str:
        """`(a & 1)::bool`."""
        return f"({self.wrap(column)} {operator} {self.parameter(value)})::bool"

    def like(self, column: Value, value: Value, *, exact_case: bool, negated: bool) -> str:
        """LIKE heeds upper and lower case, ILIKE does not."""
        return self.basic(column, ("not " if negated else "") + ("like" if exact_case else "ilike"), value)

    def date(self, part: str, column: Value, operator: str, value: Value) -> str:
        """A part of a time, by a cast or by extract."""
        if is_path(column) and self.laravel >= (11,):
            raise UnreadableError("how a date in JSON is compared differs between versions of the framework")
        if part in ("date", "time"):
            return f"{self.wrap(column)}::{part} {operator} {self.parameter(value)}"
        return f"extract({part} from {self.wrap(column)}) {operator} {self.parameter(value)}"

    def json_contains(self, column: str, value: Value) -> str:
        """By `@>`."""
        return f"({self._json(column)})::jsonb @> {self.json_value(value)}"

    def json_contains_key(self, column: str) -> str:
        """By `?`, or by the length of an array."""
        *segments, last = column.split("->")
        brackets = re.search(r"\[(-?[0-9]+)\]$", last)
        place = int(last) if is_whole(last) else int(brackets[1]) if brackets else None
        if brackets and not is_whole(last):
            segments.append(last[: brackets.start()])
        field = self._json("->".join(segments))
        if place is None:
            return f"coalesce(({field})::jsonb ? {string(last, self.connection)}, false)"
        least = abs(place) if place < 0 else place + 1
        is_array = f"jsonb_typeof(({field})::jsonb) = 'array'"
        return f"case when {is_array} then jsonb_array_length(({field})::jsonb) >= {least} else false end"

    def json_length(self, column: str, operator: str, value: str) -> str:
        """By json_array_length, from Laravel 9 on by that of jsonb."""
        kind = "jsonb" if self.laravel >= (9,) else "json"
        return f"{kind}_array_length(({self._json(column)})::{kind}) {operator} {value}"

    def _json(self, column: str) -> str:
        return self.wrap(column).replace("->>", "->")

    def full_text(self, columns: Sequence[Value], value: Value, options: Listing) -> str:
        """By tsvector and tsquery."""
        asked = options.get("language")
        language = str(asked) if asked in _LANGUAGES else "english"
        vector = " || ".join(f"to_tsvector('{language}', {self.wrap(column)})" for column in columns)
        search = _SEARCHES.get(text(options.get("mode")), "plainto_tsquery")
        return f"({vector}) @@ {search}('{language}', {self.parameter(value)})"

    def selecting(self, query: Query) -> str:
        """It knows DISTINCT ON."""
        if query.distinct_on:
            return f"select distinct on ({', '.join(query.distinct_on)}) "
        return super().selecting(query)

    def ignoring(self, insert: str) -> str:
        """On any conflict."""
        return f"{insert} on conflict do nothing"

    def returning(self, insert: str, sequence: Value) -> str:
        """The number is asked for."""
        return f"{insert} returning {self.wrap(sequence or 'id')}"

    def json_setting(self, key: str, value: Value) -> str:
        """By jsonb_set; what is set is JSON."""
        field, *segments = key.rsplit(".", 1)[-1].split("->")
        value = known(value)
        new = value.sql if isinstance(value, Raw) else string(json_text(value), self.connection)
        name = self.wrap(field)
        return f"{name} = jsonb_set({name}::jsonb, '{{{','.join(self._keys(segments))}}}', {new})"

    def _keys(self, segments: list[str]) -> list[str]:
        if self.laravel < (9,):
            return [f'"{segment}"' for segment in segments]
        keys = [key for segment in segments for key in with_keys(segment)]
        return [key if is_whole(key) else f'"{key}"' for key in keys]

    def update_from(self, query: Query, values: Row) -> str:
        """The joined tables stand behind FROM, their conditions behind the others."""
        tables = ", ".join(join.table for join in query.joins)
        conditions = query.wheres + [condition for join in query.joins for condition in join.on.wheres]
        sql = f"update {self.wrap_table(query.table)} set {self.settings(values)}"
        sql += f" from {tables}" if tables else ""
        if query.joins or conditions:
            sql += f" where {joined(conditions)}"
        return sql.rstrip()

    def truncate(self, query: Query) -> tuple[str, ...]:
        """With what hangs on it."""
        return (f"truncate {self.wrap_table(query.table)} restart identity cascade",)

    def json_selector(self, column: str) -> str:
        """By arrows; the last one gives text."""
        field, *path = column.split("->")
        segments = [key for segment in path for key in (with_keys(segment) if self.laravel >= (9,) else [segment])]
        if "'" in column:
            raise UnreadableError("the framework breaks a path into JSON at a quote")
        written = [key if is_whole(key) else f"'{key}'" for key in segments]
        return "->".join([self.wrap_parts(field.split(".")), *written[:-1]]) + f"->>{written[-1]}"

    def json_boolean_selector(self, column: str) -> str:
        """As jsonb."""
        return f"({self.json_selector(column).replace('->>', '->')})::jsonb"

    def json_boolean(self, value: str) -> str:
        """As jsonb."""
        return f"'{value}'::jsonb"


class MySql(Grammar):
    """MySQL."""

    quote = "`"
    operators = frozenset({"sounds like"})
    update_lock, share_lock = "for update", "lock in share mode"

    def like(self, column: Value, value: Value, *, exact_case: bool, negated: bool) -> str:
        """LIKE, or LIKE BINARY."""
        return self.basic(column, ("not " if negated else "") + ("like binary" if exact_case else "like"), value)

    def null(self, column: Value, *, negated: bool) -> str:
        """JSON has a null of its own."""
        name = text(column)
        if not is_path(name):
            return super().null(column, negated=negated)
        field, path = self.field_and_path(name)
        found = f"json_extract({field}{path})"
        if negated:
            return f"({found} is not null AND json_type({found}) != 'NULL')"
        return f"({found} is null OR json_type({found}) = 'NULL')"

    def json_contains(self, column: str, value: Value) -> str:
        """By json_contains."""
        field, path = self.field_and_path(column)
        return f"json_contains({field}, {self.json_value(value)}{path})"

    def json_overlaps(self, column: str, value: Value) -> str:
        """By json_overlaps."""
        field, path = self.field_and_path(column)
        return f"json_overlaps({field}, {self.json_value(value)}{path})"

    def json_contains_key(self, column: str) -> str:
        """By json_contains_path."""
        field, path = self.field_and_path(column)
        return f"ifnull(json_contains_path({field}, 'one'{path}), 0)"

    def full_text(self, columns: Sequence[Value], value: Value, options: Listing) -> str:
        """By MATCH."""
        boolean = text(options.get("mode")) == "boolean"
        mode = " in boolean mode" if boolean else " in natural language mode"
        expanded = " with query expansion" if known(options.get("expanded")) and not boolean else ""
        return f"match ({self.columnize(columns)}) against ({self.parameter(value)}{mode}{expanded})"

    def random(self, seed: str) -> str:
        """With a seed."""
        return f"RAND({seed})"

    def insert_nothing(self, table: str) -> str:
        """No columns, no values."""
        return f"insert into {table} () values ()"

    def ignoring(self, insert: str) -> str:
        """INSERT IGNORE."""
        return insert.replace("insert", "insert ignore", 1)

    def upsert(self, insert: str, unique: Sequence[Value], changes: Row) -> str:
        """The server knows itself what is unique."""
        settings = [
            f"{self.wrap(value)} = values({self.wrap(value)})"
            if isinstance(key, int)
            else f"{self.wrap(key)} = {self.parameter(value)}"
            for key, value in changes
        ]
        return f"{insert} on duplicate key update {', '.join(settings)}"

    def set_column(self, key: str) -> str:
        """SET takes the table too."""
        return key

    def json_setting(self, key: str, value: Value) -> str:
        """By json_set; true and false are words of JSON."""
        value = known(value)
        new = self.new_value(value)
        if isinstance(value, bool):
            new = "true" if value else "false"
        elif isinstance(value, Listing):
            new = f"cast({new} as json)"
        field, path = self.field_and_path(key)
        return f"{field} = json_set({field}{path}, {new})"

    def update(self, query: Query, values: Row) -> str:
        """UPDATE with joins, or with an order and a limit."""
        joins = f" {self.joins(query)}" if query.joins else ""
        sql = f"update {self.wrap_table(query.table)}{joins} set {self.settings(values)} {self.wheres(query)}"
        return f"{sql}{self._ordered(query)}".rstrip()

    def delete(self, query: Query) -> str:
        """DELETE with joins, or with an order and a limit."""
        table = self.wrap_table(query.table)
        chosen = f"{table.rsplit(' as ', 1)[-1]} from {table} {self.joins(query)}" if query.joins else f"from {table}"
        return f"delete {chosen} {self.wheres(query)}{self._ordered(query)}".rstrip()

    def _ordered(self, query: Query) -> str:
        return "" if query.joins else "".join(self._tail(query.orders, query.limit, None))

    def json_selector(self, column: str) -> str:
        """Without JSON's quotes."""
        field, path = self.field_and_path(column)
        return f"json_unquote(json_extract({field}{path}))"

    def json_boolean_selector(self, column: str) -> str:
        """As JSON."""
        field, path = self.field_and_path(column)
        return f"json_extract({field}{path})"


class MariaDb(MySql):
    """MariaDB, where it differs."""

    def json_selector(self, column: str) -> str:
        """By json_value."""
        field, path = self.field_and_path(column)
        return f"json_value({field}{path})"


class SQLite(Grammar):
    """SQLite."""

    operators = frozenset("= < > <= >= <> != like ilike & | << >>".split()) | {"not like"}
    row_address = "rowid"

    def like(self, column: Value, value: Value, *, exact_case: bool, negated: bool) -> str:
        """LIKE, or GLOB with its own signs."""
        if not exact_case:
            return super().like(column, value, exact_case=False, negated=negated)
        return self.basic(column, "not glob" if negated else "glob", text(value).translate(_TO_GLOB))

    def date(self, part: str, column: Value, operator: str, value: Value) -> str:
        """By strftime."""
        given = self.parameter(value)
        return f"strftime('{_SQLITE_DATES[part]}', {self.wrap(column)}) {operator} cast({given} as text)"

    def json_contains(self, column: str, value: Value) -> str:
        """By json_each, from Laravel 10 on."""
        if self.laravel < (10,):
            return super().json_contains(column, value)
        field, path = self.field_and_path(column)
        name = self.wrap("json_each.value")
        return f"exists (select 1 from json_each({field}{path}) where {name} is {self.parameter(value)})"

    def json_contains_key(self, column: str) -> str:
        """By json_type."""
        field, path = self.field_and_path(column)
        return f"json_type({field}{path}) is not null"

    def json_length(self, column: str, operator: str, value: str) -> str:
        """By json_array_length."""
        field, path = self.field_and_path(column)
        return f"json_array_length({field}{path}) {operator} {value}"

    def wrap_union(self, sql: str) -> str:
        """It takes no parentheses there."""
        return f"select * from ({sql})"

    def ignoring(self, insert: str) -> str:
        """INSERT OR IGNORE."""
        return insert.replace("insert", "insert or ignore", 1)

    def settings(self, values: Row) -> str:
        """Parts of JSON columns stand behind all others, together by column."""
        usual = [(key, value) for key, value in values if not is_path(key)]
        patches = Listing()
        for key, value in values:
            if is_path(key):
                patches = _put(patches, re.split(r"->|\.", str(key).partition(".")[2] or str(key)), value)
        written = [self.setting(str(key), value) for key, value in usual]
        return ", ".join([*written, *(self._patch(str(key), parts) for key, parts in patches.items)])

    def _patch(self, column: str, parts: Value) -> str:
        name = self.wrap(column)
        return f"{name} = json_patch(ifnull({name}, json('{{}}')), json({string(json_text(parts), self.connection)}))"

    def truncate(self, query: Query) -> tuple[str, ...]:
        """Its numbers begin anew too."""
        table = query.alias()
        prefix = self.connection.prefix if self.laravel >= (10,) else ""
        schema = ""
        if self.laravel >= (12,) and "." in table:
            schema, table = table.rsplit(".", 1)
            schema = f"{self.wrap_value(schema)}."
        counter = string(prefix + table, self.connection)
        return (
            f"delete from {schema}sqlite_sequence where name = {counter}",
            f"delete from {self.wrap_table(query.table)}",
        )


def _put(tree: Listing, keys: list[str], value: Value) -> Listing:
    """The tree with a value at the end of a path."""
    first, *rest = keys
    below = tree.get(first)
    if rest:
        value = _put(below if isinstance(below, Listing) else Listing(), rest, value)
    return Listing(tuple((dict(tree.items) | {first: value}).items()))
