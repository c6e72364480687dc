"""A console on a made-up incident, as a process of its own: `python -m tests.screens.child CASE [OPTION...]`.

SIGUSR1 delivers the same picture again, two seconds later; SIGUSR2 one that differs in one cell.
"""

from __future__ import annotations

import os
import signal
import sys
from dataclasses import dataclass, replace
from threading import Event
from types import FrameType

from console.core.assessment import Assessment
from screens.run import run
from tests.screens.builders import CASES
from tests.screens.fake import FakeIncident, later


@dataclass
class SignalledIncident(FakeIncident):
    """Delivers on signals, and says on stdout when it was stopped."""

    current: Assessment | None = None
    slow: bool = False
    """`stop` hangs."""

    def same(self, _: int, __: FrameType | None) -> None:
        """The same picture, two seconds later."""
        if self.current is not None and self.deliver is not None:
            self.current = later(self.current, 2)
            self.deliver(self.current)

    def other(self, _: int, __: FrameType | None) -> None:
        """One more session is blocked."""
        if self.current is not None and self.deliver is not None:
            blocked = replace(self.current.blocked, waiting=self.current.blocked.waiting + 1)
            self.current = replace(later(self.current, 2), blocked=blocked)
            self.deliver(self.current)

    def stop(self) -> None:
        """Say so."""
        if self.slow:
            Event().wait(30)
        os.write(1, b"stopped\n")


def main() -> None:
    """Run it; options: stock, slow, ascii, busy."""
    case, *options = sys.argv[1:]
    first = CASES[case]() if case != "silent" else None
    incident = SignalledIncident(first, current=first, slow="slow" in options)
    # Whoever runs the tests in the background had these ignored, and that is inherited.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    signal.signal(signal.SIGUSR1, incident.same)
    signal.signal(signal.SIGUSR2, incident.other)
    if "stock" in options:
        _stock(incident)
    sys.exit(run(incident, "ascii" in options))  # type: ignore[arg-type]


def _stock(incident: SignalledIncident) -> None:
    from textual.drivers.linux_driver import LinuxDriver

    from screens.app import HalfwayApp

    app = HalfwayApp(incident, driver_class=LinuxDriver)  # type: ignore[arg-type]
    app.run(mouse=False)
    sys.exit(app.return_code)


if __name__ == "__main__":
    main()
