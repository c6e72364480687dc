"""Expressions held against what PHP 8.2 and Laravel 8.83 made of them: `evaluated.txt` was written by running them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from console.readers.php.configuration import read_config
from console.readers.php.values import Listing, Unknown, Value

LINES = (Path(__file__).parent / "evaluated.txt").read_text(encoding="utf-8").splitlines()
CASES = list(zip(LINES[::2], LINES[1::2], strict=True))
HEAD = "<?php use Illuminate\\Support\\Arr; use Illuminate\\Support\\Str; return "


def told(value: Value) -> str:
    """A value in the notation of the file."""
    if isinstance(value, Listing):
        return f"[{', '.join(f'{json.dumps(key)}: {told(one)}' for key, one in value.items)}]"
    if isinstance(value, Unknown):
        return f"not known: {value.why}"
    return f"float {value!r}" if isinstance(value, float) else json.dumps(value)


@pytest.mark.parametrize("n", range(len(CASES)))
def test_an_expression_is_what_php_makes_of_it(n: int) -> None:
    expression, expected = CASES[n]
    assert told(read_config(f"{HEAD}{expression};", lambda _: None)) == expected.strip(), expression


def test_there_are_many_of_them() -> None:
    assert len(CASES) > 350
