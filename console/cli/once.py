"""One look, headless: observed once, the data or the tool asked where that was requested, and ended."""

from __future__ import annotations

import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import Future, wait
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from console.cli.cached import with_kept
from console.cli.why import with_clues
from console.core.faults import Fault, PasswordFault, UsageFault
from console.core.plain import one_line

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

    from console.core.assessment import Assessment
    from console.core.expected_base import Baseline
    from console.core.ports import Link
    from console.incident import Incident
    from console.wiring import Found, Options

LOGIN_SECONDS = 1.0
"""How long the console waits to learn whether a password is wanted."""


def open_incident(
    options: Options, found: Found | None = None, *bases: Baseline | None, keeping: bool = False
) -> Incident:
    """The incident of these options; nothing is connected yet. `bases`: what its schema is expected to be; `keeping`:
    what is read of migration files is kept for the next time."""
    from console.incident import Incident
    from console.store.shelf import of_database
    from console.wiring import find, source

    known = tuple(base for base in bases if base is not None)
    found = found or find(options)
    reading = with_kept(source(found), found.options, keeping=keeping)
    incident = Incident(with_clues(replace(reading, bases=known), found))
    incident.expecting.shelf = partial(of_database, environ=os.environ)
    return incident


def observe_once(
    options: Options,
    *,
    count_rows: bool = False,
    dry_run: str | None = None,
    base: Baseline | None = None,
    found: Found | None = None,
    keep: bool = False,
    keeping: bool = True,
) -> Assessment:
    """One sweep, headless. Asks for a password when the server wants one and a person is there to give it. `keep`: the
    next call is answered with the same sweep, judged by its own `base`. `keeping` as in `open_incident`."""
    from console.core.judge import assess
    from console.wiring import find

    found = found or find(options)
    seen = _of_command("seen").pop(found.database, None)
    if seen is not None and base is not None and not count_rows and dry_run is None:
        return assess(replace(seen.observation, baseline=base))
    with ended_by_signals():
        try:
            assessment = _observed(known(found), count_rows, dry_run, base, keeping)
        except PasswordFault as fault:
            assessment = _observed(_asked(found, fault), count_rows, dry_run, base, keeping)
    if keep:
        _of_command("seen")[found.database] = assessment
    return _in_its_schema(assessment, options.schema)


def _of_command(name: str) -> dict[URL, Any]:
    """What one command keeps for its later parts: passwords that were typed, and a look that is used once more."""
    context = click.get_current_context(silent=True)
    kept: dict[URL, Any] = context.meta.setdefault(f"halfway.{name}", {}) if context is not None else {}
    return kept


def known(found: Found) -> Found:
    """With the password that was typed for it a moment ago."""
    from console.wiring import with_password

    typed = _of_command("typed").get(found.database)
    return found if typed is None else with_password(found, typed)


def _asked(found: Found, fault: PasswordFault) -> Found:
    """With one that a person types now."""
    from console.wiring import with_password

    typed = _of_command("typed")[found.database] = ask_password(fault)
    return with_password(found, typed)


def _in_its_schema(assessment: Assessment, named: str | None) -> Assessment:
    """UsageFault where --schema names one that is not there: an empty one would be judged instead."""
    from console.core.schema import Namespace

    schema, server = assessment.observation.schema.value, assessment.observation.server.value
    if named is None or schema is None or server is None or schema.unread or server.dialect in ("mysql", "mariadb"):
        return assessment
    there = [space.ref.name for space in schema.of_kind(Namespace)] or ["main"]
    if named not in there and not schema.untold:
        what = f"there is no schema {one_line(named, 80)} in {one_line(server.name, 80)}"
        raise UsageFault(what, todo=f"There is {', '.join(one_line(name, 80) for name in sorted(there)[:10])}")
    return assessment


