"""What detection found out and the rest of the adapter needs: flat settings, and the environment behind them."""

from __future__ import annotations

from collections.abc import Mapping

TABLE = "migrations"


class Settings(dict[str, str]):
    """Settings that keep their values, and the environment they were read with, to themselves when printed."""

    def __init__(self, values: Mapping[str, str], environ: Mapping[str, str]) -> None:
        """`environ` is what the process had when the project was found: an .env stands below it."""
        super().__init__(values)
        self.environ = environ

    def __repr__(self) -> str:
        return f"Settings({', '.join(sorted(self))})"

    __str__ = __repr__


def environ_of(settings: Mapping[str, str]) -> Mapping[str, str]:
    """The environment a project was found with."""
    return settings.environ if isinstance(settings, Settings) else {}
