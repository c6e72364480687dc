"""Fields of Django models as a migration writes them: what of their arguments decides the column."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from console.readers.python.django_values import Made, Unsure, parts
from console.readers.python.static import UnreadableError

NOTHING: Any = object()
"""There is no default."""
FOREIGN = frozenset({"ForeignKey", "OneToOneField"})
MANY = "ManyToManyField"
COMPOSITE = "CompositePrimaryKey"
GENERATED = "GeneratedField"
AUTO = frozenset({"AutoField", "BigAutoField", "SmallAutoField"})
_LENGTHS = {"EmailField": 254, "URLField": 200, "SlugField": 50, "FileField": 100, "ImageField": 100,
            "FilePathField": 100, "CommaSeparatedIntegerField": None, "CharField": None}  # fmt: skip
_INTERNAL = {"EmailField": "CharField", "URLField": "CharField", "ImageField": "FileField",
             "CommaSeparatedIntegerField": "CharField", "OrderWrt": "IntegerField"}  # fmt: skip
_NO_EMPTY = frozenset(
    "AutoField BigAutoField SmallAutoField BooleanField DateField DateTimeField DecimalField DurationField FloatField "
    "IntegerField BigIntegerField PositiveBigIntegerField PositiveIntegerField PositiveSmallIntegerField "
    "SmallIntegerField GenericIPAddressField TimeField UUIDField JSONField ForeignKey OneToOneField ArrayField "
    "HStoreField NullBooleanField IntegerRangeField BigIntegerRangeField DecimalRangeField DateTimeRangeField "
    "DateRangeField".split()
)
_OTHERS = frozenset({"BinaryField", "TextField", "SearchVectorField", "OrderWrt", MANY, COMPOSITE, GENERATED})
_KNOWN = _NO_EMPTY | _LENGTHS.keys() | _OTHERS
_NOT_OF_THE_COLUMN = frozenset(
    "blank choices db_column editable error_messages help_text limit_choices_to on_delete related_name "
    "related_query_name validators verbose_name".split()
)
_POSITIONAL = {"ForeignKey": ("to", "on_delete"), "OneToOneField": ("to", "on_delete"), "ManyToManyField": ("to",),
               "ArrayField": ("base_field", "size")}  # fmt: skip
_HOMES = ("django.db.models", "django.contrib.postgres.fields")

Bases = Callable[[str], str]
"""The Django class that a class elsewhere is a plain child of; '' when that is not known."""


@dataclass(frozen=True)
class Field:
    """One field of one model, under its name."""

    name: str
    kind: str
    """Its class, as Django calls it; '' when it is not one of Django's."""
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    path: str = ""
    one_off: Any = NOTHING
    """The default that only the AddField or AlterField uses."""

    def get(self, word: str, default: Any = None) -> Any:  # noqa: ANN401 - any value
        """An argument. UnreadableError when only a run could tell it."""
        value = self.kwargs.get(word, default)
        if isinstance(value, Unsure):
            raise UnreadableError(f"the value of {word}={value.text} is not known")
        return value

    def flag(self, word: str, *, default: bool = False) -> bool:
        """An argument that is true or false."""
        return bool(self.get(word, default))

    @property
    def internal(self) -> str:
        """`get_internal_type()`. UnreadableError for a class that is not Django's."""
        if not self.kind:
            raise UnreadableError(f"what column {self.path} makes is not known")
        return _INTERNAL.get(self.kind, self.kind)

    @property
    def foreign(self) -> bool:
        """It points to another model by a column."""
        return self.kind in FOREIGN

    @property
    def many(self) -> bool:
        """It is a table of its own."""
        return self.kind == MANY

    @property
    def column(self) -> str:
        """The name of the column."""
        return str(self.get("db_column") or (f"{self.name}_id" if self.foreign else self.name))

    @property
    def null(self) -> bool:
        """NULL is allowed."""
        return self.flag("null")

    @property
    def primary(self) -> bool:
        """It is the primary key."""
        return self.flag("primary_key")

    @property
    def unique(self) -> bool:
        """It holds each value once."""
        return self.kind == "OneToOneField" or self.flag("unique") or self.primary

    @property
    def indexed(self) -> bool:
        """`db_index`, as the class has it when nothing is said."""
        return self.flag("db_index", default=self.foreign or self.kind == "SlugField")

    @property
    def constrained(self) -> bool:
        """The server is to know of the reference."""
        return self.flag("db_constraint", default=True)

    @property
    def kept_default(self) -> Any:  # noqa: ANN401 - any value
        """`db_default`, which the server keeps; NOTHING when there is none."""
        return self.get("db_default", NOTHING)

    @property
    def length(self) -> int | None:
        """`max_length`."""
        found = self.get("max_length", _LENGTHS.get(self.kind))
        return found if isinstance(found, int) else None

    @property
    def empty_allowed(self) -> bool:
        """`empty_strings_allowed`."""
        return self.kind not in _NO_EMPTY

    def same_column(self, other: Field) -> bool:
        """Nothing that decides the column differs, but perhaps its name and what it points to."""
        mine, its = (
            {k: v for k, v in f.kwargs.items() if k not in _NOT_OF_THE_COLUMN and k != "to"} for f in (self, other)
        )
        return (self.kind, self.path) == (other.kind, other.path) and mine == its


def field_of(name: str, made: Any, bases: Bases) -> Field:  # noqa: ANN401 - any value
    """The field that a value makes; of a class of which nothing is known, one whose column is not known."""
    if not isinstance(made, Made):
        return Field(name, "", {}, getattr(made, "text", "") or "this field")
    kind = kind_of(made.path, bases)
    kwargs = dict(made.kwargs)
    if kind == COMPOSITE:
        return Field(name, kind, {**kwargs, "primary_key": True, "field_names": made.args}, made.path)
    positional = _POSITIONAL.get(kind, ("verbose_name",))
    for word, value in zip(positional, made.args, strict=False):
        kwargs.setdefault(word, value)
    if len(made.args) > len(positional):
        return Field(name, "", kwargs, made.path)
    if kind == GENERATED:
        kwargs["output_field"] = field_of(name, kwargs.get("output_field"), bases)
    if kind == "ArrayField":
        kwargs["base_field"] = field_of(name, kwargs.get("base_field"), bases)
    return Field(name, kind, kwargs, made.path)


def kind_of(path: str, bases: Bases) -> str:
    """The class as Django calls it; '' for one that is not known."""
    plain = path if path.startswith(_HOMES) else bases(path)
    name = plain.rpartition(".")[2]
    return name if plain.startswith(_HOMES) and name in _KNOWN else ""


def renamed(found: Field, name: str) -> Field:
    """The same field under another name."""
    return replace(found, name=name)


def one_off(found: Field, default: Any) -> Field:  # noqa: ANN401 - any value
    """The field with a default that counts only this time."""
    return replace(found, one_off=default)


def unsure_in(found: Field) -> str:
    """The first argument that is not known and decides the column; '' when there is none."""
    for word, value in found.kwargs.items():
        if word not in _NOT_OF_THE_COLUMN and word != "default":
            for part in parts(value):
                if isinstance(part, Unsure):
                    return f"the value of {word}={part.text} is not known"
    return ""
