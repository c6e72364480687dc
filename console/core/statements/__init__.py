"""SQL text to statements to operations, without losing a character.

`split` cuts a script into pieces whose texts joined are the script again; `read_script` turns those that count as
statements (DESIGN 2) into `Statement` values. What a statement means is read from its tokens by a table-driven
grammar (one table per verb); data statements are looked at with sqlglot. What neither understands becomes `Opaque`:
shown in full, never guessed, never dropped.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from console.core.statements.statement import DataProbe, Guard, Nature, Sent, Statement

if TYPE_CHECKING:
    from console.core.statements.reading import read_script, read_sent
    from console.core.statements.splitting import Piece, split

_LATER = {"read_script": "reading", "read_sent": "reading", "Piece": "splitting", "split": "splitting"}
"""The grammar is only loaded by who reads scripts: the values alone are needed to open a screen."""

__all__ = ["DataProbe", "Guard", "Nature", "Piece", "Sent", "Statement", "read_script", "read_sent", "split"]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever the module holds
    if name not in _LATER:
        raise AttributeError(name)
    return getattr(import_module(f"{__name__}.{_LATER[name]}"), name)
