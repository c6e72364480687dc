"""Any tool's files and rows, damaged in every way: what comes back is a value or one sentence, and nothing of a project
is ever run by being read."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from console import frameworks
from console.core.faults import Fault
from console.core.observation import Tracking
from console.core.ports import Framework, Project, TableRows
from console.frameworks.contract import SERVER
from tests.frameworks.test_contract import NAMES, rows_of
from tests.frameworks.test_contract_servers import laid

FEW = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
_WORDS = r"""' " ` \ { }} (( ) [ <?php ?> <% #{ def -- /* */ $$ ; => # %s ${x} ''' <<~SQL return \ud83d \u{d83d} \xff \0
 \x00 \u0000 &a while"""
NASTY = (
    *_WORDS.split(), "\x00", "\x1b[2J", "\\u202e", "\\n", "\\r", "end\\n", "\xff", "9" * 400, "(" * 300, "é" * 70,
    "DELIMITER //\\n", "&a [*a, *a]", "<!ENTITY x SYSTEM 'file:///etc/passwd'>", "while (true) {",
)  # fmt: skip
"""No lone surrogates: no reader of bytes makes one."""
TEXTS = st.one_of(st.none(), st.sampled_from(NASTY), st.text(max_size=30), st.integers().map(str))
CANARY = "canary_that_must_not_sing"


@dataclass
class Guarded:
    """A project of a tool, and what its files said before."""

    framework: Framework
    folder: Path
    before: dict[Path, bytes] = field(default_factory=dict)

    def files(self) -> list[Path]:
        return sorted(self.before)

    def restore(self) -> None:
        for path, data in self.before.items():
            path.write_bytes(data)

    def read(self, rows: TableRows | None = None) -> Tracking | None:
        """As a sweep reads it; a fault is an answer."""
        project: Project | None = None
        with suppress(Fault):
            project = self.framework.detect(self.folder, {})
            columns, cells = rows_of(self.framework.name)
            table = rows or TableRows(columns, cells, (None,) * len(cells))
            ledger = self.framework.parse_ledger("public.ledger", table)
            if ledger is None or project is None:
                return None
            found = self.framework.read(project, None, SERVER.grammar, SERVER.home)
            return self.framework.track(project, found, ledger, SERVER)
        return None


@pytest.fixture(scope="module", params=NAMES)
def tool(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Guarded:
    """Each of them."""
    folder = tmp_path_factory.mktemp("tool")
    laid(request.param, folder)
    made = Guarded(frameworks.load(request.param), folder)
    plain = (path for path in folder.rglob("*") if path.is_file() and "site-packages" not in path.parts)
    made.before = {path: path.read_bytes() for path in plain}
    assert made.read() is not None
    return made


@FEW
@given(data=st.data())
def test_damaged_files_are_read_to_their_end_or_refused_in_a_sentence(tool: Guarded, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(tool.files()))
    text = tool.before[path]
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 40)))
    word = data.draw(st.sampled_from(NASTY)).encode()
    path.write_bytes(text[:start] + word * data.draw(st.integers(1, 3)) + text[end:])
    try:
        found = tool.read()
    finally:
        tool.restore()
    for tracked in found.tracked if found is not None else ():
        assert tracked.belief


@FEW
@given(data=st.data())
def test_rows_of_any_text_are_a_ledger_or_none(tool: Guarded, data: st.DataObject) -> None:
    columns, cells = rows_of(tool.framework.name)
    rows = [list(row) for row in cells]
    for _ in range(data.draw(st.integers(1, 4))):
        row = data.draw(st.integers(0, len(rows) - 1))
        rows[row][data.draw(st.integers(0, len(columns) - 1))] = data.draw(TEXTS)
    if data.draw(st.booleans()):
        rows += rows[:1]
    table = TableRows(columns, tuple(tuple(row) for row in rows), (None,) * len(rows))
    found = tool.read(table)
    for tracked in found.tracked if found is not None else ():
        assert tracked.belief


class Alarm:
    """What Python is told of whatever runs, while it is listened to: a hook that is set stays for good."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.listening = False
        sys.addaudithook(self._hear)

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self.listening:
            return
        if event in ("subprocess.Popen", "os.posix_spawn", "os.exec") and "git" not in str(arguments[:2]):
            self.heard.append(f"{event} {arguments[:2]}")
        elif event in ("os.system", "os.fork", "socket.connect", "pty.spawn"):
            self.heard.append(f"{event} {arguments}")
        elif event == "exec" and isinstance(arguments[0], CodeType) and CANARY in str(arguments[0].co_consts):
            self.heard.append(f"exec of {arguments[0].co_filename}")
        elif event == "open" and CANARY in str(arguments[0]):
            self.heard.append(f"open of {arguments[0]}")

    @contextmanager
    def on(self) -> Iterator[None]:
        """For the block."""
        self.heard, self.listening = [], True
        try:
            yield
        finally:
            self.listening = False


