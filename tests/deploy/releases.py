"""Projects of each tool that makes `orders` and then adds a column to it, ready for the tool's script."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from tests.alembic.project import make_project as alembic_project
from tests.deploy.scripts import Release
from tests.django.project import make_project as django_project
from tests.laravel.project import make_project as laravel_project
from tests.rails.project import make_project as rails_project
from tests.servers import conninfo
from tests.tools import alembic, dbmate, drizzle, knex, sequelize, sqitch, typeorm
from tests.tools.debian import DebianError, unpacked
from tests.tools.laravel import LARAVEL_8, Php
from tests.tools.npm import node

MAKE = "CREATE TABLE orders (id bigint PRIMARY KEY, note text)"
ADD = "ALTER TABLE orders ADD COLUMN carrier text"
DROP = "ALTER TABLE orders DROP COLUMN note"
_PHP = """<?php
use Illuminate\\Database\\Migrations\\Migration;
use Illuminate\\Support\\Facades\\DB;
return new class extends Migration {{ public function up() {{ DB::statement('{}'); }} }};
"""
_DJANGO = """from django.db import migrations
class Migration(migrations.Migration):
    dependencies = [{before}]
    operations = [migrations.RunSQL("{sql}", migrations.RunSQL.noop)]
"""
_RAILS = "class {} < ActiveRecord::Migration[6.1]\n  def up\n    execute '{}'\n  end\nend\n"
_KNEX = "exports.up = (knex) => knex.raw('{}');\nexports.down = () => {{}};\n"
_SEQUELIZE = "module.exports = {{ up: (q) => q.sequelize.query('{}'), down: async () => {{}} }};\n"
_TYPEORM = """module.exports = class X{n}17000000000{n}0 {{
  name = 'X{n}17000000000{n}0';
  async up(queryRunner) {{ await queryRunner.query('{sql}'); }}
  async down() {{}}
}};
"""
_DRIZZLE = "export default { dialect: 'postgresql', out: './drizzle', dbCredentials: { url: '%s' } };\n"
Make = Callable[[Path, URL], Release]


def _laravel(folder: Path, url: URL) -> Release:
    try:
        php = Php(unpacked(LARAVEL_8))
    except DebianError as error:
        pytest.fail(str(error), pytrace=False)
    project = laravel_project(folder, php, url)
    release = Release("Laravel", folder)
    release.program("php", php.command(), {"LC_ALL": "C", "RECORD_TO": str(project.log)})
    project.add("2024_01_01_000001_make", _PHP.format(MAKE))
    return release


def _rails(folder: Path, url: URL) -> Release:
    project = rails_project(folder, url)
    release = Release("Rails", folder, {"RAILS_ENV": "production"})
    environ = {**project.ruby.environment(), "RECORD_TO": str(project.log)}
    line = project.ruby.command(Path(__file__).parents[1] / "rails" / "run.rb")
    release.program("bin/rails", line, environ, 'set -- "${1#db:}"\n')
    project.add("20240101000001_make", _RAILS.format("Make", MAKE))
    return release


def _django(folder: Path, url: URL) -> Release:
    first = _DJANGO.format(before="", sql=MAKE)
    project = django_project(folder, url, "5.2", {"0001_make": first})
    settings = folder / "site_of" / "settings.py"
    settings.write_text(f"{settings.read_text()}\nINSTALLED_APPS = ['shop']\n")
    release = Release("Django", folder)
    environ = {"PYTHONPATH": str(project.site), "PYTHONDONTWRITEBYTECODE": "1", "RECORD_TO": str(project.log)}
    release.program("python", [*project.python, "-S"], environ)
    return release


def _alembic(folder: Path, url: URL) -> Release:
    project = alembic_project(folder, url)
    release = Release("Alembic", folder, project.environ)
    release.program("alembic", alembic.command(), alembic.environment(project.release))
    project.add("aa", f"op.execute({MAKE!r})")
    return release


def _dbmate(folder: Path, url: URL) -> Release:
    _file(folder, "db/migrations/1_make.sql", f"-- migrate:up\n{MAKE};\n-- migrate:down\n")
    address = url.set(drivername="postgres", query={"sslmode": "disable"}).render_as_string(hide_password=False)
    release = Release("dbmate", folder, {"DATABASE_URL": address})
    release.program("dbmate", [str(dbmate.program())], {})
    return release


def _knex(folder: Path, url: URL) -> Release:
    _file(folder, "knexfile.js", f"module.exports = {json.dumps({'client': 'pg', 'connection': conninfo(url)})};\n")
    _file(folder, "package.json", '{"dependencies": {"knex": "3.3.0"}}')
    _file(folder, "migrations/1_make.js", _KNEX.format(MAKE))
    knex.linked(folder)
    return _of_npm("Knex", folder, knex.line(), knex.environ())


def _sequelize(folder: Path, url: URL) -> Release:
    folder.mkdir(parents=True, exist_ok=True)
    sequelize.configured(folder, url, "postgres")
    _file(folder, "package.json", '{"dependencies": {"sequelize": "6.37.8"}}')
    _file(folder, "migrations/1-make.js", _SEQUELIZE.format(MAKE))
    return _of_npm("Sequelize", folder, sequelize.line(), sequelize.environ())


def _typeorm(folder: Path, url: URL) -> Release:
    folder.mkdir(parents=True, exist_ok=True)
    typeorm.configured(folder, url, "postgres")
    _file(folder, "package.json", '{"dependencies": {"typeorm": "1.1.1"}}')
    _file(folder, "migrations/1-make.js", _TYPEORM.format(n=1, sql=MAKE))
    return _of_npm("TypeORM", folder, typeorm.line(), typeorm.environ())


def _drizzle(folder: Path, url: URL) -> Release:
    _file(folder, "package.json", '{"dependencies": {"drizzle-orm": "0.45.4"}}')
    _file(folder, "drizzle.config.ts", _DRIZZLE % conninfo(url))
    _journal(folder, MAKE)
    program = drizzle.command("node-postgres", conninfo(url), folder / "drizzle")
    return _of_npm("Drizzle", folder, program.line, program.environ, "set --\n")


def _sqitch(folder: Path, url: URL) -> Release:
    address = url.set(drivername="db:pg").render_as_string(hide_password=False)
    _file(folder, "sqitch.conf", f'[core]\n\tengine = pg\n[engine "pg"]\n\ttarget = {address}\n')
    _file(
        folder,
        "sqitch.plan",
        "%syntax-version=1.0.0\n%project=shop\n\nmake 2024-01-01T00:00:00Z Ann <ann@example.org> # x\n",
    )
    _file(folder, "deploy/make.sql", f"BEGIN;\n{MAKE};\nCOMMIT;\n")
    for name in ("make", "more"):
        _file(folder, f"verify/{name}.sql", "SELECT id FROM orders WHERE false;\n")
    program = sqitch.command(folder)
    release = Release("Sqitch", folder)
    release.program("sqitch", program.line, {**program.environ, "HOME": str(folder)})
    return release


def _of_npm(
    name: str, folder: Path, line: Sequence[str], environ: Mapping[str, str], before: str = "shift\n"
) -> Release:
    """Through `npx`, whose first word is the tool itself."""
    release = Release(name, folder)
    release.program("npx", line, environ, before)
    release.program("node", [node()], {})
    return release


def _file(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def _journal(folder: Path, *statements: str) -> None:
    entries = []
    for n, sql in enumerate(statements):
        _file(folder, f"drizzle/000{n}_x.sql", sql)
        entries.append(
            {"idx": n, "when": 1_700_000_000_000 + n, "tag": f"000{n}_x", "breakpoints": True, "version": "7"}
        )
    journal = {"version": "7", "dialect": "postgresql", "entries": entries}
    _file(folder, "drizzle/meta/_journal.json", json.dumps(journal))


def more(release: Release, sql: str) -> None:
    """A second migration."""
    folder = release.folder
    plan = "%syntax-version=1.0.0\n%project=shop\n\n" + "".join(
        f"{name} 2024-01-01T00:00:0{n}Z Ann <ann@example.org> # x\n" for n, name in enumerate(("make", "more"))
    )
    head = "from alembic import op\nrevision = 'bb'\ndown_revision = 'aa'\n"
    files = {
        "Laravel": {"database/migrations/2024_01_01_000002_more.php": _PHP.format(sql)},
        "Rails": {"db/migrate/20240101000002_more.rb": _RAILS.format("More", sql)},
        "Django": {"shop/migrations/0002_more.py": _DJANGO.format(before="('shop', '0001_make')", sql=sql)},
        "Alembic": {"migrations/versions/bb_x.py": f"{head}def upgrade():\n    op.execute({sql!r})\n"},
        "dbmate": {"db/migrations/2_more.sql": f"-- migrate:up\n{sql};\n-- migrate:down\n"},
        "Knex": {"migrations/2_more.js": _KNEX.format(sql)},
        "Sequelize": {"migrations/2-more.js": _SEQUELIZE.format(sql)},
        "TypeORM": {"migrations/2-more.js": _TYPEORM.format(n=2, sql=sql)},
        "Sqitch": {"sqitch.plan": plan, "deploy/more.sql": f"BEGIN;\n{sql};\nCOMMIT;\n"},
    }
    for name, text in files.get(release.script, {}).items():
        _file(folder, name, text)
    if release.script == "Drizzle":
        _journal(folder, MAKE, sql)


_MAKERS: Mapping[str, Make] = {
    "Laravel": _laravel, "Rails": _rails, "Django": _django, "Alembic": _alembic, "dbmate": _dbmate, "Knex": _knex,
    "Sequelize": _sequelize, "TypeORM": _typeorm, "Drizzle": _drizzle, "Sqitch": _sqitch,
}  # fmt: skip
NAMES = tuple(_MAKERS)


def release_of(name: str, folder: Path, url: URL) -> Release:
    """A project with its first migration waiting on an empty database."""
    return _MAKERS[name](folder / "app", url)
