"""What stands around a run and the server does not tell: the time-out that this shell gives every program of libpq, and
the columns that the project's own code has stopped naming."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from console.core.assessment import JudgedFramework
    from console.core.preflight.ground import Ground

_LIMIT = re.compile(r"(?:-c\s*|--)(lock_timeout|statement_timeout)=(\S+)")


def around(ground: Ground, environ: Mapping[str, str]) -> Ground:
    """The ground with both."""
    found: dict[tuple[str, str], str] = {}
    for framework in ground.assessment.frameworks if ground.assessment is not None else ():
        found.update(_unnamed(framework))
    settings = ground.server.settings
    if ground.server.dialect == "postgresql":
        said = _LIMIT.findall(environ.get("PGOPTIONS", ""))
        settings = (*settings, *((f"{name} of PGOPTIONS of this shell", value) for name, value in said))
    return replace(ground, unnamed=found, server=replace(ground.server, settings=settings))


def _unnamed(framework: JudgedFramework) -> Mapping[tuple[str, str], str]:
    if framework.framework == "rails" and framework.project:
        from console.frameworks.rails.models import unnamed

        return unnamed(Path(framework.project))
    return dict(_state_only(framework)) if framework.framework == "django" else {}


def _state_only(framework: JudgedFramework) -> Iterator[tuple[tuple[str, str], str]]:
    """Fields that a migration that ran took out of the models alone."""
    from console.core.migration import Belief
    from console.readers.python.state_only import removed_in_state

    for migration in framework.migrations:
        file = migration.tracked.migration
        if file is None or migration.tracked.belief is not Belief.RECORDED:
            continue
        for model, field, line in removed_in_state(file.text):
            app = migration.id.partition(".")[0]
            for column in (field, f"{field}_id"):
                yield (f"{app}_{model.lower()}", column), f"{file.file}:{line}"
