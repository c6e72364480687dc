"""The machine the responder is on: which TCP connections live here, and which processes look like a migration tool.

Read from /proc, which every Linux production box has (in a container HALFWAY_PROC names the host's, where it is
mounted); where it is missing the answer is `readable=False`, and nothing is concluded from silence. Command lines are
bounded and secrets in them masked before they leave this module.
"""

from __future__ import annotations

import ipaddress
import os
import re
import socket
import struct
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from console.core.observation import Machine, ToolProcess
from console.core.plain import one_line
from console.core.programs import program_of

ESTABLISHED = "01"
_DIAG = struct.Struct("=IHHIIBBBBI48x")
"""A request to the kernel: the header of the message, then what is asked of which sockets."""
_END = struct.Struct("=16si")
_DUMP, _DUMP_FLAGS = 20, 0x301
_FAILED, _DONE = 2, 3
_LEAST_ANSWER = 88
_PIECE = 1 << 16
_SETTLED = re.compile(rb"[\w.-]+: |\Z")
"""A process of a server that gave itself a name, or one of the kernel: after two looks only every fifth is at it."""
_TURNS = 5
_PATIENCE = 1.0

_FLYWAY = r"(?:migrate|repair|undo|baseline|clean)\b"
_UPGRADE = r".*\b(?:upgrade|downgrade)\b"


def _words(*each: str) -> str:
    """One behind the other: however long the line is, it is read once for each."""
    *before, last = each
    return r"\A" + "".join(f"(?>.*?{word})" for word in before) + last


def _line(*ways: str) -> re.Pattern[str]:
    return re.compile("|".join(ways), re.IGNORECASE | re.DOTALL)


TOOLS = {
    "flyway": _line(
        _words(r"(?:^|[\s/])flyway(?:\.cmd)?\s", rf"(?:.*\s)?{_FLYWAY}"),
        rf"\bflyway:?{_FLYWAY}",
        r"\borg\.flywaydb\b",
        _words(r"\bjava\b", r".*\bflyway\b"),
    ),
    "laravel": _line(_words(r"\bartisan\b", r".*\bmigrate")),
    "rails": _line(_words(r"\b(?:rails|rake)\b", r".*\bdb:")),
    "django": _line(_words(r"\bmanage\.py\b", r".*\bmigrate\b")),
    "dbmate": _line(_words(r"(?:^|[\s/])dbmate\s", r"(?:.*\s)?(?:up|migrate|rollback|down)\b")),
    "goose": _line(_words(r"(?:^|[\s/])goose\s", r"(?:.*\s)?(?:up|up-by-one|up-to|down|down-to|redo|reset)(?:\s|\Z)")),
    "prisma": _line(_words(r"\bprisma\b", r".*\b(?:migrate|db push)\b"), r"\bschema-engine\b"),
    "drizzle": _line(_words(r"\bdrizzle-kit\b", r".*\b(?:migrate|push)\b")),
    "atlas": _line(_words(r"(?:^|[\s/])atlas\s", r"(?:migrate|schema)\s+(?:apply|down|set)\b")),
    "liquibase": _line(_words(r"\bliquibase\b", r".*\b(?:update|rollback|changelog-?sync|release-?locks)")),
    "sqitch": _line(_words(r"\bsqitch\b", r"(?:.*\s)?(?:deploy|revert|rebase|checkout)\b")),
    "golang-migrate": _line(
        _words(r"(?:^|[\s/])migrate\s", r"\s-{1,2}(?:database|path|source)\b", r".*\b(?:up|down|goto)\b")
    ),
    "alembic": _line(_words(r"\balembic\b", _UPGRADE), _words(r"\bflask\b", r"\bdb\b", _UPGRADE)),
    "phinx": _line(_words(r"\bphinx\b", r"(?:.*\s)?(?:migrate|rollback)\b")),
    "doctrine": _line(r"\bdoctrine:migrations:", _words(r"\bdoctrine-migrations\b", r".*\b(?:migrate|execute)\b")),
    "efcore": _line(_words(r"\bdotnet\b", r".*\bef\b", r".*\bdatabase\s+update\b"), r"(?:^|[\s/])efbundle\b"),
    "knex": _line(_words(r"\bknex\b", r".*\bmigrate:")),
    "typeorm": _line(_words(r"\btypeorm(?:-ts-node-\w+)?\b", r".*\bmigration:(?:run|revert)")),
    "sequelize": _line(_words(r"\bsequelize(?:-cli)?\b", r".*\bdb:migrate")),
    "gh-ost": _line(r"(?:^|[\s/])gh-ost\s+-"),
    "pt-online-schema-change": _line(r"(?:^|[\s/])pt-online-schema-change\s"),
}
"""What a command line of each tool looks like; a wrong yes only makes a person look."""

