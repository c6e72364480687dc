"""What a file does to a table inside the function it gives to Knex: columns, keys, indexes, as they are told."""

from __future__ import annotations

from dataclasses import dataclass, field

from console.frameworks.knex.columns import ALIASES, MODIFIERS, TYPES, Column
from console.frameworks.knex.words import UnreadableError, Writer, options, word, yes
from console.readers.javascript.module import play
from console.readers.javascript.values import (
    UNDEFINED,
    Call,
    Chain,
    Function,
    Many,
    Pairs,
    Root,
    Step,
    Unread,
    Value,
)

TABLE = Root("parameter", "table")
_INDEXES = frozenset(
    "index primary unique dropPrimary dropPrimaryIfExists dropUnique dropUniqueIfExists dropIndex dropForeign "
    "dropForeignIfExists".split()
)
_ALTERS = frozenset("renameColumn setNullable dropNullable".split())
_SINGLE = {"engine": "mysql", "charset": "mysql", "collate": "mysql", "inherits": "postgres"}
Args = tuple[Value, ...]


@dataclass(slots=True)
class Foreign:
    """A foreign key as it is told."""

    column: Value
    key: Value = UNDEFINED
    references: Value = UNDEFINED
    table: str = ""
    on_update: Value = UNDEFINED
    on_delete: Value = UNDEFINED
    deferrable: Value = UNDEFINED


@dataclass(slots=True)
class Table:
    """What a file says of one table in one call."""

    kind: str
    """create, create_if_not or alter."""
    name: str
    schema: str
    writer: Writer
    columns: list[Column] = field(default_factory=list)
    alters: list[tuple[str, Args | Foreign]] = field(default_factory=list)
    checks: list[Args] = field(default_factory=list)
    single: dict[str, str] = field(default_factory=dict)

    @property
    def quoted(self) -> str:
        """Its name with its schema."""
        return self.writer.name(f"{self.schema}.{self.name}" if self.schema else self.name)

    @property
    def creates(self) -> bool:
        """It is made here."""
        return self.kind != "alter"

    def index_name(self, kind: str, columns: Value, given: Value = UNDEFINED) -> str:
        """As it is called, or as Knex calls it."""
        if given not in (UNDEFINED, None, ""):
            return self.writer.name(word(given))
        several = columns.values if isinstance(columns, Many) else (columns,)
        plain = self.name.replace(".", "_").replace("-", "_")
        return self.writer.name(f"{plain}_{'_'.join(word(one) for one in several)}_{kind}".lower())


def described(function: Function, table: Table) -> None:
    """Read what a function does to the table it is given. UnreadableError where that depends on a run."""
    if function.node.type != "arrow_function":
        scope = function.scope.inner()
        scope.names["this"] = Chain(TABLE)
        function = Function(function.node, scope, function.name)
    for item in play(function, (Chain(TABLE),), table.writer.known).items:
        if isinstance(item, Unread):
            raise UnreadableError(f"line {item.line}: {item.why}")
        if not isinstance(item, Call):
            raise UnreadableError(f"line {item.line}: it depends on {item.text}")
        if item.chain.root is not TABLE and item.chain.root != TABLE:
            raise UnreadableError(f"line {item.line}: {item.chain.path} is not about the table")
        if item.kept:
            raise UnreadableError(f"line {item.line}: a column with a name of its own is not read")
        steps = item.chain.steps
        while steps and steps[-1].args is None:  # `.unsigned` without brackets does nothing
            steps = steps[:-1]
        _said(steps, table)


def _said(steps: tuple[Step, ...], table: Table) -> None:
    first, rest = steps[0], steps[1:]
    args = first.args
    if args is None:
        raise UnreadableError(f"what {first.name} does to the table is not known")
    if first.name in TYPES:
        _column(first.name, args, rest, table)
    elif first.name == "foreign":
        _foreign(Foreign(args[0], args[1] if len(args) > 1 else UNDEFINED), rest, table, None)
    else:
        _other(first.name, args, table)
        if rest:
            _said(rest, table)


