"""What a migration sets for its session before a statement of it is sent, where that decides how the server goes on.

SET is no statement (DESIGN 2), so it is looked for in the file's own text; comments are left out line by line.
"""

from __future__ import annotations

import re
from dataclasses import replace

from console.core.observation import Server

_COMMENT = re.compile(r"^\s*(#|--|//|\*)")
_SET = re.compile(r"\bset\b([^;\n]*?\b(foreign_key_checks|sql_mode)\s*=\s*('[^']*'|\"[^\"]*\"|\w+))", re.IGNORECASE)
_OFF = re.compile(r"\b(disable|without)ForeignKeyConstraints\b")
_ON = re.compile(r"\benableForeignKeyConstraints\b")


def as_set(server: Server, text: str, line: int) -> Server:
    """The server as the session finds it at that line of the file."""
    if server.dialect not in ("mysql", "mariadb") or not text:
        return server
    found = dict(server.settings)
    for one in text.splitlines()[: max(line, 1)]:
        if _COMMENT.match(one):
            continue
        for said in _SET.finditer(one):
            if "global" not in said[1].lower():
                found[said[2].lower()] = said[3].strip("'\"")
        if _OFF.search(one) or _ON.search(one):
            found["foreign_key_checks"] = "0" if _OFF.search(one) else "1"
    settings = tuple(found.items())
    return server if settings == server.settings else replace(server, settings=settings)
