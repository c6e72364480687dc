"""Steps as files of the project's own tool: named as the tool names them, in the tool's own language.

They stand in the place of the migration that was judged; what of them is no migration (batches, code) is said between.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from console.core.forward.quoting import php, python, remark, ruby, words
from console.core.preflight.ground import Case
from console.core.preflight.steps_values import Step

_PARAMETER = re.compile(r"(?<![:\w\\]):\w")
_RAILS = re.compile(r"ActiveRecord::Migration(\[\d+\.\d+\])?")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a file of the sequence stands."""

    case: Case
    at: int
    """Which of the files, from 0."""
    before: str
    """The id of the file before it: of the sequence, or of what the judged migration stands on; '' unknown."""

    @property
    def folder(self) -> str:
        """Of the judged migration, with the slash."""
        before, slash, _ = self.case.unit.file.rpartition("/")
        return before + slash

    def stamp(self, form: str) -> str:
        """The moment it is named after: one minute behind the one before."""
        seen: datetime = self.case.ground.observation.taken_at
        return (seen + timedelta(minutes=self.at)).strftime(form)


Writer = Callable[[Step, Place], tuple[str, str, str]]
"""File, text, and the id that the next one stands on."""


def written(steps: tuple[Step, ...], case: Case) -> tuple[str, ...]:
    """One text each: what it is, then what is sent."""
    return tuple(_texts(steps, case))


def _texts(steps: tuple[Step, ...], case: Case) -> Iterator[str]:
    writer, files, before = _WRITERS.get(case.unit.framework, _plain), 0, _stands_on(case)
    for step in steps:
        told = f" {step.told}" if step.told else ""
        if not step.sql:
            yield f"Deploy {step.deploy}, {'by hand' if step.by_hand else 'code'}:{told}"
        elif step.batches:
            yield f"Deploy {step.deploy}, not in a migration:{told}\n" + "\n".join(f"{sql};" for sql in step.sql)
        else:
            file, text, before = writer(step, Place(case, files, before))
            files += 1
            yield f"Deploy {step.deploy}, {file}:{told}\n{text}"


def _stands_on(case: Case) -> str:
    """What the judged migration stands on, as its tool says; else the one before it (Django: of its app)."""
    assessment, unit, before = case.ground.assessment, case.unit, ""
    for framework in assessment.frameworks if assessment is not None else ():
        for migration in framework.migrations if framework.framework == unit.framework else ():
            same_app = unit.framework != "django" or _app(migration.id) == _app(unit.id)
            if migration.id == unit.id:
                after = migration.tracked.after or ()
                return next((one for one in after if _app(one) == _app(unit.id)), after[0] if after else before)
            before = migration.id if same_app else before
    return before


def _app(key: str) -> str:
    return key.partition(".")[0]


def _laravel(step: Step, place: Place) -> tuple[str, str, str]:
    name = f"{place.stamp('%Y_%m_%d_%H%M%S')}_{step.slug}"
    loose = "    public $withinTransaction = false;\n\n" if step.alone else ""
    text = (
        "<?php\n\nuse Illuminate\\Database\\Migrations\\Migration;\nuse Illuminate\\Support\\Facades\\DB;\n\n"
        f"return new class extends Migration\n{{\n{loose}    public function up()\n    {{\n"
        + "".join(f"        DB::unprepared({php(sql)});\n" for sql in step.sql)
        + "    }\n\n    public function down()\n    {\n"
        + ("".join(f"        DB::unprepared({php(sql)});\n" for sql in step.undo) or _never("//", 8))
        + "    }\n};\n"
    )
    return f"{place.folder}{name}.php", text, name


def _rails(step: Step, place: Place) -> tuple[str, str, str]:
    version = place.stamp("%Y%m%d%H%M%S")
    found = _RAILS.search(place.case.unit.text)
    title = "".join(word.capitalize() for word in words(step.slug))
    loose = "  disable_ddl_transaction!\n\n" if step.alone else ""
    text = (
        f"class {title} < ActiveRecord::Migration{found[1] or '' if found else ''}\n{loose}  def up\n"
        + "".join(f"    execute({ruby(sql)})\n" for sql in step.sql)
        + "  end\n\n  def down\n"
        + (
            "".join(f"    execute({ruby(sql)})\n" for sql in step.undo)
            or "    raise ActiveRecord::IrreversibleMigration\n"
        )
        + "  end\nend\n"
    )
    return f"{place.folder}{version}_{step.slug}.rb", text, version


def _django(step: Step, place: Place) -> tuple[str, str, str]:
    app, _, judged = place.case.unit.id.partition(".")
    found = re.match(r"(\d+)_", judged)
    number = f"{int(found[1]) + place.at:0{len(found[1])}d}_" if found else ""
    name = f"{number}{step.slug}"
    before = f"({python(app)}, {python(place.before.rpartition('.')[2])})" if place.before else ""
    undo = _listed(step.undo, 12) if step.undo else "None"
    text = (
        "from django.db import migrations\n\n\nclass Migration(migrations.Migration):\n"
        + ("    atomic = False\n" if step.alone else "")
        + f"    dependencies = [{before}]\n    operations = [\n        migrations.RunSQL(\n"
        f"            {_listed(step.sql, 12)},\n            reverse_sql={undo},\n"
        "            # What models.py says of it goes here, as makemigrations writes it.\n"
        "            state_operations=[],\n        ),\n    ]\n"
    )
    return f"{place.folder}{name}.py", text, f"{app}.{name}"


