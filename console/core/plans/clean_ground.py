"""What every plan to clean up rests on, and the step that all of them are made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from console.core.assessment import Assessment, Debris
from console.core.hazards import hazard_of
from console.core.hazards_cost import longest, worst_lock
from console.core.observation import Server
from console.core.plan import CannotWriteError, Check, Owner, Plan, Step, StepKind
from console.core.plans.finish import patience
from console.core.ports_acting import Renderer
from console.core.schema import Schema, Thing
from console.core.session import Session, SessionKind
from console.core.statements import read_script

SomeThing = TypeVar("SomeThing", bound=Thing)


@dataclass(frozen=True, slots=True)
class Ground:
    """One thing that was left, and everything that is known around it."""

    bare: Plan
    """The plan so far: its title, phrase and server."""
    item: Debris
    assessment: Assessment
    server: Server
    renderer: Renderer
    owner: Owner

    @property
    def schema(self) -> Schema:
        """CannotWriteError where it has not been read."""
        found = self.assessment.observation.schema.value
        if found is None:
            raise CannotWriteError("The schema has not been read.")
        return found

    def thing(self, kind: type[SomeThing]) -> SomeThing:
        """What was left, as it stands in the schema."""
        found = self.schema.get(self.item.ref) if self.item.ref is not None else None
        if not isinstance(found, kind):
            raise CannotWriteError(f"{self.item.object} is not in the schema any more.")
        return found

    @property
    def others(self) -> tuple[Session, ...]:
        """Sessions of clients that are not ours."""
        found = self.assessment.observation.sessions.value or ()
        return tuple(s for s in found if s.kind is SessionKind.CLIENT and not s.own)

    def step(self, title: str, sql: Sequence[str], *, n: int = 1, item: Debris | None = None) -> Step:
        """The step that clears it (or `item`), with what the statement costs."""
        cleared = item or self.item
        sent = read_script(";\n".join(sql), self.server.grammar, self.schema.home)
        hazards = [hazard_of(statement, self.server, self.schema) for statement in sent]
        return Step(
            n,
            StepKind.SCHEMA,
            title,
            tuple(sql),
            clears=cleared.object,
            kind_cleared=cleared.kind,
            place=cleared.ref,
            lock=worst_lock(hazards),
            rewrite=any(h.rewrite for h in hazards) if all(h.rewrite is not None for h in hazards) else None,
            estimate="; ".join(dict.fromkeys(h.estimate for h in hazards if h.estimate)),
            lasts=longest(hazards),
            patience=patience(sent, self.server.grammar),
            careful=tuple(dict.fromkeys(h.careful for h in hazards if h.careful)),
        )

    def plan(self, *steps: Step, checks: Sequence[Check] = ()) -> Plan:
        """These steps, set up like a tool's own session; the checks stand before the first."""
        settings = self.renderer.settings({}, self.owner.role)
        first, *rest = steps
        done = (replace(first, checks=(*first.checks, *checks)), *rest)
        return replace(self.bare, steps=done, settings=settings)
