"""The server itself fails while a responder acts: killed, stopped, another one in its place; and links that hang."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest

from console.acting import Acting
from console.core.intent import Intent, Verb
from console.core.journal import Topic
from console.core.plan import Plan, Result, Word
from console.core.ports_acting import Hand
from console.dialects import renderer
from console.keeper import Charge, KeptHand
from console.store.journal import DiskJournal
from tests.acting.faults import Server, Stage, do, is_done, left_well, stage_on, waiting, wish, word_of
from tests.acting.test_faults import logging_server
from tests.waiting import eventually

pytestmark = [pytest.mark.server, pytest.mark.first_of("a server that is lost")]
__all__ = ["logging_server"]

_numbers = count(1)


@pytest.fixture
def stage(logging_server: Server, tmp_path: Path) -> Iterator[Stage]:
    with stage_on(logging_server, f"server_{os.getpid()}_{next(_numbers)}", tmp_path) as found:
        yield found


@contextmanager
def begun(acting: Acting, plan: Plan) -> Iterator[Callable[[], Result]]:
    """It is carried out in a thread; the call waits for its end."""
    found: list[Result] = []
    thread = threading.Thread(target=lambda: found.append(acting.carry_out(plan, plan.phrases)), daemon=True)
    thread.start()

    def end() -> Result:
        thread.join(60)
        return found[0]

    yield end
    thread.join(60)
    assert not thread.is_alive()


def kept(opener: Callable[[], Hand], account: Callable[[], DiskJournal]) -> Callable[[], Hand]:
    """The hand in a process of its own."""
    return lambda: KeptHand(Charge(opener, account))


def end_of(stage: Stage, session: str) -> None:
    do(stage.url, f"SELECT pg_terminate_backend({session})" if stage.kind == "postgresql" else f"KILL {session}")


def test_a_server_killed_while_it_acts_is_told_from_what_stands_there_afterwards(stage: Stage) -> None:
    ann = stage.console(stage.through, stage.through)
    intent = wish(stage, "finish")
    plan = ann.acting.propose(intent, ann.incident.fresh())
    stage.blocker()
    with begun(ann.acting, plan) as end:
        eventually(lambda: waiting(stage))
        stage.server.again()
        stage.proxy.swap(stage.server.url)
        result = end()
    assert [o.word for o in result.outcomes] == [Word.UNKNOWN], result
    said = ("another server answers there now", "the server does not answer")
    assert any(words in result.outcomes[0].detail for words in said), result
    assert "Nobody knows" in result.next
    assert stage.times(plan.steps[0].sql[0]) == 1
    left_well(stage, ann)


@pytest.mark.parametrize("where", ["plain", "kept"])
def test_a_hand_whose_session_is_ended_says_what_reading_again_shows(where: str, stage: Stage) -> None:
    wrap = {"kept": kept}.get(where)
    ann = stage.console(stage.url, stage.url, wrap) if wrap else stage.console(stage.url, stage.url)
    plan = ann.acting.propose(wish(stage, "finish"), ann.incident.fresh())
    stage.blocker()
    with begun(ann.acting, plan) as end:
        acting = eventually(lambda: waiting(stage))[0][0]
        end_of(stage, str(acting))
        result = end()
    assert [o.word for o in result.outcomes] == [Word.NOT_DONE], result
    assert stage.times(plan.steps[0].sql[0]) == 1
    left_well(stage, ann)


def test_what_the_keeper_lost_has_one_end_that_is_told_by_the_console(stage: Stage) -> None:
    ann = stage.console(stage.url, stage.through, kept)
    intent = wish(stage, "finish")
    plan = ann.acting.propose(intent, ann.incident.fresh())
    stage.proxy.cut_on(word_of(stage, "finish"), after=True)
    result = ann.acting.carry_out(plan, plan.phrases)
    done = is_done(stage, "finish", intent)
    assert result.outcomes[0].word is (Word.DONE if done else Word.NOT_DONE), result
    assert stage.times(plan.steps[0].sql[0]) == 1
    ann.acting.close()
    eventually(lambda: not keepers())
    assert not [e for e in ann.journal.entries() if "by" in e.details]
    left_well(stage, ann)


def keepers() -> list[str]:
    """Processes of ours that act."""
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            words = file.read_bytes().split(b"\0")
            parent = (file.parent / "stat").read_text().rpartition(")")[2].split()[1]
            if b"console.keeper" in words and parent == str(os.getpid()):
                found.append(file.parent.name)
    return found


def test_a_statement_that_is_cancelled_is_refused_in_the_servers_words(stage: Stage) -> None:
    ann = stage.console(stage.url, stage.url)
    plan = ann.acting.propose(wish(stage, "finish"), ann.incident.fresh())
    stage.blocker()
    with begun(ann.acting, plan) as end:
        (acting,) = eventually(lambda: waiting(stage))[0]
        do(stage.url, f"SELECT pg_cancel_backend({acting})" if stage.kind == "postgresql" else f"KILL QUERY {acting}")
        result = end()
    assert [o.word for o in result.outcomes] == [Word.REFUSED], result
    assert "cancel" in result.outcomes[0].detail or "interrupted" in result.outcomes[0].detail
    assert not stage.has_carrier()
    left_well(stage, ann)


@pytest.mark.parametrize("act", ["kill", "finish", "mark"])
def test_another_server_behind_the_same_address_is_sent_nothing(
    act: str, stage: Stage, logging_server: Server, tmp_path: Path
) -> None:
    ann = stage.console(stage.through, stage.through)
    plan = ann.acting.propose(wish(stage, act), ann.incident.fresh())
    assert ann.acting.warm() is None
    with type(logging_server)(*logging_server.given) as other:
        do(other.url, f"CREATE DATABASE {stage.name}")
        stage.proxy.swap(other.url)
        for _ in range(2):  # the first reading may find its link dead
            result = ann.acting.carry_out(plan, plan.phrases)
            assert result.outcomes == ()
        assert "another server" in " ".join(result.refused), result
        assert other.times(plan.steps[0].sql[0], 0) == 0
        stage.proxy.swap(stage.server.url)
    assert stage.times(plan.steps[0].sql[0]) == 0
    left_well(stage, ann)


def test_only_the_acting_link_leads_to_another_server(stage: Stage, logging_server: Server) -> None:
    ann = stage.console(stage.url, stage.through)
    intent = wish(stage, "kill")
    plan = ann.acting.propose(intent, ann.incident.fresh())
    with type(logging_server)(*logging_server.given) as other:
        do(other.url, f"CREATE DATABASE {stage.name}")
        stage.proxy.swap(other.url)
        result = ann.acting.carry_out(plan, plan.phrases)
        assert result.outcomes == ()
        assert "leads to another server" in result.refused[0]
        assert other.times(plan.steps[0].sql[0], 0) == 0
        ann.acting.close()
        stage.proxy.swap(stage.server.url)
    assert not is_done(stage, "kill", intent)
    left_well(stage, ann)


def test_a_link_that_hangs_is_given_up_and_nothing_was_sent(stage: Stage) -> None:
    ann = stage.console(stage.url, stage.through)
    intent = wish(stage, "kill")
    plan = ann.acting.propose(intent, ann.incident.fresh())
    assert ann.acting.warm() is None
    stage.proxy.freeze()
    result = ann.acting.carry_out(plan, plan.phrases)
    assert result.outcomes == ()
    assert result.refused
    stage.proxy.cut()
    stage.proxy.thaw()
    assert stage.times(plan.steps[0].sql[0]) == 0
    assert not is_done(stage, "kill", intent)
    left_well(stage, ann)


def test_a_number_used_again_is_somebody_else(stage: Stage) -> None:
    ann = stage.console(stage.url, stage.url)
    intent = wish(stage, "kill")
    plan = ann.acting.propose(intent, ann.incident.fresh())
    target = plan.steps[0].target
    assert target is not None
    older = replace(target.session, user="somebody else")
    if target.session.started_at is not None:
        older = replace(older, started_at=target.session.started_at - timedelta(hours=1))
    server = ann.incident.fresh().observation.server.value
    assert server is not None
    meant = replace(target, session=older)
    step = replace(plan.steps[0], target=meant, sql=renderer(stage.kind).kill(meant, Verb.TERMINATE, server))
    result = ann.acting.carry_out(replace(plan, steps=(step,)), plan.phrases)
    assert [(o.word, o.sent) for o in result.outcomes] in ([(Word.GONE, False)], [(Word.REFUSED, False)]), result
    assert stage.there(intent.sessions[0])
    left_well(stage, ann)


def test_a_right_taken_away_after_the_dialog_is_a_refusal_in_the_servers_words(stage: Stage) -> None:
    name = f"low_{stage.name}"
    if stage.kind == "postgresql":
        do(stage.url, f"CREATE ROLE {name} LOGIN", f"GRANT pg_read_all_stats, pg_signal_backend TO {name}")
        take, drop = f"REVOKE pg_signal_backend FROM {name}", f"DROP ROLE {name}"
        # nobody but a superuser ends a superuser's session
        do(stage.url, f"CREATE ROLE other_{name} LOGIN", f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO other_{name}")
        low, victim = stage.url.set(username=name), stage.url.set(username=f"other_{name}")
    else:
        right = "CONNECTION ADMIN" if stage.kind == "mariadb" else "CONNECTION_ADMIN"
        do(stage.url, f"CREATE USER '{name}'@'%' IDENTIFIED BY 'x'", f"GRANT PROCESS, {right} ON *.* TO '{name}'@'%'",
           f"GRANT SELECT ON *.* TO '{name}'@'%'")  # fmt: skip
        take, drop = f"REVOKE {right} ON *.* FROM '{name}'@'%'", f"DROP USER '{name}'@'%'"
        low, victim = stage.url.set(username=name, password="x"), stage.url
    ann = stage.console(low, low)
    session = stage.blocker(victim)
    plan = ann.acting.propose(Intent(Verb.TERMINATE, (session,)), ann.incident.fresh())
    assert plan.refused == ()
    do(stage.url, take)
    result = ann.acting.carry_out(plan, plan.phrases)
    ann.acting.close()
    assert [o.word for o in result.outcomes] == [Word.REFUSED], result
    assert stage.there(session)
    assert stage.times(plan.steps[0].sql[0]) == 1
    left_well(stage, ann)
    stage.end_blockers()
    if stage.kind == "postgresql":
        do(stage.url, f"DROP OWNED BY other_{name}", f"DROP ROLE other_{name}")
    do(stage.url, drop)


def test_a_backend_killed_by_the_system_takes_all_with_it(stage: Stage) -> None:
    if stage.kind != "postgresql":
        pid = stage.server.pid
        assert pid is not None
        stopped_then_continued(stage, pid)
        return
    ann = stage.console(stage.url, stage.url)
    plan = ann.acting.propose(wish(stage, "finish"), ann.incident.fresh())
    stage.blocker()
    with begun(ann.acting, plan) as end:
        (acting,) = eventually(lambda: waiting(stage))[0]
        os.kill(int(acting), signal.SIGKILL)
        result = end()
    assert [o.word for o in result.outcomes] in ([Word.NOT_DONE], [Word.UNKNOWN]), result
    assert not stage.has_carrier()
    assert stage.times(plan.steps[0].sql[0]) == 1
    left_well(stage, ann)


def stopped_then_continued(stage: Stage, pid: int) -> None:
    """A server that is stopped for a while does what it was sent, once."""
    ann = stage.console(stage.url, stage.url)
    intent = wish(stage, "finish")
    plan = ann.acting.propose(intent, ann.incident.fresh())
    blocker = stage.blocker()
    with begun(ann.acting, plan) as end:
        eventually(lambda: waiting(stage))
        os.kill(pid, signal.SIGSTOP)
        os.kill(pid, signal.SIGCONT)
        end_of(stage, blocker)
        result = end()
    assert {o.word for o in result.outcomes} == {Word.DONE}, result
    assert stage.times(plan.steps[0].sql[0]) == 1
    left_well(stage, ann)


def test_what_was_in_flight_is_ended_once_its_session_is_gone(stage: Stage) -> None:
    ann, bob = stage.console(stage.url, stage.through), stage.console(stage.url, stage.url)
    plan = ann.acting.propose(wish(stage, "finish"), ann.incident.fresh())
    server = ann.incident.fresh().observation.server.value
    assert server is not None
    session = "999999 since 2026-01-01T00:00:00+00:00"
    ann.journal.append(Topic.ACTING, "statement 2 of V2", {"server": server.identity, "session": session})
    result = bob.acting.carry_out(plan, plan.phrases)
    assert {o.word for o in result.outcomes} == {Word.DONE}, result
    told = next(e for e in bob.journal.entries() if e.topic is Topic.OUTCOME)
    assert "its session is gone" in told.text
    assert bob.acting.in_flight() == ()
    left_well(stage, ann, bob)
