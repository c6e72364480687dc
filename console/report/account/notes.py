"""Notes for one reader each, from the same story: who takes over, who has to tell others, who looks back, who helps.

A note says only what the journal says. What a person has to fill in is left blank and marked so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from console.core.journal import Topic
from console.core.room.consent import waiting
from console.report.account.blocks import Block, Grid, Heading, Items, Pairs, Para, span, utc
from console.report.account.page import document_of_seen
from console.report.account.redacted import redacted
from console.report.account.story import NOT_KNOWN, Story

BLANK = "(to be filled in)"
_WELL = {"healthy": "works as it should", "attention": "needs attention", "incident": "is still being worked on"}


def handover(story: Story) -> tuple[Block, ...]:
    """Where we are, and what is safe next: for whoever sits down now."""
    return tuple(_handover(story))


def _handover(story: Story) -> Iterator[Block]:
    last = story.seen[-1] if story.seen else None
    yield Heading(f"Hand-over: {story.incident}", 1)
    yield Pairs((
        ("Where we are", last.words if last else NOT_KNOWN),
        ("Seen", utc(last) if last else NOT_KNOWN),
        ("The wheel", story.wheel.name if story.wheel else "nobody has it"),
    ))  # fmt: skip
    steps = ((last.document.get("verdict") or {}).get("next") or []) if last else []
    yield Heading("What is safe next")
    nothing = "nothing is to be done" if last else NOT_KNOWN
    yield Items(tuple(str(step) for step in steps)) if steps else Para(nothing)
    if story.open_actions:
        yield Heading("Sent, and its end is not known")
        yield Items(tuple(f"{a.plan}, {a.entry.text}, {utc(a.entry)} (entry {a.entry.n})" for a in story.open_actions))
    asked = waiting(story.entries)
    if asked:
        yield Heading("Waits for a partner")
        yield Items(tuple(f"{one.title}, asked by {one.by.shown} (entry {one.n})" for one in asked))
    yield Heading("What was done so far")
    done = tuple(f"{utc(a.entry)}, {a.who.shown}: {a.plan}, {a.entry.text}: {a.outcome}" for a in story.actions)
    yield Items(done) if done else Para("nothing was sent")
    said = tuple(f"{utc(e)}, {story.name_of(e)}: {e.text}" for e in story.of(Topic.NOTE, Topic.DECISION, Topic.ALONE))
    if said:
        yield Heading("What people wrote down")
        yield Items(said)


def status(story: Story) -> tuple[Block, ...]:
    """For who is not an engineer: no SQL, no names of people, no words of ours."""
    last = story.seen[-1] if story.seen else None
    state = str((last.document.get("verdict") or {}).get("state")) if last else ""
    minutes = int((story.ended - story.began).total_seconds() // 60)
    waits = (last.document.get("sessions") or {}).get("blocked") if last else None
    held_up = "not known" if waits is None else "nobody" if not waits else f"{waits} connections"
    return (
        Heading("Status update", 1),
        Para(f"An update of the database stopped halfway. The database {_WELL.get(state, 'has not been looked at')}."),
        Pairs((
            ("Since", f"{story.began:%Y-%m-%d %H:%M} UTC, for {minutes} minutes"),
            ("Held up by it now", held_up),
            ("Steps taken", str(len(story.actions))),
            ("As of", utc(story.entries[-1])),
            ("What users notice", BLANK),
            ("Next update", BLANK),
        )),
    )  # fmt: skip


def retrospective(story: Story) -> tuple[Block, ...]:
    """A skeleton for looking back: what happened stands there, why is for people to say."""
    rows = tuple((utc(e), story.name_of(e), e.topic.value, e.text) for e in story.entries if e.topic not in _QUIET)
    first, last = (story.seen[0].words, story.seen[-1].words) if story.seen else (NOT_KNOWN, NOT_KNOWN)
    questions = ("What did people notice first, and when?", "Why did the migration stop?",
                 "What would have shown it before?", "What helped, and what was in the way?",
                 "What is still to be done, by whom, until when?")  # fmt: skip
    blanks = tuple(block for question in questions for block in (Heading(question, 3), Para(BLANK)))
    return (
        Heading(f"Looking back: {story.incident}", 1),
        Pairs((("Began as", first), ("Ended as", last), ("Lasted", span(story.began, story.ended)),
               *_times(story), ("Actions", str(len(story.actions))), ("Refusals", str(len(story.of(Topic.REFUSED)))))),
        Heading("What happened"),
        Grid(("when", "who", "what", "text"), rows),
        Heading("What to talk about"),
        *blanks,
    )  # fmt: skip


def _times(story: Story) -> tuple[tuple[str, str], ...]:
    """How long until somebody acted, and until it was well."""
    first = story.actions[0].entry.at if story.actions else None
    well = next((s.at for s in story.seen if first and s.at > first and s.state == "healthy"), None)
    return (
        ("Until the first action", span(story.began, first) if first else "nothing was sent"),
        ("Until it was seen healthy after that", span(story.began, well) if well else "it was not seen"),
    )


def brief(story: Story) -> tuple[Block, ...]:
    """For a colleague or an assistant outside: no data, no secrets, nobody's name, no host."""
    bare = redacted(story, people=True)
    last = bare.seen[-1] if bare.seen else None
    server = (last.document.get("database") or {}) if last else {}
    about = f"{server.get('dialect', NOT_KNOWN)} {server.get('version', '')}".strip()
    found = tuple(document_of_seen(last)) if last else (Para(NOT_KNOWN),)
    done = tuple(f"{a.plan}, {a.entry.text}: {a.outcome}: {a.sql}" for a in bare.actions)
    return (
        Heading("A database migration stopped halfway", 1),
        Para("Every literal is left out as ?. Names of tables, columns and migrations are as they are."),
        Pairs((("Server", about),)),
        *found,
        Heading("What was done"),
        Items(done) if done else Para("nothing was sent"),
    )


_QUIET = frozenset({Topic.SEEN, Topic.OPENED, Topic.OBSERVED})
NOTES: Mapping[str, Callable[[Story], tuple[Block, ...]]] = {
    "handover": handover,
    "status": status,
    "retro": retrospective,
    "brief": brief,
}
