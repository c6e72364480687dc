"""How often Python looks for garbage: hardly while a start makes nothing but what stays, as usual afterwards, and not
at all in what an end leaves to the system."""

from __future__ import annotations

import gc

_USUAL = gc.get_threshold()
_SELDOM = 50_000


def seldom() -> None:
    """Until there are screens: a tenth of a start went into looking through modules that are all in use."""
    gc.set_threshold(_SELDOM, *_USUAL[1:])


def usually() -> None:
    """From here on, and not among what is there already."""
    gc.freeze()
    gc.set_threshold(*_USUAL)


def never_again() -> None:
    """The process ends: what is there goes with it, unlooked at. With a thousand migrations that is a tenth of it."""
    gc.freeze()
