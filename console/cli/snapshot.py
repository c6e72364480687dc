"""`halfway snapshot save|show|diff`: a schema kept in a file, and two schemas beside each other.

Reads only: the database is observed as `assess` does it, and nothing here can act.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import click

from console.cli.once import observe_once
from console.cli.options import common_options
from console.core.faults import ReadFault, UsageFault
from console.core.plain import one_line, visible

if TYPE_CHECKING:
    from console.cli.mending import Mend
    from console.core.assessment import Assessment, DriftItem
    from console.core.drift import Drift
    from console.core.expected_base import Baseline
    from console.wiring import Options

EXPECT = click.option(
    "--expect", metavar="FILE|URL", multiple=True, help="Compare the schema with a snapshot, or with another database."
)


@click.group(no_args_is_help=False)
def snapshot() -> None:
    """Keep a schema in a file, show it, and compare two."""


@snapshot.command()
@common_options
@click.option("--to", "to", metavar="FILE", help="The file; - for stdout. Without it: where assess finds it again.")
def save(to: str | None, **common: str | None) -> None:
    """Save the schema as one JSON file, made to be compared. Exit 0, 2 usage, 3 not readable."""
    import os

    from console.cli import options_of, say
    from console.store import shelf, snapshots

    base = _observed(options_of(common))
    for gap in base.schema.unread:
        click.echo(f"halfway: not in the snapshot: {one_line(gap)}", err=True)
    if to == "-":
        say(snapshots.as_text(base).rstrip("\n"))
        return
    if to is None:
        to = str(shelf.keep(base, os.environ))
        say(to)
    else:
        snapshots.write(Path(to), base)
    click.echo(f"halfway: {_counted(base)} of {one_line(base.source)} saved in {one_line(to)}", err=True)


@snapshot.command()
@click.argument("file")
def show(file: str) -> None:
    """Print what a snapshot holds."""
    from console.cli import say, terminal_width
    from console.core.plain import cut
    from console.store import snapshots

    base = snapshots.read(Path(file))
    say("\n".join(cut(visible(line), terminal_width()) for line in _shown(base)))


@snapshot.command()
@click.argument("expected")
@click.argument("actual")
@click.option("--json", "as_json", is_flag=True, help="Print the differences as JSON.")
@click.option("--unified", is_flag=True, help="Print them as `diff -u` does.")
@click.option("--sql", "as_sql", is_flag=True, help="Print the SQL that would end them; nothing is run.")
@click.option("--schema", metavar="NAME", help="The schema that unqualified names mean.")
@click.option("--config", metavar="FILE", help="A TOML file with differences to be ignored.")
def diff(
    expected: str,
    actual: str,
    as_json: bool,
    unified: bool,
    as_sql: bool,
    schema: str | None,
    config: str | None,
) -> None:
    """Compare two schemas: snapshots, dumps, URLs. Exit 0 the same, 1 different, 2 usage, 3 not readable."""
    from console.cli import say
    from console.cli.mending import sql_lines, written
    from console.core.drift.words import item, nobody
    from console.wiring import Options

    if unified and (as_json or as_sql):
        raise UsageFault("--unified is a form of its own", todo="Leave out --json and --sql")
    options = Options(schema=schema, config=config)
    one, other = (baseline(named, options, beside) for named, beside in ((expected, actual), (actual, expected)))
    found = _compared(one, other, config)
    home = other.schema.home or one.schema.home or "public"
    items, ignored = ([item(d, home, nobody) for d in side] for side in (found.differences, found.ignored))
    doubts = _doubts(one, other, found, home)
    mends = written(found.differences, other, one.schema.home) if as_sql else ()
    if as_json:
        say(_json(one, other, items, ignored, doubts, mends if as_sql else None))
    elif as_sql:
        say("\n".join(sql_lines(mends, home if other.dialect == "postgresql" else "")))
    elif unified:
        say("\n".join(map(visible, _unified(one, other, items)))) if items else None
    else:
        say("\n".join(map(visible, _text(one, other, items, ignored, len(doubts)))))
    for doubt in doubts[:20]:
        click.echo(f"halfway: cannot tell: {one_line(doubt)}", err=True)
    sys.exit(1 if items or doubts else 0)


def _doubts(one: Baseline, other: Baseline, found: Drift, home: str) -> list[str]:
    """What could not be compared, in words: things, and all that one of them does not tell."""
    from console.core.drifting import silent_parts

    things = [f"{doubt.ref.kind} {doubt.ref.label(home)}: {doubt.why}" for doubt in found.doubts if not doubt.slight]
    return [*dict.fromkeys((*silent_parts(one), *silent_parts(other))), *things]


def expected_of(named: Sequence[str], options: Options) -> tuple[Baseline, ...]:
    """What the schema should be, the best first: as named here, else by HALFWAY_EXPECT, else in the configuration."""
    import os

    from console.store.config import load

    usual = os.environ.get("HALFWAY_EXPECT") or load(options.config, os.environ).expect
    if not all(name.strip() for name in named):
        raise UsageFault("--expect names nothing", todo="Name a snapshot, an SQL dump, or the URL of another database")
    return tuple(baseline(name, options) for name in named or filter(None, (usual,)))


def baseline(named: str, options: Options, beside: str = "") -> Baseline:
    """What a file or a URL says a schema is; `beside` is the one that it is compared with, where another one is named
    than that of the options."""
    from dataclasses import replace

    from console.cli.kept import kept

    if "://" not in named:
        return kept(Path(named), _kind_of(beside, options))
    return _observed(replace(options, url=named, project=None, migrations=None, framework=None))


def _kind_of(beside: str, options: Options) -> str:
    """The kind of server that a schema is compared with; '' where no URL says it."""
    from console.wiring import find, parse_url

    url = (parse_url(beside) if "://" in beside else None) if beside else find(options).url
    return url.get_backend_name() if url is not None else ""


def _observed(options: Options) -> Baseline:
    """The schema of a database as it is now. The fault where it could not be read."""
    from console.core.expected_base import Baseline

    assessment = observe_once(options)
    server, schema = assessment.observation.server.value, assessment.observation.schema
    if server is None or schema.value is None or not schema.complete:
        raise ReadFault("the schema could not be read", schema.reason)
    return Baseline(
        schema.value,
        f"database {server.name} on {server.host}",
        server.dialect,
        server.version,
        server.name,
        assessment.taken_at,
        _recorded(assessment),
        server.version_number,
        server.identity,
    )


def _recorded(assessment: Assessment) -> dict[str, frozenset[str]]:
    """What each ledger records as good; nothing of one that could not be read."""
    from console.core.verdicts import good

    unread = {t.value.framework for t in assessment.observation.tracking if t.value and t.value.ledger.unread}
    return {
        framework.framework: frozenset(m.id for m in framework.migrations if good(m.tracked))
        for framework in assessment.frameworks
        if framework.framework not in unread
    }


def _compared(one: Baseline, other: Baseline, config: str | None) -> Drift:
    import os

    from console.core.between import between
    from console.store.config import load

    if one.family != other.family:
        raise UsageFault(
            f"{one.source} is of {one.dialect}, {other.source} of {other.dialect}: they are not comparable"
        )
    return between(one, other, load(config, os.environ).ignore)


def _json(
    one: Baseline,
    other: Baseline,
    items: list[DriftItem],
    ignored: list[DriftItem],
    doubts: list[str],
    mends: tuple[Mend, ...] | None,
) -> str:
    from console.cli.mending import sql_value
    from console.report.drift import drift_value

    return json.dumps(
        {
            "halfway": 1,
            "expected": one.source,
            "actual": other.source,
            "drift": [drift_value(item) for item in items],
            "drift_ignored": [drift_value(item) for item in ignored],
            "not_compared": doubts,
            **({"sql": [sql_value(mend) for mend in mends]} if mends is not None else {}),
        },
        indent=1,
        ensure_ascii=not (getattr(sys.stdout, "encoding", None) or "").lower().startswith("utf"),
    )


def _text(
    one: Baseline, other: Baseline, items: list[DriftItem], ignored: list[DriftItem], doubts: int
) -> Iterator[str]:
    from console.report.drift import drift_lines

    same = f"no difference seen, {doubts} not compared" if doubts else "the same"
    count = {0: same, 1: "1 difference"}.get(len(items), f"{len(items)} differences")
    yield f"{count}: expected {one.source}, found {other.source}"
    yield from drift_lines(items, ignored)


def _unified(one: Baseline, other: Baseline, items: list[DriftItem]) -> Iterator[str]:
    yield f"--- {one.source}"
    yield f"+++ {other.source}"
    for table, group in groupby(items, _table):
        yield f"@@ {table} @@"
        for item in group:
            yield from _hunk(item)


def _table(item: DriftItem) -> str:
    return item.object.rpartition(".")[0] if item.ref is not None and item.ref.table else item.object


def _hunk(item: DriftItem) -> Iterator[str]:
    for sign, name, text in (("-", item.object, item.expected), ("+", item.became or item.object, item.actual)):
        if text is not None:
            yield f"{sign}{item.kind} {name}: {text}"
            yield from (f"{sign}  {member}" for member in item.members)


def _counted(base: Baseline) -> str:
    count = len(base.schema.things)
    return "1 object" if count == 1 else f"{count} objects"


def _shown(base: Baseline) -> Iterator[str]:
    from console.core.describe import definition, noun
    from console.core.schema import View, owner_of

    yield f"{base.source}: {base.database}, {base.dialect} {base.version}, {_counted(base)}"
    yield from (f"NOT SEEN  {gap}" for gap in base.schema.unread)
    yield from (f"RECORDED  {tool}: {len(ids)}" for tool, ids in sorted(base.recorded.items()))
    things = sorted(
        base.schema.things, key=lambda t: (t.ref.schema, owner_of(t) or t.ref.name, bool(owner_of(t)), t.ref)
    )
    for thing in things:
        query = thing.definition if isinstance(thing, View) else None
        said = [definition(thing), one_line(query or "")]
        text = ": ".join(part for part in said if part and not (query and part == "view"))
        line = noun(thing.ref, base.schema.home) + (f": {text}" if text else "")
        yield f"  {line}" if owner_of(thing) else line
