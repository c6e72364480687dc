"""Keys that a configuration moves: what cannot be meant is refused in one sentence."""

from __future__ import annotations

import pytest

from console.core.faults import UsageFault
from screens.keymap import checked


@pytest.mark.parametrize(
    ("key", "spelt"), [("K", "K"), ("%", "percent_sign"), ("+", "plus"), ("F5", "f5"), ("ctrl+k", "ctrl+k"), ("é", "é")]
)
def test_a_key_is_written_as_it_is_printed(key: str, spelt: str) -> None:
    if key != "+":
        assert checked([("filter", key)], "h.toml") == {"filter": spelt}
    else:
        assert checked([("filter", key), ("faster", "%")], "h.toml")["filter"] == spelt


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ([("nope", "K")], "[keys] of h.toml has no command `nope` to move"),
        ([("filter", "tab")], "`tab`, which is no key"),
        ([("filter", "ctrl+c")], "gives filter the key Ctrl-C, which is not free"),
        ([("filter", "enter")], "`enter`, which is no key"),
        ([("filter", "xx")], "`xx`, which is no key"),
        ([("filter", "o")], "gives one key, o, to `"),
        ([("kill", "f")], "gives one key, f, to `"),
        ([("finish", "Z"), ("kill", "Z")], "gives one key, Z, to `"),
    ],
)
def test_what_cannot_be_meant_is_one_sentence(keys: list[tuple[str, str]], said: str) -> None:
    with pytest.raises(UsageFault) as refused:
        checked(keys, "h.toml")
    assert said in str(refused.value)
    assert refused.value.exit_code == 2


def test_an_actions_key_is_no_other_commands_even_on_another_page() -> None:
    for keys in ([("kill", "o")], [("order", "k")], [("ignore", "B")]):
        with pytest.raises(UsageFault, match="gives one key"):
            checked(keys, "h.toml")
    assert checked([("ignore", "Z"), ("next", "e")][:1], "h.toml") == {"ignore": "Z"}


def test_two_commands_may_change_places() -> None:
    assert checked([("kill", "f"), ("finish", "k")], "h.toml") == {"kill": "f", "finish": "k"}


def test_a_replay_has_keys_of_its_own_that_an_action_may_have_elsewhere() -> None:
    assert checked([("later", "k")], "h.toml") == {"later": "k"}
