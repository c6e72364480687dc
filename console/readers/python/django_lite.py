"""Django's schema editor on SQLite: what ALTER TABLE cannot do there is done by making the table anew.

`new__table` is made, filled, and takes the place of the table; everything kept for the end is sent at once. Its columns
stand in the order Django has put them: a field of another state than the rest comes last when a migration is run, and
first when it is taken back.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from console.core.statements import Sent
from console.readers.python.django_editor import Editor
from console.readers.python.django_fields import GENERATED, NOTHING, Field
from console.readers.python.django_literals import Literal, effective, is_value, kept_default
from console.readers.python.django_names import split_name
from console.readers.python.django_state import Model, State, columns_of, through, together
from console.readers.python.django_types import collation_of, type_of
from console.readers.python.django_values import Made
from console.readers.python.static import UnreadableError

SHUFFLED = "Django follows a renamed model with the columns in an order that only a run could tell"
_SPECIAL = ("condition", "include", "deferrable")


@dataclass(frozen=True, slots=True)
class _Body:
    """What the new table is to hold: columns and where their values come from, and what became of fields' names."""

    fields: tuple[Field, ...]
    values: dict[str, str]
    names: dict[str, str]
    certain: bool = True


class LiteEditor(Editor):
    """Writes the statements of one migration for SQLite; DROP COLUMN is known to it since SQLite 3.35.5."""

    _shuffled = False
    """The order of the columns of the next table is not known."""

    def emit(self, sql: str, *, certain: bool = True, asked: bool = False) -> None:
        """One statement."""
        if self._shuffled and sql.startswith("CREATE TABLE"):
            self.sent.append(Sent("", self.source, self.line, unreadable=SHUFFLED, effect=sql))
        else:
            super().emit(sql, certain=certain, asked=asked)

    def add_field(self, model: Model, found: Field, state: State) -> None:
        """A column that may be NULL is added; any other is a reason for a new table."""
        kept = found.kept_default
        plain = found.null and not found.primary and not found.unique and (kept is NOTHING or is_value(kept))
        if found.many or (plain and effective(found, model, state, self.engine) is None):
            super().add_field(model, found, state)
        else:
            self.remake(model, state, created=found)

    def remove_field(self, model: Model, found: Field, state: State) -> None:
        """A column that nothing hangs on is dropped; any other is a reason for a new table."""
        held = found.primary or found.unique or found.indexed or (found.foreign and found.constrained)
        if found.many or not held:
            super().remove_field(model, found, state)
        else:
            self.remake(model, state, deleted=found)

    def alter(self, model: Model, old: Field, became: Model, new: Field, before: State, after: State) -> None:
        """A column that only gets another name is renamed; any other change is a reason for a new table."""
        pointing = any(f.foreign and f.constrained for f in (old, new))
        followed = old.foreign and new.foreign and _follows(old, new, before)
        if old.column != new.column and not pointing and (
            self.definition(model, old, before) == self.definition(became, new, after)
        ):  # fmt: skip
            here, there = self.name(old.column), self.name(new.column)
            self.emit(f"ALTER TABLE {self.name(model.table(self.engine))} RENAME COLUMN {here} TO {there}")
            return
        self._shuffled = followed and model.key in after.models
        if self._shuffled and not self.whole:
            raise UnreadableError(SHUFFLED)
        self.remake(model, after, altered=((old, new),), became=became, in_place=followed)
        self._shuffled = False
        if new.unique and self._retyped(model, old, became, new, before, after):
            self._remake_pointing(model, became, new, after)

    def _retyped(self, model: Model, old: Field, became: Model, new: Field, before: State, after: State) -> bool:
        engine = self.engine
        kinds = type_of(old, model, before, engine), type_of(new, became, after, engine)
        ordered = collation_of(old, model, before, engine), collation_of(new, became, after, engine)
        return kinds[0] != kinds[1] or ordered[0] != ordered[1]

    def _remake_pointing(self, model: Model, became: Model, new: Field, after: State) -> None:
        """What points to a key of another type has its columns made anew, too."""
        found: dict[str, Model] = {}
        own = [(became, field) for field in became.fields if field.many and new.primary]
        for other, field in [*after.pointing(became, self.engine, new), *own]:
            table = through(other, field, after, self.engine) if field.many else other
            if table is not None and (field.many or other.key != model.key):
                found[table.table(self.engine)] = table
        if len(found) > 1 and not self.whole:
            raise UnreadableError("Django follows what points to the column in an order that only a run could tell")
        for table in found.values():
            self.remake(table, after.with_model(table))

    def alter_many(self, here: Model, there: Model, after: State) -> None:
        """The table behind a many-to-many field: made anew, or copied when it gets another name."""
        if here.table(self.engine) == there.table(self.engine):
            pairs = [(here.fields[n], there.fields[n]) for n in (1, 0)]
            self.remake(here, after.with_model(there), altered=pairs, became=there)
            return
        state = after.with_model(there)
        self.create_model(there, state)
        columns = [", ".join(["id", *(f.column for f in model.fields)]) for model in (there, here)]
        target, source = (self.name(model.table(self.engine)) for model in (there, here))
        self.emit(f"INSERT INTO {target} ({columns[0]}) SELECT {columns[1]} FROM {source}")
        self.delete_model(here, after)

    def remake(
        self,
        model: Model,
        state: State,
        *,
        created: Field | None = None,
        deleted: Field | None = None,
        altered: Sequence[tuple[Field, Field]] = (),
        became: Model | None = None,
        in_place: bool = False,
    ) -> None:
        """The table of `model` made anew; `state` is the one that the new columns are in."""
        became = became or model
        source, line, table = self.source, self.line, model.table(self.engine)
        body = self._body(model, state, created, deleted, altered, became, in_place=in_place)
        options = {**model.options, "db_table": f"new__{split_name(table)[1]}"}
        options["unique_together"] = [
            tuple(body.names.get(n, n) for n in names) for names in together(model.option("unique_together"))
        ]
        options["indexes"] = [index for index in model.option("indexes", []) if not _of(index, deleted)]
        new = replace(became, fields=body.fields, options=options)
        self.create_model(new, state)
        fresh, here = self.name(new.table(self.engine)), self.name(table)
        names = ", ".join(map(self.name, body.values))
        values = ", ".join(body.values.values())
        self.emit(f"INSERT INTO {fresh} ({names}) SELECT {values} FROM {here}", certain=body.certain)
        self.emit(f"DROP TABLE {here}")
        self.late = [late for late in self.late if not late.about(table)]
        self.catalog.pop(table, None)
        self.rename_table(new.table(self.engine), table)
        self.finish()
        self.source, self.line = source, line

    def _body(
        self,
        model: Model,
        state: State,
        created: Field | None,
        deleted: Field | None,
        altered: Sequence[tuple[Field, Field]],
        became: Model,
        *,
        in_place: bool,
    ) -> _Body:
        if any(f is not None and f.primary for f in (created, deleted)):
            raise UnreadableError("a primary key that becomes another one is not read")
        gone = {f.name for f in (deleted, *(old for old, _ in altered)) if f is not None}
        rest = [f for f in columns_of(model, self.engine) if f.name not in gone]
        values = {f.column: self.name(f.column) for f in rest if f.kind != GENERATED}
        certain = True
        if created and created.kept_default is NOTHING and created.kind != GENERATED:
            values[created.column], certain = _written(effective(created, model, state, self.engine))
        for old, new in altered:
            values[new.column] = self.name(old.column)
            if old.null and not new.null:
                text, certain = self._instead_of_null(new, became, state)
                values[new.column] = f"coalesce({self.name(old.column)}, {text})"
        fresh = [*([created] if created else []), *(new for _, new in altered)]
        fields = self._placed(rest, fresh, became, in_place=in_place)
        return _Body(fields, values, {old.name: new.name for old, new in altered}, certain)

    def _placed(
        self, rest: Iterable[Field], fresh: Iterable[Field], became: Model, *, in_place: bool
    ) -> tuple[Field, ...]:
        """The fields of the new table in their order, and its key, where that is no column."""
        places = {f.name: n for n, f in enumerate(became.fields)}
        fields = self._ordered(rest, sorted(fresh, key=lambda f: places.get(f.name, len(places))))
        if in_place:
            fields.sort(key=lambda f: places.get(f.name, -1))
        fields += [became.composite] if became.composite else []
        return tuple(_pointed(f, f"{became.app}.{became.name}") for f in fields)

    def _instead_of_null(self, new: Field, became: Model, state: State) -> tuple[str, bool]:
        if new.kept_default is not NOTHING:
            return kept_default(new, self.engine), True
        return _written(effective(new, became, state, self.engine))

    def _ordered(self, rest: Iterable[Field], fresh: Iterable[Field]) -> list[Field]:
        """In the order in which Django has made the fields: its own key is before all others."""
        found = [*fresh, *rest] if self.back else [*rest, *fresh]
        return sorted(found, key=lambda f: not f.flag("auto_created"))


