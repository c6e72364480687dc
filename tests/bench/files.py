"""Reading and judging a thousand migration files: a first look, and another one at the same files.

`halfway assess` in a process of its own each time, less what it takes on the same server for a project of twenty files:
starting, connecting and reading the catalog are not what is measured here.
"""

from __future__ import annotations

import json
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy.engine import URL

from console.drill.server import PrivatePostgres, available
from tests.bench import thousand
from tests.bench.measure import alternately, timed
from tests.bench.shop import Shop, shop
from tests.bench.table import FILES, Row
from tests.headless import command
from tests.servers import run

_COLD, _AGAIN = 5.0, 0.3
_TOOLS: Mapping[str, Callable[[Path, URL], Path]] = {"Flyway": thousand.flyway, "Laravel": thousand.laravel}


def rows() -> Iterator[Row]:
    """Each tool on a database of its own."""
    with PrivatePostgres(max(available())) as server, shop(server.url) as small, TemporaryDirectory() as name:
        for tool, make in _TOOLS.items():
            run(server.url, f"CREATE DATABASE {tool.lower()}")
            url = server.url.set(database=tool.lower())
            yield from _measured(tool, make(Path(name, tool), url), url, small)


def _measured(tool: str, project: Path, url: URL, small: Shop) -> Iterator[Row]:
    line = command("assess", url.render_as_string(hide_password=False), "--project", str(project))
    found = _states([*line, "--json"], small.environ())
    wanted = {"half_applied": 1, "applied": thousand.FILES - 1}
    assert found == wanted, f"{tool}: {found}"

    def cold() -> None:
        with TemporaryDirectory() as home:
            _assessed(line, {**small.environ(), "HOME": home})

    other, first, again = alternately(
        timed(lambda: _assessed(small.line("assess"), small.environ())),
        timed(cold),
        timed(lambda: _assessed(line, small.environ())),
    )
    count = f"{thousand.FILES:,} of {tool}"
    yield Row.within(FILES, f"{count}, cold ({first:.2f} s less {other:.2f} s of 20 files)", first - other, "s", _COLD)
    yield Row.within(FILES, f"{count}, unchanged ({again:.2f} s less the same)", again - other, "s", _AGAIN)


def _assessed(line: list[str], environ: Mapping[str, str]) -> str:
    """As text, which names only what is not well: a document of a thousand migrations takes its time by itself."""
    done = subprocess.run(line, env=environ, capture_output=True, text=True, check=False)
    assert done.stdout, done.stderr
    return done.stdout


def _states(line: list[str], environ: Mapping[str, str]) -> Counter[str]:
    """How many migrations are in which state."""
    frameworks = json.loads(_assessed(line, environ))["frameworks"]
    return Counter(migration["state"] for framework in frameworks for migration in framework["migrations"])
