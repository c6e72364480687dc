"""Programs by the names that a tool gives itself: by themselves, behind an interpreter, and nowhere else."""

from __future__ import annotations

import pytest

from console.core.programs import program_of


@pytest.mark.parametrize(
    "command",
    [
        "toy up",
        "/usr/local/bin/toy",
        "python3.11 -u -m toy up",
        "php vendor/bin/toy migrate",
        "npx toy",
        "sudo -u app toy",
    ],
)
def test_a_program_is_known_by_its_name(command: str) -> None:
    assert program_of(command, {"toy": "toy-tool"}) == "toy-tool"


@pytest.mark.parametrize(
    "command", ["", "toys up", "tail -f toy", "vim toy/001-one.sql", "python a b c d e toy", "grep toy"]
)
def test_another_program_is_not(command: str) -> None:
    assert program_of(command, {"toy": "toy-tool"}) is None


def test_nobody_who_named_none_is_asked() -> None:
    assert program_of("toy up", {}) is None
