"""Who somebody is, for the account of an incident: more than the name of an account that a whole team logs in with.

An SSH key tells people apart, else where they come from together with a name that is asked once. All of it is what a
console says of itself: who shares an operating system account can say anything, so agreement between two such consoles
is never called proven.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from console.core.journal import Entry, Person, Topic

NAME, KEY, PART = "name", "ssh_key", "role"
"""Details of the entry by which a console joins."""


@dataclass(frozen=True, slots=True)
class Someone:
    """A person in the room."""

    account: Person
    name: str = ""
    """What they said when they were asked, once; '' when nobody asked."""
    key: str = ""
    """The fingerprint of the SSH key they came with: `SHA256:...`; '' where the daemon does not tell."""

    @property
    def shown(self) -> str:
        """`Ann (deploy@10.0.0.5)`; the account alone where nobody said a name."""
        return f"{self.name} ({self.account})" if self.name else str(self.account)

    @property
    def details(self) -> dict[str, str]:
        """What the journal keeps of them beside the account."""
        return {NAME: self.name, KEY: self.key}

    def is_also(self, other: Someone) -> bool:
        """Whether the two may be one person: what speaks against it has to be said, nothing else counts."""
        if self.key and other.key:
            return self.key == other.key
        named = bool(self.name and other.name)
        if named and self.name.casefold() != other.name.casefold():
            return False
        return named or self.account.origin == other.account.origin


def someone_in(entry: Entry) -> Someone:
    """Who wrote the entry by which a console joined."""
    given: Mapping[str, str] = entry.details
    return Someone(entry.who, given.get(NAME, ""), given.get(KEY, ""))


def people(entries: Iterable[Entry]) -> dict[str, Someone]:
    """Run -> who that console's person is."""
    return {entry.run: someone_in(entry) for entry in entries if entry.topic is Topic.JOINED}
