"""The migration files of a fleet, read once: for each kind and release of a server, whatever the number of databases.

On MySQL, and where a tenant is a schema, the names without a schema mean another one in every database. The files are
read for one made-up home then, and what is read of a database is brought there (moved.py).
"""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Iterable
from dataclasses import replace

from console.core.ports import Files, Framework, Project
from console.lanes.source import read_files

Key = tuple[str, str, str, str, str]


class SharedFiles:
    """A `FilesReader` that remembers; any thread."""

    def __init__(self) -> None:
        """Nothing is read yet."""
        self._read: dict[Key, Files] = {}
        self._digests: dict[Key, str] = {}
        self._texts: dict[Key, str] = {}
        self._lock = threading.Lock()
        self.times = 0
        """How often files were read."""

    def __call__(self, framework: Framework, project: Project, given: str | None, grammar: str, home: str) -> Files:
        """The files, read by whoever asks first; the others wait for that."""
        key = (framework.name, grammar, project.server_version, home, given or "")
        with self._lock:
            if key not in self._read:
                files = read_files(framework, project, given, grammar, home)
                self.times += 1
                self._read[key] = files
                self._digests[key] = _digest(files)
                self._texts[key] = "\n".join(s.sql for m in files.migrations for s in m.statements).lower()
            return self._read[key]

    def digest(
        self,
        tools: Iterable[tuple[Framework, Project | None]],
        given: str | None,
        grammar: str,
        version: str,
        home: str,
    ) -> str:
        """What a database was judged by; '' where no project was found."""
        found = []
        for framework, project in tools:
            if project is not None:
                self(framework, replace(project, server_version=version), given, grammar, home)
                found.append(f"{framework.name} {self._digests[framework.name, grammar, version, home, given or '']}")
        return hashlib.blake2b("\n".join(found).encode(), digest_size=8).hexdigest() if found else ""

    def outside(self, home: str) -> frozenset[tuple[str, str]]:
        """(schema, table) of what statements change outside the schema of unqualified names."""
        with self._lock:
            read = [files for key, files in self._read.items() if key[3] == home]
        refs = (
            operation.subject
            for files in read
            for migration in files.migrations
            for statement in migration.statements
            for operation in statement.operations
        )
        return frozenset((r.schema, r.table or r.name) for r in refs if r is not None and r.schema not in ("", home))

    def mention(self, name: str) -> bool:
        """Whether a statement names this database or schema outright: then the files are to be read for it alone."""
        word = re.compile(rf"(?<![\w$]){re.escape(name.lower())}[`\"]?\s*\.")
        return any(word.search(text) for text in self._texts.values())


def _digest(files: Files) -> str:
    text = hashlib.blake2b(digest_size=16)
    for migration in files.migrations:
        for part in (migration.id, migration.checksum or "", *(s.sql for s in migration.statements)):
            text.update(part.encode("utf-8", "surrogatepass") + b"\x1e")
    text.update(files.unread.encode())
    return text.hexdigest()
