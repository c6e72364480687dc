"""Themes of our own: everything that is drawn can be read, computed as WCAG does; states stay words."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from rich.color import Color, ColorSystem
from rich.style import Style

from console.core.faults import UsageFault
from console.core.preferences import THEMES, Preferences
from screens import theme as now
from screens.dressing import colour, wear
from screens.habits import give_hints
from screens.theme import STYLES, THEME, Tone
from screens.themes import COLOURS, many_colours, use
from tests.screens.builders import CASES, half_applied
from tests.screens.drifted import drifted
from tests.screens.loop import in_a_loop
from tests.screens.test_console import opened

pytestmark = pytest.mark.slow

_TERMINAL = {"TERM": "xterm-256color"}
LEAST = {"dark": 4.5, "light": 4.5, "high-contrast": 7.0}


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    styles = dict(STYLES)
    yield
    now.dress(THEME, styles)
    give_hints(False)


def _luminance(hexadecimal: str) -> float:
    def linear(part: int) -> float:
        share = part / 255
        return share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4)

    red, green, blue = Color.parse(hexadecimal).get_truecolor()
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)


def ratio(one: str, other: str) -> float:
    """WCAG 2: 1 to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _ratio_of(style: Style) -> float:
    assert style.color is not None, style
    assert style.bgcolor is not None, style
    assert not style.dim
    return ratio(style.color.get_truecolor().hex, style.bgcolor.get_truecolor().hex)


def test_the_ratio_is_that_of_wcag() -> None:
    assert ratio("#000000", "#ffffff") == pytest.approx(21)
    assert ratio("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("name", LEAST)
@pytest.mark.parametrize("tone", Tone)
def test_every_tone_can_be_read(name: str, tone: Tone) -> None:
    style = COLOURS[name].styles()[tone]
    assert style.color is not None
    assert not style.dim
    assert ratio(style.color.name, COLOURS[name].paper) >= LEAST[name]


@pytest.mark.parametrize("name", LEAST)
def test_what_a_terminal_with_256_colours_makes_of_it_can_be_read(name: str) -> None:
    def shown(each: str) -> str:
        return Color.parse(each).downgrade(ColorSystem.EIGHT_BIT).get_truecolor().hex

    one = COLOURS[name]
    for each in (one.plain, one.dim, one.bad, one.warn, one.good):
        assert ratio(shown(each), shown(one.paper)) >= LEAST[name]


@pytest.mark.parametrize("name", LEAST)
@in_a_loop
async def test_every_cell_of_the_screens_can_be_read(name: str) -> None:
    assert use(name, _TERMINAL) == ""
    for case, keys in ((half_applied, ("2", "4", "6", "slash", "o")), (drifted, ("5", "colon")), (CASES["stale"], ())):
        async with opened(case()) as console:
            for key in ("1", *keys):
                await console.press(key)
                for strip in console.app.screen._compositor.render_strips():
                    for segment in strip:
                        if segment.text.strip() and segment.style is not None:
                            assert _ratio_of(segment.style) >= LEAST[name], (segment, key)
            assert "HALFWAY" in console.text or "Command" in console.text


@in_a_loop
async def test_a_theme_changes_no_word() -> None:
    async with opened(half_applied()) as console:
        usual = console.text
    use("light", _TERMINAL)
    async with opened(half_applied()) as console:
        assert console.text == usual


def test_the_terminals_own_colours_stay_where_it_has_few_or_none_are_wanted() -> None:
    before = dict(STYLES)
    assert "16 colours" in use("dark", {"TERM": "xterm"})
    assert "NO_COLOR" in use("dark", {**_TERMINAL, "NO_COLOR": "1"})
    assert before == STYLES
    assert many_colours({"COLORTERM": "truecolor"})
    assert many_colours({"TERM": "xterm-kitty"})


def test_the_environment_goes_before_the_configuration_and_an_unknown_name_is_refused() -> None:
    wear(Preferences(theme="dark"), {**_TERMINAL, "HALFWAY_THEME": "ansi"})
    assert now.theme_now() is THEME
    wear(Preferences(theme="dark"), _TERMINAL)
    assert now.theme_now().name == "halfway-dark"
    with pytest.raises(UsageFault, match=r"there is no theme `pink`\. Known are ansi, dark, light, high-contrast"):
        colour("pink", _TERMINAL)
    assert set(COLOURS) == set(THEMES[1:])