_ONLY_READS = re.compile(r"^(?:\S*/)?(?:vi|vim|nvim|nano|emacs|less|more|tail|cat|grep|rg)(?=\s|$)")
"""Programs that are given such words and run nothing."""

_SECRET = re.compile(
    r"((?:pass(?:word|wd)?|pwd|token|secret)[\w.-]*\s*[=:]\s*)[^\s&]+|(://[^:@/\s]*:)[^@\s]*(?=@)", re.IGNORECASE
)
_LONGEST = 5000
"""Letters of a command line that are masked; far fewer are shown."""


class SystemClock:
    """The real clock."""

    def now(self) -> datetime:
        """UTC, aware."""
        return datetime.now(UTC)


class LocalMachine:
    """Reads /proc each time it is asked."""

    def __init__(self, proc: Path | None = None, programs: Mapping[str, str] | None = None) -> None:
        """`proc`: where the machine shows itself (/proc, or what HALFWAY_PROC names); `programs` as in `program_of`."""
        self._proc, self._programs = proc or Path(os.environ.get("HALFWAY_PROC") or "/proc"), programs or {}
        self._known: dict[str, tuple[bytes, str | None, int]] = {}
        """Process number -> its command line, the tool that it runs, at how many looks: hundreds cost no regex."""

    def look(self) -> Machine:
        """Sockets, addresses and tools as they are now."""
        try:
            sockets = self._sockets()
        except OSError:
            return Machine(readable=False)
        ends = frozenset(sockets.values())
        tools = tuple(self._tools(sockets))
        return Machine(ends, frozenset(address for address, _ in ends), tools, readable=True)

    def _sockets(self) -> dict[int, tuple[str, int]]:
        """By inode, (local address, local port) of every established TCP connection."""
        if self._proc == Path("/proc"):
            with suppress(OSError, struct.error):  # a container may not be let ask; the files tell the same
                return {**_asked(socket.AF_INET), **_asked(socket.AF_INET6)}
        return dict(self._listed())

    def _listed(self) -> Iterator[tuple[int, tuple[str, int]]]:
        """The same out of the files, for which the kernel walks a table of hundreds of thousands of places."""
        found = False
        for name in ("tcp", "tcp6"):
            path = self._proc / "net" / name
            if not path.exists():
                continue
            found = True
            for line in path.read_text().splitlines()[1:]:
                fields = line.split()
                if len(fields) > 9 and fields[3] == ESTABLISHED:
                    yield int(fields[9]), _end(fields[1])
        if not found:
            raise OSError("no socket table")

    def _tools(self, sockets: dict[int, tuple[str, int]]) -> Iterator[ToolProcess]:
        before, self._known, own = self._known, {}, str(os.getpid())
        for number in os.listdir(self._proc):  # noqa: PTH208 - a Path for each process costs more than all the rest
            if not number.isdigit() or number == own:
                continue
            last, tool, looks = before.get(number, (b"", None, 0))
            settled = looks > 1 and looks % _TURNS and _SETTLED.match(last)
            line = last if settled else _command(f"{self._proc}/{number}/cmdline")
            if not looks or last != line:
                tool, looks = tool_of(spelled := _spelled(line)) or program_of(spelled, self._programs), 0
            self._known[number] = (line, tool, looks + 1)
            if tool is not None:
                ports = frozenset(sockets[inode][1] for inode in _inodes(self._proc / number) if inode in sockets)
                yield ToolProcess(int(number), masked(_spelled(line)), tool, ports)


def here() -> str:
    """Which machine this is, since when it runs, and whose process numbers count: `db1 4f0c... pid:[4026531836]`."""
    return " ".join(part for part in (os.uname().nodename, _boot(), _numbers()) if part)


