"""Projects of a thousand migrations that all ran but for the last, which stopped halfway: Flyway's SQL, Laravel's PHP.

The database is made of what was written, statement by statement, so that each is judged and all but one are well.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.engine import URL

from console import frameworks
from console.drill.laravel import app
from tests.fleet.fleets import LEDGER, Project
from tests.servers import run

FILES = 1000
_A_TABLE = 20
"""Migrations of each table: one makes it, the others change it."""
_SQL = {
    "first": """CREATE TABLE t{t} (
    id bigint NOT NULL PRIMARY KEY, customer_id bigint, email varchar(190) NOT NULL, name varchar(100),
    total numeric(10, 2) DEFAULT 0 NOT NULL, placed_at timestamp, note text
);
CREATE INDEX t{t}_customer ON t{t} (customer_id);
""",
    "columns": """-- asked for by the warehouse
ALTER TABLE t{t} ADD COLUMN c{n} varchar(40) DEFAULT 'open' NOT NULL;
ALTER TABLE t{t} ADD COLUMN d{n} integer;
""",
    "index": """ALTER TABLE t{t} ADD COLUMN e{n} date;
CREATE INDEX t{t}_e{n} ON t{t} (e{n}, placed_at);
""",
    "check": """ALTER TABLE t{t} ADD COLUMN f{n} integer;
ALTER TABLE t{t} ADD CONSTRAINT t{t}_f{n} CHECK (f{n} >= 0);
""",
    "data": """ALTER TABLE t{t} ADD COLUMN g{n} boolean;
UPDATE t{t} SET g{n} = false WHERE g{n} IS NULL;
ALTER TABLE t{t} ALTER COLUMN g{n} SET NOT NULL;
""",
}
_PHP = {
    "first": """Schema::create('t{t}', function (Blueprint $table) {{
            $table->id();
            $table->string('email');
            $table->string('name', 100)->nullable();
            $table->decimal('total', 10, 2)->default(0);
            $table->timestamps();
            $table->index('created_at');
        }});""",
    "columns": """Schema::table('t{t}', function (Blueprint $table) {{
            $table->string('c{n}', 40)->default('open');
            $table->integer('d{n}')->nullable();
        }});""",
    "index": """Schema::table('t{t}', function (Blueprint $table) {{
            $table->date('e{n}')->nullable();
            $table->index(['e{n}', 'created_at']);
        }});""",
    "check": """Schema::table('t{t}', function (Blueprint $table) {{
            $table->unsignedInteger('f{n}')->nullable();
            $table->unique(['f{n}', 'email']);
        }});""",
    "data": """Schema::table('t{t}', function (Blueprint $table) {{
            $table->boolean('g{n}')->nullable();
        }});
        DB::table('t{t}')->whereNull('g{n}')->update(['g{n}' => false]);""",
}


def _kind(n: int) -> str:
    return "first" if n % _A_TABLE == 0 else ("columns", "index", "check", "data")[n % 4]


def _filled(texts: dict[str, str], n: int) -> str:
    return texts[_kind(n)].format(t=n // _A_TABLE, n=n)


def flyway(folder: Path, url: URL) -> Path:
    """A Flyway project with its database; where it is."""
    project = Project(folder, FILES)
    place = folder / "db" / "migration"
    place.mkdir(parents=True)
    (folder / "flyway.conf").write_text("flyway.locations=filesystem:db/migration\n")
    sent = [LEDGER]
    for n in range(FILES):
        text = _filled(_SQL, n)
        (place / f"V{n + 1}__t{n + 1}.sql").write_text(text)
        if n < FILES - 1:
            sent += [text, project.row(n + 1)]
    run(url, *sent, _filled(_SQL, FILES - 1).partition(";")[0])
    return folder


def laravel(folder: Path, url: URL) -> Path:
    """A Laravel project with its database, made of what its files are read as; where it is."""
    folder.mkdir()
    app.write_project(folder, url)
    for file in (folder / app.MIGRATIONS).iterdir():
        file.unlink()
    names = [f"2020_01_01_{n:06}_change_t{n // _A_TABLE}_{n}" for n in range(FILES)]
    for n, name in enumerate(names):
        body = f"    public function up(): void\n    {{\n        {_filled(_PHP, n)}\n    }}\n}};\n"
        app.add_migration(folder, name, f"{app.HEAD}{app.OUTSIDE}{body}")
    adapter = frameworks.load("laravel")
    project = adapter.detect(folder, {})
    assert project is not None
    read = adapter.read(project, None, "postgres", "public").migrations
    *before, last = [[statement.sql for statement in each.statements] for each in read]
    ledger = "CREATE TABLE migrations (id serial PRIMARY KEY, migration varchar(255) NOT NULL, batch integer NOT NULL)"
    rows = ", ".join(f"('{name}', {n})" for n, name in enumerate(names[:-1], 1))
    run(url, *(sql for each in before for sql in each), last[0])
    run(url, ledger, f"INSERT INTO migrations (migration, batch) VALUES {rows}")
    return folder
