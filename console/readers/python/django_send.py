"""What each of Django's operations sends, forwards and backwards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from console.core.statements import Sent
from console.readers.python.django_after import after, called, listed, old_fields
from console.readers.python.django_alter import alter_field, alter_together
from console.readers.python.django_constraints import add_constraint, drop_index, index_late, name_of, remove_constraint
from console.readers.python.django_editor import Editor
from console.readers.python.django_fields import Field, one_off
from console.readers.python.django_lite import LiteEditor, stands_in_the_table
from console.readers.python.django_operations import Operation
from console.readers.python.django_state import Model, State, through, together
from console.readers.python.django_values import Reference
from console.readers.python.django_writer import Named, Sort
from console.readers.python.static import UnreadableError


def forwards(operation: Operation, editor: Editor, before: State, behind: State) -> None:
    """What the operation sends; what is not known of it is said in its place."""
    _told(operation, editor, lambda: _FORWARDS.get(operation.kind, _no_reader)(operation, editor, before, behind))


def backwards(operation: Operation, editor: Editor, now: State, then: State) -> None:
    """What taking it back sends, from the state behind it to the one before it."""
    _told(operation, editor, lambda: _BACKWARDS.get(operation.kind, _no_reader)(operation, editor, now, then))


def _told(operation: Operation, editor: Editor, send: Callable[[], None]) -> None:
    editor.source, editor.line = operation.text, operation.line
    late, known = list(editor.late), len(editor.sent)
    try:
        send()
    except UnreadableError as error:
        editor.late = late
        del editor.sent[known:]
        editor.unread(str(error))


def _no_reader(operation: Operation, editor: Editor, before: State, behind: State) -> None:
    raise UnreadableError("it is an operation of which only a run could tell what it does")


def _model(operation: Operation, state: State, word: str = "model_name") -> Model:
    return state.model(operation.context.app, operation.text_of(word))


def _create(operation: Operation, editor: Editor, _: State, behind: State, word: str = "name") -> None:
    model = _model(operation, behind, word)
    if model.kept(editor.engine):
        editor.create_model(model, behind)


def _delete(operation: Operation, editor: Editor, before: State, _: State) -> None:
    model = _model(operation, before, "name")
    if model.kept(editor.engine):
        editor.delete_model(model, before)


def _recreate(operation: Operation, editor: Editor, now: State, then: State) -> None:
    _create(operation, editor, now, then)


def _add(operation: Operation, editor: Editor, before: State, behind: State) -> None:
    model = _model(operation, behind)
    if not model.kept(editor.engine):
        return
    name = operation.text_of("name")
    given = operation.field(name)
    found = model.field(name)
    if not operation.get("preserve_default", default=True) and "default" in given.kwargs:
        found = one_off(found, given.kwargs["default"])
    editor.add_field(_model(operation, before), found, behind)


def _add_again(operation: Operation, editor: Editor, now: State, then: State) -> None:
    model = _model(operation, then)
    if model.kept(editor.engine):
        editor.add_field(_model(operation, now), model.field(operation.text_of("name")), then)


def _remove(operation: Operation, editor: Editor, before: State, _: State) -> None:
    model = _model(operation, before)
    if model.kept(editor.engine):
        editor.remove_field(model, model.field(operation.text_of("name")), before)


def _alter(operation: Operation, editor: Editor, before: State, behind: State) -> None:
    model, became = _model(operation, before), _model(operation, behind)
    if not became.kept(editor.engine):
        return
    name = operation.text_of("name")
    new, given = became.field(name), operation.field(name)
    if not operation.get("preserve_default", default=True) and "default" in given.kwargs:
        new = one_off(new, given.kwargs["default"])
    alter_field(editor, model, model.field(name), became, new, before, behind)


def _alter_back(operation: Operation, editor: Editor, now: State, then: State) -> None:
    model, became = _model(operation, now), _model(operation, then)
    if became.kept(editor.engine):
        name = operation.text_of("name")
        alter_field(editor, model, model.field(name), became, became.field(name), now, then)


def _rename_field(operation: Operation, editor: Editor, before: State, behind: State) -> None:
    model, became = _model(operation, before), _model(operation, behind)
    if not became.kept(editor.engine):
        return
    old, new = operation.text_of("old_name"), operation.text_of("new_name")
    if not model.has(old):
        old, new = new, old
    alter_field(editor, model, model.field(old), became, became.field(new), before, behind)


def _rename_model(operation: Operation, editor: Editor, before: State, behind: State) -> None:
    old, new = operation.text_of("old_name"), operation.text_of("new_name")
    app, engine = operation.context.app, editor.engine
    if old.lower() == new.lower():
        raise UnreadableError("a model whose name changes only its case is not read")
    if (app, old.lower()) not in before.models:
        old, new = new, old
    model, became = before.model(app, old), behind.model(app, new)
    if not became.kept(engine):
        return
    editor.rename_table(model.table(engine), became.table(engine))
    moved = replace(model, options={**model.options, "db_table": became.table(engine)})
    pointing = [(other, found) for other, found in before.pointing(model, engine) if other.kept(engine)]
    if len(pointing) > 1 and not editor.whole:
        raise UnreadableError("Django follows what points to the model in an order that only a run could tell")
    for other, found in pointing:
        there = became if other.key == model.key else behind.model(*other.key)
        here = moved if other.key == model.key else other
        alter_field(editor, here, _named_target(found, model), there, there.field(found.name), before, behind)
    for found in model.fields:
        if found.many and through(model, found, before, engine) is not None:
            alter_field(editor, model, found, became, became.field(found.name), before, behind)


def _named_target(found: Field, model: Model) -> Field:
    """`self` meant the model as it was called before."""
    if found.kwargs.get("to") != "self":
        return found
    return replace(found, kwargs={**found.kwargs, "to": f"{model.app}.{model.name}"})


def _alter_table(operation: Operation, editor: Editor, before: State, behind: State) -> None:
    model, became, engine = _model(operation, before, "name"), _model(operation, behind, "name"), editor.engine
    if not became.kept(engine):
        return
    editor.rename_table(model.table(engine), became.table(engine))
    for found in model.fields:
        if found.many:
            here, there = through(model, found, before, engine), through(became, found, behind, engine)
            if here is not None and there is not None:
                editor.rename_table(here.table(engine), there.table(engine))


def _comment(operation: Operation, editor: Editor, before: State, behind: State) -> None:
    model, became = _model(operation, before, "name"), _model(operation, behind, "name")
    words = [str(m.option("db_table_comment") or "") for m in (model, became)]
    if became.kept(editor.engine) and words[0] != words[1]:
        editor.comment_table(became.table(editor.engine), words[1])


def _together(operation: Operation, editor: Editor, before: State, behind: State) -> None:
    model, became = _model(operation, before, "name"), _model(operation, behind, "name")
    if became.kept(editor.engine):
        word = "unique_together" if operation.kind == "AlterUniqueTogether" else "index_together"
        alter_together(editor, model, became, word)


def _add_index(operation: Operation, editor: Editor, _: State, behind: State) -> None:
    model = _model(operation, behind)
    if model.kept(editor.engine):
        made = operation.get("index")
        late = index_late(editor, model, made, concurrently=operation.kind.endswith("Concurrently"))
        editor.send(late)


def _take_index(operation: Operation, editor: Editor, before: State, _: State) -> None:
    model = _model(operation, before)
    if model.kept(editor.engine):
        name = operation.given["name"] if "name" in operation.given else name_of(operation.get("index"))
        drop_index(editor, model, str(name), concurrently=operation.kind.endswith("Concurrently"))


def _index_again(operation: Operation, editor: Editor, _: State, then: State) -> None:
    model = _model(operation, then)
    if model.kept(editor.engine):
        made = _index(model, operation.text_of("name"))
        editor.send(index_late(editor, model, made, concurrently=operation.kind.endswith("Concurrently")))


def _index(model: Model, name: str) -> Any:  # noqa: ANN401 - an index as it is written
    made = next((i for i in listed(model, "indexes") if called(i, name)), None)
    if made is None:
        raise UnreadableError(f"the index {name} is not known")
    return made


def _rename_index(operation: Operation, editor: Editor, before: State, behind: State) -> None:
    model = _model(operation, behind)
    if not model.kept(editor.engine):
        return
    if fields := old_fields(operation):
        _name_index(operation, editor, _model(operation, before), fields)
        return
    old, new = operation.text_of("old_name"), operation.text_of("new_name")
    if any(called(i, old) for i in listed(model, "indexes")):
        old, new = new, old
    if editor.engine.sqlite:
        drop_index(editor, model, old)
        editor.send(index_late(editor, model, _index(model, new)))
        return
    table, here, there = editor.name(model.table(editor.engine)), editor.name(old), editor.name(new)
    editor.emit(f"ALTER INDEX {here} RENAME TO {there}" if editor.engine.postgres
                else f"ALTER TABLE {table} RENAME INDEX {here} TO {there}")  # fmt: skip


def _name_index(operation: Operation, editor: Editor, model: Model, fields: tuple[str, ...]) -> None:
    """An index of `index_together` gets a name; Django does not take that back."""
    if not any(names == fields for names in together(model.option("index_together"))):
        return
    table, new = model.table(editor.engine), operation.text_of("new_name")
    found = editor.known(table, [model.field(name).column for name in fields], Sort.INDEX)
    if len(found) != 1:
        raise UnreadableError("Django looks the name of the index up on the server, and here it is not known")
    here, there = editor.name(found[0].name), editor.name(new)
    if editor.engine.sqlite:
        editor.emit(f"DROP INDEX {here}", asked=True)
        listed_columns = ", ".join(map(editor.name, found[0].columns))
        editor.emit(f"CREATE INDEX {there} ON {editor.name(table)} ({listed_columns})")
        editor.forget(table, found[0].name)
        editor.remember(table, Named(new, Sort.INDEX, found[0].columns, own=True))
        return
    sql = f"ALTER TABLE {editor.name(table)} RENAME INDEX {here} TO {there}"
    editor.emit(f"ALTER INDEX {here} RENAME TO {there}" if editor.engine.postgres else sql)
    editor.forget(table, found[0].name)
    editor.remember(table, Named(new, Sort.INDEX, found[0].columns, own=True))


def _add_not_valid(operation: Operation, editor: Editor, _: State, behind: State) -> None:
    """Only for PostgreSQL and for checks; elsewhere Django stops."""
    model = _model(operation, behind)
    if not editor.engine.postgres:
        raise UnreadableError("it is only for PostgreSQL")
    if model.kept(editor.engine):
        add_constraint(editor, model, operation.get("constraint"), end=" NOT VALID")


def _validate(operation: Operation, editor: Editor, before: State, _: State) -> None:
    model = _model(operation, before)
    if not editor.engine.postgres:
        raise UnreadableError("it is only for PostgreSQL")
    if model.kept(editor.engine):
        table, name = editor.name(model.table(editor.engine)), editor.name(operation.text_of("name"))
        editor.emit(f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}")


def _add_constraint(operation: Operation, editor: Editor, _: State, behind: State) -> None:
    model = _model(operation, behind)
    if model.kept(editor.engine):
        _put(editor, model, operation.get("constraint"), behind)


def _put(editor: Editor, model: Model, made: Any, state: State) -> None:  # noqa: ANN401 - as it is written
    if isinstance(editor, LiteEditor) and stands_in_the_table(made):
        editor.remake(model, state)
    else:
        add_constraint(editor, model, made)


def _take_constraint(operation: Operation, editor: Editor, before: State, behind: State) -> None:
    model = _model(operation, before)
    if not model.kept(editor.engine):
        return
    made = _constraint(operation, model)
    if isinstance(editor, LiteEditor) and stands_in_the_table(made):
        editor.remake(_model(operation, behind), behind)
    else:
        remove_constraint(editor, model, made)


def _constraint_again(operation: Operation, editor: Editor, _: State, then: State) -> None:
    model = _model(operation, then)
    if model.kept(editor.engine):
        _put(editor, model, _constraint(operation, model), then)


def _constraint(operation: Operation, model: Model) -> Any:  # noqa: ANN401 - a constraint as it is written
    if "constraint" in operation.given:
        return operation.get("constraint")
    name = operation.text_of("name")
    made = next((c for c in listed(model, "constraints") if called(c, name)), None)
    if made is None:
        raise UnreadableError(f"the constraint {name} is not known")
    return made


def _run_sql(operation: Operation, editor: Editor, _: State, __: State, word: str = "sql") -> None:
    given = operation.get(word)
    if given is None:
        raise UnreadableError("it cannot be taken back: there is no reverse_sql")
    if isinstance(given, Reference) and given.path.endswith("RunSQL.noop"):
        return
    every = [sql if isinstance(sql, (list, tuple)) else (sql, None)
             for sql in (given if isinstance(given, (list, tuple)) else [given])]  # fmt: skip
    if any(len(pair) != 2 or not isinstance(pair[0], str) for pair in every):
        raise UnreadableError("its SQL is put together when it runs")
    for sql, values in every:
        if values:
            why = "the driver writes its parameters into it when it runs"
            rows = sql.upper().split(maxsplit=1)[:1] in (["INSERT"], ["UPDATE"], ["DELETE"])
            editor.sent.append(Sent("", sql.strip(), editor.line, unreadable=why, data=rows))
        elif sql.strip():
            editor.emit(sql)


def _run_sql_back(operation: Operation, editor: Editor, now: State, then: State) -> None:
    _run_sql(operation, editor, now, then, "reverse_sql")


def _run_python(operation: Operation, editor: Editor, _: State, __: State, word: str = "code") -> None:
    given = operation.get(word)
    if given is None:
        raise UnreadableError("it cannot be taken back: there is no reverse_code")
    name = given.path if isinstance(given, Reference) else ""
    if name.endswith("RunPython.noop"):
        return
    why = f"RunPython({name.rpartition('.')[2] or '...'}): only a run could tell which rows it changes"
    rows = name in operation.context.rows_only
    if not rows:
        why = f"RunPython({name.rpartition('.')[2] or '...'}): only a run could tell what it does"
    editor.sent.append(Sent("", editor.source, editor.line, unreadable=why, data=rows))


def _run_python_back(operation: Operation, editor: Editor, now: State, then: State) -> None:
    _run_python(operation, editor, now, then, "reverse_code")


def _separate(operation: Operation, editor: Editor, before: State, _: State) -> None:
    for one in operation.inner("database_operations"):
        behind = after(one, before)
        forwards(one, editor, before, behind)
        before = behind


def _separate_back(operation: Operation, editor: Editor, _: State, then: State) -> None:
    done: list[tuple[Operation, State, State]] = []
    for one in operation.inner("database_operations"):
        behind = after(one, then)
        done.append((one, then, behind))
        then = behind
    for one, before, behind in reversed(done):
        backwards(one, editor, behind, before)


def _extension(operation: Operation, editor: Editor, _: State, __: State) -> None:
    if editor.engine.postgres:
        editor.emit(f"CREATE EXTENSION IF NOT EXISTS {editor.name(operation.text_of('name'))}")


def _extension_back(operation: Operation, editor: Editor, _: State, __: State) -> None:
    if editor.engine.postgres:
        editor.emit(f"DROP EXTENSION IF EXISTS {editor.name(operation.text_of('name'))}")


def _nothing(operation: Operation, editor: Editor, _: State, __: State) -> None:
    """Only the state changes."""


Send = Callable[[Operation, Editor, State, State], None]
_FORWARDS: dict[str, Send] = {
    "CreateModel": _create, "DeleteModel": _delete, "RenameModel": _rename_model, "AlterModelTable": _alter_table,
    "AlterModelTableComment": _comment,
    "AlterModelOptions": _nothing, "AlterModelManagers": _nothing, "AlterUniqueTogether": _together,
    "AlterIndexTogether": _together, "AddField": _add, "RemoveField": _remove, "AlterField": _alter,
    "RenameField": _rename_field, "AddIndex": _add_index, "AddIndexConcurrently": _add_index,
    "RemoveIndex": _take_index, "RemoveIndexConcurrently": _take_index, "RenameIndex": _rename_index,
    "AddConstraint": _add_constraint, "RemoveConstraint": _take_constraint, "RunSQL": _run_sql,
    "RunPython": _run_python, "SeparateDatabaseAndState": _separate, "CreateExtension": _extension,
    "AddConstraintNotValid": _add_not_valid, "ValidateConstraint": _validate,
}  # fmt: skip
_BACKWARDS: dict[str, Send] = {
    "CreateModel": _delete, "DeleteModel": _recreate, "RenameModel": _rename_model, "AlterModelTable": _alter_table,
    "AlterModelTableComment": _comment,
    "AlterModelOptions": _nothing, "AlterModelManagers": _nothing, "AlterUniqueTogether": _together,
    "AlterIndexTogether": _together, "AddField": _remove, "RemoveField": _add_again, "AlterField": _alter_back,
    "RenameField": _rename_field, "AddIndex": _take_index, "AddIndexConcurrently": _take_index,
    "RemoveIndex": _index_again, "RemoveIndexConcurrently": _index_again, "RenameIndex": _rename_index,
    "AddConstraint": _take_constraint, "RemoveConstraint": _constraint_again, "RunSQL": _run_sql_back,
    "RunPython": _run_python_back, "SeparateDatabaseAndState": _separate_back, "CreateExtension": _extension_back,
    "AddConstraintNotValid": _take_constraint, "ValidateConstraint": _nothing,
}  # fmt: skip
