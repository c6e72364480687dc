"""A query to SQL as the framework's query grammar writes it; each server's own words stand in `servers`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from console.readers.php.draft import UnreadableError
from console.readers.php.query.literals import json_text, known, string
from console.readers.php.query.names import Names, is_path, parts_of_alias
from console.readers.php.query.state import Query, joined
from console.readers.php.values import Listing, Raw, Value

Row: TypeAlias = Sequence[tuple[int | str, Value]]
"""Columns and their values."""


class Grammar(Names):
    """What all servers share."""

    operators: frozenset[str] = frozenset()
    bitwise: frozenset[str] = frozenset()
    share_lock = ""
    update_lock = ""

    # Conditions

    def basic(self, column: Value, operator: str, value: Value) -> str:
        """`a = 1`."""
        return f"{self.wrap(column)} {operator} {self.parameter(value)}"

    def bits(self, column: Value, operator: str, value: Value) -> str:
        """`a & 1`."""
        return self.basic(column, operator, value)

    def like(self, column: Value, value: Value, *, exact_case: bool, negated: bool) -> str:
        """`whereLike`."""
        if exact_case:
            raise UnreadableError("this server knows no LIKE that heeds upper and lower case")
        return self.basic(column, "not like" if negated else "like", value)

    def null(self, column: Value, *, negated: bool) -> str:
        """`a is null`."""
        return f"{self.wrap(column)} is {'not ' if negated else ''}null"

    def date(self, part: str, column: Value, operator: str, value: Value) -> str:
        """`whereYear` and its like."""
        return f"{part}({self.wrap(column)}) {operator} {self.parameter(value)}"

    def json_boolean_where(self, column: str, operator: str, value: str) -> str:
        """A path compared with true or false."""
        return f"{self.json_boolean_selector(column)} {operator} {self.json_boolean(value)}"

    def json_contains(self, column: str, value: Value) -> str:
        """`whereJsonContains`."""
        raise UnreadableError("this server cannot ask what JSON contains")

    def json_overlaps(self, column: str, value: Value) -> str:
        """`whereJsonOverlaps`."""
        raise UnreadableError("this server cannot ask what JSON overlaps with")

    def json_contains_key(self, column: str) -> str:
        """`whereJsonContainsKey`."""
        raise UnreadableError("this server cannot ask for a key in JSON")

    def json_length(self, column: str, operator: str, value: str) -> str:
        """`whereJsonLength`."""
        field, path = self.field_and_path(column)
        return f"json_length({field}{path}) {operator} {value}"

    def full_text(self, columns: Sequence[Value], value: Value, options: Listing) -> str:
        """`whereFullText`."""
        raise UnreadableError("this server has no full-text search of the framework's")

    def json_value(self, value: Value) -> str:
        """A value that is searched for in JSON."""
        value = known(value)
        if isinstance(value, Raw):
            return value.sql
        return string(json_text(value, unicode=self.laravel >= (10,)), self.connection)

    def random(self, seed: str) -> str:
        """The order by chance."""
        return "RANDOM()"

    # Reading

    def select(self, query: Query) -> str:
        """A whole SELECT."""
        sql = self._core(query)
        if query.unions:
            tail = "".join([*query.unions, *self._tail(query.union_orders, query.union_limit, query.union_offset)])
            sql = f"{self.wrap_union(sql)} {tail.lstrip()}"
        return sql

    def _core(self, query: Query) -> str:
        columns = ["*"] if query.columns is None else query.columns
        parts = [
            f"{self.selecting(query)}{', '.join(columns)}",
            f"from {self.wrap_table(query.table)}" if query.table is not None else "",
            query.hint,
            self.joins(query),
            self.wheres(query),
            f"group by {', '.join(query.groups)}" if query.groups else "",
            f"having {joined(query.havings)}" if query.havings else "",
            "".join(self._tail(query.orders, query.limit, query.offset)).lstrip(),
            query.lock,
        ]
        return " ".join(part for part in parts if part)

    def selecting(self, query: Query) -> str:
        """The first words of a SELECT."""
        return "select distinct " if query.distinct or query.distinct_on else "select "

    def wrap_union(self, sql: str) -> str:
        """A SELECT beside others."""
        return f"({sql})"

    def _tail(self, orders: list[str], limit: int | None, offset: int | None) -> list[str]:
        return [
            f" order by {', '.join(orders)}" if orders else "",
            f" limit {limit}" if limit is not None else "",
            f" offset {offset}" if offset is not None else "",
        ]

    def joins(self, query: Query) -> str:
        """The joined tables with their conditions."""
        return " ".join(f"{join.kind} join {join.table} {self.wheres(join.on, 'on')}".rstrip() for join in query.joins)

    def wheres(self, query: Query, word: str = "where") -> str:
        """The conditions; empty when there are none."""
        return f"{word} {joined(query.wheres)}" if query.wheres else ""

    # Writing

    def insert(self, query: Query, rows: Sequence[Row]) -> str:
        """INSERT of rows that have the same columns."""
        table = self.wrap_table(query.table)
        if not rows:
            return self.insert_nothing(table)
        columns = self.columnize([key for key, _ in rows[0]])
        values = ", ".join(f"({self.parameterize([value for _, value in row])})" for row in rows)
        return f"insert into {table} ({columns}) values {values}"

    def insert_nothing(self, table: str) -> str:
        """A row of defaults."""
        return f"insert into {table} default values"

    def ignoring(self, insert: str) -> str:
        """An INSERT that leaves out what is already there."""
        raise UnreadableError("this server cannot leave out what is already there")

    def returning(self, insert: str, sequence: Value) -> str:
        """An INSERT that gives back the row's number."""
        return insert

    def insert_using(self, query: Query, columns: Sequence[Value], select: str) -> str:
        """INSERT of what a SELECT reads."""
        table = self.wrap_table(query.table)
        if self.laravel >= (10,) and tuple(columns) in ((), ("*",)):
            return f"insert into {table} {select}"
        return f"insert into {table} ({self.columnize(columns)}) {select}"

    def upsert(self, insert: str, unique: Sequence[Value], changes: Row) -> str:
        """An INSERT that changes the rows that are already there."""
        settings = [
            f"{self.wrap(value)} = {self.wrap_value('excluded')}.{self.wrap(value)}"
            if isinstance(key, int)
            else f"{self.wrap(key)} = {self.parameter(value)}"
            for key, value in changes
        ]
        return f"{insert} on conflict ({self.columnize(unique)}) do update set {', '.join(settings)}"

    def settings(self, values: Row) -> str:
        """What is behind SET."""
        return ", ".join(self.setting(str(key), value) for key, value in values)

    def setting(self, key: str, value: Value) -> str:
        """One column and its new value."""
        if is_path(key):
            return self.json_setting(key, value)
        return f"{self.wrap(self.set_column(key))} = {self.new_value(value)}"

    def set_column(self, key: str) -> str:
        """The column as SET takes it: without its table."""
        return key.rsplit(".", 1)[-1]

    def json_setting(self, key: str, value: Value) -> str:
        """A part of a JSON column and its new value."""
        raise UnreadableError("this server cannot set a part of JSON")

    def new_value(self, value: Value) -> str:
        """A new value; a list is written as JSON."""
        value = known(value)
        if isinstance(value, Listing):
            return string(json_text(value), self.connection)
        return self.parameter(value)

    row_address = "ctid"
    """What every row has of its own."""

    def update(self, query: Query, values: Row) -> str:
        """UPDATE; with joins or a limit the rows are chosen by their address."""
        table, settings = self.wrap_table(query.table), self.settings(values)
        if query.joins or query.limit is not None:
            return f"update {table} set {settings} where {self._chosen(query)}"
        return f"update {table} set {settings} {self.wheres(query)}".rstrip()

    def delete(self, query: Query) -> str:
        """DELETE; with joins or a limit the rows are chosen by their address."""
        table = self.wrap_table(query.table)
        if query.joins or query.limit is not None:
            return f"delete from {table} where {self._chosen(query)}"
        return f"delete from {table} {self.wheres(query)}".rstrip()

    def _chosen(self, query: Query) -> str:
        alias = parts_of_alias(query.alias())[-1]
        query.columns = [self.wrap(f"{alias}.{self.row_address}")]
        return f"{self.wrap(self.row_address)} in ({self.select(query)})"

    def update_from(self, query: Query, values: Row) -> str:
        """`updateFrom`."""
        raise UnreadableError("this server has no UPDATE ... FROM of the framework's")

    def truncate(self, query: Query) -> tuple[str, ...]:
        """The statements that empty a table."""
        return (f"truncate table {self.wrap_table(query.table)}",)
