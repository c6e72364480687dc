"""How migration files are read: with what is kept of them, and with what writes it where that is allowed.

A console that only observes reads what is kept and has not loaded what writes it. Where values of rows are to be kept
nowhere, nothing is written either: a file may hold some.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from console.lanes.source import FilesReader, Source
    from console.wiring import Options


def with_kept(source: Source, options: Options, *, keeping: bool) -> Source:
    """The same source, whose files are not read twice; `keeping`: this process may write."""
    from dataclasses import replace

    reader = _reader(keeping=keeping and not options.redact) if options.cache else None
    return source if reader is None else replace(source, read_files=reader)


def _reader(*, keeping: bool) -> FilesReader | None:
    from console.store.kept_files import KeptFiles, folder_of

    folder = folder_of(os.environ)
    if folder is None:
        return None
    if not keeping:
        return KeptFiles(folder)
    from console.store.keeping import Keeping

    return KeptFiles(folder, Keeping())
