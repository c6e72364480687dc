"""What a tool makes of its files and its ledger, made anew only when one of them is another: each look asks."""

from __future__ import annotations

from dataclasses import dataclass, replace

from console.core.migration import Ledger
from console.core.observation import Reading, Server, Tracking
from console.core.ports import Files, Framework, Project
from console.core.rollback import login_of
from console.lanes.reading import Reader


@dataclass(frozen=True)
class _Made:
    files: Files
    """The very ones: they are read again now and then, and with them counts whatever else lies beside them."""
    server: Server
    ledger: Ledger
    tracking: Reading[Tracking]


class Tracks:
    """State lives on the thread that asks."""

    def __init__(self, reader: Reader) -> None:
        """Nothing is made yet."""
        self._reader = reader
        self._made: dict[str, _Made] = {}

    def of(
        self,
        framework: Framework,
        project: Project | None,
        read: tuple[Files, Server, Ledger],
        old: Reading[Tracking],
    ) -> Reading[Tracking]:
        """What the tool makes of it; `old` is what was told last."""
        files, server, ledger = read
        kept = self._made.get(framework.name)
        if kept is not None and kept.files is files and kept.server is server and kept.ledger == ledger:
            return replace(kept.tracking, taken_at=self._reader.clock.now())
        found = self._reader.read(lambda: framework.track(project, files, ledger, server), old)
        self._made.pop(framework.name, None)
        if found.complete:
            self._made[framework.name] = _Made(files, server, ledger, found)
        return found


def with_login(tracking: Tracking, project: Project | None) -> Tracking:
    """With the account that the tool's own command would take."""
    url = project.url if project is not None else None
    if project is None or url is None or not tracking.rollback.argv:
        return tracking
    if url.get_backend_name() == "sqlite":
        told = "a file has no login: whoever runs it must be able to write it"
    else:
        place = f"{url.host or ''}{f':{url.port}' if url.port else ''}"
        told = login_of(url.username, place, project.url_from, password=bool(url.password))
    return replace(tracking, rollback=replace(tracking.rollback, login=told))
