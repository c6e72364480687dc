"""What is shown of a Python file is what Python's own `ast` finds there."""

from __future__ import annotations

import ast

import pytest

from console.readers.python.segments import segment

TEXTS = (
    "x = f(1,\n   'é', [2,\n 3])\ny = 'ü' + z",
    "a = 1\r\nb = '''one\r\ntwo'''\rc = (b,\n\n\na)\n",
    "x = 'a\fb\x0b\x1c\u2028c'; y = 2\n\f\nz = [\n1]",
    "\n\n\nclass A:\n    def f(self):\n        return {\n  'ä': 1}\n",
)


@pytest.mark.parametrize("text", TEXTS)
def test_every_node_is_shown_as_python_shows_it(text: str) -> None:
    for node in ast.walk(ast.parse(text)):
        assert segment(text, node) == (ast.get_source_segment(text, node) or "")


def test_a_node_of_another_text_is_shown_from_none() -> None:
    node = ast.parse("\n\n\nx = 1").body[0]
    assert segment("x = 1", node) == segment("", node) == segment("x", ast.Name("x")) == ""
