"""Where the files of findings lie as a code review names them: relative to the checkout, not to the tool's project."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from console.core.preflight.finding import Report


def placed(report: Report, projects: Iterable[str]) -> Report:
    """The report with every file relative to GITHUB_WORKSPACE, else to the current folder; whole where not below."""
    root = Path(os.environ.get("GITHUB_WORKSPACE") or Path.cwd()).absolute()
    folders = [Path(project).absolute() for project in projects]
    found = {name: _placed(name, root, folders) for name in {finding.file for finding in report.findings} if name}
    return replace(report, findings=tuple(replace(f, file=found.get(f.file, f.file)) for f in report.findings))


def _placed(name: str, root: Path, folders: Sequence[Path]) -> str:
    if name == "-":
        return "stdin"
    whole = next((folder / name for folder in (Path.cwd(), *folders) if (folder / name).exists()), None)
    if whole is None:
        return name
    return whole.relative_to(root).as_posix() if whole.is_relative_to(root) else whole.as_posix()
