"""Changelogs of Liquibase that are no SQL: documents, the changes in them, and the SQL that Liquibase writes of each.

`read` makes one tree of XML, YAML and JSON; `sent_of` and `reversed_of` give the statements of a change and of what
takes it back, as Liquibase 4.28 writes them, or the reason why they are not known.
"""

from __future__ import annotations

from console.readers.changelog.changes import reversed_of, sent_of
from console.readers.changelog.documents import ENDINGS, read
from console.readers.changelog.node import Node, UnreadError
from console.readers.changelog.target import Target

__all__ = ["ENDINGS", "Node", "Target", "UnreadError", "read", "reversed_of", "sent_of"]
