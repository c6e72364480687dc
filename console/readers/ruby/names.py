"""The names that Rails makes: of indexes, foreign keys, checks and join tables."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

_LONGEST = 62
"""Bytes of an index name that Rails 7.1 makes."""


def hashed(text: str) -> str:
    """The ten characters that stand for a text in a name."""
    return hashlib.sha256(text.encode()).hexdigest()[:10]


def index_name(table: str, columns: Sequence[str], *, shortened: bool = False) -> str:
    """`index_users_on_a_and_b`; an expression gives its words."""
    name = f"index_{table}_on_{'_and_'.join(columns)}"
    if not shortened or len(name.encode()) <= _LONGEST:
        return name
    short = f"idx_on_{'_and_'.join(columns)}"
    return f"{short.encode()[: _LONGEST - 11].decode(errors='ignore')}_{hashed(name)}"


def expression_words(expression: str) -> str:
    """What an expression is in an index's name."""
    return "_".join(re.findall(r"\w+", expression))


def foreign_key_name(table: str, column: str) -> str:
    """A foreign key that no one named."""
    return f"fk_rails_{hashed(f'{table}_{column}_fk')}"


def check_name(table: str, expression: str) -> str:
    """A check that no one named."""
    return f"chk_rails_{hashed(f'{table}_{expression}_chk')}"


def exclusion_name(table: str, expression: str) -> str:
    """An exclusion constraint that no one named."""
    return f"excl_rails_{hashed(f'{table}_{expression}_excl')}"


def unique_name(table: str, columns: Sequence[str]) -> str:
    """A unique constraint that no one named."""
    return "uniq_rails_" + hashed(f"{table}_{'_and_'.join(columns)}_unique")


def join_table(one: str, other: str) -> str:
    """Both names in order; what they begin with alike is said once."""
    joined = "\0".join(sorted((one, other)))
    return re.sub(r"^(.*[._])(.+)\0\1(.+)", r"\1\2_\3", joined, flags=re.DOTALL).replace("\0", "_")
