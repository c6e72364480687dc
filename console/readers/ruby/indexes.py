"""Indexes, foreign keys and checks in SQL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from console.readers.ruby.catalogue import KnownIndex, KnownKey
from console.readers.ruby.context import Context, column_words
from console.readers.ruby.names import check_name, exclusion_name, foreign_key_name, unique_name
from console.readers.ruby.values import Pairs, RefusedError, UnreadableError, Value

_KNOWN = frozenset(
    "name unique length order opclass where type using comment algorithm if_not_exists internal include column "
    "nulls_not_distinct".split()
)
_ALGORITHMS = {"default": "DEFAULT", "copy": "COPY", "inplace": "INPLACE", "instant": "INSTANT"}
_ACTIONS = {"nullify": "SET NULL", "cascade": "CASCADE", "restrict": "RESTRICT"}


@dataclass(frozen=True, slots=True)
class Index:
    """An index as a migration asks for it."""

    table: str
    name: str
    columns: Value
    options: Mapping[str, Value]

    def sql(self, context: Context, *, alone: bool = True) -> str:
        """CREATE INDEX, or what stands in a CREATE TABLE."""
        unique = bool(self.options.get("unique"))
        if not context.mysql:
            words = ["CREATE", "UNIQUE" if unique else "", "INDEX", _algorithm(self.options, context)]
            words += ["IF NOT EXISTS" if self.options.get("if_not_exists") else "", context.quoted(self.name), "ON"]
            words.append(context.table(self.table))
        else:
            kind = self.options.get("type")
            words = ["CREATE" if alone else "", str(kind).upper() if kind else "UNIQUE" if unique else "", "INDEX"]
            words.append(context.quoted(self.name))
        using = f"USING {self.options['using']}" if self.options.get("using") and not context.sqlite else ""
        on = "" if not context.mysql or not alone else f"ON {context.table(self.table)}"
        words += [using, on, f"({self._columns(context)})"]
        words += self._behind(context, alone=alone)
        return " ".join(word for word in words if word)

    def _behind(self, context: Context, *, alone: bool) -> list[str]:
        if context.postgres:
            include, where = self.options.get("include"), self.options.get("where")
            words = [f"INCLUDE ({', '.join(map(context.quoted, column_words(include)))})"] if include else []
            words += ["NULLS NOT DISTINCT"] if self.options.get("nulls_not_distinct") else []
            return [*words, f"WHERE {where}"] if where else words
        if context.sqlite:
            return [f"WHERE {self.options['where']}"] if self.options.get("where") else []
        comment = self.options.get("comment")
        words = [f"COMMENT {context.text(str(comment))}"] if comment else []
        return [*words, _algorithm(self.options, context)] if alone else words

    def _columns(self, context: Context) -> str:
        if isinstance(self.columns, str) and not str(self.columns).replace("_", "a").isalnum():
            return str(self.columns)
        names = column_words(self.columns)
        return ", ".join(f"{context.quoted(name)}{self._of_column(name, context)}" for name in names)

    def _of_column(self, name: str, context: Context) -> str:
        length, opclass, order = (_each(self.options.get(word), name) for word in ("length", "opclass", "order"))
        found = f"({length})" if length is not None and context.mysql else ""
        found += f" {opclass}" if opclass and context.postgres else ""
        return found + (f" {str(order).upper()}" if order and context.dialect != "mariadb" else "")

    def known(self) -> KnownIndex:
        """As it will be found on the server."""
        if isinstance(self.columns, str) and not str(self.columns).replace("_", "a").isalnum():
            return KnownIndex(self.name, (str(self.columns),), bool(self.options.get("unique")))
        return KnownIndex(self.name, column_words(self.columns), bool(self.options.get("unique")))


def _each(option: Value, column: str) -> Value:
    """An option for all columns, or for each by its name."""
    return option.values.get(column) if isinstance(option, Pairs) else option


def _algorithm(options: Mapping[str, Value], context: Context) -> str:
    name = options.get("algorithm")
    if not name:
        return ""
    if context.postgres and name == "concurrently":
        return "CONCURRENTLY"
    if context.mysql and name in _ALGORITHMS:
        return f"ALGORITHM = {_ALGORITHMS[str(name)]}"
    raise RefusedError(f"Rails refuses the algorithm {name} on this server")


def index(table: str, columns: Value, options: Mapping[str, Value], context: Context) -> Index:
    """An index with its name."""
    if unknown := sorted(options.keys() - _KNOWN):
        raise UnreadableError(f"the option {unknown[0]} is not read")
    if context.sqlite and options.get("type"):
        raise UnreadableError("an index of a type is not read for SQLite")
    newer = sorted({"include", "nulls_not_distinct"} & options.keys())
    if newer and context.rails < (7, 1):
        raise RefusedError(f"Rails {context.rails[0]}.{context.rails[1]} refuses the option {newer[0]}")
    given = options.get("name")
    name = str(given) if isinstance(given, str) and given else context.index_name(table, columns)
    return Index(table, context.checked_index(name), columns, options)


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """A foreign key as a migration asks for it."""

    table: str
    to_table: str
    name: str
    column: str
    options: Mapping[str, Value]

    def sql(self, context: Context) -> str:
        """What stands behind ADD, and in a CREATE TABLE."""
        primary = str(self.options.get("primary_key") or "id")
        text = (
            f"CONSTRAINT {context.quoted(self.name)} FOREIGN KEY ({context.quoted(self.column)})"
            f" REFERENCES {context.table(self.to_table)} ({context.quoted(primary)})"
        )
        return text + self._actions(context)

    def _actions(self, context: Context) -> str:
        text = ""
        for word, name in (("DELETE", "on_delete"), ("UPDATE", "on_update")):
            action = self.options.get(name)
            if action and str(action) not in _ACTIONS:
                raise RefusedError(f"Rails refuses {name}: {action}")
            text += f" ON {word} {_ACTIONS[str(action)]}" if action else ""
        deferrable = self.options.get("deferrable")
        if deferrable and context.sqlite and context.rails >= (7, 0):
            raise UnreadableError("whether Rails writes DEFERRABLE for SQLite depends on its version")
        return text + (_late(deferrable, context) if deferrable and context.postgres else "")

    def behind_add(self, context: Context) -> str:
        """What stands at the end of an ADD on PostgreSQL; 7.2 says there once more when the key is checked."""
        again = self.options.get("deferrable") if context.postgres and context.rails == (7, 2) else None
        invalid = " NOT VALID" if context.postgres and self.options.get("validate") is False else ""
        return f"{_late(again, context) if again else ''}{invalid}"

    def known(self) -> KnownKey:
        """As it will be found on the server."""
        return KnownKey(self.name, self.column, self.to_table)


def _late(deferrable: Value, context: Context) -> str:
    """When a key is checked: Rails asks nothing of that before 7.0, and from 7.1 on it wants to know it exactly."""
    if context.rails < (7, 0):
        return ""
    if deferrable is True:
        if context.rails < (7, 1):
            return " DEFERRABLE"
        if context.version > (7, 0):
            raise RefusedError("Rails refuses deferrable: true")
        deferrable = "immediate"
    return f" DEFERRABLE INITIALLY {str(deferrable).upper()}"


def foreign_key(table: str, to_table: str, options: Mapping[str, Value], context: Context) -> ForeignKey:
    """A foreign key with its column and its name."""
    given = options.get("column")
    if given is not None and not isinstance(given, str):
        raise UnreadableError("a foreign key of several columns is not read")
    column = str(given) if given else f"{context.singular(_bare(to_table, context))}_id"
    name = options.get("name")
    made = str(name) if isinstance(name, str) and name else foreign_key_name(table, column)
    return ForeignKey(table, to_table, made, column, options)


def _bare(table: str, context: Context) -> str:
    if (context.prefix or context.suffix) and table.startswith(context.prefix) and table.endswith(context.suffix):
        return table[len(context.prefix) : len(table) - len(context.suffix)]
    return table


def exclusion_sql(table: str, expression: str, options: Mapping[str, Value], context: Context) -> str:
    """What stands behind ADD for an exclusion constraint."""
    _only_postgres("an exclusion constraint", context)
    name = str(options.get("name") or exclusion_name(table, expression))
    using = f" USING {options['using']}" if options.get("using") else ""
    where = f" WHERE ({options['where']})" if options.get("where") else ""
    return f"CONSTRAINT {context.quoted(name)} EXCLUDE{using} ({expression}){where}{_deferrable(options)}"


def unique_sql(table: str, columns: Value, options: Mapping[str, Value], context: Context) -> str:
    """What stands behind ADD for a unique constraint, of columns or of an index that is there."""
    _only_postgres("a unique constraint", context)
    existing = options.get("using_index")
    words = (str(existing),) if existing else column_words(columns)
    if existing and columns is not None:
        raise RefusedError("Rails refuses a unique constraint of columns and of an index")
    name = str(options.get("name") or unique_name(table, words))
    nulls = " NULLS NOT DISTINCT" if options.get("nulls_not_distinct") else ""
    what = f"USING INDEX {context.quoted(words[0])}" if existing else f"({', '.join(map(context.quoted, words))})"
    return f"CONSTRAINT {context.quoted(name)} UNIQUE{nulls} {what}{_deferrable(options)}"


def _only_postgres(what: str, context: Context) -> None:
    if not context.postgres:
        raise UnreadableError(f"Rails has {what} on PostgreSQL only")
    if context.rails < (7, 1):
        raise UnreadableError(f"Rails {context.rails[0]}.{context.rails[1]} has no method of its own for {what}")


def _deferrable(options: Mapping[str, Value]) -> str:
    said = options.get("deferrable")
    if said and said not in ("immediate", "deferred"):
        raise RefusedError(f"Rails refuses deferrable: {said}")
    return f" DEFERRABLE INITIALLY {str(said).upper()}" if said else ""


def check_sql(table: str, expression: str, options: Mapping[str, Value]) -> tuple[str, str]:
    """A check's name, and what stands behind ADD."""
    name = options.get("name")
    made = str(name) if isinstance(name, str) and name else check_name(table, expression)
    return made, f"CONSTRAINT {made} CHECK ({expression})"
