"""The order in which a blueprint's commands are run: that order decides what is there when one of them fails."""

from __future__ import annotations

from console.readers.php.blueprint.indexes import drop_index, index
from console.readers.php.blueprint.made import Made, Sort, as_column, as_command, listing
from console.readers.php.blueprint.recorder import Recorder
from console.readers.php.draft import Blueprint, Call, Connection, Draft
from console.readers.php.grammar import grammar_of
from console.readers.php.grammar.common import text, truth
from console.readers.php.values import Unknown, Value

_FLUENT = ("primary", "unique", "index", "fulltext", "fullText", "spatialIndex", "vectorIndex")
"""Attributes that ask for an index on their column, in the order in which they are tried: one per column counts."""

_STORAGE = ("engine", "charset", "collation")
_MYSQL = ("mysql", "mariadb")


def draft_of(blueprint: Blueprint, connection: Connection) -> Draft:
    """What the calls ask for, as commands in the order of the framework's version."""
    recorder = Recorder(blueprint, connection)
    for line in blueprint.lines:
        recorder.record(line)
    if not recorder.one_by_one:
        _put_columns_first(recorder)
    _add_fluent_indexes(recorder)
    _add_fluent_commands(recorder, grammar_of(connection).fluent(connection))
    return _draft(recorder)


def is_by_dbal(connection: Connection) -> bool:
    """Changing and renaming columns compares the live table by Doctrine DBAL."""
    return connection.laravel < (10,) or (connection.laravel < (11,) and not connection.native_changes)


def _put_columns_first(recorder: Recorder) -> None:
    """Before Laravel 11.15 one ALTER adds all columns before anything else, after one that changes columns."""
    if any(step.name == "create" for step in recorder.steps):
        return
    changed = tuple(made for made in recorder.columns if made.changes)
    added = tuple(made for made in recorder.columns if not made.changes)
    for name, columns in (("add", added), ("change", changed)):
        if columns:
            recorder.steps.insert(0, Made(name, recorder.line, columns=columns))


def _add_fluent_indexes(recorder: Recorder) -> None:
    for made in recorder.columns:
        recorder.line = made.line
        for name in _FLUENT:
            if name in made.attributes and _adds(recorder, made, name):
                break


def _adds(recorder: Recorder, made: Made, name: str) -> bool:
    """Whether the attribute asks for something; then it is done, and the attribute is gone."""
    if name == "vectorIndex" and recorder.major < 12:
        return False
    if name == "primary" and recorder.major >= 11 and _is_handled_by_mysql(recorder, made):
        return True
    asked = made.attributes[name]
    if asked is None:
        return False
    del made.attributes[name]
    if asked is False and made.changes and recorder.major >= 10:
        drop_index(recorder, name.lower(), listing(made.name))
        return True
    method = "vectorIndex" if name == "index" and _is_vector(recorder, made) else name
    index(recorder, method.lower(), Call(method, (_as_columns(made.name), None if asked is True else asked)))
    return True


def _as_columns(name: Value) -> Value:
    return name if isinstance(name, Unknown) else listing(name)


def _is_handled_by_mysql(recorder: Recorder, made: Made) -> bool:
    auto = made.attributes.get("autoIncrement")
    return made.changes and truth(auto) and recorder.connection.driver in _MYSQL


def _is_vector(recorder: Recorder, made: Made) -> bool:
    return recorder.major >= 12 and made.attributes.get("type") == "vector"


def _add_fluent_commands(recorder: Recorder, names: tuple[str, ...]) -> None:
    for made in recorder.columns:
        if made.changes and is_by_dbal(recorder.connection) and recorder.major >= 10:
            continue
        recorder.line = made.line
        for name in names:
            if recorder.major >= 10 or made.attributes.get(name) is not None:
                recorder.steps.append(Made(name, made.line, column=made))


def _draft(recorder: Recorder) -> Draft:
    _mark_unknown_settings(recorder)
    columns = {id(made): as_column(made) for made in recorder.columns}
    steps = [_as_step(step) for step in recorder.steps]
    return Draft(
        recorder.table,
        tuple(columns[id(made)] for made in recorder.columns),
        tuple(as_command(step, columns) for step in steps),
        creates=any(step.name == "create" and step.sort is Sort.COMMAND for step in steps),
        temporary=truth(recorder.settings.get("temporary")),
        **{word: text(recorder.settings.get(word)) for word in _STORAGE},
    )


def _mark_unknown_settings(recorder: Recorder) -> None:
    """How a table is stored is MySQL's alone, and part of its CREATE."""
    for word in _STORAGE:
        value = recorder.settings.get(word)
        if isinstance(value, Unknown):
            recorder.settings[word] = None
            for step in recorder.steps:
                if step.name == "create" and recorder.connection.driver in _MYSQL:
                    step.mark(value.why)


def _as_step(step: Made) -> Made:
    if not step.is_column:
        return step
    return Made("change" if step.changes else "add", step.line, column=step)
