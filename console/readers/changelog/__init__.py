"""Changelogs of Liquibase that are no SQL: documents, the changes in them, and the SQL that Liquibase writes of each.

`read` makes one tree of XML, YAML and JSON; `sent_of` and `reversed_of` give the statements of a change and of what
takes it back, as Liquibase 4.28 writes them, or the reason why they are not known. Each is loaded when it is wanted:
whether a project is Liquibase's is asked of every folder, and the names of files tell that.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from console.readers.changelog.changes import reversed_of, sent_of
    from console.readers.changelog.documents import ENDINGS, read
    from console.readers.changelog.node import Node, UnreadError
    from console.readers.changelog.target import Target

__all__ = ["ENDINGS", "Node", "Target", "UnreadError", "read", "reversed_of", "sent_of"]

_WHERE = {
    "ENDINGS": "documents",
    "Node": "node",
    "Target": "target",
    "UnreadError": "node",
    "read": "documents",
    "reversed_of": "changes",
    "sent_of": "changes",
}


def __getattr__(name: str) -> object:
    """What the module holds that the name is from."""
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found: object = getattr(import_module(f"{__name__}.{_WHERE[name]}"), name)
    return found
