"""A console on a made-up incident, as a process of its own: `python -m tests.screens.child CASE [OPTION...]`.

SIGUSR1 delivers the same picture again, two seconds later; SIGUSR2 one that differs in one cell. F12 writes a byte to
the descriptor in FENCE once everything before it was done and drawn.
"""

from __future__ import annotations

import os
import signal
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event
from types import FrameType
from typing import ClassVar

from textual.binding import Binding, BindingType

import screens.app
from console.core.assessment import Assessment
from screens.drawn import once_drawn
from screens.driver import ConsoleDriver
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


class FencedApp(screens.app.HalfwayApp):
    """Says when it is at rest."""

    CSS_PATH = str(Path(screens.app.__file__).with_name("console.tcss"))
    BINDINGS: ClassVar[list[BindingType]] = [Binding("f12", "fence", show=False, priority=True)]

    def action_fence(self, rounds: int = 4) -> None:
        """Everything that was asked for may ask for more after it was drawn."""
        if rounds:
            once_drawn(self, self.action_fence, rounds - 1)
            return
        if isinstance(self._driver, ConsoleDriver) and self._driver._writer is not None:
            self._driver._writer.settle()
        os.write(int(os.environ["FENCE"]), b".")


def main() -> None:
    """Run it; options: stock, slow, ascii."""
    screens.app.HalfwayApp = FencedApp  # type: ignore[misc]
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

    app = FencedApp(incident, driver_class=LinuxDriver)
    app.run(mouse=False)
    sys.exit(app.return_code)


if __name__ == "__main__":
    main()
