"""A framework that knows nothing yet: a package below console/frameworks/, or one of its own with an entry point."""

from __future__ import annotations

from pathlib import Path

from console import frameworks
from tests.new.names import checked, modules
from tests.new.writing import Made, added, filled

_PARTS = ("__init__.py", "files.py", "ledger.py", "tracking.py", "marks.py")
_ORDER = (
    "{tests}: the sample, from a project and a database that {name} itself made",
    "{here}/files.py: detect, then read",
    "{here}/ledger.py: ledger_tables, then parse_ledger",
    "{here}/tracking.py: track",
    "{here}/marks.py: mark_ran, mark_not_ran, session_settings",
)


def framework(root: Path, name: str) -> Made:
    """In this clone."""
    here, tests = root / "console/frameworks", root / "tests/frameworks"
    checked(name, {*frameworks.names(), *modules(here, tests)})
    words = _words(name, f"console.frameworks.{name}")
    registry, line = here / "__init__.py", f'    "{name}": ("console.frameworks.{name}", "{words["CLASS"]}"),\n'
    test = f"tests/frameworks/test_{name}.py"
    steps = (
        f"see what fails, and what each failure asks for: .venv/bin/pytest -q {test}",
        *(step.format(tests=test, here=f"console/frameworks/{name}", name=name) for step in _ORDER),
        f"say what it can: docs/support/{name}.toml, then .venv/bin/python -m tests.frameworks.support",
        "docs/tools.md, docs/deploy.md and CHANGELOG.md name it; make test",
    )
    return Made(
        {here / name / part: filled(f"framework/{part}", **words) for part in _PARTS}
        | {root / test: filled("framework/test.py", **words)}
        | {root / f"docs/support/{name}.toml": filled("framework/support.toml", **words)},
        {registry: added(registry, "}\n", line, after="_WHERE = {\n")},
        steps,
    )


def package(folder: Path, name: str) -> Made:
    """In a folder of its own, which is made."""
    checked(name, frameworks.names())
    own, words = f"halfway_{name}", _words(name, f"halfway_{name}")
    test = f"tests/test_{name}.py"
    steps = (
        f"go there: cd {folder}",
        "have it beside Halfway: python -m pip install --editable '.[dev]'",
        f"see what fails, and what each failure asks for: python -m pytest -q {test}",
        *(step.format(tests=test, here=own, name=name) for step in _ORDER),
        f"halfway doctor --framework {name} in a project of it",
    )
    return Made(
        {folder / own / part: filled(f"framework/{part}", **words) for part in _PARTS}
        | {folder / test: filled("package/test.py", **words)}
        | {folder / each: filled(f"package/{each}", **words) for each in ("pyproject.toml", "README.md")},
        steps=steps,
    )


def _words(name: str, here: str) -> dict[str, str]:
    return {"NAME": name, "CLASS": name.capitalize(), "HERE": here}
