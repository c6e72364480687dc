"""`halfway assess --prometheus FILE`: what one look found, for node_exporter's textfile collector.

However the look ends, the file is written anew: an old file must not go on calling a database healthy that nobody could
look at.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

import click

from console.core.faults import Fault, UsageFault
from console.core.plain import one_line

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

    from console.core.assessment import Assessment

PROMETHEUS = click.option(
    "--prometheus", metavar="FILE|-", help="Write metrics for node_exporter's textfile collector, instead of the text."
)


class Metrics:
    """Writes what it was given by the end, or that there was nothing to give. Does nothing without a file."""

    def __init__(self, file: str | None, *, as_json: bool) -> None:
        if file == "-" and as_json:
            raise UsageFault("--json and --prometheus - both want stdout", todo="Give --prometheus a file")
        self._file = file
        self.url: URL | None = None
        self.assessment: Assessment | None = None

    def __enter__(self) -> Self:
        """Nothing is written before the end."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """The file, whatever happened; what happened matters more than a file that cannot be written."""
        if self._file is None:
            return
        try:
            self._write(self._file)
        except Fault as fault:
            if error is None:
                raise
            click.echo(f"halfway: {fault}", err=True)

    def _write(self, file: str) -> None:
        from console.cli import say
        from console.report.prometheus import as_metrics
        from console.store.whole import write_whole

        text = as_metrics(self.assessment, self._labels(), datetime.now(UTC))
        if file == "-":
            say(text.rstrip("\n"))
            return
        try:
            write_whole(Path(file), text)
        except OSError as problem:
            raise UsageFault(f"the metrics {one_line(file)} cannot be written", problem.strerror or "") from None

    def _labels(self) -> dict[str, str]:
        """Which database it is, the same whether it could be reached or not."""
        if self.url is None:
            return {}
        port = f":{self.url.port}" if self.url.port else ""
        return {"host": f"{self.url.host or 'local'}{port}", "database": self.url.database or ""}
