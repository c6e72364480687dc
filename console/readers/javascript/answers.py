"""What a file does with an answer: methods of plain values leave nothing, all others may be a connection's or a row's.

`const conn = await pool.getConnection(); await conn.query('DROP TABLE a')` sends as much as any other call does.
"""

from __future__ import annotations

import re

from console.readers.javascript.values import Chain

_PLAIN = frozenset(
    "map filter forEach flatMap reduce reduceRight some every find findIndex includes indexOf lastIndexOf join slice "
    "splice concat sort reverse push pop shift unshift keys values entries at flat trim split replace replaceAll match "
    "matchAll startsWith endsWith substring padStart padEnd charAt test clone release destroyed".split()
)
_ASKING = re.compile(r"(?:find(?!OrCreate)|get|is|has|to)(?:[A-Z]\w*)?")


def leaves_nothing(chain: Chain) -> bool:
    """Whether the last call on an answer only looks at it."""
    name = chain.steps[-1].name if chain.steps else ""
    return chain.root.kind == "outcome" and (name in _PLAIN or _ASKING.fullmatch(name) is not None)
