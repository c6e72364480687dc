"""Where Sqitch keeps plan and scripts: sqitch.conf may move each of them, for one engine or one target.

A tree may hold several plans, one an engine or a copy that `sqitch bundle` made: only the one that Sqitch itself would
read for this server counts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from posixpath import commonpath, dirname, isabs, join, normpath, relpath
from typing import TYPE_CHECKING

from console.readers.settings import read_text

if TYPE_CHECKING:
    from console.frameworks.sqitch.plan import Change

PLAN, CONFIG = "sqitch.plan", "sqitch.conf"
_SECTION = re.compile(r'\s*\[\s*(?P<name>\w+)(?:\s+"(?P<of>[^"]*)")?\s*\]')
_LINE = re.compile(r"""\s*(?P<key>\w+)\s*=\s*(?:"(?P<quoted>[^"]*)"|(?P<plain>[^#;]*?))\s*(?:[#;].*)?\Z""")
_ENGINES = {"postgres": ("pg", "cockroach", "yugabyte"), "mysql": ("mysql",), "mariadb": ("mysql",),
            "sqlite": ("sqlite",)}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Layout:
    """Places, from the project's folder."""

    plan: str = PLAN
    deploy: str = "deploy"
    revert: str = "revert"
    reworked_deploy: str = "deploy"
    reworked_revert: str = "revert"
    extension: str = "sql"
    root: str = "."
    """The folder that holds all of them."""

    def wanted(self, name: str) -> bool:
        """The plan, and all scripts."""
        return name == self.plan.rpartition("/")[2] or name.endswith(f".{self.extension}")

    def script(self, kind: str, change: Change) -> str:
        """Where the script of a change is."""
        again = bool(change.tag)
        places = {
            "deploy": self.reworked_deploy if again else self.deploy,
            "revert": self.reworked_revert if again else self.revert,
        }
        return normpath(f"{places[kind]}/{change.id}.{self.extension}")

    def inside(self) -> Layout:
        """The same places, from the root."""
        return self._moved(lambda place: relpath(place, self.root))

    def below(self, top: str) -> Layout:
        """The same places in a folder."""
        return self._moved(lambda place: normpath(join(top, place)))

    def _moved(self, move: Callable[[str], str]) -> Layout:
        return replace(
            self,
            plan=move(self.plan),
            deploy=move(self.deploy),
            revert=move(self.revert),
            reworked_deploy=move(self.reworked_deploy),
            reworked_revert=move(self.reworked_revert),
            root=".",
        )


DEFAULT = Layout()


def config_of(folder: Path) -> dict[str, str]:
    """`core.engine`, `engine.pg.target`: flat; git's way of writing it."""
    section, found = "", dict[str, str]()
    for line in (read_text(folder / CONFIG) or "").split("\n"):
        if line.lstrip().startswith(("#", ";")):
            continue
        if (begins := _SECTION.match(line)) is not None:
            section = ".".join(part for part in (begins["name"].lower(), begins["of"]) if part)
        elif (pair := _LINE.match(line)) is not None:
            found[f"{section}.{pair['key'].lower()}"] = pair["quoted"] or pair["plain"] or ""
    return found


def layout_of(found: Mapping[str, str], engine: str, target: str, dialect: str) -> Layout:
    """What the configuration says for this server; what it does not say is as it usually is."""
    engines = _ENGINES.get(dialect, (engine,))
    own = engine if engine in engines else engines[0]
    sections = (*((f"target.{target}",) if own == engine else ()), f"engine.{own}", "core")

    def told(key: str, otherwise: str) -> str:
        return normpath(next((found[f"{s}.{key}"] for s in sections if found.get(f"{s}.{key}")), otherwise))

    top = told("top_dir", ".")
    again = told("reworked_dir", top)
    layout = Layout(
        told("plan_file", join(top, PLAN)),
        told("deploy_dir", join(top, "deploy")),
        told("revert_dir", join(top, "revert")),
        told("reworked_deploy_dir", join(again, "deploy")),
        told("reworked_revert_dir", join(again, "revert")),
        told("extension", "sql"),
    )
    places = (dirname(layout.plan), layout.deploy, layout.revert, layout.reworked_deploy, layout.reworked_revert)
    apart = len({isabs(place) for place in places}) > 1
    return layout if apart else replace(layout, root=commonpath(places) or ".")
