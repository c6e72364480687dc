"""Whatever a statement holds, PHP, Ruby and Python read exactly that text again, and a remark stays one."""

from __future__ import annotations

import ast
import json
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.core.forward.quoting import php, python, remark, ruby
from tests.tools.debian import DebianError
from tests.tools.laravel import php as php_tools
from tests.tools.rails import ruby as ruby_tools

NASTY = (
    "", "'", "\\", "\\'", "it's", "''", "\\\\'", 'say "hi"', "#{`id`}", "#$x #@y", "$x {$y} ${z}", "?> <?php", "*/ //",
    "a\r\nb\rc\n", "tab\there", "\x7f", "%s %% :name ?", "$halfway$", "line\\\nnext", "HALFWAY\n", "ünïcode 🐘 \u2028",
    "'''", '"""', "E'\\n'", "=begin\n=end", "__END__\n",
)  # fmt: skip
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))


@settings(max_examples=300)
@given(TEXTS)
def test_python_reads_what_was_written(text: str) -> None:
    assert ast.literal_eval(python(text)) == text


@pytest.mark.parametrize("text", NASTY, ids=repr)
def test_python_reads_what_is_nasty(text: str) -> None:
    assert ast.literal_eval(python(text, "    ")) == text


def _many() -> list[str]:
    """The nasty ones, each beside the others, and every sign that may mean something beside every other."""
    signs = "'\"\\#{}$@?<>*/\r\n\t%` a"
    return [*NASTY, *(one + other + last for one in signs for other in signs for last in ("", "'", "\\"))]


def _read_by(command: tuple[str, ...], script: str, environment: dict[str, str]) -> list[str]:
    done = subprocess.run(command, input=script.encode(), env=environment, capture_output=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr.decode()
    read: list[str] = json.loads(done.stdout)
    return read


def test_php_reads_what_was_written() -> None:
    try:
        program = php_tools()
    except DebianError as error:
        pytest.fail(str(error), pytrace=False)
    script = "<?php echo json_encode([" + ",\n".join(php(text) for text in _many()) + "]);"
    assert _read_by(tuple(str(part) for part in program.command()), script, {"LC_ALL": "C"}) == _many()


def test_ruby_reads_what_was_written() -> None:
    try:
        program = ruby_tools()
    except DebianError as error:
        pytest.fail(str(error), pytrace=False)
    script = "# encoding: utf-8\nrequire 'json'\nputs JSON.generate([" + ",\n".join(ruby(t) for t in _many()) + "])\n"
    command = tuple(str(part) for part in program.command("-"))
    assert _read_by(command, script, {**program.environment(), "LC_ALL": "C.UTF-8"}) == _many()


@settings(max_examples=200)
@given(st.one_of(TEXTS, st.sampled_from(NASTY)))
def test_a_remark_is_one_line_that_ends_nothing(text: str) -> None:
    said = remark(text)
    assert len(said.splitlines()) <= 1
    assert not any(end in said for end in ("?>", "*/", "${"))
