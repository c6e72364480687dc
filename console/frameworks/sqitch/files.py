"""Sqitch's files: the plan, and for each change a script in deploy/ and one in revert/, with their own transactions."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from console.core.migration import Migration
from console.core.ports import Files, Project
from console.frameworks.sqitch.plan import Change, Plan, read_plan
from console.readers.settings import read_text
from console.readers.sources import SourceFile
from console.readers.sources.around import Sign
from console.readers.sqlfiles.files import Script, gathered, migration
from console.readers.sqlfiles.projects import Told, origin, project_of, variables

PLAN, CONFIG = "sqitch.plan", "sqitch.conf"
_SECTION = re.compile(r'\s*\[\s*(?P<name>\w+)(?:\s+"(?P<of>[^"]*)")?\s*\]')
_LINE = re.compile(r"\s*(?P<key>\w+)\s*=\s*(?P<value>.*?)\s*\Z")


@dataclass(frozen=True, slots=True)
class SqitchFiles(Files):
    """Migrations, and whose they are."""

    project: str = ""
    """As the plan names it: one registry may hold several."""


def wanted(name: str) -> bool:
    """The plan, and all scripts."""
    return name == PLAN or name.endswith(".sql")


def _config(folder: Path) -> dict[str, str]:
    """`core.engine`, `engine.pg.target`: flat; git's way of writing it."""
    section, found = "", dict[str, str]()
    for line in (read_text(folder / CONFIG) or "").split("\n"):
        if line.lstrip().startswith(("#", ";")):
            continue
        if (begins := _SECTION.match(line)) is not None:
            section = ".".join(part for part in (begins["name"].lower(), begins["of"]) if part)
        elif (pair := _LINE.match(line)) is not None:
            found[f"{section}.{pair['key'].lower()}"] = pair["value"].strip('"')
    return found


SIGN = Sign("Sqitch", lambda folder: (folder / PLAN).is_file() or (folder / CONFIG).is_file())


def detect(folder: Path, environ: Mapping[str, str]) -> Project | None:
    """The project at, above or just below `folder`; None when no plan lies there."""
    return project_of("sqitch", SIGN, folder, environ, _told)


def _told(folder: Path, environ: Mapping[str, str]) -> Told:
    found, known = _config(folder), variables(folder, environ)
    engine = found.get("core.engine", "pg")
    target = known.get("SQITCH_TARGET") or found.get(f"engine.{engine}.target") or found.get("core.target", "")
    by = origin(folder, "SQITCH_TARGET", environ) if known.get("SQITCH_TARGET") else CONFIG
    uri = found.get(f"target.{target}.uri", target)
    registry = found.get(f"target.{target}.registry") or found.get(f"engine.{engine}.registry") or "sqitch"
    settings = {"top": found.get("core.top_dir", ".").strip("/") or ".", "registry": registry, "engine": engine}
    return Told(_as_url(uri), by, settings)


def _as_url(uri: str) -> str:
    """`db:pg://me@db/app` or `db:pg:app` as others write it."""
    engine, _, rest = uri.removeprefix("db:").partition(":")
    if not rest:
        return ""
    return f"{engine}:{rest}" if rest.startswith("//") or engine.startswith("sqlite") else f"{engine}:///{rest}"


def read(project: Project, given: str | None, dialect: str, home: str) -> Files:
    """The changes of the plan, in its order."""
    files, unread = gathered(project, given, project.settings.get("top", "."), wanted, lambda file: file.inside)
    text = next((file.text for file in files if file.name == PLAN), None)
    if text is None:
        return SqitchFiles(unread="" if project.bare else unread or f"there is no {PLAN}")
    plan = read_plan(text)
    if plan.odd or not plan.project:
        return SqitchFiles(unread=f"{PLAN} cannot be read: {plan.odd or 'it names no project'}")
    scripts = {file.inside: file for file in files}
    return SqitchFiles(tuple(_migrations(plan, scripts, dialect, home)), unread=unread, project=plan.project)


def _migrations(plan: Plan, scripts: Mapping[str, SourceFile], dialect: str, home: str) -> Iterator[Migration]:
    for change in plan.changes:
        deploy = _script_of(scripts, "deploy", change)
        revert = _script_of(scripts, "revert", change)
        if deploy is None:
            yield Migration(change.id, change.name, f"deploy/{change.id}.sql", (), unreadable="its script is not here")
            continue
        total = hashlib.sha1(deploy.data, usedforsecurity=False).hexdigest()
        down = revert.text if revert is not None else ""
        script = Script(change.id, change.name, deploy.text, down, transactional=False, checksum=total)
        yield migration(deploy, script, dialect, home)


def _script_of(scripts: Mapping[str, SourceFile], kind: str, change: Change) -> SourceFile | None:
    name = f"{kind}/{change.id}.sql"
    return next((file for inside, file in scripts.items() if inside == name or inside.endswith(f"/{name}")), None)
