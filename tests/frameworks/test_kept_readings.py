"""Files of each tool, from the shelf: the same as read, and read anew when anything changed that decides them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from console import frameworks
from console.core.kept import put_up
from console.core.ports import Files, Framework, Project
from console.frameworks.alembic import files as alembic
from console.frameworks.django import files as django
from console.frameworks.laravel import reading as laravel
from console.frameworks.rails import files as rails
from console.readers.python import django_file
from console.store.kept_files import Shelf
from tests.django.making import project as django_project
from tests.django.making import text as django_text
from tests.frameworks.making import write
from tests.laravel.corpus import MIGRATIONS
from tests.laravel.project import write_app

_REMEMBER = (alembic._revision, alembic._statements, django._known, django._statements, django_file.read_file,
             laravel._known, laravel._statements, rails._ruby, rails._together, rails._statements)  # fmt: skip


@pytest.fixture(autouse=True)
def _nothing_is_remembered() -> Iterator[None]:
    forget()
    yield
    forget()


def forget() -> None:
    """As a program that has just been started."""
    for each in _REMEMBER:
        each.cache_clear()


def found(tool: str, folder: Path) -> tuple[Framework, Project]:
    framework = frameworks.load(tool)
    project = framework.detect(folder, {})
    assert project is not None
    return framework, project


def read(tool: str, folder: Path, shelf: Shelf) -> Files:
    framework, project = found(tool, folder)
    with put_up(shelf):
        return framework.read(project, None, "postgres", "public")


def sql(files: Files) -> str:
    return "\n".join(s.sql for m in files.migrations for s in m.statements)


def twice(tool: str, folder: Path) -> Shelf:
    """What is kept after a first reading; a second one is the same and reads nothing."""
    first = Shelf({})
    files = read(tool, folder, first)
    forget()
    second = Shelf(first.new)
    assert read(tool, folder, second) == files
    assert (not second.new, bool(second.used)) == (True, True)
    forget()
    plain = frameworks.load(tool).read(found(tool, folder)[1], None, "postgres", "public")
    assert plain == files
    forget()
    return first


@pytest.fixture
def app(tmp_path: Path) -> Path:
    from sqlalchemy.engine import make_url

    write_app(tmp_path, "8.83.27", make_url("postgresql://u:p@h/shop"), {})
    return tmp_path


def laravel_file(app: Path, up: str) -> None:
    text = ("<?php\nuse Illuminate\\Database\\Migrations\\Migration;\nuse Illuminate\\Support\\Facades\\DB;\n"
            "use Illuminate\\Support\\Facades\\Schema;\nuse Illuminate\\Database\\Schema\\Blueprint;\n"
            f"class AddX extends Migration {{ public function up() {{ {up} }} }}\n")  # fmt: skip
    write(app, {"database/migrations/2024_01_01_000000_add_x.php": text})


def test_every_migration_of_the_laravel_corpus_is_kept_as_it_is_read(app: Path) -> None:
    for name, path in MIGRATIONS.items():
        shutil.copy(path, app / "database" / "migrations" / f"{name}.php")
    twice("laravel", app)


def _changes(app: Path, up: str, file: str, before: str, after: str) -> None:
    """A migration that depends on another file follows it, in the next program and in this one."""
    write(app, {file: before})
    laravel_file(app, up)
    shelf = twice("laravel", app)
    assert "one" in sql(read("laravel", app, shelf))
    write(app, {file: after})
    assert "two" in sql(read("laravel", app, Shelf(shelf.new))), "in the same process"
    forget()
    assert "two" in sql(read("laravel", app, Shelf(shelf.new))), "in the next one"


def test_a_setting_of_the_project_that_a_migration_asks_for_is_asked_again(app: Path) -> None:
    up = "Schema::create(config('shop.table'), function (Blueprint $t) { $t->id(); });"
    _changes(app, up, "config/shop.php", "<?php return ['table' => 'one'];", "<?php return ['table' => 'two'];")


def test_a_file_that_a_migration_takes_in_is_looked_at_again(app: Path) -> None:
    up = "DB::unprepared(file_get_contents(database_path('x.sql')));"
    _changes(app, up, "database/x.sql", "CREATE TABLE one (id int)", "CREATE TABLE two (id int)")


def test_a_class_of_the_project_that_a_migration_uses_is_looked_at_again(app: Path) -> None:
    model = ("<?php\nnamespace App\\Models;\nuse Illuminate\\Database\\Eloquent\\Model;\n"
             "class Order extends Model {{ protected $table = '{}'; }}\n")  # fmt: skip
    up = "Schema::create((new \\App\\Models\\Order)->getTable(), function (Blueprint $t) { $t->id(); });"
    _changes(app, up, "app/Models/Order.php", model.format("one"), model.format("two"))


def test_a_class_that_djangos_fields_come_from_is_looked_at_again(tmp_path: Path) -> None:
    operation = (
        'migrations.CreateModel("T", [("id", models.BigAutoField(primary_key=True)), ("a", shop.fields.Code())])'
    )
    text = "import shop.fields\n" + django_text(operations=operation)
    folder = django_project(tmp_path, {"0001_t": text})
    field = "from django.db import models\nclass Code(models.{}):\n    pass\n"
    write(folder, {"shop/fields.py": field.format("IntegerField")})
    shelf = twice("django", folder)
    assert '"a" integer' in sql(read("django", folder, shelf))
    write(folder, {"shop/fields.py": field.format("TextField")})
    assert '"a" text' in sql(read("django", folder, Shelf(shelf.new)))
    forget()
    assert '"a" text' in sql(read("django", folder, Shelf(shelf.new)))


def test_a_setting_of_django_decides(tmp_path: Path) -> None:
    folder = django_project(
        tmp_path, {"0001_t": django_text(operations='migrations.CreateModel("T", [("a", models.IntegerField())])')}
    )
    shelf = twice("django", folder)
    settings = folder / "conf" / "settings.py"
    settings.write_text(settings.read_text().replace("BigAutoField", "SmallAutoField"))
    assert sql(read("django", folder, Shelf(shelf.new))) == sql(read("django", folder, Shelf({})))


_CHANGE = "change_table(:octopi, bulk: true) { |t| t.references :octopus, foreign_key: true }"
_OWN_WORDS = 'ActiveSupport::Inflector.inflections { |i| i.irregular "octopus", "octopodes" }\n'


def rails_project(folder: Path) -> Path:
    head = "class {} < ActiveRecord::Migration[6.1]\n  def change\n    {}\n  end\nend\n"
    return write(folder, {
        "config/database.yml": "production:\n  adapter: postgresql\n  database: shop\n", "bin/rails": "",
        "db/migrate/1_create_octopi.rb": head.format("CreateOctopi", "create_table(:octopi) { |t| t.integer :one }"),
        "db/migrate/2_change_octopi.rb": head.format("ChangeOctopi", _CHANGE),
    })  # fmt: skip


@pytest.mark.parametrize(
    ("file", "text"),
    [("db/migrate/1_create_octopi.rb", None), ("config/initializers/inflections.rb", _OWN_WORDS)],
)
def test_what_decides_a_later_file_of_rails_is_seen(file: str, text: str | None, tmp_path: Path) -> None:
    folder = rails_project(tmp_path)
    shelf = twice("rails", folder)
    before = sql(read("rails", folder, shelf))
    write(folder, {file: text if text is not None else (folder / file).read_text().replace(":one", ":two")})
    after = sql(read("rails", folder, Shelf(shelf.new)))
    forget()
    assert after == sql(read("rails", folder, Shelf({}))) != before


def test_the_setting_of_alembic_decides(tmp_path: Path) -> None:
    revision = ('revision = "a"\ndown_revision = None\nfrom alembic import op\nimport sqlalchemy as sa\n'
                'def upgrade():\n    op.create_table("t", sa.Column("a", sa.Integer))\n')  # fmt: skip
    folder = write(tmp_path, {"alembic.ini": "[alembic]\nscript_location = m\nsqlalchemy.url = postgresql://h/s\n",
                              "m/env.py": "", "m/versions/a_x.py": revision})  # fmt: skip
    shelf = twice("alembic", folder)
    framework, project = found("alembic", folder)
    anew = Shelf(shelf.new)
    with put_up(anew):
        mysql = framework.read(project, None, "mysql", "shop")
    assert anew.new
    forget()
    assert framework.read(project, None, "mysql", "shop") == mysql
