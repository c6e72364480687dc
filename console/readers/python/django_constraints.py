"""Indexes and constraints that stand in a model's Meta: their SQL, as far as their conditions are simple."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from console.readers.python.django_expressions import expressions
from console.readers.python.django_fields import Field
from console.readers.python.django_literals import known
from console.readers.python.django_state import Model
from console.readers.python.django_values import Made, Unsure
from console.readers.python.django_writer import Late, Named, Sort, Writer
from console.readers.python.static import UnreadableError

_USING = {"Index": "", "BTreeIndex": "btree", "GinIndex": "gin", "GistIndex": "gist", "BrinIndex": "brin",
          "HashIndex": "hash", "SpGistIndex": "spgist"}  # fmt: skip
_COMPARE = {"exact": "=", "gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
_HARMLESS = frozenset({"violation_error_message", "violation_error_code"})


def _of(made: Any, word: str, default: Any = None) -> Any:  # noqa: ANN401 - any value
    value = made.kwargs.get(word, default) if isinstance(made, Made) else made
    if isinstance(value, Unsure):
        raise UnreadableError(f"the value of {value.text} is not known")
    return value


def name_of(made: Any) -> str:  # noqa: ANN401 - any value
    """The name of an index or constraint. UnreadableError."""
    name = _of(made, "name") if isinstance(made, Made) else None
    if not isinstance(name, str):
        raise UnreadableError("the name of an index or constraint is not known")
    return name


def _only(made: Made, *words: str) -> None:
    if other := [word for word in made.kwargs if word not in words and word not in _HARMLESS]:
        raise UnreadableError(f"{made.name} with {', '.join(other)} is not read")


def _names(made: Made, word: str) -> list[str]:
    found = _of(made, word, [])
    if not isinstance(found, (list, tuple)) or not all(isinstance(item, str) for item in found):
        raise UnreadableError(f"the {word} of an index or constraint are not known")
    return [str(item) for item in found]


def index_late(editor: Writer, model: Model, made: Any, *, concurrently: bool = False) -> Late:  # noqa: ANN401 - any value
    """`CREATE INDEX` of a Meta index, to be sent now or at the end."""
    name = name_of(made)
    if made.name not in _USING or not made.path.startswith(("django.db.models", "django.contrib.postgres")):
        raise UnreadableError(f"an index by {made.path} of a class of its own is not read")
    if made.args and editor.engine.dialect == "mariadb":
        raise UnreadableError("MariaDB has no index by expressions: Django leaves it out there")
    _only(made, "fields", "name", "opclasses", "condition", "include")
    fields, classes = _names(made, "fields"), _names(made, "opclasses")
    columns = [model.field(f.removeprefix("-")).column for f in fields]
    using = _USING[made.name]
    sql = "CREATE INDEX CONCURRENTLY" if concurrently else "CREATE INDEX"
    if not editor.engine.postgres and (using or classes):
        raise UnreadableError(f"{made.name} is only for PostgreSQL")
    mariadb = editor.engine.dialect == "mariadb"
    if any(f.startswith("-") for f in fields) and mariadb and editor.engine.server is None:
        raise UnreadableError("whether MariaDB keeps the order of an index depends on its version")
    if mariadb and editor.engine.server is not None and editor.engine.server < (10, 8):
        fields = [f.removeprefix("-") for f in fields]
    listed = ", ".join(_ordered(editor, column, n, classes, fields) for n, column in enumerate(columns))
    if made.args:
        _only(made, "name", "condition", "include")
        columns, listed = expressions(editor, model, made.args)
    shape = f"{sql} {{name}} ON {{table}}{f' USING {using}' if using else ''} ({_braced(listed)})"
    shape += _braced(_include(editor, model, made) + _where(editor, model, made))
    return _named(editor, model, columns, name, shape)


def _ordered(editor: Writer, column: str, n: int, classes: Sequence[str], fields: Sequence[str]) -> str:
    words = [editor.name(column), *classes[n : n + 1], *(["DESC"] if fields[n].startswith("-") else [])]
    return " ".join(words)


def _braced(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def _named(editor: Writer, model: Model, columns: list[str], name: str, shape: str) -> Late:
    table = model.table(editor.engine)
    return Late(table, columns, shape, name=name, source=editor.source, line=editor.line)


def _include(editor: Writer, model: Model, made: Made) -> str:
    included = _names(made, "include")
    if not included or not editor.engine.postgres:
        return ""
    return f" INCLUDE ({', '.join(editor.name(model.field(f).column) for f in included)})"


def _where(editor: Writer, model: Model, made: Made) -> str:
    condition = _of(made, "condition")
    if condition is None or editor.engine.mysql:
        return ""
    return f" WHERE {condition_sql(editor, model, condition)}"


def drop_index(editor: Writer, model: Model, name: str, *, concurrently: bool = False) -> None:
    """`DROP INDEX` of a Meta index."""
    table = model.table(editor.engine)
    quoted = editor.name(name)
    if editor.engine.postgres:
        editor.emit(f"DROP INDEX {'CONCURRENTLY ' if concurrently else ''}IF EXISTS {quoted}")
    else:
        _needs_no_key(editor, model, name)
        editor.emit(f"DROP INDEX {quoted}{f' ON {editor.name(table)}' if editor.engine.mysql else ''}")
    editor.late = [late for late in editor.late if not (late.table == table and late.name == name)]
    editor.forget(table, name)


def _needs_no_key(editor: Writer, model: Model, name: str) -> None:
    """MySQL: an index that starts with a foreign key may be the only one it has; then Django makes another first."""
    if not editor.engine.mysql:
        return
    found = next((n for n in editor.catalog.get(model.table(editor.engine), ()) if n.name == name), None)
    first = found.columns[0] if found and found.columns else ""
    if any(f.kind == "ForeignKey" and f.column == first for f in model.columns):
        raise UnreadableError("whether the foreign key on its first column needs another index only the server knows")


def inline_constraint(editor: Writer, model: Model, made: Any) -> str:  # noqa: ANN401 - any value
    """A constraint inside CREATE TABLE; '' when it comes late, or this server has none like it."""
    name, sort = name_of(made), _sort(made)
    if sort == "CheckConstraint":
        _remember(editor, model, name, Sort.CHECK, ())
        return f"CONSTRAINT {editor.name(name)} CHECK ({_check(editor, model, made)})"
    columns = _unique_columns(editor, model, made)
    if not _supported(editor, made):
        return ""
    if late := _unique_index(editor, model, made, columns):
        editor.late.append(late)
        return ""
    if _nulls(made):
        shape = f"ALTER TABLE {{table}} ADD CONSTRAINT {{name}} UNIQUE{_nulls(made)} ({{columns}}){_deferrable(made)}"
        editor.late.append(_named(editor, model, columns, name, shape))
        return ""
    _remember(editor, model, name, Sort.UNIQUE, tuple(columns))
    listed = ", ".join(map(editor.name, columns))
    return f"CONSTRAINT {editor.name(name)} UNIQUE ({listed}){_deferrable(made)}"


def constraint_late(editor: Writer, model: Model, made: Any) -> Late | None:  # noqa: ANN401 - any value
    """A constraint for the end; None: this server has none like it."""
    name, sort = name_of(made), _sort(made)
    if sort == "CheckConstraint":
        shape = f"ALTER TABLE {{table}} ADD CONSTRAINT {{name}} CHECK ({_braced(_check(editor, model, made))})"
        return _named(editor, model, [], name, shape)
    columns = _unique_columns(editor, model, made)
    if not _supported(editor, made):
        return None
    shape = f"ALTER TABLE {{table}} ADD CONSTRAINT {{name}} UNIQUE{_nulls(made)} ({{columns}}){_deferrable(made)}"
    return _unique_index(editor, model, made, columns) or _named(editor, model, columns, name, shape)


def add_constraint(editor: Writer, model: Model, made: Any, *, end: str = "") -> None:  # noqa: ANN401 - any value
    """A constraint on a table that is there; `end` is what only a check may have behind it."""
    name, sort, table = name_of(made), _sort(made), editor.name(model.table(editor.engine))
    if sort == "CheckConstraint":
        check = _check(editor, model, made)
        _remember(editor, model, name, Sort.CHECK, ())
        editor.emit(f"ALTER TABLE {table} ADD CONSTRAINT {editor.name(name)} CHECK ({check}){end}")
        return
    if end:
        raise UnreadableError("only a check can be left unvalidated")
    columns = _unique_columns(editor, model, made)
    if not _supported(editor, made):
        return
    if late := _unique_index(editor, model, made, columns):
        editor.send(late)
        return
    _remember(editor, model, name, Sort.UNIQUE, tuple(columns))
    listed = ", ".join(map(editor.name, columns))
    editor.emit(
        f"ALTER TABLE {table} ADD CONSTRAINT {editor.name(name)} UNIQUE{_nulls(made)} ({listed}){_deferrable(made)}"
    )


def remove_constraint(editor: Writer, model: Model, made: Any) -> None:  # noqa: ANN401 - any value
    """The constraint goes."""
    name, sort = name_of(made), _sort(made)
    table, quoted = editor.name(model.table(editor.engine)), editor.name(name)
    if sort == "CheckConstraint":
        word = {"postgres": "CONSTRAINT", "mysql": "CHECK", "mariadb": "CONSTRAINT IF EXISTS"}[editor.engine.dialect]
        editor.emit(f"ALTER TABLE {table} DROP {word} {quoted}")
    elif _supported(editor, made):
        columns = _unique_columns(editor, model, made)
        if editor.engine.mysql and made.args:
            editor.emit(f"DROP INDEX {quoted} ON {table}")
        elif editor.engine.mysql:
            _needs_no_key(editor, model, name)
            editor.emit(f"ALTER TABLE {table} DROP INDEX {quoted}")
        elif editor.engine.sqlite:
            editor.emit(f"DROP INDEX {quoted}")
        elif _unique_index(editor, model, made, columns):
            editor.emit(f"DROP INDEX IF EXISTS {quoted}")
        else:
            editor.emit(f"ALTER TABLE {table} DROP CONSTRAINT {quoted}")
    editor.forget(model.table(editor.engine), name)


def _sort(made: Made) -> str:
    if not made.path.startswith("django.db.models.") or (made.args and made.name != "UniqueConstraint"):
        raise UnreadableError(f"a constraint by {made.path} or with expressions is not read")
    if made.name not in ("CheckConstraint", "UniqueConstraint"):
        raise UnreadableError(f"a constraint by {made.path} is not read")
    return made.name


def _remember(editor: Writer, model: Model, name: str, sort: Sort, columns: tuple[str, ...]) -> None:
    editor.remember(model.table(editor.engine), Named(name, sort, columns, own=True))


def _unique_columns(editor: Writer, model: Model, made: Made) -> list[str]:
    _only(made, "fields", "name", "condition", "deferrable", "include", "opclasses", "nulls_distinct")
    if made.args:
        return expressions(editor, model, made.args)[0]
    return [model.field(f).column for f in _names(made, "fields")]


def _supported(editor: Writer, made: Made) -> bool:
    """MySQL knows none with a condition; only PostgreSQL one that is deferrable or includes columns."""
    special = any(_of(made, word) for word in ("deferrable", "include")) or _of(made, "nulls_distinct") is not None
    if editor.engine.dialect == "mariadb" and made.args:
        return False
    if editor.engine.postgres and _of(made, "nulls_distinct") is not None:
        if editor.engine.server is None:
            raise UnreadableError("NULLS DISTINCT is known to PostgreSQL 15 and newer only")
        return editor.engine.server >= (15, 0)
    return editor.engine.postgres or not (special or (editor.engine.mysql and _of(made, "condition")))


def _unique_index(editor: Writer, model: Model, made: Made, columns: list[str]) -> Late | None:
    """The unique index that stands for one with a condition; None: it is a plain constraint."""
    classes = _names(made, "opclasses")
    if not any(_of(made, word) for word in ("condition", "include")) and not classes and not made.args:
        return None
    listed = ", ".join(" ".join([editor.name(c), *classes[n : n + 1]]) for n, c in enumerate(columns))
    if made.args:
        listed = expressions(editor, model, made.args)[1]
    shape = f"CREATE UNIQUE INDEX {{name}} ON {{table}} ({_braced(listed)})"
    shape += _braced(_include(editor, model, made) + _nulls(made) + _where(editor, model, made))
    return _named(editor, model, columns, name_of(made), shape)


def _nulls(made: Made) -> str:
    given = _of(made, "nulls_distinct")
    if given is not None and not isinstance(given, bool):
        raise UnreadableError("whether its NULLs are distinct is not known")
    return "" if given is None else f" NULLS {'' if given else 'NOT '}DISTINCT"


def _deferrable(made: Made) -> str:
    given = _of(made, "deferrable")
    if given is None:
        return ""
    word = str(getattr(given, "path", "")).rpartition(".")[2]
    if word not in ("DEFERRED", "IMMEDIATE"):
        raise UnreadableError("whether the constraint is deferred is not known")
    return f" DEFERRABLE INITIALLY {word}"


def _check(editor: Writer, model: Model, made: Made) -> str:
    _only(made, "check", "condition", "name")
    return condition_sql(editor, model, _of(made, "condition", _of(made, "check")))


def condition_sql(editor: Writer, model: Model, given: Any) -> str:  # noqa: ANN401 - any value
    """The SQL of a simple Q: comparisons of columns with values or columns, joined by AND and OR."""
    return _joined(editor, model, given)


def _joined(editor: Writer, model: Model, given: Any) -> str:  # noqa: ANN401 - any value
    if not isinstance(given, Made):
        raise UnreadableError("its condition is not read")
    if given.path in ("|", "&"):
        word = "OR" if given.path == "|" else "AND"
        return f"({f' {word} '.join(_flat(editor, model, given, given.path))})"
    return _single(editor, model, given)


def _flat(editor: Writer, model: Model, given: Any, word: str) -> list[str]:  # noqa: ANN401 - any value
    """The terms of a chain of one operator: `a | b | c` has no brackets inside."""
    if isinstance(given, Made) and given.path == word:
        return [term for side in given.args for term in _flat(editor, model, side, word)]
    if (
        word == "&"
        and isinstance(given, Made)
        and given.name == "Q"
        and not given.kwargs.keys() & {"_connector", "_negated"}
    ):
        return _terms(editor, model, given)
    return [_joined(editor, model, given)]


def _single(editor: Writer, model: Model, given: Made) -> str:
    if given.path not in ("django.db.models.Q", "django.db.models.query_utils.Q"):
        raise UnreadableError("its condition is not read")
    word = _of(given, "_connector", "AND")
    terms = _terms(editor, model, given)
    if word not in ("AND", "OR") or not terms:
        raise UnreadableError("its condition is not read")
    if _of(given, "_negated"):
        _needs_no_null(model, given)
        return f"NOT ({f' {word} '.join(terms)})"
    return terms[0] if len(terms) == 1 else f"({f' {word} '.join(terms)})"


def _needs_no_null(model: Model, given: Made) -> None:
    """Of a column that may be NULL Django asks more when it is denied."""
    keys = [key for key in given.kwargs if not key.startswith("_")]
    keys += [item[0] if isinstance(item, tuple) and item and isinstance(item[0], str) else "" for item in given.args]
    for key in keys:
        name, _, lookup = key.partition("__")
        if not name or (lookup != "isnull" and model.field(name).null):
            raise UnreadableError("its condition denies what may be NULL, which is not read")


def _terms(editor: Writer, model: Model, given: Made) -> list[str]:
    """Positional conditions come first; named ones by their names."""
    terms: list[str] = []
    for item in given.args:
        if isinstance(item, tuple) and len(item) == 2 and isinstance(item[0], str):
            terms.append(_term(editor, model, *item))
        else:
            terms.append(_joined(editor, model, item))
    named = sorted((k, v) for k, v in given.kwargs.items() if not k.startswith("_"))
    return [*terms, *(_term(editor, model, key, value) for key, value in named)]


def _term(editor: Writer, model: Model, key: str, value: Any) -> str:  # noqa: ANN401 - any value
    name, _, lookup = key.partition("__")
    lookup = lookup or "exact"
    found = model.field(name)
    left = editor.name(found.column)
    if lookup == "isnull" and isinstance(value, bool):
        return f"{left} IS {'' if value else 'NOT '}NULL"
    if lookup == "in" and isinstance(value, (list, tuple)) and value and not found.foreign:
        return f"{left} IN ({', '.join(dict.fromkeys(_value(editor, found, item) for item in value))})"
    if lookup == "exact" and isinstance(value, bool) and found.kind == "BooleanField":
        return left if value else f"NOT {left}"
    if lookup not in _COMPARE or found.foreign:
        raise UnreadableError(f"the condition {key} is not read")
    if isinstance(value, Made) and value.name == "F" and len(value.args) == 1 and isinstance(value.args[0], str):
        return f"{left} {_COMPARE[lookup]} ({editor.name(model.field(value.args[0]).column)})"
    return f"{left} {_COMPARE[lookup]} {_value(editor, found, value)}"


def _value(editor: Writer, found: Field, value: Any) -> str:  # noqa: ANN401 - any value
    plain = isinstance(value, (int, str)) and not isinstance(value, bool)
    text = known(value, found.internal, editor.engine) if plain and "%" not in str(value) else None
    if text is None or (found.internal not in ("CharField", "TextField", "SlugField") and not isinstance(value, int)):
        raise UnreadableError(f"how {found.name} is compared with {value!r} is not read")
    return text
