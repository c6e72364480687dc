"""What each of Django's operations makes of the project state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from console.readers.python.django_fields import COMPOSITE, Field, field_of, renamed
from console.readers.python.django_operations import Operation
from console.readers.python.django_state import Model, State, together
from console.readers.python.django_values import Made, Unsure, sure
from console.readers.python.static import UnreadableError

_OPTION_KEYS = frozenset(
    "base_manager_name default_manager_name default_related_name get_latest_by managed ordering permissions "
    "default_permissions select_on_save verbose_name verbose_name_plural".split()
)


def after(operation: Operation, state: State) -> State:
    """The project state behind an operation; where it cannot be known, that is said in it."""
    try:
        return _AFTER.get(operation.kind, _unknown)(operation, state)
    except UnreadableError as error:
        return state.losing(operation.context.app, f"an operation before could not be read ({error})")


def _unknown(operation: Operation, state: State) -> State:
    why = operation.text.partition("(")[0].strip()[:60]
    return state.losing(operation.context.app, f"what {why} does to the models is not known")


def _same(operation: Operation, state: State) -> State:
    return state


def _created(operation: Operation, state: State) -> State:
    fields, options = operation.get("fields"), operation.get("options") or {}
    if not isinstance(fields, (list, tuple)) or not isinstance(options, dict):
        raise UnreadableError("its fields are not known")
    made = []
    for item in fields:
        if not isinstance(item, tuple) or len(item) != 2 or not isinstance(item[0], str):
            raise UnreadableError("its fields are not known")
        made.append(field_of(item[0], item[1], operation.context.bases))
    bases = operation.get("bases") or ()
    bases = tuple(bases) if isinstance(bases, (list, tuple)) else (Unsure("bases"),)
    return state.with_model(Model(operation.context.app, operation.text_of("name"), tuple(made), options, bases))


def _deleted(operation: Operation, state: State) -> State:
    return state.without((operation.context.app, operation.text_of("name").lower()))


def _model_renamed(operation: Operation, state: State) -> State:
    app, old, new = operation.context.app, operation.text_of("old_name"), operation.text_of("new_name")
    model = state.model(app, old)
    state = state.with_model(replace(model, name=new), model.key)
    for other in list(state.models.values()):
        fields = tuple(_repointed(f, other.app, (app, old.lower()), f"{app}.{new}") for f in other.fields)
        if fields != other.fields:
            state = state.with_model(replace(other, fields=fields))
    return state


def _repointed(found: Field, app: str, old: tuple[str, str], new: str) -> Field:
    changed = {}
    for word in ("to", "through"):
        given = found.kwargs.get(word)
        if isinstance(given, str) and given != "self":
            label, dot, name = given.rpartition(".")
            if (label if dot else app, name.lower()) == old:
                changed[word] = new
    return replace(found, kwargs={**found.kwargs, **changed}) if changed else found


def _changed(operation: Operation, state: State, word: str, make: Callable[[Model], Model]) -> State:
    return state.with_model(make(state.model(operation.context.app, operation.text_of(word))))


def _options(model: Model, **changed: Any) -> Model:  # noqa: ANN401 - any value
    return replace(model, options={**model.options, **changed})


def _table_altered(operation: Operation, state: State) -> State:
    return _changed(operation, state, "name", lambda m: _options(m, db_table=operation.get("table")))


def _comment_altered(operation: Operation, state: State) -> State:
    words = operation.get("table_comment")
    return _changed(operation, state, "name", lambda m: _options(m, db_table_comment=words))


def _options_altered(operation: Operation, state: State) -> State:
    given = operation.get("options") or {}
    if not isinstance(given, dict):
        raise UnreadableError("its options are not known")

    def make(model: Model) -> Model:
        kept = {k: v for k, v in model.options.items() if k not in _OPTION_KEYS}
        return replace(model, options={**kept, **given})

    return _changed(operation, state, "name", make)


def _together_altered(operation: Operation, state: State) -> State:
    word = "unique_together" if operation.kind == "AlterUniqueTogether" else "index_together"
    given = operation.get(word)
    if given is not None and not sure(given):
        raise UnreadableError(f"its {word} is not known")
    return _changed(operation, state, "name", lambda m: _options(m, **{word: given}))


def _field_added(operation: Operation, state: State) -> State:
    name = operation.text_of("name")
    found = _kept(operation, operation.field(name))
    return _changed(operation, state, "model_name", lambda m: replace(m, fields=(*m.fields, found)))


def _kept(operation: Operation, found: Field) -> Field:
    """Without the default that counts only this time."""
    if operation.get("preserve_default", default=True):
        return found
    return replace(found, kwargs={k: v for k, v in found.kwargs.items() if k != "default"})


def _field_removed(operation: Operation, state: State) -> State:
    name = operation.text_of("name").lower()
    return _changed(
        operation,
        state,
        "model_name",
        lambda m: replace(m, fields=tuple(f for f in m.fields if f.name.lower() != name)),
    )


def _field_altered(operation: Operation, state: State) -> State:
    name = operation.text_of("name")
    found = _kept(operation, operation.field(name))

    def make(model: Model) -> Model:
        model.field(name)
        return replace(model, fields=tuple(found if f.name.lower() == name.lower() else f for f in model.fields))

    return _changed(operation, state, "model_name", make)


def _field_renamed(operation: Operation, state: State) -> State:
    old, new = operation.text_of("old_name"), operation.text_of("new_name")

    def make(model: Model) -> Model:
        found = model.field(old)
        fields = (*(f for f in model.fields if f is not found), renamed(found, new))
        options = dict(model.options)
        for word in ("unique_together", "index_together"):
            if options.get(word):
                options[word] = _renamed_in(options[word], old, new)
        return replace(model, fields=tuple(_composed(f, old, new) for f in fields), options=options)

    state = _changed(operation, state, "model_name", make)
    key = (operation.context.app, operation.text_of("model_name").lower())
    for other in list(state.models.values()):
        fields = tuple(_retargeted(f, other.app, key, old, new) for f in other.fields)
        if fields != other.fields:
            state = state.with_model(replace(other, fields=fields))
    return state


def _composed(found: Field, old: str, new: str) -> Field:
    """A key of several columns follows the name of one."""
    if found.kind != COMPOSITE:
        return found
    names = tuple(new if name == old else name for name in found.kwargs["field_names"])
    return replace(found, kwargs={**found.kwargs, "field_names": names})


def _retargeted(found: Field, app: str, key: tuple[str, str], old: str, new: str) -> Field:
    to = found.kwargs.get("to")
    if found.kwargs.get("to_field") != old or not isinstance(to, str):
        return found
    label, dot, name = to.rpartition(".")
    if (label if dot else app, name.lower()) != key:
        return found
    return replace(found, kwargs={**found.kwargs, "to_field": new})


def _renamed_in(given: Any, old: str, new: str) -> Any:  # noqa: ANN401 - nested names
    if isinstance(given, str):
        return new if given == old else given
    return tuple(_renamed_in(item, old, new) for item in given)


def called(made: Any, name: str) -> bool:  # noqa: ANN401 - an index or constraint as it is written
    """Whether it is known to have that name."""
    return isinstance(made, Made) and made.kwargs.get("name") == name


def listed(model: Model, word: str) -> list[Any]:
    """The indexes or constraints of a model, as they are written."""
    found = model.option(word, [])
    if not isinstance(found, (list, tuple)):
        raise UnreadableError(f"the {word} of {model.name} are not known")
    return list(found)


def _index_added(operation: Operation, state: State) -> State:
    return _changed(operation, state, "model_name",
                    lambda m: _options(m, indexes=[*listed(m, "indexes"), operation.given.get("index")]))  # fmt: skip


def _index_removed(operation: Operation, state: State) -> State:
    name = operation.text_of("name")

    def make(model: Model) -> Model:
        return _options(model, indexes=[i for i in listed(model, "indexes") if not called(i, name)])

    return _changed(operation, state, "model_name", make)


def _index_renamed(operation: Operation, state: State) -> State:
    old, new = operation.get("old_name"), operation.text_of("new_name")
    if fields := old_fields(operation):
        return _changed(operation, state, "model_name", lambda m: _named_index(m, fields, new))
    if not isinstance(old, str):
        raise UnreadableError("the name of the index before is only known on the server")

    def make(model: Model) -> Model:
        return _options(model, indexes=[
            replace(i, kwargs={**i.kwargs, "name": new}) if called(i, old) else i for i in listed(model, "indexes")
        ])  # fmt: skip

    return _changed(operation, state, "model_name", make)


def old_fields(operation: Operation) -> tuple[str, ...]:
    """The fields of an index without a name of its own, that RenameIndex gives one; empty: it has one already."""
    given = operation.get("old_fields") or ()
    if not isinstance(given, (list, tuple)) or not all(isinstance(name, str) for name in given):
        raise UnreadableError("the fields of the index before are not known")
    return tuple(given)


def _named_index(model: Model, fields: tuple[str, ...], name: str) -> Model:
    left = tuple(names for names in together(model.option("index_together")) if names != fields)
    index = Made("django.db.models.Index", (), {"fields": list(fields), "name": name})
    return _options(model, index_together=left, indexes=[*listed(model, "indexes"), index])


def _constraint_added(operation: Operation, state: State) -> State:
    return _changed(operation, state, "model_name", lambda m: _options(
        m, constraints=[*listed(m, "constraints"), operation.given.get("constraint")]))  # fmt: skip


def _constraint_removed(operation: Operation, state: State) -> State:
    name = operation.text_of("name")
    return _changed(operation, state, "model_name", lambda m: _options(
        m, constraints=[c for c in listed(m, "constraints") if not called(c, name)]))  # fmt: skip


def _state_operations(operation: Operation, state: State) -> State:
    for one in operation.inner("state_operations"):
        state = after(one, state)
    return state


_AFTER: dict[str, Callable[[Operation, State], State]] = {
    "CreateModel": _created,
    "DeleteModel": _deleted,
    "RenameModel": _model_renamed,
    "AlterModelTable": _table_altered,
    "AlterModelTableComment": _comment_altered,
    "AlterModelOptions": _options_altered,
    "AlterModelManagers": _same,
    "AlterUniqueTogether": _together_altered,
    "AlterIndexTogether": _together_altered,
    "AddField": _field_added,
    "RemoveField": _field_removed,
    "AlterField": _field_altered,
    "RenameField": _field_renamed,
    "AddIndex": _index_added,
    "AddIndexConcurrently": _index_added,
    "RemoveIndex": _index_removed,
    "RemoveIndexConcurrently": _index_removed,
    "RenameIndex": _index_renamed,
    "AddConstraint": _constraint_added,
    "RemoveConstraint": _constraint_removed,
    "AddConstraintNotValid": _constraint_added,
    "ValidateConstraint": _same,
    "RunSQL": _state_operations,
    "RunPython": _same,
    "SeparateDatabaseAndState": _state_operations,
    "CreateExtension": _same,
}
