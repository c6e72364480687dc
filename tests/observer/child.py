"""`halfway observe` under watch: `python -m tests.observer.child observe URL`.

Everything that could leave a trace (a file opened to be written, a process started) is told through the fence at the
end, with the modules that were loaded. Keys are fenced as in tests/screens/child.py.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import screens.__main__
import screens.run

if TYPE_CHECKING:
    from textual.binding import BindingType

    from console.acting import Acting
    from console.incident import Incident
    from console.watching import Watching
    from screens.app import HalfwayApp

_TRACES = (
    "subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "pty.", "os.mkdir", "os.rename",
    "os.remove", "os.rmdir", "os.link", "os.symlink", "os.truncate", "os.chmod", "os.chown", "shutil.", "sqlite3.",
    "os.putenv.", "webbrowser.", "os.kill", "signal.pthread_kill",
)  # fmt: skip
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_OURS = ("console.", "screens.")
_SEEN: list[str] = []


def _spy(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "open":
        path, _, flags = arguments
        written = isinstance(path, (str, bytes, os.PathLike)) and isinstance(flags, int) and flags & _WRITES
        if written and not os.fsdecode(path).startswith("/dev/"):
            _SEEN.append(f"open {os.fsdecode(path)}")
    elif event.startswith(_TRACES):
        _SEEN.append(f"{event} {str(arguments)[:200]}")


def _fenced(incident: Incident, acting: Acting | None, watching: Watching | None) -> HalfwayApp:
    """The console that run.py would make, which says when it is at rest."""
    from textual.binding import Binding

    import screens.app
    from screens.drawn import once_drawn
    from screens.driver import ConsoleDriver

    if acting is not None or watching is not None:
        sys.exit("it acts, or looks through a window")

    class FencedApp(screens.app.HalfwayApp):
        CSS_PATH = str(Path(screens.app.__file__).with_name("console.tcss"))
        BINDINGS: ClassVar[list[BindingType]] = [Binding("f12", "fence", show=False, priority=True)]

        def action_fence(self, rounds: int = 4) -> None:
            if rounds:
                once_drawn(self, self.action_fence, rounds - 1)
                return
            if isinstance(self._driver, ConsoleDriver) and self._driver._writer is not None:
                self._driver._writer.settle()
            os.write(int(os.environ["FENCE"]), b".")

    return FencedApp(incident, driver_class=ConsoleDriver)


def main() -> None:
    """Run it, and tell."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    screens.run._app = _fenced
    sys.addaudithook(_spy)
    try:
        screens.__main__.main()
    finally:
        told = {"traces": list(_SEEN), "modules": sorted(name for name in sys.modules if name.startswith(_OURS))}
        os.write(int(os.environ["FENCE"]), json.dumps(told).encode())


if __name__ == "__main__":
    main()
