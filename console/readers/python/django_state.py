"""The models of a project as its migrations have built them so far: what Django calls the project state."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from console.readers.python.django_fields import COMPOSITE, FOREIGN, MANY, Field
from console.readers.python.django_names import truncated
from console.readers.python.django_values import Reference, Unsure
from console.readers.python.static import UnreadableError

ModelKey = tuple[str, str]
"""(app label, name in lower case)."""
_SETTINGS = "django.conf.settings."


@dataclass(frozen=True, slots=True)
class Engine:
    """What decides the SQL besides the migrations."""

    dialect: str
    """postgres, mysql, mariadb or sqlite."""
    django: tuple[int, int] = (5, 2)
    auto_field: str = "django.db.models.AutoField"
    """DEFAULT_AUTO_FIELD; '' when it is not known."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    """Settings that migrations ask for: AUTH_USER_MODEL."""
    home: str = "public"
    server: tuple[int, int] | None = None
    """The server's version; None when it is not known."""

    @property
    def postgres(self) -> bool:
        """It is PostgreSQL."""
        return self.dialect == "postgres"

    @property
    def mysql(self) -> bool:
        """It is MySQL or MariaDB."""
        return self.dialect in ("mysql", "mariadb")

    @property
    def sqlite(self) -> bool:
        """It is SQLite."""
        return self.dialect == "sqlite"


@dataclass(frozen=True, slots=True)
class Model:
    """One model."""

    app: str
    name: str
    fields: tuple[Field, ...]
    options: Mapping[str, Any] = field(default_factory=dict)
    bases: tuple[Any, ...] = ()

    @property
    def key(self) -> ModelKey:
        """What it is found by."""
        return self.app, self.name.lower()

    def option(self, word: str, default: Any = None) -> Any:  # noqa: ANN401 - any value
        """An option of its Meta. UnreadableError when only a run could tell it."""
        value = self.options.get(word, default)
        if isinstance(value, Unsure):
            raise UnreadableError(f"the option {word} of {self.app}.{self.name} is not known")
        return value

    def table(self, engine: Engine) -> str:
        """The name of its table."""
        given = self.option("db_table")
        return str(given) if given else truncated(f"{self.app}_{self.name.lower()}", engine.dialect)

    def field(self, name: str) -> Field:
        """The field of that name. UnreadableError when there is none that is known."""
        found = next((f for f in self.fields if f.name.lower() == name.lower()), None)
        if found is None:
            raise UnreadableError(f"the field {name} of {self.app}.{self.name} is not known")
        return found

    def has(self, name: str) -> bool:
        """Whether there is a field of that name."""
        return any(f.name.lower() == name.lower() for f in self.fields)

    def kept(self, engine: Engine) -> bool:
        """Django keeps a table for it: it is no proxy, is managed and not swapped for another model."""
        swappable = self.option("swappable")
        if swappable:
            chosen = engine.settings.get(str(swappable))
            if not isinstance(chosen, str):
                raise UnreadableError(f"the setting {swappable} is not known")
            if chosen.lower() != f"{self.app}.{self.name}".lower():
                return False
        return not self.option("proxy", default=False) and bool(self.option("managed", default=True))

    @property
    def columns(self) -> tuple[Field, ...]:
        """The fields that are columns of its table."""
        return tuple(f for f in self.fields if f.kind not in (MANY, COMPOSITE))

    @property
    def composite(self) -> Field | None:
        """A primary key of several columns, which is no column itself."""
        return next((f for f in self.fields if f.kind == COMPOSITE), None)


