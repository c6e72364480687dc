"""Django's schema editor: the statements that make, drop and change tables, in the order Django sends them.

What Django defers (foreign keys of new tables, indexes) comes last.
"""

from __future__ import annotations

from dataclasses import replace

from console.readers.python.django_constraints import constraint_late, index_late, inline_constraint
from console.readers.python.django_expressions import generated
from console.readers.python.django_fields import GENERATED, NOTHING, Field
from console.readers.python.django_literals import Literal, effective, kept_default, text_literal, with_parameters
from console.readers.python.django_names import server_names, split_name
from console.readers.python.django_state import Model, State, columns_of, through, together
from console.readers.python.django_types import check_of, collation_of, limited, suffix_of, type_of
from console.readers.python.django_writer import Late, Named, Sort, Writer
from console.readers.python.static import UnreadableError


class Editor(Writer):
    """Writes the statements of one migration."""

    # tables

    def create_model(self, model: Model, state: State) -> None:
        """A table, with what comes late, and the tables of its many-to-many fields."""
        table = model.table(self.engine)
        for names in together(model.option("unique_together")):
            self.late.append(self.later(table, [model.field(n).column for n in names], "unique", suffix="_uniq"))
        parts = [self._in_table(model, found, state) for found in columns_of(model, self.engine)]
        certain = all(p.certain for p in parts)
        constraints = self._constraints(model)
        if model.composite:
            names = model.composite.get("field_names")
            constraints.append(f"PRIMARY KEY ({', '.join(self.name(model.field(n).column) for n in names)})")
        body = ", ".join([*(p.sql for p in parts), *(c for c in constraints if c)])
        if model.option("db_tablespace"):
            raise UnreadableError("tablespaces are not read")
        self.emit(f"CREATE TABLE {self.name(table)} ({body})", certain=certain)
        self._comments(model)
        for found in columns_of(model, self.engine):
            self.field_indexes(model, found, state)
        unnamed = [self.later(table, [model.field(n).column for n in names], "index", suffix="_idx")
                   for names in together(model.option("index_together"))]  # fmt: skip
        if self.engine.django < (5, 1):
            self.late += unnamed
            unnamed = []
        for index in model.option("indexes", []):
            try:
                self.late.append(index_late(self, model, index))
            except UnreadableError as error:
                self.late.append(replace(self.later(table, [], "index", ""), unread=str(error)))
        for found in model.fields:
            if found.many and (table_of := through(model, found, state, self.engine)) is not None:
                self.create_model(table_of, state.with_model(table_of))
        for late in unnamed:
            self.send(late)

    def _constraints(self, model: Model) -> list[str]:
        """Those inside CREATE TABLE; with a default that the driver is given beside it all of them come late."""
        given = model.option("constraints", [])
        if not any(with_parameters(found, self.engine) for found in columns_of(model, self.engine)):
            return [inline_constraint(self, model, c) for c in given]
        self.late += [late for c in given if (late := constraint_late(self, model, c))]
        return []

    def _comments(self, model: Model) -> None:
        table = model.table(self.engine)
        if model.option("db_table_comment"):
            self.comment_table(table, str(model.option("db_table_comment")))
        for found in columns_of(model, self.engine):
            self.comment(table, found)

    def _in_table(self, model: Model, found: Field, state: State) -> Literal:
        """A column's definition inside CREATE TABLE; its foreign key comes late."""
        table = model.table(self.engine)
        definition = self.definition(model, found, state)
        check = check_of(found, self.engine)
        sql = definition.sql + (f" CHECK ({check})" if check else "")
        if check:
            self._remember_check(table, found)
        if suffix := suffix_of(found, self.engine):
            sql += f" {suffix}"
        if found.foreign and found.constrained and self.engine.sqlite:
            sql += self._inline_foreign(model, found, state)
        elif found.foreign and found.constrained:
            self.late.append(self.foreign_late(model, found, state))
        return replace(definition, sql=f"{self.name(found.column)} {sql}")

    def _remember_check(self, table: str, found: Field) -> None:
        name = server_names(table, found.column, "check", self.engine.dialect)
        self.remember(table, Named(name, Sort.CHECK, (found.column,)))

    def definition(self, model: Model, found: Field, state: State, *, default: bool = False) -> Literal:
        """Type, default, NULL, keys: what stands behind a column's name."""
        self._refuse(found)
        kind = type_of(found, model, state, self.engine)
        words, certain = [kind], True
        if collation := collation_of(found, model, state, self.engine):
            words.append(f"COLLATE {collation if self.engine.sqlite else self.name(collation)}")
        kept = found.kept_default is not NOTHING
        value = effective(found, model, state, self.engine) if default and not kept else None
        comment = self._inline_comment(found)
        if comment and self.engine.django < (6, 0):
            words.append(comment)
        if kept:
            words.append(f"DEFAULT {kept_default(found, self.engine)}")
        if value is not None and not self.skips_default(kind, value, null=found.null):
            mysql = self.engine.dialect == "mysql" and limited(kind)
            words.append(f"DEFAULT ({value.sql})" if mysql else f"DEFAULT {value.sql}")
            certain = value.certain
        words.append(self._null(model, found))
        if found.primary:
            words.append("PRIMARY KEY")
        elif found.unique:
            words.append("UNIQUE")
            table = model.table(self.engine)
            name = server_names(table, found.column, "key", self.engine.dialect)
            self.remember(table, Named(name, Sort.UNIQUE, (found.column,)))
        if comment and self.engine.django >= (6, 0):
            words.append(comment)
        return Literal(" ".join(words), certain)

    def _null(self, model: Model, found: Field) -> str:
        """Whether it may be NULL; of a generated column what it is."""
        if found.kind != GENERATED:
            return "NULL" if found.null else "NOT NULL"
        sql = generated(self, model, found.get("expression"))
        kept = found.get("db_persist")
        if not isinstance(kept, bool):
            raise UnreadableError("whether a generated column is stored is not known")
        return f"GENERATED ALWAYS AS ({sql}) {'STORED' if kept else 'VIRTUAL'}"

    def _inline_comment(self, found: Field) -> str:
        """MySQL's comment, a part of the column; Django leaves two blanks before it."""
        comment = found.get("db_comment")
        return f" COMMENT {text_literal(str(comment), self.engine)}" if comment and self.engine.mysql else ""

    def comment(self, table: str, found: Field) -> None:
        """PostgreSQL's comment, a statement of its own."""
        if found.get("db_comment") and self.engine.postgres:
            words = text_literal(str(found.get("db_comment")), self.engine)
            self.emit(f"COMMENT ON COLUMN {self.name(table)}.{self.name(found.column)} IS {words}")

    def comment_table(self, table: str, words: str) -> None:
        """A table's comment; SQLite has none."""
        written = text_literal(words, self.engine)
        if self.engine.postgres:
            self.emit(f"COMMENT ON TABLE {self.name(table)} IS {written}")
        elif self.engine.mysql:
            self.emit(f"ALTER TABLE {self.name(table)} COMMENT = {written}")

    def _refuse(self, found: Field) -> None:
        if found.get("db_tablespace"):
            raise UnreadableError("db_tablespace is not read")

    def skips_default(self, kind: str, value: Literal, *, null: bool) -> bool:
        """MySQL's long types: an empty default is not written, and none that could not be dropped again."""
        if not self.engine.mysql:
            return False
        if value.empty and kind.endswith(("blob", "text")) and self.engine.django >= (5, 1):
            return True
        return null and self.engine.dialect == "mysql" and limited(kind)

    def keeps_default(self, kind: str, value: Literal) -> bool:
        """MySQL's long types: ALTER COLUMN cannot drop their default."""
        if not self.engine.mysql:
            return False
        if value.empty and kind.endswith(("blob", "text")) and self.engine.django >= (5, 1):
            return True
        return self.engine.dialect == "mysql" and limited(kind)

    def delete_model(self, model: Model, state: State) -> None:
        """The tables of its many-to-many fields, then its own."""
        for found in model.fields:
            if found.many and (table_of := through(model, found, state, self.engine)) is not None:
                self.delete_model(table_of, state.with_model(table_of))
        table = model.table(self.engine)
        self.emit(f"DROP TABLE {self.name(table)}{'' if self.engine.sqlite else ' CASCADE'}")
        self.late = [late for late in self.late if not late.about(table)]
        self.catalog.pop(table, None)

    def rename_table(self, old: str, new: str) -> None:
        """A table under another name; what comes late follows."""
        if old == new:
            return
        here, there = self.name(old), self.name(new)
        self.emit(f"RENAME TABLE {here} TO {there}" if self.engine.mysql
                  else f"ALTER TABLE {here} RENAME TO {there}")  # fmt: skip
        for late in self.late:
            late.table = new if late.table == old else late.table
            late.to_table = new if late.to_table == old else late.to_table
        self.catalog[new] = self.catalog.pop(old, ())

    # fields

    def add_field(self, model: Model, found: Field, state: State) -> None:
        """A column, or the table of a many-to-many field. `state` has the field."""
        if found.many:
            if (table_of := through(model, found, state, self.engine)) is not None:
                self.create_model(table_of, state.with_model(table_of))
            return
        table, column = model.table(self.engine), found.column
        definition = self.definition(model, found, state, default=True)
        check = check_of(found, self.engine)
        words = (definition.sql, suffix_of(found, self.engine), f"CHECK ({check})" if check else "")
        sql = " ".join(word for word in words if word)
        if check:
            self._remember_check(table, found)
        if found.foreign and found.constrained:
            sql += self._inline_foreign(model, found, state)
        alter = f"ALTER TABLE {self.name(table)}"
        self.emit(f"{alter} ADD COLUMN {self.name(column)} {sql}", certain=definition.certain)
        kind = type_of(found, model, state, self.engine)
        value = effective(found, model, state, self.engine) if found.kept_default is NOTHING else None
        if value is not None and not self.keeps_default(kind, value):
            null = found.null and not self.engine.postgres
            self.emit(f"{alter} ALTER COLUMN {self.name(column)} {'SET DEFAULT NULL' if null else 'DROP DEFAULT'}")
        if value is not None and value.empty and self.skips_default(kind, value, null=False):
            self._fill(table, column, found)
        self.comment(table, found)
        self.field_indexes(model, found, state)

    def _fill(self, table: str, column: str, found: Field) -> None:
        """MySQL's long types get their empty default by an UPDATE, where a default was written."""
        if "default" in found.kwargs or found.one_off == "":
            self.emit(f"UPDATE {self.name(table)} SET {self.name(column)} = ''")

    def _inline_foreign(self, model: Model, found: Field, state: State) -> str:
        late = self.foreign_late(model, found, state)
        name, column = self.name(self.late_name(late)), self.name(found.column)
        to, to_column = self.name(late.to_table), self.name(late.to_columns[0])
        if self.engine.sqlite:
            return f" REFERENCES {to} ({to_column}) DEFERRABLE INITIALLY DEFERRED"
        self.remember(late.table, Named(self.late_name(late), Sort.FOREIGN, (found.column,)))
        if not self.engine.postgres:
            return f" , ADD CONSTRAINT {name} FOREIGN KEY ({column}) REFERENCES {to}({to_column})"
        schema, _ = split_name(late.table)
        where = f"{self.name(schema)}." if schema else ""
        return (
            f" CONSTRAINT {name} REFERENCES {to}({to_column}) DEFERRABLE INITIALLY DEFERRED"
            f"; SET CONSTRAINTS {where}{name} IMMEDIATE"
        )

    def remove_field(self, model: Model, found: Field, state: State) -> None:
        """The column, or the table of a many-to-many field. `state` has the field."""
        if found.many:
            if (table_of := through(model, found, state, self.engine)) is not None:
                self.delete_model(table_of, state.with_model(table_of))
            return
        type_of(found, model, state, self.engine)
        table, column = model.table(self.engine), found.column
        if found.foreign:
            self.drop_foreign(model, found)
        end = " CASCADE" if self.engine.postgres and self.engine.django < (6, 0) else ""
        self.emit(f"ALTER TABLE {self.name(table)} DROP COLUMN {self.name(column)}{end}")
        self.late = [late for late in self.late if not late.about(table, column)]
        self.catalog[table] = tuple(n for n in self.catalog.get(table, ()) if column not in n.columns)

    def drop_foreign(self, model: Model, found: Field) -> bool:
        """The foreign keys on its column, which Django looks up; whether there are any."""
        table = model.table(self.engine)
        keys = self.known(table, [found.column], Sort.FOREIGN)
        if found.constrained and not keys and not any(late.about(table, found.column) for late in self.late):
            raise UnreadableError(f"the name of the foreign key on {table}.{found.column} is not known")
        for key in keys:
            here, name = self.name(table), self.name(key.name)
            sql = f"ALTER TABLE {here} DROP FOREIGN KEY {name}"
            if self.engine.postgres:
                sql = f"SET CONSTRAINTS {name} IMMEDIATE; ALTER TABLE {here} DROP CONSTRAINT {name}"
            self.emit(sql, asked=True)
            self.forget(table, key.name)
        return bool(keys)

    def foreign_late(self, model: Model, found: Field, state: State, suffix: str = "") -> Late:
        """The foreign key of a field."""
        to, field = state.pointed(model, found, self.engine)
        late = self.later(model.table(self.engine), [found.column], "fk", suffix)
        late.to_table, late.to_columns = to.table(self.engine), [field.column]
        return late

    def field_indexes(self, model: Model, found: Field, state: State) -> None:
        """The indexes that a field asks for, late."""
        table, kind = model.table(self.engine), type_of(found, model, state, self.engine)
        if self.is_indexed(found, kind):
            self.late.append(self.later(table, [found.column], "index", ""))
        if late := self.like_index(model, found, state):
            self.late.append(late)

    def is_indexed(self, found: Field, kind: str) -> bool:
        """Whether the field gets an index of its own; InnoDB makes that of a foreign key itself."""
        if not found.indexed or found.unique:
            return False
        if not self.engine.mysql:
            return True
        return not (found.kind == "ForeignKey" and found.constrained) and not limited(kind)

    def like_index(self, model: Model, found: Field, state: State) -> Late | None:
        """PostgreSQL's second index of a text that is searched by its beginning."""
        kind = type_of(found, model, state, self.engine)
        if not self.engine.postgres or not (found.indexed or found.unique) or "[" in kind:
            return None
        word = next((word for word in ("varchar", "text") if kind.startswith(word)), "")
        if not word:
            return None
        if collation_of(found, model, state, self.engine):
            raise UnreadableError("whether its collation is deterministic only the server knows")
        return self.later(model.table(self.engine), [found.column], "index", "_like", f"{word}_pattern_ops")
