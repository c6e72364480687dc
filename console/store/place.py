"""Where the journal lies, and whether nobody else can touch it there.

Only its owner may write in its folder, and nothing there is followed: a link that somebody laid would make Halfway,
often root, write where they like. So a folder that others can write in (/tmp) is never used itself.
"""

from __future__ import annotations

import errno
import os
import pwd
import stat
from collections.abc import Mapping
from pathlib import Path

from console.core.faults import JournalFault, UsageFault
from console.core.plain import one_line

NAME = "journal.db"
FOLDER = "halfway"
BESIDE = ("-wal", "-shm", "-journal", "-mark", "-reserve")
"""What may lie beside the file."""
ROOM = Path("/var/lib/halfway/room")
"""Where a machine's room is that nobody has to name."""
MOUNTS = Path("/proc/self/mounts")
_NETWORK = frozenset({"9p", "acfs", "afs", "beegfs", "ceph", "cifs", "davfs", "gfs2", "glusterfs", "gpfs", "lustre",
                      "nfs", "nfs4", "ocfs2", "smb3", "smbfs", "vboxsf"})  # fmt: skip


def find(named: str | None, environ: Mapping[str, str]) -> Path:
    """The journal's path: as named, as HALFWAY_JOURNAL says, or in the user's state folder. A folder may be named."""
    given = named or environ.get("HALFWAY_JOURNAL")
    if not given:
        return default() / NAME
    if "\0" in given:
        raise UsageFault(f"{one_line(given, 200)} cannot be a journal", "it holds a NUL")
    try:
        path = Path(given).expanduser().absolute()
        return path / FOLDER / NAME if path.is_dir() else path
    except (OSError, RuntimeError, ValueError) as problem:
        raise UsageFault(f"{one_line(given, 200)} cannot be a journal", one_line(str(problem), 200)) from None


def default() -> Path:
    """The folder of the user's state. UsageFault where there is no home."""
    from platformdirs import user_state_path

    todo = "Set HOME, or name the journal with --journal PATH"
    try:
        path = user_state_path(FOLDER, appauthor=False)
    except RuntimeError:
        raise UsageFault("there is no home for the journal", "HOME is not set", todo) from None
    if not path.is_absolute():
        raise UsageFault("there is no home for the journal", f"{path} is no absolute path", todo)
    return path


def prepare(path: Path, uid: int) -> None:
    """Make the folder if it is missing, and see that folder and file are ours alone. JournalFault when not."""
    from console.store.problems import unusable

    folder = path.parent
    try:
        if _made_by_us(path) and not folder.is_symlink():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _check_folder(path, folder, uid)
        check_file(path, uid)
        if path.exists() and path.stat().st_mode & ~file_mode(path) & 0o077:
            path.chmod(file_mode(path))
    except OSError as problem:
        raise unusable(path, _why(folder, problem)) from None


def check_file(path: Path, uid: int) -> None:
    """The file and what lies beside it are plain files of this user, or of those who share the room, if they are
    there. JournalFault when not."""
    from console.store.problems import ELSEWHERE

    theirs = is_shared(path.parent)
    for name in ("", *BESIDE):
        one = path.with_name(path.name + name)
        try:
            found = one.lstat()
        except FileNotFoundError:
            continue
        problem = _wrong(found, found.st_uid if theirs else uid)
        if problem:
            raise JournalFault(f"the journal {one_line(str(one))} cannot be used", problem, ELSEWHERE)


def is_shared(folder: Path) -> bool:
    """Whether this is the desk of a room: what is put there belongs to one group, which may write, and nobody else."""
    try:
        mode = folder.lstat().st_mode
    except OSError:
        return False
    wanted = stat.S_ISGID | stat.S_IWGRP
    return stat.S_ISDIR(mode) and mode & wanted == wanted and not mode & stat.S_IWOTH


def file_mode(path: Path) -> int:
    """Who may read and write a file there."""
    return 0o660 if is_shared(path.parent) else 0o600


def made(path: Path, flags: int) -> int:
    """A file opened there that may have been made; the mask of this process does not shut out those who share it."""
    wanted = file_mode(path)
    handle = os.open(path, flags | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, wanted)
    found = os.fstat(handle)
    if found.st_uid == os.geteuid() and stat.S_IMODE(found.st_mode) != wanted:
        os.fchmod(handle, wanted)
    return handle


def not_followed(path: Path) -> None:
    """For reading: anything but a plain file is refused, whoever owns it. UsageFault where there is none."""
    from console.store.problems import unusable

    try:
        found = path.lstat()
    except OSError as problem:
        raise UsageFault(f"there is no journal at {one_line(str(path))}", problem.strerror or "") from None
    except ValueError:
        raise UsageFault(f"{one_line(str(path))} cannot be a journal") from None
    if not stat.S_ISREG(found.st_mode):
        raise unusable(path, "it is a symbolic link" if stat.S_ISLNK(found.st_mode) else "it is not a plain file")


def log_mode(path: Path) -> str:
    """SQLite's journal mode for a file there."""
    return "persist" if over_network(path) else "wal"


def over_network(path: Path, mounts: Path | None = None) -> bool:
    """Whether the file lies on another machine: write-ahead logging needs memory that all its users share."""
    try:
        lines = (mounts or MOUNTS).read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return False
    real = str(path.parent.resolve())
    kind, length = "", -1
    for line in lines:
        point, name = [*line.split(" "), "", ""][1:3]
        point = point.replace("\\040", " ")
        if len(point) >= length and (real + "/").startswith(point.rstrip("/") + "/"):
            kind, length = name, len(point)
    return kind in _NETWORK or kind.startswith("fuse.")


def _check_folder(path: Path, folder: Path, uid: int) -> None:
    from console.store.problems import unusable

    found = folder.lstat()
    ours = _made_by_us(path)
    shown = one_line(str(folder))
    if stat.S_ISLNK(found.st_mode):
        raise unusable(path, f"its folder {shown} is a symbolic link")
    if not stat.S_ISDIR(found.st_mode):
        raise unusable(path, f"{shown} is not a folder")
    if is_shared(folder):
        return
    if found.st_mode & 0o022 and not (ours and found.st_uid == uid):
        todo = f"Name the folder alone (--journal {shown}): one of your own is made in it"
        raise JournalFault(f"the journal {one_line(str(path))} cannot be used", f"others can write in {shown}", todo)
    if found.st_uid != uid:
        raise unusable(path, f"its folder belongs to {_name(found.st_uid)}")
    if ours and found.st_mode & 0o077:
        folder.chmod(0o700)


def _made_by_us(path: Path) -> bool:
    return (path.parent.name, path.name) == (FOLDER, NAME)


def _wrong(found: os.stat_result, uid: int) -> str:
    if stat.S_ISLNK(found.st_mode):
        return "it is a symbolic link, which is not followed"
    if not stat.S_ISREG(found.st_mode):
        return "it is not a plain file"
    if found.st_uid != uid:
        return f"it belongs to {_name(found.st_uid)}"
    return "" if found.st_mode & stat.S_IWUSR else "it is set to be read only"


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"


def _why(folder: Path, problem: OSError) -> str:
    if problem.errno == errno.ENOENT:
        return f"there is no folder {one_line(str(folder))}"
    return f"{one_line(str(problem.filename or folder))}: {problem.strerror}"
