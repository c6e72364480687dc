"""The folder of a room on one machine: a desk that only responders write on, and a window for everybody else.

`desk/` belongs to the responders' group (02770): the journal and who is there. What observers may see is put behind
`window/` by the responders' consoles (02775): whole files, put in place of the old ones, that nobody else can write.
"""

from __future__ import annotations

import grp
import os
from pathlib import Path

from console.core.faults import UsageFault
from console.core.plain import one_line
from console.store.place import NAME, is_shared
from console.store.window import WINDOW

DESK = "desk"


def make_room(folder: Path, group: str) -> None:
    """Make it. UsageFault, one sentence, where that cannot be."""
    try:
        gid = grp.getgrnam(group).gr_gid
    except KeyError:
        raise UsageFault(
            f"there is no group {one_line(group, 80)}", todo=f"Make it first: groupadd {one_line(group, 80)}"
        ) from None
    try:
        folder.mkdir(mode=0o755, parents=True, exist_ok=True)
        for name, mode in ((DESK, 0o2770), (WINDOW, 0o2775)):
            place = folder / name
            place.mkdir(exist_ok=True)
            os.chown(place, -1, gid, follow_symlinks=False)
            place.chmod(mode)
    except OSError as problem:
        shown = one_line(str(problem.filename or folder), 200)
        raise UsageFault(f"the room {shown} cannot be made", problem.strerror or "") from None


def journal_in(folder: Path) -> Path:
    """The journal of a room. UsageFault where that is no room, or not one that this user may write in."""
    desk = folder / DESK
    shown = one_line(str(folder), 200)
    if not folder.is_dir():
        raise UsageFault(f"there is no room {shown}", todo=f"Make one: halfway room make {shown} --group GROUP")
    if not os.access(desk, os.R_OK | os.W_OK | os.X_OK):
        raise UsageFault(f"you may not act in the room {shown}", "you are not of its group",
                         "Ask to be put into it, or look with: halfway observe")  # fmt: skip
    if not is_shared(desk):
        todo = f"Make it anew: halfway room make {shown} --group GROUP"
        raise UsageFault(f"{shown} is not a room", f"its {DESK} is not a folder of one group alone", todo)
    return desk / NAME
