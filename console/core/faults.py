"""The errors Halfway raises, and nothing else's.

    Fault                     anything below; carries `what`, `why`, `todo` and the exit code
    ├── UsageFault            wrong options or configuration                                   exit 2
    ├── ProjectFault          a project or migration file that cannot be used                  exit 2
    ├── UnreachableFault      no connection: refused, timed out, unknown host, wrong password  exit 3
    │   ├── PasswordFault     the server wants a password and none was given: one may be asked for
    │   ├── FullFault         the server has no connection left for us
    │   └── AbsentFault       nobody answers at that address, whichever database is asked for
    ├── NotPermittedFault     connected, but a right is missing (`grant` says which)           exit 3
    ├── RefusedFault          the server said no to an act; nothing of it was done             exit 3
    ├── JournalFault          the journal cannot be written: nothing may be done               exit 3
    │   └── BarredFault       this console may not write it: another one has the wheel
    └── ReadFault             one read failed; the panel shows it, the others go on            exit 3
        ├── LockedFault       it would have waited behind a lock
        ├── TimedOutFault     it took longer than the time allowed
        ├── NotInstrumentedFault  the server could tell, but is set not to (`grant` is what turns it on)
        ├── NotSupportedFault  servers of this kind have nothing to tell about it
        └── LinkLostFault     the connection broke while reading

Driver errors are translated where the driver is used and nowhere else. Wrong input raises; a wrong *state* of a
database is a value.
"""

from __future__ import annotations


class Fault(Exception):
    """One clear sentence: what happened, why, what to do."""

    exit_code = 3

    def __init__(self, what: str, why: str = "", todo: str = "", grant: str = "", partial: object = None) -> None:
        """`grant` is the exact SQL that would give the missing right, if one would; `partial` is what could be read
        all the same, of the type the read would have had."""
        super().__init__(what)
        self.what = what
        self.why = why
        self.todo = todo
        self.grant = grant
        self.partial = partial

    def __str__(self) -> str:
        """The sentence for stderr, without a final newline."""
        text = self.what
        if self.why:
            text += f": {self.why}"
        if self.todo:
            text += f". {self.todo}"
        return text if text.endswith((".", "?", "!")) else text + "."


class UsageFault(Fault):
    """Wrong options or configuration."""

    exit_code = 2


class ProjectFault(Fault):
    """A project or migration file that cannot be used."""

    exit_code = 2


class UnreachableFault(Fault):
    """No connection could be made."""


class PasswordFault(UnreachableFault):
    """The server wants a password and none was given."""


class FullFault(UnreachableFault):
    """The server has no connection left: another way in may be open, and one that is held must not be let go."""


class AbsentFault(UnreachableFault):
    """No server answers at that address: refused, silent, unknown. Another database of it is no better."""


class NotPermittedFault(Fault):
    """Connected, but a right is missing."""


class RefusedFault(Fault):
    """The server said no to an act: nothing of it was done, and its words are in `why`."""

    def __init__(self, what: str, why: str = "", todo: str = "", code: str = "", *, first_lock: bool = False) -> None:
        """`code` is the server's (`55P03`, `1205`); `first_lock`: it still waited for its first lock."""
        super().__init__(what, why, todo)
        self.code = code
        self.first_lock = first_lock


class JournalFault(Fault):
    """The journal cannot be written: nothing may be done."""


class BarredFault(JournalFault):
    """The journal is there, and this console may not write such an entry: it has not got the wheel."""


class ReadFault(Fault):
    """One read failed; other panels go on."""


class LockedFault(ReadFault):
    """The read would have waited behind a lock."""


class TimedOutFault(ReadFault):
    """The read took longer than allowed."""


class NotInstrumentedFault(ReadFault):
    """The server is set not to tell."""


class NotSupportedFault(ReadFault):
    """Servers of this kind have nothing to tell about it."""


class LinkLostFault(ReadFault):
    """The connection broke while reading."""
