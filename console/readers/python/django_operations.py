"""One of Django's migration operations as it is written: its name, its arguments, and where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from console.readers.python.django_fields import Bases, Field, field_of
from console.readers.python.django_state import Engine
from console.readers.python.django_values import Made, Unsure
from console.readers.python.static import UnreadableError

_EXTENSIONS = {"BloomExtension": "bloom", "BtreeGinExtension": "btree_gin", "BtreeGistExtension": "btree_gist",
               "CITextExtension": "citext", "CryptoExtension": "pgcrypto", "HStoreExtension": "hstore",
               "TrigramExtension": "pg_trgm", "UnaccentExtension": "unaccent"}  # fmt: skip
_HOMES = ("django.db.migrations.", "django.contrib.postgres.operations.")
_SIGNATURES = {
    "CreateModel": "name fields options bases managers", "DeleteModel": "name", "RenameModel": "old_name new_name",
    "AlterModelTable": "name table",
    "AlterModelTableComment": "name table_comment",
    "AlterModelOptions": "name options", "AlterModelManagers": "name managers",
    "AlterUniqueTogether": "name unique_together", "AlterIndexTogether": "name index_together",
    "AddField": "model_name name field preserve_default", "RemoveField": "model_name name",
    "AlterField": "model_name name field preserve_default", "RenameField": "model_name old_name new_name",
    "AddIndex": "model_name index", "RemoveIndex": "model_name name", "AddIndexConcurrently": "model_name index",
    "RemoveIndexConcurrently": "model_name name", "RenameIndex": "model_name new_name old_name old_fields",
    "AddConstraint": "model_name constraint", "RemoveConstraint": "model_name name",
    "RunSQL": "sql reverse_sql state_operations hints elidable", "RunPython": "code reverse_code atomic hints elidable",
    "AddConstraintNotValid": "model_name constraint",
    "ValidateConstraint": "model_name name",
    "SeparateDatabaseAndState": "database_operations state_operations", "CreateExtension": "name",
}  # fmt: skip


@dataclass(frozen=True)
class Context:
    """What operations are read with."""

    app: str
    engine: Engine
    bases: Bases
    rows_only: frozenset[str] = frozenset()


class Operation:
    """One operation as it is written."""

    def __init__(self, written: Any, context: Context) -> None:  # noqa: ANN401 - any value
        """`written` is what stands in the list of operations."""
        self.context = context
        self.text = written.text if isinstance(written, (Made, Unsure)) else str(written)
        self.line = written.line if isinstance(written, Made) else 1
        self.kind, self.given = _signature(written, context.bases)

    def get(self, word: str, default: Any = None) -> Any:  # noqa: ANN401 - any value
        """An argument. UnreadableError when only a run could tell it."""
        value = self.given.get(word, default)
        if isinstance(value, Unsure):
            raise UnreadableError(f"the value of {word}={value.text} is not known")
        return value

    def text_of(self, word: str) -> str:
        """An argument that is a text."""
        value = self.get(word)
        if not isinstance(value, str):
            raise UnreadableError(f"the {word} is not known")
        return value

    def field(self, name: str) -> Field:
        """The field that AddField or AlterField gives."""
        return field_of(name, self.given.get("field"), self.context.bases)

    def inner(self, word: str) -> list[Operation]:
        """Operations inside this one."""
        found = self.get(word) or []
        if not isinstance(found, (list, tuple)):
            raise UnreadableError(f"its {word} are not known")
        return [Operation(item, self.context) for item in found]


def is_djangos_own(written: Made) -> bool:
    """Whether it is an operation of Django's own that is known here."""
    known = written.name in _SIGNATURES or written.name in _EXTENSIONS
    return known and written.path.startswith(_HOMES)


def _signature(written: Any, bases: Bases) -> tuple[str, Mapping[str, Any]]:  # noqa: ANN401 - any value
    if not isinstance(written, Made):
        return "", {}
    if not written.path.startswith(_HOMES):
        # whatever such a class does, it is no change of the models
        code = Unsure(written.name)
        child = bases(written.path).startswith(_HOMES) and bases(written.path).endswith(".RunPython")
        return ("RunPython", {"code": code, "reverse_code": code}) if child else ("", {})
    name = written.name
    if name in _EXTENSIONS:
        return "CreateExtension", {"name": _EXTENSIONS[name]}
    words = _SIGNATURES.get(name, "").split()
    if not words or len(written.args) > len(words):
        return "", {}
    return name, {**dict(zip(words, written.args, strict=False)), **written.kwargs}