def gone(host: str, process: str) -> bool | None:
    """Whether the group that this process leads is gone; None where it is another machine's, or not known."""
    if host != here() or not (process.isascii() and process.isdigit() and int(process) > 1):
        return None
    try:
        os.killpg(int(process), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False


def myself() -> str:
    """This process, so that no later one of its number is taken for it: `4711 8839201`."""
    return f"{os.getpid()} {_began(os.getpid())}".strip()


def ended(host: str, process: str) -> bool | None:
    """Whether the process that called itself so has ended; None where it is another machine's, or not known."""
    number, _, began = process.partition(" ")
    if host != here() or not (number.isascii() and number.isdigit() and int(number) > 1):
        return None
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except OSError:
        pass  # it is somebody else's
    now = _began(int(number))
    return bool(began and now and now != began)


def _began(number: int) -> str:
    """When a process began, in the kernel's own count; '' where that is hidden."""
    try:
        return Path(f"/proc/{number}/stat").read_text(errors="replace").rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return ""


def _boot() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return ""


def _numbers() -> str:
    try:
        return str(Path("/proc/self/ns/pid").readlink())
    except OSError:
        return ""


def tool_of(command: str) -> str | None:
    """The migration tool that a command line runs; None where it runs none, or only reads its files."""
    if _ONLY_READS.search(command):
        return None
    return next((name for name, look in TOOLS.items() if look.search(command)), None)


def masked(command: str) -> str:
    """A command line without secrets, in one bounded line."""
    return one_line(_SECRET.sub(lambda m: (m.group(1) or m.group(2)) + "***", command[:_LONGEST]), 200)


def _command(path: str) -> bytes:
    try:
        file = os.open(path, os.O_RDONLY)
    except OSError:
        return b""
    try:
        line = part = os.read(file, _PIECE)
        while len(part) == _PIECE:
            line += (part := os.read(file, _PIECE))
    except OSError:
        return b""
    finally:
        os.close(file)
    return line


def _spelled(line: bytes) -> str:
    return line.replace(b"\0", b" ").decode(errors="replace").strip()


def _inodes(folder: Path) -> Iterator[int]:
    try:
        links = [str(path.readlink()) for path in (folder / "fd").iterdir()]
    except OSError:
        return
    for link in links:
        if link.startswith("socket:["):
            yield int(link[8:-1])


def _asked(family: int) -> dict[int, tuple[str, int]]:
    """The established connections of a family, as the kernel answers a program that asks: 30 times as cheap."""
    found: dict[int, tuple[str, int]] = {}
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 4) as asking:
        asking.settimeout(_PATIENCE)
        asking.send(_DIAG.pack(_DIAG.size, _DUMP, _DUMP_FLAGS, 1, 0, family, socket.IPPROTO_TCP, 0, 0, 1 << 1))
        while True:
            answer, at = asking.recv(1 << 17), 0
            while at < len(answer):
                size, kind = struct.unpack_from("=IH", answer, at)
                if kind in (_FAILED, _DONE) or size < _LEAST_ANSWER:
                    # the end of a dump that failed carries why: taken for the end of a list, nobody would be connected
                    if kind != _DONE or (size >= _END.size and _END.unpack_from(answer, at)[1] < 0):
                        raise OSError("the kernel does not tell")
                    return found
                (port,) = struct.unpack_from("!H", answer, at + 20)
                (inode,) = struct.unpack_from("=I", answer, at + 84)
                found[inode] = _spoken(answer[at + 24 : at + (28 if family == socket.AF_INET else 40)]), port
                at += (size + 3) & ~3


@lru_cache(maxsize=1024)
def _spoken(packed: bytes) -> str:
    found = ipaddress.ip_address(packed)
    return str(getattr(found, "ipv4_mapped", None) or found)


def _end(text: str) -> tuple[str, int]:
    """`0100007F:1538` -> ('127.0.0.1', 5432): the kernel prints words of four bytes in the machine's own order."""
    address, _, port = text.partition(":")
    return _address(address), int(port, 16)


@lru_cache(maxsize=1024)
def _address(text: str) -> str:
    raw = bytes.fromhex(text)
    return _spoken(
        b"".join(int.from_bytes(raw[i : i + 4], "big").to_bytes(4, sys.byteorder) for i in range(0, len(raw), 4))
    )
