"""An observer on a terminal, in folders that are compared afterwards."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from console.core.proof import writers
from tests.screens.terminal import ROOT, Terminal, terminal

Files = dict[str, str]


@dataclass
class Observed:
    """One console that only looks."""

    shown: Terminal
    told: dict[str, Any] = field(default_factory=dict)

    def press(self, keys: str) -> None:
        """Keys, done and drawn."""
        self.shown.type(keys)
        self.shown.rest()

    def close(self, keys: str) -> None:
        """Keys, and Esc if something is open afterwards."""
        self.press(keys)
        for _ in range(3):
            if "q quit" not in self.shown.text:
                self.press("\x1b")

    def leave(self) -> None:
        """`q`, and what the child tells."""
        self.press("\x1b")
        self.shown.type("q")
        code, _ = self.shown.wait()
        assert code == 0, self.shown.text
        with os.fdopen(os.dup(self.shown._fence), "rb") as end:
            self.told = json.loads(end.read().lstrip(b"."))

    @property
    def proof(self) -> list[str]:
        """The sheet as it stands on the screen."""
        text = self.shown.text
        assert "CLIENT" in text, text
        return text[text.index("CLIENT") :].splitlines()


def files(folder: Path) -> Files:
    """Every file and folder with what it holds."""
    return {
        str(path.relative_to(folder)): sha256(path.read_bytes()).hexdigest() if path.is_file() else "folder"
        for path in sorted(folder.rglob("*"))
    }


@contextmanager
def observer(folder: Path, *arguments: str, **environ: str) -> Iterator[Observed]:
    """It runs in `folder`/project, its home is `folder`/home; whatever happens in it, nothing may be left."""
    home, project, temporary = (folder / name for name in ("home", "project", "tmp"))
    for each in (home, project, temporary):
        each.mkdir(exist_ok=True)
    own = {f"XDG_{kind}_HOME": str(home / kind.lower()) for kind in ("CONFIG", "DATA", "STATE", "CACHE")}
    own |= {"HOME": str(home), "TMPDIR": str(temporary), "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    before = files(folder)
    with terminal(
        "observe", *arguments, size=(120, 60), module="tests.observer.child", cwd=project, **{**own, **environ}
    ) as shown:
        observed = Observed(shown)
        shown.until(lambda: "OBSERVER" in shown.text and "SESSION" in shown.text and "not read yet" not in shown.text)
        yield observed
        observed.leave()
    left = {path: text for path, text in files(folder).items() if before.get(path) != text}
    loaded = observed.told["modules"]
    acting = [
        name
        for name in loaded
        if name.endswith((".hand", ".marks", ".render")) or name.startswith(("console.acting", "screens.acting"))
    ]
    assert (observed.told["traces"], writers(loaded), acting, left) == ([], (), [], {}), str(observed.told["traces"])
