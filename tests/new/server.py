"""A kind of server of which nothing is known yet: its dialect answers everywhere that it is not written so far."""

from __future__ import annotations

from pathlib import Path

from console import dialects
from console.wiring import DRIVERS
from tests.new.names import checked, modules
from tests.new.writing import Made, added, filled

_PARTS = ("__init__.py", "link.py", "render_script.py", "many.py")


def server(root: Path, name: str) -> Made:
    """In this clone."""
    here, tests = root / "console/dialects", root / "tests/dialects"
    checked(name, {*DRIVERS, *dialects.names(), *modules(here, tests)})
    words = {"NAME": name, "CLASS": name.capitalize()}
    registry, wiring = here / "__init__.py", root / "console/wiring.py"
    line = f'    "{name}": "console.dialects.{name}",\n'
    own, test = f"console/dialects/{name}", f"tests/dialects/test_{name}.py"
    steps = (
        f"see what fails, and what each failure asks for: .venv/bin/pytest -q {test}",
        f"{own}/__init__.py: open, with a driver (pyproject.toml, and DRIVERS in console/wiring.py)",
        f"{own}/link.py: server, tables_named, rows, schema and fingerprint first, then sessions and locks",
        "how its SQL is read: rules in console/core/lexer.py, types in console/core/types/",
        "what its changes lock: beside console/core/hazards_*.py; what it is called: console/core/products.py",
        "tests/dialects/contract.py: a Site and a line in KINDS; from then on every test of links runs on it",
        f"{own}/render.py and hand.py, then a word in _ACTING of console/dialects/__init__.py: so far it only looks",
        "docs/tools.md and CHANGELOG.md name it; make test",
    )
    return Made(
        {here / name / part: filled(f"server/{part}", **words) for part in _PARTS}
        | {root / test: filled("server/test.py", **words)},
        {
            registry: added(registry, "}\n", line, after="_MODULES = {\n"),
            wiring: added(wiring, "}\n", f'    "{name}": "{name}",\n', after="DRIVERS = {\n"),
        },
        steps,
    )