def _column(kind: str, args: Args, steps: tuple[Step, ...], table: Table) -> None:
    kind = ALIASES.get(kind, kind).lower()
    column = Column(ALIASES.get(kind, kind), args)
    table.columns.append(column)
    _modified(column, steps, table)


def _modified(column: Column, steps: tuple[Step, ...], table: Table) -> None:
    for at, step in enumerate(steps):
        args = step.args
        if args is None:
            raise UnreadableError(f"what {step.name} does to a column is not known")
        if step.name in MODIFIERS:
            column.modifiers[MODIFIERS[step.name]] = args
        elif step.name in ("notNull", "notNullable"):
            column.modifiers["nullable"] = (False,)
        elif step.name in ("index", "primary", "unique"):
            if not column.grows:
                table.alters.append((step.name, (column.arg(0), *args)))
        elif step.name == "alter" and not table.creates:
            told = options(args[0] if args else UNDEFINED)
            column.alter = True
            column.alter_nullable = told.get("alterNullable", UNDEFINED) is not False
            column.alter_type = told.get("alterType", UNDEFINED) is not False
        elif step.name == "references":
            _foreign(Foreign(column.arg(0)), steps[at:], table, column)
            return
        else:
            raise UnreadableError(f"what {step.name} does to a column is not known")


def _foreign(foreign: Foreign, steps: tuple[Step, ...], table: Table, column: Column | None) -> None:
    table.alters.append(("foreign", foreign))
    for at, step in enumerate(steps):
        args = step.args or ()
        value: Value = args[0] if args else UNDEFINED
        if step.name == "references":
            pieces = value.split(".") if isinstance(value, str) else []
            if len(pieces) > 1:
                foreign.table, foreign.references = pieces[0], pieces[1]
            else:
                foreign.references = value
        elif step.name in ("on", "inTable"):
            foreign.table = word(value)
        elif step.name == "withKeyName":
            foreign.key = value
        elif step.name == "onUpdate":
            foreign.on_update = value
        elif step.name == "onDelete":
            foreign.on_delete = value
        elif step.name == "deferrable" and table.writer.family != "mysql":
            foreign.deferrable = value
        elif column is not None:
            _modified(column, steps[at:], table)
            return
        else:
            raise UnreadableError(f"what {step.name} does to a foreign key is not known")


def _other(name: str, args: Args, table: Table) -> None:
    if name in _INDEXES or (name in _ALTERS and not table.creates):
        table.alters.append((name, args))
    elif name in ("dropColumn", "dropColumns") and not table.creates:
        table.alters.append(("dropColumn", args))
    elif name == "dropTimestamps" and not table.creates:
        camel = bool(args) and args[0] is True
        names = ("createdAt", "updatedAt") if camel else ("created_at", "updated_at")
        table.alters.append(("dropColumn", (Many(names),)))
    elif name == "timestamps":
        _timestamps(args, table)
    elif name == "comment" and args:
        table.single["comment"] = word(args[0])
    elif name in _SINGLE and table.creates and _SINGLE[name] == table.writer.family and args:
        table.single[name] = word(args[0])
    elif name == "check" and table.creates:
        table.checks.append(args)
    elif name == "check" and not table.writer.sqlite:
        table.alters.append(("check", args))
    elif name == "dropChecks" and not table.creates and not table.writer.sqlite:
        table.alters.append(("dropChecks", args))
    else:
        raise UnreadableError(f"what {name} does to the table is not known")


def _timestamps(args: Args, table: Table) -> None:
    told = args[0].values if args and isinstance(args[0], Pairs) else None
    names = ("useTimestamps", "defaultToNow", "useCamelCase")
    given = [told.get(name, UNDEFINED) for name in names] if told is not None else [*args, *(UNDEFINED,) * 3][:3]
    kind = "timestamp" if given[0] is True else "datetime"
    for name in ("createdAt", "updatedAt") if yes(given[2]) else ("created_at", "updated_at"):
        column = Column(kind, (name,))
        if given[1] is True:
            now = Chain(Root("parameter", "knex"), (Step("raw", ("CURRENT_TIMESTAMP",)),))
            column.modifiers |= {"nullable": (False,), "defaultTo": (now,)}
        table.columns.append(column)
