"""How a console looks, or that it is said instead: options, the environment, the configuration."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

import click

from console.core.preferences import THEMES

VARIABLE = "HALFWAY_LINEAR"
_NO = frozenset({"", "0", "no", "false"})


def somebody_types() -> bool:
    """Whether lines come from a terminal: what is typed for a change has to come from a person."""
    return sys.__stdin__ is not None and not sys.__stdin__.closed and sys.__stdin__.isatty()


def _chosen(_: click.Context, __: click.Parameter, on: bool) -> None:
    """Into the environment: a fleet's consoles are programs of their own."""
    if on and not somebody_types():
        raise click.UsageError(
            "--linear asks, and nobody can answer: stdin is no terminal. `halfway assess` is for scripts."
        )
    if on:
        os.environ[VARIABLE] = "1"


def _chosen_theme(_: click.Context, __: click.Parameter, name: str | None) -> None:
    """Into the environment, for the same reason."""
    if name:
        os.environ["HALFWAY_THEME"] = name


ASCII = click.option("--ascii", "ascii_only", is_flag=True, help="Draw with ASCII characters only.")
THEME = click.option(
    "--theme",
    type=click.Choice(THEMES),
    expose_value=False,
    callback=_chosen_theme,
    help="Colours; ansi, the default, are the terminal's own.",
)
LINEAR = click.option(
    "--linear",
    is_flag=True,
    expose_value=False,
    callback=_chosen,
    help="Say everything line by line and ask for words, for a screen reader or a bare terminal; draw nothing.",
)


def is_linear(config: str | None = None, environ: Mapping[str, str] = os.environ) -> bool:
    """Whether it is wanted, and somebody is there who could answer. UsageFault for a configuration that is wrong."""
    if not somebody_types():
        return False
    if (said := environ.get(VARIABLE)) is not None:
        return said.lower() not in _NO
    from console.store.config import load

    return load(config, environ).preferences.linear
