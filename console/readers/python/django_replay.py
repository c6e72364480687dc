"""All migrations of a project in their order: each one's statements, made with what the ones before have built."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from console.core.statements import Sent
from console.readers.python.django_after import after
from console.readers.python.django_editor import Editor
from console.readers.python.django_fields import Bases
from console.readers.python.django_file import DjangoFile, Key
from console.readers.python.django_lite import LiteEditor
from console.readers.python.django_operations import Context, Operation
from console.readers.python.django_send import backwards, forwards
from console.readers.python.django_state import Engine, State
from console.readers.python.django_writer import Named

NO_PLACE = "one of the migrations before it could not be read"


@dataclass(frozen=True, slots=True)
class Told:
    """What one migration sends, forwards and backwards."""

    up: tuple[Sent, ...] = ()
    down: tuple[Sent, ...] = ()


def replay(files: Iterable[tuple[Key, DjangoFile]], engine: Engine, bases: Bases) -> dict[Key, Told]:
    """Every migration's statements; `files` are in the order Django runs them."""
    state = State()
    catalog: dict[str, tuple[Named, ...]] = {}
    told: dict[Key, Told] = {}
    for key, file in files:
        if file.unreadable:
            state = state.losing(key[0], f"{key[0]}.{key[1]} could not be read ({file.unreadable})")
            continue
        context = Context(key[0], engine, bases, file.rows_only)
        kind = LiteEditor if engine.sqlite else Editor
        editor = kind(engine, catalog, atomic=file.atomic)
        states = [state]
        operations = [Operation(written, context) for written in file.operations]
        for operation in operations:
            states.append(after(operation, states[-1]))
            forwards(operation, editor, states[-2], states[-1])
        editor.finish()
        state = states[-1]
        told[key] = Told(
            tuple(editor.sent), _down(operations, states, kind(engine, dict(catalog), atomic=file.atomic, back=True))
        )
    return told


def _down(operations: list[Operation], states: list[State], editor: Editor) -> tuple[Sent, ...]:
    for n in range(len(operations) - 1, -1, -1):
        backwards(operations[n], editor, states[n + 1], states[n])
    editor.finish()
    return tuple(editor.sent)
