"""The servers of these tests."""

from __future__ import annotations

from tests.observer.stands import stand

__all__ = ["stand"]