@dataclass(frozen=True)
class State:
    """All models; each change gives a new state."""

    models: Mapping[ModelKey, Model] = field(default_factory=dict)
    lost: Mapping[str, str] = field(default_factory=dict)
    """Apps whose models are not known any more, and why."""

    def model(self, app: str, name: str) -> Model:
        """A model. UnreadableError when it is not known."""
        if app in self.lost:
            raise UnreadableError(self.lost[app])
        found = self.models.get((app, name.lower()))
        if found is None:
            raise UnreadableError(f"the model {app}.{name} is not known")
        return found

    def with_model(self, model: Model, instead: ModelKey | None = None) -> State:
        """With a model that is new or changed."""
        key = instead or model.key
        if key in self.models:
            models = {model.key if k == key else k: model if k == key else m for k, m in self.models.items()}
        else:
            models = {**self.models, model.key: model}
        return replace(self, models=models)

    def without(self, key: ModelKey) -> State:
        """Without a model."""
        return replace(self, models={k: m for k, m in self.models.items() if k != key})

    def losing(self, app: str, why: str) -> State:
        """Nothing is known of an app's models any more."""
        return replace(self, lost={**self.lost, app: self.lost.get(app, why)})

    def target(self, model: Model, given: Any, engine: Engine) -> Model:  # noqa: ANN401 - any value
        """The model that `to=` of a field of `model` names."""
        if isinstance(given, Reference) and given.path.startswith(_SETTINGS):
            name = given.path.removeprefix(_SETTINGS)
            given = engine.settings.get(name)
            if not isinstance(given, str):
                raise UnreadableError(f"the setting {name} is not known")
        if not isinstance(given, str):
            raise UnreadableError("what it points to is not known")
        if given == "self":
            return model
        app, dot, name = given.rpartition(".")
        found = self.model(app if dot else model.app, name)
        return self._concrete(found, engine)

    def _concrete(self, model: Model, engine: Engine) -> Model:
        """The model whose table a proxy uses."""
        seen: set[ModelKey] = set()
        while model.option("proxy", default=False) and model.key not in seen:
            seen.add(model.key)
            base = next((b for b in model.bases if isinstance(b, str)), "")
            app, dot, name = base.rpartition(".")
            model = self.model(app if dot else model.app, name)
        return model

    def pointed(self, model: Model, found: Field, engine: Engine) -> tuple[Model, Field]:
        """The model and the field that a foreign key of `model` points to."""
        to = self.target(model, found.get("to"), engine)
        name = found.get("to_field")
        return to, to.field(str(name)) if name else primary_key(to, engine)

    def pointing(self, model: Model, engine: Engine, field: Field | None = None) -> list[tuple[Model, Field]]:
        """Every field of any model that points to `model`, and there to `field` if one is given."""
        found = []
        for other in self.models.values():
            for one in other.fields:
                if one.kind not in FOREIGN and one.kind != MANY:
                    continue
                to = self.target(other, one.get("to"), engine)
                if to.key == model.key and (field is None or _meets(one, field, to, engine)):
                    found.append((other, one))
        return found


def _meets(pointing: Field, field: Field, to: Model, engine: Engine) -> bool:
    name = pointing.get("to_field")
    return (name or primary_key(to, engine).name) == field.name


def primary_key(model: Model, engine: Engine) -> Field:
    """The primary key, or the one that Django adds."""
    found = next((f for f in model.fields if f.kind != MANY and f.primary), None)
    if found is not None:
        return found
    if any(isinstance(base, str) for base in model.bases):
        raise UnreadableError(f"the primary key of {model.app}.{model.name} is another model's")
    kind = engine.auto_field.rpartition(".")[2]
    if not engine.auto_field.startswith("django.db.models."):
        raise UnreadableError("the setting DEFAULT_AUTO_FIELD is not known")
    return Field("id", kind, {"primary_key": True, "auto_created": True}, f"django.db.models.{kind}")


def columns_of(model: Model, engine: Engine) -> tuple[Field, ...]:
    """Its columns in their order, with the key that Django adds."""
    pk = primary_key(model, engine)
    return model.columns if model.composite or pk in model.columns else (pk, *model.columns)


def through(model: Model, found: Field, state: State, engine: Engine) -> Model | None:
    """The model of the table behind a many-to-many field; None when the project has one of its own."""
    if found.get("through") is not None:
        return None
    to = state.target(model, found.get("to"), engine)
    here, there = model.name.lower(), to.name.lower()
    if (to.app, there) == model.key:
        here, there = f"from_{there}", f"to_{there}"
    table = found.get("db_table") or truncated(f"{model.table(engine).strip(chr(34))}_{found.name}", engine.dialect)
    db_constraint = {} if found.constrained else {"db_constraint": False}
    sides = ((here, f"{model.app}.{model.name}"), (there, f"{to.app}.{to.name}"))
    return Model(
        model.app,
        f"{model.name}_{found.name}",
        tuple(Field(name, "ForeignKey", {"to": label, **db_constraint}, "django.db.models.ForeignKey")
              for name, label in sides),
        {"db_table": str(table), "unique_together": ((here, there),)},
    )  # fmt: skip


def together(given: object) -> list[tuple[str, ...]]:
    """`unique_together` in its full form: a list of lists of names."""
    if not isinstance(given, (list, tuple, set)):
        return []
    if given and all(isinstance(item, str) for item in given):
        return [tuple(str(item) for item in given)]
    return [tuple(map(str, item)) for item in given if isinstance(item, Iterable)]
