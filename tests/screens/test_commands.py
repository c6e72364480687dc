"""Keys, commands and the README's table of them agree with each other."""

from __future__ import annotations

import re
from pathlib import Path

from console.core.intent import Verb
from screens import pages
from screens.app import HalfwayApp
from screens.commands import ACTING, COMMANDS, MOVES, PAGES, PREFLIGHT, REPLAYING, bindings, here, key_table


def test_no_key_means_two_things_on_one_page() -> None:
    for page in (*PAGES, PREFLIGHT):
        used = [key for command in here(page) for key in command.keys]
        assert len(used) == len(set(used))


def test_every_command_is_bound_and_every_control_key_has_a_plain_twin() -> None:
    assert len(bindings()) == sum(len(command.keys) for command in COMMANDS)
    for command in COMMANDS:
        assert command.name == "interrupt" or not command.keys[0].startswith("ctrl")


def test_every_command_has_somebody_who_does_it() -> None:
    for command in COMMANDS:
        doers = [HalfwayApp, *(page for page in pages.PAGES if page.name_of_page in command.pages)]
        assert command.name in (*PAGES, PREFLIGHT) or any(hasattr(doer, f"do_{command.name}") for doer in doers)


def test_the_key_table_has_every_command() -> None:
    table = key_table()
    assert len(table.splitlines()) == 2 + len(COMMANDS) + len(ACTING) + len(REPLAYING) + len(MOVES)
    assert re.search(r"^\| `q Ctrl-Q` \| all \| Leave\. \|$", table, re.MULTILINE)


def test_the_readme_has_the_key_table_as_it_is() -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    assert readme.partition("<!-- keys -->\n")[2].partition("<!-- /keys -->")[0] == key_table()


def test_the_key_that_cleans_up_is_not_said_to_drop() -> None:
    assert sum(verb.cleans for verb in Verb) > 1
    assert [c.help.split(":")[0] for c in ACTING if c.name == "clean"] == ["Clean up what a failure left behind"]


def test_the_style_sheet_has_no_colour_of_its_own() -> None:
    style = (Path(__file__).parents[2] / "screens" / "console.tcss").read_text()
    assert len(style.splitlines()) < 150
    assert not re.search(r"#[0-9a-fA-F]{3,8}\s*;|\b(red|green|blue|yellow|white|black)\b", style)
