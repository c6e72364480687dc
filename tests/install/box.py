"""A machine that has next to nothing: Debian's packages unpacked, and a change root into a layer above them."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from console.drill.player import checksum
from tests.test_sqlite_cli import HISTORY, ONE, TWO, ran
from tests.tools.debian import Wanted, unpacked

_ESSENTIAL = ("base-files", "coreutils", "dash", "gzip", "libc-bin", "tar")
"""Of what every Debian has, that which is used."""
BARE = {suite: Wanted(suite, ("tar", *_ESSENTIAL)) for suite in ("bookworm", "trixie")}
"""Without any Python."""
WITH_PYTHON = {
    "3.9": Wanted("bullseye", ("python3.9", *_ESSENTIAL)),
    "3.11": Wanted("bookworm", ("python3.11-minimal", "libpython3.11-stdlib", *_ESSENTIAL)),
    "3.13": Wanted("trixie", ("python3.13-minimal", "libpython3.13-stdlib", *_ESSENTIAL)),
    "3.14": Wanted("sid", ("python3.14-minimal", "libpython3.14-stdlib", *_ESSENTIAL)),
}
"""With Python and its standard library, and no package for it."""
_ENTER = """set -e
mount -t tmpfs none "$1"
mkdir "$1/new" "$1/work" "$1/root"
mount -t overlay overlay -o "lowerdir=$2,upperdir=$1/new,workdir=$1/work" "$1/root"
mkdir -p "$1/root/proc" "$1/root/dev" "$1/root/tmp" "$1/root/root" "$1/root/etc" "$1/root/keep" "$1/root/given"
chmod 1777 "$1/root/tmp"
[ -e "$1/root/bin" ] || ln -s usr/bin "$1/root/bin"
[ -e "$1/root/bin/sh" ] || ln -s dash "$1/root/bin/sh"
echo root:x:0:0::/root:/bin/sh > "$1/root/etc/passwd"
mount --rbind /dev "$1/root/dev"
mount -t proc none "$1/root/proc"
mount --rbind "$3" "$1/root/keep"
mount --rbind "$4" "$1/root/given"
root=$1/root
shift 4
exec chroot "$root" /usr/bin/env -i PATH=/usr/bin:/bin HOME=/root TERM=xterm-256color LANG=C.UTF-8 "$@"
"""


@dataclass(frozen=True)
class Box:
    """One such machine: what lies in `keep` stays from command to command, all else is new each time."""

    system: Path
    place: Path
    keep: Path
    given: Path
    """What was carried there."""

    def command(self, *words: str, **environ: str) -> tuple[str, ...]:
        """The command line that runs these words there."""
        said = (f"{name}={value}" for name, value in environ.items())
        places = (str(self.place), str(self.system), str(self.keep), str(self.given))
        return ("/usr/bin/unshare", "--mount", "/bin/sh", "-c", _ENTER, "sh", *places, *said, *words)

    def run(self, *words: str, **environ: str) -> subprocess.CompletedProcess[str]:
        """What comes of it without a terminal."""
        return subprocess.run(
            self.command(*words, **environ), stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
            timeout=300,
        )  # fmt: skip


@contextmanager
def box(wanted: Wanted, carried: Mapping[str, bytes]) -> Iterator[Box]:
    """A machine with these programs in /given, and a project in /keep/app whose second migration stopped halfway."""
    with tempfile.TemporaryDirectory(prefix="halfway-box-") as name:
        place, keep, given = (Path(name) / part for part in ("place", "keep", "given"))
        for folder in (place, keep, given):
            folder.mkdir(mode=0o755)
        for program, data in carried.items():
            (given / program).write_bytes(data)
            (given / program).chmod(0o755)
        _half(keep / "app")
        yield Box(unpacked(wanted).root, place, keep, given)


def _half(project: Path) -> None:
    (project / "sql").mkdir(parents=True)
    (project / "sql" / "V1__orders.sql").write_text(ONE)
    (project / "sql" / "V2__carrier.sql").write_text(TWO)
    (project / "flyway.conf").write_text("flyway.url=jdbc:sqlite:app.db\nflyway.locations=filesystem:sql\n")
    row = f"(1, '1', 'orders', 'SQL', 'V1__orders.sql', {checksum(ONE)}, '', '2026-01-31 11:00:00.000', 7, 1)"
    ran(project / "app.db", HISTORY, ONE, f"INSERT INTO flyway_schema_history VALUES {row}", TWO.split(";")[0])
