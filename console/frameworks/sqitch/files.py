"""Sqitch's files: the plan, and for each change a script in deploy/ and one in revert/, with their own transactions."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from console.core.migration import Migration
from console.core.ports import Files, Project
from console.frameworks.sqitch.layout import CONFIG, PLAN
from console.readers.sources.around import Sign
from console.readers.sqlfiles.projects import Told, origin, project_of, variables

if TYPE_CHECKING:
    from console.frameworks.sqitch.layout import Layout
    from console.frameworks.sqitch.plan import Change, Plan
    from console.readers.sources import SourceFile


@dataclass(frozen=True, slots=True)
class SqitchFiles(Files):
    """Migrations, and whose they are."""

    project: str = ""
    """As the plan names it: one registry may hold several."""


SIGN = Sign("Sqitch", lambda folder: (folder / PLAN).is_file() or (folder / CONFIG).is_file())


def detect(folder: Path, environ: Mapping[str, str]) -> Project | None:
    """The project at, above or just below `folder`; None when no plan lies there."""
    return project_of("sqitch", SIGN, folder, environ, _told)


def _told(folder: Path, environ: Mapping[str, str]) -> Told:
    from console.frameworks.sqitch.layout import config_of
    from console.frameworks.sqitch.person import person_of

    found, known = config_of(folder), variables(folder, environ)
    engine = found.get("core.engine", "pg")
    target = known.get("SQITCH_TARGET") or found.get(f"engine.{engine}.target") or found.get("core.target", "")
    by = origin(folder, "SQITCH_TARGET", environ) if known.get("SQITCH_TARGET") else CONFIG
    uri = found.get(f"target.{target}.uri", target)
    registry = found.get(f"target.{target}.registry") or found.get(f"engine.{engine}.registry") or "sqitch"
    settings = {"target": target, "registry": registry, "engine": engine, **person_of(folder, found, environ)}
    return Told(_as_url(uri), by, settings)


def _as_url(uri: str) -> str:
    """`db:pg://me@db/app` or `db:pg:app` as others write it."""
    engine, _, rest = uri.removeprefix("db:").partition(":")
    if not rest:
        return ""
    return f"{engine}:{rest}" if rest.startswith("//") or engine.startswith("sqlite") else f"{engine}:///{rest}"


def read(project: Project, given: str | None, dialect: str, home: str) -> Files:
    """The changes of the plan, in its order."""
    from console.frameworks.sqitch.carried import carrying
    from console.frameworks.sqitch.layout import DEFAULT, config_of, layout_of
    from console.frameworks.sqitch.plan import read_plan
    from console.readers.sqlfiles.files import gathered

    found = config_of(Path(project.folder)) if given is None else {}
    layout = layout_of(found, project.settings.get("engine", ""), project.settings.get("target", ""), dialect)
    wanted = layout.wanted if given is None else DEFAULT.wanted
    files, unread = gathered(project, given, layout.root, wanted, lambda file: file.inside)
    layout = layout.inside() if given is None else _around(files)
    by_place = {file.inside: file for file in files}
    if layout.plan not in by_place:
        return SqitchFiles(unread="" if project.bare else unread or f"there is no {layout.plan}")
    plan = read_plan(by_place[layout.plan].text)
    if plan.odd or not plan.project:
        return SqitchFiles(unread=f"{layout.plan} cannot be read: {plan.odd or 'it names no project'}")
    return SqitchFiles(
        tuple(carrying(plan, _migrations(plan, by_place, layout, dialect, home))), unread=unread, project=plan.project
    )


def _around(files: list[SourceFile]) -> Layout:
    """What was given lies as it usually does, around the plan that is nearest to the top: a copy that `sqitch bundle`
    made lies deeper."""
    from console.frameworks.sqitch.layout import DEFAULT

    plans = (file.inside.removesuffix(PLAN) for file in files if file.name == PLAN)
    top = min(plans, key=lambda place: (place.count("/"), place), default="")
    return DEFAULT.below(top)


def _migrations(
    plan: Plan, scripts: Mapping[str, SourceFile], layout: Layout, dialect: str, home: str
) -> Iterator[Migration]:
    from console.readers.sqlfiles.files import Script, migration

    for change in plan.changes:
        place = _place(scripts, layout, "deploy", change)
        deploy, revert = scripts.get(place), scripts.get(_place(scripts, layout, "revert", change))
        if deploy is None:
            yield Migration(change.id, change.name, place, (), unreadable="its script is not here")
            continue
        total = hashlib.sha1(deploy.data, usedforsecurity=False).hexdigest()
        down = revert.text if revert is not None else ""
        script = Script(change.id, change.name, deploy.text, down, transactional=False, checksum=total)
        yield migration(deploy, script, dialect, home)


def _place(scripts: Mapping[str, SourceFile], layout: Layout, kind: str, change: Change) -> str:
    """Where its script is; a reworked one may be kept under each of the tags behind it."""
    named = [layout.script(kind, one) for one in change.under_each_tag]
    return next((place for place in named if place in scripts), named[0])
