"""A drill worked by who listens: words on a terminal that can do nothing, from half applied and blocked to healthy."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.drill.watching import prepare
from tests.headless import halfway
from tests.linear.listening import Listener, listener

pytestmark = pytest.mark.slow


def the_safe_steps(own: Listener) -> list[str]:
    """As the first page says: the orphan first, then who is in the way, what was left, and the rest; the phrases."""
    first = own.hear()
    assert "Verdict: incident. " in first
    assert "Blocked: 21 sessions. In the way: session " in first
    assert "cancel " in first.partition("Next safe step 1: ")[2].partition("\n")[0]
    typed = []
    for wish in ("kill", "finish"):  # who is in the way of either, the plan offers to end first
        own.type(wish)
        phrase, said = own.act("instead")
        assert "gone" in said
        typed.append(phrase)
    phrase, said = own.act("clean")
    assert "done" in said
    typed.append(phrase)
    phrase, said = own.act("finish")
    assert "Then: verify looks whether all has come to its end." in said
    return [*typed, phrase]


@pytest.mark.parametrize("server", ["postgresql"])
def test_words_alone_take_the_ghost_to_healthy(server: str) -> None:
    prepare(server)
    with (
        TemporaryDirectory(prefix="halfway-words-") as place,
        listener("drill", "ghost", "--linear", "--server", server, TMPDIR=place) as own,
    ):
        typed = the_safe_steps(own)
        assert [phrase.split()[0] for phrase in typed] == ["cancel", "terminate", "drop", "finish"]
        assert "Verdict: healthy." in own.type("status")
        said = own.type("verify")
        assert "blocked sessions gone: holds" in said
        assert "does not hold" not in said
        own.type("no")
        (journal,) = Path(place).glob("halfway-drill-*/journal")
        assert halfway("journal", "verify", "--journal", str(journal)).code == 0
        account = halfway("journal", "--journal", str(journal)).out
        assert [phrase for phrase in typed if phrase.split()[-1] not in account] == []
        assert own.leave() == 0
        assert b"\x1b" not in own.terminal.written
