"""Preferences in the configuration: read as they stand, or refused in one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.core.faults import UsageFault
from console.core.preferences import Preferences
from console.store.config import Config, load


def test_what_is_said_is_read(tmp_path: Path) -> None:
    path = tmp_path / "h.toml"
    path.write_text('hints = false\nremember = false\ntheme = "dark"\ntimes = "local"\n[keys]\nkill = "K"\n')
    expected = Preferences(hints=False, remember=False, theme="dark", times="local", keys=(("kill", "K"),))
    found = load(str(path), {}).preferences
    assert (found.hints, found.remember, found.theme, found.times, found.keys) == (
        expected.hints, expected.remember, expected.theme, expected.times, expected.keys,
    )  # fmt: skip
    assert found.path == str(path)
    assert Config().preferences == Preferences()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('hints = "no"', "`hints` must be true or false"),
        ("remember = 1", "`remember` must be true or false"),
        ('theme = "pink"', "`theme` must be one of ansi, dark, light, high-contrast"),
        ("theme = []", "`theme` must be one of"),
        ('times = "mars"', "`times` must be one of utc, local"),
        ("keys = 5", "[keys] takes one key for each command"),
        ("[keys]\nkill = 5", "[keys] takes one key for each command"),
        ('[keys]\nkill = ["K", "L"]', "[keys] takes one key for each command"),
    ],
)
def test_what_cannot_be_meant_is_one_sentence(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "h.toml"
    path.write_text(text)
    with pytest.raises(UsageFault) as refused:
        load(str(path), {})
    assert said in str(refused.value)
