"""What is asked of a link of any kind before a server of it can be had: all ports are there, and none pretends.

A class of tests inherits `PortsContract` and gives `link` and `home`, the schema that holds the table `t`. A kind that
is being written inherits `PortsWritten`, too: it fails for each port that says it is not written so far.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping

import pytest

from console.core.causes import Doubt, Question
from console.core.faults import Fault, UnreachableFault
from console.core.ports import Dialect, Link
from console.core.urls import make_url
from tests.dialects.contract import answer
from tests.dialects.panels import PANELS

SO_FAR = "not written so far"
PORTS: Mapping[str, Callable[[Link, str], object]] = {
    **PANELS,
    "doubt": lambda link, _: link.doubt(),
    "runs": lambda link, _: link.runs("SELECT 1"),
    "writes": lambda link, home: link.writes(((home, "t"),)),
    "storage": lambda link, home: link.storage(((home, "t"),)),
    "wording": lambda link, home: link.wording(Question(1, Doubt.NULLS, (home, "t"), ("note",))),
    "moment": lambda link, home: link.moment(((home, "t"),)),
    "pace": lambda link, home: link.pace((home, "t"), 0.1),
    "try_to_write": lambda link, _: link.try_to_write(),
    "powers": lambda link, _: link.powers(),
    "cancel": lambda link, _: link.cancel(),
    "close": lambda link, _: link.close(),
}


def promised() -> dict[str, inspect.Signature]:
    """The methods of a link, as `console.core.ports` has them."""
    return {name: inspect.signature(method) for name, method in vars(Link).items()
            if inspect.isfunction(method) and not name.startswith("_")}  # fmt: skip


def opened(dialect: Dialect, url: str) -> None:
    """One connection; a kind that says it makes none fails, and one that finds nobody there does not."""
    told = answer(lambda: dialect.open(make_url(url), "schema").close())
    assert SO_FAR not in str(told), f"{type(dialect).__module__}: open says that it is not written"
    assert told is None or isinstance(told, UnreachableFault), told


class PortsContract:
    """Each port is there, and answers or says why not."""

    def test_every_port_takes_what_it_is_given(self, link: Link) -> None:
        new = set(promised()) ^ set(PORTS)
        assert not new, f"{', '.join(new)}: asked neither here nor in tests/new/skeletons/server/link.py.txt"
        for name, signature in promised().items():
            given = list(inspect.signature(getattr(link, name)).parameters)
            assert ["self", *given] == list(signature.parameters), name

    @pytest.mark.parametrize("port", PORTS)
    def test_a_port_answers_or_says_why_not(self, link: Link, home: str, port: str) -> None:
        told = answer(lambda: PORTS[port](link, home))
        if isinstance(told, Fault):
            assert told.why, f"{told} does not say why"


class PortsWritten:
    """What is left to be written, port by port."""

    @pytest.mark.parametrize("port", PORTS)
    def test_a_port_is_written(self, link: Link, home: str, port: str) -> None:
        told = answer(lambda: PORTS[port](link, home))
        assert SO_FAR not in str(told), f"{type(link).__module__}: {port} says that it is not written"