@pytest.fixture(scope="module")
def alarm() -> Alarm:
    return Alarm()


def trap(suffix: str, place: Path) -> str:
    """Code of that kind of file that leaves a trace wherever it is run, or followed."""
    target = place / CANARY
    python = f"\nopen({str(target)!r}, 'w').write('x'); __import__('os').system('touch {target}')\n"
    javascript = f"\nrequire('fs').writeFileSync({str(target)!r}, 'x');\n"
    traps: dict[str, str] = {
        ".py": python,
        ".php": f"\nfile_put_contents({str(target)!r}, 'x'); `touch {target}`; eval('touch({str(target)!r});');\n",
        ".rb": f"\nFile.write({str(target)!r}, 'x'); `touch {target}`; system('touch {target}')\n",
        ".js": javascript,
        ".ts": javascript,
        ".mjs": javascript,
        ".sql": f"\n\\! touch {target}\n\\i {target}\nsource {target}\nCOPY t TO PROGRAM 'touch {target}';\n",
        ".yaml": f"\nx: !!python/object/apply:os.system ['touch {target}']\n",
        ".yml": f"\nx: !!python/object/apply:os.system ['touch {target}']\n",
        ".xml": f'<!DOCTYPE x [<!ENTITY y SYSTEM "file://{target}">]><x>&y;</x>',
        ".ini": f"\nx = %(here)s ${{{target}}}\n",
        ".toml": f'\nx = "{target}"\n',
    }
    return traps.get(suffix, f"\n$(touch {target})\n")


BEFORE_AND_BEHIND: dict[str, Callable[[bytes, bytes], bytes]] = {
    "before": lambda text, more: more + text,
    "behind": lambda text, more: text + more,
}


@pytest.mark.parametrize("where", BEFORE_AND_BEHIND)
def test_nothing_of_a_project_is_run_by_reading_it(tool: Guarded, alarm: Alarm, tmp_path: Path, where: str) -> None:
    (tmp_path / CANARY).mkdir()
    for path, text in tool.before.items():
        path.write_bytes(BEFORE_AND_BEHIND[where](text, trap(path.suffix, tmp_path / CANARY).encode()))
    listing = sorted(tool.folder.rglob("*"))
    try:
        with alarm.on():
            tool.read()
    finally:
        tool.restore()
    assert alarm.heard == []
    assert list((tmp_path / CANARY).iterdir()) == []
    assert sorted(tool.folder.rglob("*")) == listing


def test_the_alarm_hears_what_is_run(alarm: Alarm, tmp_path: Path) -> None:
    with alarm.on():
        exec(f"x = {str(tmp_path / CANARY)!r}", {})  # noqa: S102 - this is what has to be heard
        with suppress(FileNotFoundError):
            (tmp_path / CANARY).open()
    assert [heard.split()[0] for heard in alarm.heard] == ["exec", "open"]
