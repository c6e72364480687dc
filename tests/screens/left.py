"""Transactions that somebody left open in a healthy database."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from console.core.assessment import Assessment
from console.core.session import Session
from screens.ages import server_now
from tests.screens.builders import healthy


def left(seconds: float, number: str = "9001", state: str = "idle in transaction", **more: object) -> Session:
    now = server_now(healthy())
    began = now - timedelta(seconds=seconds)
    session = Session(number, "web", "shop", address="10.0.0.9", query="select * from orders", state=state)
    return replace(session, transaction_at=began, changed_at=began, **more)  # type: ignore[arg-type]  # fmt: skip


def among(*sessions: Session) -> Assessment:
    found = healthy()
    seen = found.observation
    there = (*(seen.sessions.value or ()), *sessions)
    return replace(found, observation=replace(seen, sessions=replace(seen.sessions, value=there)))
