"""Holding others off while a plan is carried out: by the tool's own lock, or by nothing, and then it is said why."""

from console.core.hold.hold import hold_of
from console.core.hold.planned import held_off, holds_off, with_holds

__all__ = ["held_off", "hold_of", "holds_off", "with_holds"]
