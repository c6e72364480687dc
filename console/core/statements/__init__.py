"""SQL text to statements to operations, without losing a character.

`split` cuts a script into pieces whose texts joined are the script again; `read_script` turns those that count as
statements (DESIGN 2) into `Statement` values. What a statement means is read from its tokens by a table-driven
grammar (one table per verb); data statements are looked at with sqlglot. What neither understands becomes `Opaque`:
shown in full, never guessed, never dropped.
"""

from __future__ import annotations

from console.core.statements.script import read_script
from console.core.statements.split import Piece, split
from console.core.statements.statement import DataProbe, Nature, Statement

__all__ = ["DataProbe", "Nature", "Piece", "Statement", "read_script", "split"]
