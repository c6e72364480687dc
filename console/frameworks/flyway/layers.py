"""Where settings come from, one source on top of the other, each remembered by name.

`Found` keeps for every setting who gave it, because a person must be told where credentials were taken from and which
variable was missing, and never what the values are.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from console.frameworks.flyway.options import CONNECTION, Settings
from console.readers.settings import Lookup, expand

if TYPE_CHECKING:
    from console.frameworks.flyway.jdbc import Converted


@dataclass(frozen=True, slots=True)
class Layer:
    """One source of settings."""

    origin: str
    """`flyway.conf`, `the environment`, ..."""
    values: dict[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Found:
    """Settings from all sources of one kind."""

    values: dict[str, str] = field(default_factory=dict, repr=False)
    origins: dict[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    evidence: bool = False
    """It shows by itself that Flyway is used."""

    @property
    def settings(self) -> Settings:
        """Everything but the connection."""
        return Settings({name: value for name, value in self.values.items() if name not in CONNECTION})

    @property
    def url_from(self) -> str:
        """Who named the database; a second one who gave the credentials is named too."""
        first = self.origins.get("flyway.url", "")
        others = [self.origins.get(f"flyway.{name}", "") for name in ("user", "password")]
        return ", ".join(dict.fromkeys(origin for origin in (first, *others) if origin))

    def connection(self) -> Converted | None:
        """The database it names; None when it names none."""
        text = self.values.get("flyway.url", "").strip()
        if not text:
            return None
        from console.frameworks.flyway.jdbc import Converted, from_jdbc

        if "${" in text:
            return Converted(why="its URL has a variable without a value")
        return from_jdbc(text, self._plain("flyway.user"), self._plain("flyway.password"))

    def _plain(self, name: str) -> str | None:
        value = self.values.get(name) or None
        return None if value and "${" in value else value


def stacked(layers: Iterable[Layer], lookup: Lookup, evidence: bool, missing: tuple[str, ...] = ()) -> Found:
    """Layers, weakest first, as one; `${...}` in settings is replaced from `lookup`, in placeholders' names never."""
    values: dict[str, str] = {}
    origins: dict[str, str] = {}
    for layer in layers:
        for name, raw in layer.values.items():
            values[name], unknown = expand(raw, lookup)
            origins[name] = layer.origin
            missing += tuple(without(layer.origin, name, variable) for variable in unknown if name in CONNECTION)
    return Found(values, origins, tuple(dict.fromkeys(missing)), evidence)


def without(origin: str, name: str, variable: str) -> str:
    """The sentence for a variable that is not set."""
    return f"{origin} takes {name} from {variable}, which is not set here."


def overlaid(below: Found, above: Found, one_tool: bool = False) -> Found:
    """`above` on top of `below`. Credentials follow the URL, so that two databases are never mixed, unless both are
    read by one tool that mixes them itself.
    """
    base, origins = dict(below.values), dict(below.origins)
    if "flyway.url" in above.values and not one_tool:
        for name in CONNECTION:
            base.pop(name, None)
            origins.pop(name, None)
    return Found(
        base | above.values,
        origins | above.origins,
        tuple(dict.fromkeys((*below.missing, *above.missing))),
        below.evidence or above.evidence,
    )