def _follows(old: Field, new: Field, before: State) -> bool:
    """Whether a reference only follows a model that got another name: all fields have then been made together."""
    names = [str(f.kwargs.get("to")).lower() for f in (old, new)]
    known = [tuple(name.split(".")) in before.models for name in names]
    return names[0] != names[1] and not all(known)


def _written(value: Literal | None) -> tuple[str, bool]:
    return ("NULL", True) if value is None else (value.sql, value.certain)


def _pointed(found: Field, label: str) -> Field:
    """`self` means the table that is replaced, not the one that takes its place."""
    return replace(found, kwargs={**found.kwargs, "to": label}) if found.kwargs.get("to") == "self" else found


def _of(index: Any, deleted: Field | None) -> bool:  # noqa: ANN401 - an index as it is written
    """Whether an index is on a field that goes."""
    fields = index.kwargs.get("fields", ()) if isinstance(index, Made) else ()
    return deleted is not None and isinstance(fields, (list, tuple)) and deleted.name in fields


def stands_in_the_table(made: Any) -> bool:  # noqa: ANN401 - a constraint as it is written
    """Whether a constraint is part of the table itself, which is made anew for it; others are indexes, or nothing."""
    if not isinstance(made, Made):
        raise UnreadableError("the constraint is not known")
    return made.name != "UniqueConstraint" or not (made.args or any(made.kwargs.get(word) for word in _SPECIAL))