def _observed(found: Found, count_rows: bool, dry_run: str | None, base: Baseline | None, keeping: bool) -> Assessment:
    incident = open_incident(found.options, found, base, keeping=keeping)
    try:
        assessment = incident.observe()
        fault = incident.failure()
        if fault is not None and assessment.observation.server.value is None:
            raise fault
        if dry_run is not None:
            assessment = _with_dry_run(incident, dry_run)
        return _with_counts(incident, assessment) if count_rows else assessment
    finally:
        incident.stop()
        if os.environ.get("HALFWAY_DEBUG"):
            for problem in incident.surprises:
                traceback.print_exception(problem, file=sys.stderr)


def _with_dry_run(incident: Incident, migration_id: str) -> Assessment:
    """Show the command first; a person at the terminal is asked, elsewhere the option was the answer."""
    found = incident.dry_run_of(migration_id)
    if found is None:
        raise UsageFault(
            f"no dry run of {one_line(migration_id, 80)}",
            todo="Name a migration of the project by its id; not every tool has a dry run",
        )
    command, about, run = found
    click.echo(f"halfway: {one_line(command, 1000)}\n  {about}", err=True)
    if _somebody_types() and not click.confirm("Run it?", err=True):
        raise click.Abort
    run()
    return incident.observe()


def _with_counts(incident: Incident, assessment: Assessment) -> Assessment:
    """Ask the data about every statement that has not run for certain; what could not be asked is narrated."""
    wanted = [
        (migration.id, judgement.statement.n)
        for framework in assessment.frameworks
        for migration in framework.migrations
        for judgement in migration.statements
        if not (migration.tracked.row and migration.tracked.row.success)
        and (judgement.statement.probe is not None or judgement.verdict.value in ("not_landed", "partial"))
    ]
    for migration_id, n in wanted or [("", 0)]:
        problem = incident.count_now(migration_id, n)
        if problem is not None:
            what = f"statement {n} of {one_line(migration_id)}"
            click.echo(f"halfway: {what} could not be asked about: {problem}", err=True)
    return incident.observe()


def ask_password(fault: PasswordFault) -> str:
    """What a person at the terminal types; the fault again where nobody can."""
    if not _somebody_types():
        raise fault
    click.echo(f"halfway: {fault.what}: {fault.why}", err=True)
    password: str = click.prompt("Password", hide_input=True, err=True)
    return password


def with_login(options: Options) -> tuple[Found, Callable[[], None]]:
    """What was found, with the password a person types if the server wants one; a slow server is not waited for. And
    what lets go of the connection that was tried: until then it keeps the place of the one that acts."""
    from console.wiring import find

    found = known(find(options))
    tried = _tried(found)
    wait([tried], LOGIN_SECONDS)
    fault = tried.exception() if tried.done() else None
    if isinstance(fault, PasswordFault):
        found, tried = _asked(find(options), fault), Future()
    return found, partial(tried.add_done_callback, _let_go)


def _tried(found: Found) -> Future[Link]:
    """A connection on its way."""
    from console.wiring import source

    source_ = source(found)
    tried: Future[Link] = Future()

    def attempt() -> None:
        try:
            tried.set_result(source_.dialect.open(source_.url, "login"))
        except BaseException as problem:  # noqa: BLE001 - the console meets it again and shows it
            tried.set_exception(problem)

    threading.Thread(target=attempt, name="halfway-login", daemon=True).start()
    return tried


def _let_go(tried: Future[Link]) -> None:
    if tried.exception() is None:
        with suppress(Fault):
            tried.result().close()


def _somebody_types() -> bool:
    return all(stream is not None and not stream.closed and stream.isatty() for stream in (sys.stdin, sys.stderr))


@contextmanager
def ended_by_signals() -> Iterator[None]:
    """SIGTERM and SIGHUP end what runs the orderly way, as Ctrl-C does: our queries are cancelled on the server."""
    theirs = [number for number in (signal.SIGTERM, signal.SIGHUP) if signal.getsignal(number) is signal.SIG_DFL]
    if threading.current_thread() is not threading.main_thread():
        theirs = []

    def end(number: int, _: object) -> None:
        raise SystemExit(128 + number)

    for number in theirs:
        signal.signal(number, end)
    try:
        yield
    finally:
        for number in theirs:
            signal.signal(number, signal.SIG_DFL)