def _listed(statements: tuple[str, ...], indent: int) -> str:
    pad = " " * (indent + 4)
    return "[\n" + "".join(f"{pad}{python(sql, pad)},\n" for sql in statements) + " " * indent + "]"


def _alembic(step: Step, place: Place) -> tuple[str, str, str]:
    revision = f"{step.slug[:20].rstrip('_')}_{place.stamp('%H%M')}"
    up = "".join(map(_sent, step.sql))
    if step.alone:
        up = "    with op.get_context().autocommit_block():\n" + "".join(f"    {line}" for line in up.splitlines(True))
    text = (
        f"from alembic import op\n\nrevision = {python(revision)}\n"
        f"down_revision = {python(place.before) if place.before else None}\n\n\n"
        f"def upgrade():\n{up}\n\ndef downgrade():\n" + ("".join(map(_sent, step.undo)) or _raised())
    )
    return f"{place.folder}{revision}.py", text, revision


def _sent(sql: str) -> str:
    """As text for SQLAlchemy, unless it would take a word of it for a parameter."""
    if _PARAMETER.search(sql):
        options = 'execution_options={"no_parameters": True}'
        return f"    op.get_bind().exec_driver_sql({python(sql, '    ')}, {options})\n"
    return f"    op.execute({python(sql, '    ')})\n"


def _raised() -> str:
    return '    raise RuntimeError("nothing brings its values back")\n'


def _never(sign: str, indent: int) -> str:
    return f"{' ' * indent}{sign} Nothing brings its values back.\n"


def _sql(step: Step) -> str:
    return "".join(f"{sql};\n" for sql in step.sql)


def _flyway(step: Step, place: Place) -> tuple[str, str, str]:
    version = place.case.unit.id.replace(".", "_")
    numbered = f"{version}_{place.at}" if place.at else version
    found = re.match(r"[A-Za-z]*", place.case.unit.file.rpartition("/")[2])
    prefix = found[0] if found is not None and found[0] else "V"
    note = "-- In a .conf beside it: executeInTransaction=false\n" if step.alone else ""
    return f"{place.folder}{prefix}{numbered}__{step.slug}.sql", note + _sql(step), version


def _dbmate(step: Step, place: Place) -> tuple[str, str, str]:
    name = f"{place.stamp('%Y%m%d%H%M%S')}_{step.slug}"
    undo = "".join(f"{sql};\n" for sql in step.undo) or _never("--", 0)
    up = "-- migrate:up transaction:false" if step.alone else "-- migrate:up"
    return f"{place.folder}{name}.sql", f"{up}\n{_sql(step)}\n-- migrate:down\n{undo}", name


def _goose(step: Step, place: Place) -> tuple[str, str, str]:
    name = f"{place.stamp('%Y%m%d%H%M%S')}_{step.slug}"
    head = "-- +goose NO TRANSACTION\n" if step.alone else ""
    up, down = ("".join(map(_whole, statements)) for statements in (step.sql, step.undo))
    return f"{place.folder}{name}.sql", f"{head}-- +goose Up\n{up}\n-- +goose Down\n{down or _never('--', 0)}", name


def _whole(sql: str) -> str:
    """Goose cuts at semicolons unless it is told where a statement ends."""
    return f"-- +goose StatementBegin\n{sql};\n-- +goose StatementEnd\n"


def _golang(step: Step, place: Place) -> tuple[str, str, str]:
    name = f"{place.stamp('%Y%m%d%H%M%S')}_{step.slug}"
    return f"{place.folder}{name}.up.sql", _sql(step), name


def _prisma(step: Step, place: Place) -> tuple[str, str, str]:
    name = f"{place.stamp('%Y%m%d%H%M%S')}_{step.slug}"
    parent = place.folder.rstrip("/").rpartition("/")[0]
    return f"{parent}/{name}/migration.sql" if parent else f"{name}/migration.sql", _sql(step), name


def _plain(step: Step, place: Place) -> tuple[str, str, str]:
    """For a tool whose files are code of the project: the statements, to be sent as the tool sends SQL."""
    tool = place.case.unit.framework
    what = f"a migration of {tool} called {step.slug}" if tool else step.slug
    alone = " (outside a transaction)" if step.alone else ""
    return f"{remark(what)}{alone}", _sql(step), ""


_WRITERS: Mapping[str, Writer] = {
    "laravel": _laravel,
    "rails": _rails,
    "django": _django,
    "alembic": _alembic,
    "flyway": _flyway,
    "dbmate": _dbmate,
    "goose": _goose,
    "golang-migrate": _golang,
    "prisma": _prisma,
}
