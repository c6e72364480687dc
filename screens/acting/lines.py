"""What the dialog says: the plan, what came of each step, what to do next. Pure lines, testable without a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from console.core.intent import Verb
from console.core.plan import Outcome, Plan, Result, Step, Word, goes_on
from screens.acting.hold import hold_lines
from screens.lines import BLANK, Line, fitted, paragraph
from screens.text import safe, safe_lines
from screens.tones import Tone

INDENT = 11
_TONES = {
    Word.GONE: Tone.GOOD,
    Word.DONE: Tone.GOOD,
    Word.ROLLING_BACK: Tone.WARN,
    Word.STILL_THERE: Tone.WARN,
    Word.STOPPED: Tone.WARN,
    Word.IN_FLIGHT: Tone.WARN,
    Word.REFUSED: Tone.BAD,
    Word.NOT_DONE: Tone.BAD,
    Word.UNKNOWN: Tone.BAD,
}


MOST = 5
"""So many findings are read; the rest is counted."""
_ENDS = frozenset({Verb.FINISH, Verb.ROLL_BACK, Verb.ROLL_BACK_TO, Verb.TOOL_ROLL_BACK})
"""Plans after which nothing may be left to do."""
UNSHELTERED = (
    "it may take longer than a minute, and this is not tmux or screen: should the terminal die, it goes on by itself, "
    "and the next console opens on it"
)


def plan_lines(plan: Plan, width: int, age: str = "", *, sheltered: bool = True) -> list[Line]:
    """The whole plan; `age` dates the picture it rests on, '' while that is fresh; `sheltered`: the terminal outlives
    its connection."""
    lines = [part for text in plan.about for part in paragraph(safe(text), width, 1)]
    if age:
        lines += said(
            "STALE", f"what you see is {age} old; the target itself is read again just before", width, Tone.BAD
        )
    lines.append(BLANK)
    lines += [part for why in plan.refused for part in said("REFUSED", why, width, Tone.BAD)]
    lines += _all("LOSES", [loss.what for loss in plan.losses], width, Tone.BAD)
    lines += list(_steps(plan, width))
    lines += hold_lines(plan, width)
    lines += _all("CHECKED", plan.checked, width)
    lines += _all("WAITS", tuple(_waits(plan)), width)
    lines += _all("EFFECT", plan.effect, width)
    lines += _all("CAREFUL", plan.careful, width, Tone.WARN)
    lines += said("CAREFUL", UNSHELTERED, width, Tone.WARN) if plan.may_last and not sheltered else []
    lines += list(_foreseen(plan, width))
    lines += said("NOT SURE", plan.unproven, width, Tone.WARN) if plan.unproven else []
    lines += list(_headed("UNDO", plan.undo, width)) if plan.undo else []
    if plan.by_hand and len(plan.steps) > 1:
        lines += [BLANK, *said("BY HAND", "the file's own statements, for comparison", width, Tone.DIM)]
        lines += list(sql_lines(plan.by_hand, width, Tone.DIM))
    return lines


def outcome_lines(plan: Plan, outcomes: Sequence[Outcome], width: int) -> list[Line]:
    """One step after the other, with what reading again found."""
    lines: list[Line] = []
    titles = {step.n: step.title for step in plan.steps}
    for outcome in outcomes:
        word = outcome.word.value.upper()
        took = f" after {outcome.seconds:.1f} s" if outcome.seconds else ""
        title = f"  {safe(titles.get(outcome.n, ''))}"
        lines.append(fitted(width, " ", (f"{word}{took}", _TONES[outcome.word]), title))
        lines += paragraph(safe(outcome.detail), width, 3) if outcome.detail else []
        if not outcome.sent:
            lines += paragraph("nothing of it was sent", width, 3, tone=Tone.DIM)
    return lines


def doing_lines(plan: Plan, outcomes: Sequence[Outcome], width: int) -> list[Line]:
    """What was done, and what is being done now."""
    step = at_work(plan, outcomes)
    now = [] if step is None else [*said("NOW", step.title, width), *sql_lines(step.sql, width)]
    return [*outcome_lines(plan, outcomes, width), *now]


def at_work(plan: Plan, outcomes: Sequence[Outcome]) -> Step | None:
    """The step that is being done; None once all are, or one stopped the plan: then it is only read again."""
    stopped = any(not goes_on(plan, outcome) for outcome in outcomes)
    return None if stopped else next(iter(plan.steps[len(outcomes) :]), None)


def heard_lines(texts: Iterable[str], width: int) -> list[Line]:
    """What a tool printed, the newest first."""
    return [part for text in reversed(tuple(texts)) for part in said("PRINTED", text, width, Tone.DIM)]


def result_lines(result: Result, width: int) -> list[Line]:
    """The end of a plan."""
    lines = [part for why in result.refused for part in said("REFUSED", why, width, Tone.BAD)]
    lines += outcome_lines(result.plan, result.outcomes, width)
    done = {outcome.n for outcome in result.outcomes}
    left = [step.title for step in result.plan.steps if step.n not in done] if result.outcomes else []
    lines += [part for title in left for part in said("NOT BEGUN", title, width, Tone.DIM)]
    if result.next:
        lines += [BLANK, *said("NEXT", result.next, width, Tone.STRONG)]
    if result.plan.intent.verb in _ENDS and result.outcomes and not left and all(o.good for o in result.outcomes):
        lines += [BLANK, *said("THEN", "V looks whether all has come to its end", width)]
    return lines


def _steps(plan: Plan, width: int) -> Iterator[Line]:
    for step in plan.steps:
        if len(plan.steps) > 1:
            yield from paragraph(f"{step.n}  {safe(step.title)}{_costs(step)}", width, 1, tone=Tone.STRONG)
        yield from sql_lines(step.sql, width)
        if len(plan.steps) > 1 and step.undo:
            yield from paragraph(f"undo: {safe(step.undo)}", width, INDENT, tone=Tone.DIM)
        for warning in step.careful if len(plan.steps) == 1 else ():
            yield from said("CAREFUL", warning, width, Tone.WARN)


def _foreseen(plan: Plan, width: int) -> Iterator[Line]:
    """What preflight says of its statements."""
    for told in plan.foreseen[:MOST]:
        yield from said("PREFLIGHT", told, width, Tone.WARN)
    if more := len(plan.foreseen[MOST:]):
        yield from said("PREFLIGHT", f"and {more} more, none of them worse", width, Tone.WARN)


def _waits(plan: Plan) -> Iterator[str]:
    """How long for a lock."""
    limits = sorted({step.patience for step in plan.steps if step.patience})
    if limits:
        yield f"at most {limits[-1]:g} s for a lock, then it gives up, and who queued behind it goes on"
    if endless := [str(step.n) for step in plan.steps if step.patience == 0]:
        which = f"step {', '.join(endless)} " if len(plan.steps) > 1 else ""
        yield f"{which}until transactions that began before it have ended: nobody queues behind it"


def _costs(step: Step) -> str:
    parts = [safe(step.lock)] if step.lock else []
    parts += ["rewrites the table"] if step.rewrite else []
    parts += [safe(step.estimate)] if step.estimate else []
    parts += ["in one transaction"] if step.atomic else []
    return f"  ({'; '.join(parts)})" if parts else ""


def sql_lines(statements: Iterable[str], width: int, tone: Tone = Tone.PLAIN) -> Iterator[Line]:
    """Every statement whole, under RUNS."""
    for sql in statements:
        yield from _headed("RUNS", sql, width, tone)


def _headed(word: str, text: str, width: int, tone: Tone = Tone.PLAIN) -> Iterator[Line]:
    """A text of several lines, the word before the first."""
    head: tuple[str, Tone] | None = (word, Tone.STRONG)
    for part in safe_lines(text):
        yield from paragraph(part, width, INDENT, head, tone)
        head = None


def _all(word: str, texts: Sequence[str], width: int, tone: Tone = Tone.PLAIN) -> list[Line]:
    return [part for text in texts for part in said(word, text, width, tone)]


def said(word: str, text: str, width: int, tone: Tone = Tone.PLAIN) -> list[Line]:
    """A sentence behind the word that says what it is about."""
    return paragraph(safe(text), width, INDENT, (word, Tone.STRONG if tone is Tone.PLAIN else tone))
