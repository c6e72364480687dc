"""What a migration file sends, in its order: nothing twice, nothing lost, nothing guessed."""

from __future__ import annotations

import pytest

from console.readers.php.draft import Connection
from console.readers.php.migration import PhpMigration, read_migration
from tests.readers.php.walking import HEAD, Project, Words, line_of, read, sent


def whole(text: str, project: Project | None = None) -> PhpMigration:
    """A whole file."""
    return read_migration(HEAD + text, Connection(), project, compilers=Words())


def test_a_blueprint_is_what_its_closure_asks_in_order() -> None:
    body = """Schema::create('users', function (Blueprint $table) {
        $table->engine = 'InnoDB';
        $table->string('email', length: 100)->nullable()->unique();
        $col = $table->foreignId('org_id');
        $col->constrained();
        $table->after('email', function ($table) { $table->string('a'); $table->string('b'); });
        foreach (['x' => 1, 'y' => 2] as $name => $size) { $table->char($name, $size)->default("d-{$name}"); }
    });"""
    assert sent(body) == [
        "create users: engine=('InnoDB')",
        "create users: string('email', length: 100).nullable().unique()",
        "create users: foreignId('org_id').constrained()",
        "create users: after('email', {string('a'); string('b')})",
        "create users: char('x', 1).default('d-x')",
        "create users: char('y', 2).default('d-y')",
    ]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("Schema::table('t', fn (Blueprint $t) => $t->id());", ["alter t: id()"]),
        ("Schema::table('t', fn ($t) => [$t->id(), $t->text('b')]);", ["alter t: id()", "alter t: text('b')"]),
        ("\\Illuminate\\Support\\Facades\\Schema::drop('a');", ["Schema::drop('a')"]),
        ("\\Schema::dropIfExists('a');", ["Schema::dropIfExists('a')"]),
        ("Schema::rename('a', 'b'); Schema::dropColumns('c', ['d', 'e']);",
         ["Schema::rename('a', 'b')", "Schema::dropColumns('c', [0: 'd', 1: 'e'])"]),
        ("Schema::withoutForeignKeyConstraints(function () { Schema::drop('y'); });",
         ["Schema::disableForeignKeyConstraints()", "Schema::drop('y')", "Schema::enableForeignKeyConstraints()"]),
        ("DB::transaction(function () { DB::statement('a'); });", ["begin", "a", "commit"]),
        ("DB::beginTransaction(); DB::statement('a'); DB::commit();", ["begin", "a", "commit"]),
        ("DB::beginTransaction(); try { DB::statement('a'); DB::commit(); } catch (E $e) { DB::rollBack(); throw $e; }",
         ["begin", "a", "commit"]),
        ("DB::beginTransaction(); DB::statement('a'); DB::rollBack();", ["begin", "a", "rollback"]),
        ("DB::select('select 1'); $n = DB::table('t')->count();", []),
        ("$q = DB::table('t')->where('a', 1); $q->where('b', 2); $r = clone $q; $r->where('c', 3); $q->delete();",
         ["update DB::table('t').where('a', 1).where('b', 2).delete()"]),
        ("DB::table('t')->where(fn ($q) => $q->whereNull('a')->orWhere('b', 1))->update(['c' => DB::raw('now()')]);",
         ["update DB::table('t').where({whereNull('a').orWhere('b', 1)}).update([c: raw(now())])"]),
        ("DB::table('t')->whereIn('id', DB::table('u')->select('id'))->delete();",
         ["update DB::table('t').whereIn('id', {DB::table('u').select('id')}).delete()"]),
        ("DB::getPdo()->exec('vacuum');", ["vacuum"]),
        ("app('db')->statement('a'); app('db.schema')->drop('b'); resolve('db')->table('c')->delete();",
         ["a", "Schema::drop('b')", "update DB::table('c').delete()"]),
        ("$s = Schema::getConnection()->getSchemaBuilder(); $s->drop('b');", ["Schema::drop('b')"]),
        ("DB::withoutPretending(fn () => DB::statement('a'));", ["a"]),
        ("Schema::create('t', [$this, 'nothing']);", ["UNREAD it is not known what is asked of the table"]),
        ("return; DB::statement('never');", []),
    ],
)  # fmt: skip
def test_calls_in_all_their_spellings(body: str, expected: list[str]) -> None:
    assert sent(body) == expected


@pytest.mark.parametrize(
    "body",
    ["Cache::forget('x');", "Log::info('x');", "info('x');", "logger()->info('x');", "$this->command->info('x');",
     "app()->forgetInstance('x');", "app('cache')->store('x')->forget('y');", "Config::set('a.b', 1);", "dump(1);",
     "config(['a.b' => 1]);", "sleep(1);", "event(new Foo());", "echo 'x';", "usleep(5);",
     "Artisan::call('cache:clear');",
     "app()[\\Spatie\\Permission\\PermissionRegistrar::class]->forgetCachedPermissions();", "DB::disableQueryLog();",
     "DB::getDoctrineSchemaManager()->getDatabasePlatform()->registerDoctrineTypeMapping('a', 'b');",
     "\\Illuminate\\Support\\Facades\\Storage::disk('x')->put('a', 'b');", "$x = collect([1])->map(fn ($y) => $y);",
     "$d = now()->addDays(3)->format('Y');", "$this->output?->writeln('x');", "$n = User::count();", "unset($x);",
     "foreach (User::all() as $user) { $name = $user->name; }",
     "DB::table('t')->orderBy('id')->each(fn ($r) => dump($r));",
     "try { $x = 1; } catch (E $e) { report($e); }", "if ($x ?? false) { info('y'); }"],
)  # fmt: skip
def test_what_changes_no_database_sends_nothing(body: str) -> None:
    assert sent(body) == []


@pytest.mark.parametrize(
    ("body", "data"),
    [
        ("User::create(['a' => 1]);", True),
        ("\\App\\Models\\User::where('a', 1)->update(['b' => 2]);", True),
        ("\\App\\Models\\User::factory()->count(3)->create();", True),
        ("(new RoleSeeder)->run();", True),
        ("$this->call(RoleSeeder::class);", True),
        ("Artisan::call('db:seed', ['--class' => 'X']);", True),
        ("$this->command->call('db:seed');", True),
        ("Artisan::call('migrate', ['--path' => 'x']);", False),
        ("Foo::bar();", False),
        ("$this->unknown();", False),
        ("foo();", False),
        ("$x->save();", True),
        ("$x->doIt();", False),
        ("User::find(1)->assignRole('x');", True),
        ("User::all()->each->delete();", True),
        ("DB::table('t')->insertMacro(['a' => 1]);", True),
        ("DB::statement($unknown);", False),
        ("Schema::macroed('x');", False),
        ("Schema::getConnection()->getDoctrineSchemaManager()->dropIndex('a', 'b');", False),
        ("include 'x.php';", False),
        ("`psql x`;", False),
        ("exec('psql x');", False),
        ("goto a;", False),
        ("config(['database.default' => 'x']);", False),
        ("DB::unprepared(file_get_contents('/srv/x.sql'));", False),
    ],
)
def test_what_may_reach_the_database_is_said_to_be_unread(body: str, data: bool) -> None:
    found = read(body).up
    assert [(one.sql, one.data) for one in found] == [("", data)]
    assert found[0].unreadable
    assert found[0].source.rstrip(";") in body


def test_the_contents_of_a_file_of_the_project_are_sent() -> None:
    files = {"database/sql/a.sql": "create view a", "database/migrations/b.sql": "create view b"}
    text = f"""{HEAD} return new class extends Migration {{ function up() {{
        DB::unprepared(file_get_contents(database_path('sql/a.sql')));
        DB::unprepared(file_get_contents(__DIR__ . '/b.sql'));
        DB::unprepared(\\File::get(base_path('c.sql')));
    }} }};"""
    found = read_migration(text, Connection(), files=files.get, compilers=Words())
    assert [one.sql for one in found.up] == ["create view a", "create view b", ""]


def test_an_error_of_the_file_costs_one_statement() -> None:
    body = """DB::statement('a');
        Schema::create('t', function ($table) { $table->id(); $table->string('x' ; $table->text('b'); });
        DB::statement(('b');
        DB::statement('c');"""
    found = sent(body)
    assert found[0] == "a"
    assert found[-1] == "c"
    assert {"create t: id()", "create t: text('b')"} <= set(found)
    assert sum("UNREAD the file has an error here" in one for one in found) == 2


def test_lines_are_those_of_the_file() -> None:
    found = whole("return new class extends Migration {\nfunction up() {\n\nDB::statement('a');\n$this->b();\n}\n"
                  "function b() {\nDB::statement('b');\n}\n};")  # fmt: skip
    assert [one.line for one in found.up] == [9, 13]


def test_a_helper_of_another_file_has_the_line_of_its_call() -> None:
    helper = "<?php namespace App\\Support; class Views {" + "\n" * 12
    helper += 'public static function make($n) { \\DB::statement("v $n"); } }'
    project = Project(classes={"App\\Support\\Views": helper})
    found = whole(
        "return new class extends Migration {\nfunction up() {\n\\App\\Support\\Views::make('x');\n}\n};", project
    )
    assert [(one.sql, one.line) for one in found.up] == [("v x", 8)]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('for ($i = 1; $i <= 3; $i += 2) { DB::statement("s$i"); }', ["s1", "s3"]),
        ('$i = 3; while ($i > 1) { DB::statement("s$i"); $i--; }', ["s3", "s2"]),
        ('$i = 0; do { DB::statement("s$i"); } while (++$i < 2);', ["s0", "s1"]),
        ("foreach (['a', 'b'] as $x): DB::statement($x); endforeach;", ["a", "b"]),
        ('foreach ($foo as $x) { DB::statement("drop $x"); }', ["UNREAD $foo is not known"]),
        ("foreach ($foo as $x) { DB::table('t')->where('a', $x)->delete(); }", ["UNREAD DATA"]),
        ("foreach ($foo as $x) { Schema::table($x, fn ($t) => $t->id()); }", ["UNREAD $foo is not known"]),
        ("Schema::table('t', function ($t) { $t->id(); foreach ($foo as $x) { $t->string($x); } $t->text('z'); });",
         ["alter t: id()", "alter t: UNREAD $foo is not known", "alter t: text('z')"]),
        ("while (DB::table('t')->exists()) { DB::table('t')->limit(5)->delete(); }", ["UNREAD DATA"]),
        ("do { $n = DB::table('t')->limit(5)->delete(); } while ($n > 0);",
         ["update DB::table('t').limit(5).delete()", "UNREAD DATA"]),
        ("foreach (DB::select('show tables') as $t) { DB::statement(\"drop {$t->n}\"); }",
         ["UNREAD the rows are known only when the file is run"]),
        ("array_map(fn ($x) => DB::statement($x), $foo);", ["UNREAD the list it goes through is not known"]),
        ("File::lines('x')->each(fn ($x) => DB::table('t')->insert(['a' => $x]));", ["UNREAD DATA"]),
    ],
)  # fmt: skip
def test_loops_are_unrolled_or_one_statement(body: str, expected: list[str]) -> None:
    assert sent(body) == expected


LOOP = """DB::table('users')->{chain}->chunkById(100, function ($users) {{ foreach ($users as $user) {{
    {more} DB::table('users')->where('id', $user->id)->update([{values}]); }} }});"""
EFFECT = "update DB::table('users').whereNull('a').update([a: '?'])"


def looped(values: str, chain: str = "whereNull('a')", more: str = "") -> str:
    """What a loop over users is said to leave."""
    found = read(LOOP.format(chain=chain, values=values, more=more)).up
    assert [(one.sql, one.data) for one in found] == [("", True)]
    return found[0].effect


@pytest.mark.parametrize("values", ["'a' => Str::uuid()", "'a' => now()", "'a' => 'x' . $user->b",
                                    "'a' => md5($user->b)",
                                    "'a' => (string) $user->b", "'a' => $user->b ?? 'none'"])  # fmt: skip
def test_a_loop_that_gives_every_row_a_value_has_an_effect(values: str) -> None:
    assert looped(values) == EFFECT


def test_a_known_value_stays_in_the_effect() -> None:
    assert looped("'a' => 5", chain="where('a', 1)->orderBy('id')") == (
        "update DB::table('users').where('a', 1).update([a: 5])"
    )


@pytest.mark.parametrize(
    ("values", "chain", "more"),
    [
        ("'a' => $user->b", "whereNull('a')", ""),
        ("'a' => null", "whereNull('a')", ""),
        ("'a' => $foo", "whereNull('a')", ""),
        ("'a' => now()", "where('a', 'x')", ""),
        ("'a' => now()", "whereNull('a')->limit(10)", ""),
        ("'a' => now()", "whereNull('a')->where('b', $x)", ""),
        ("'a' => now()", "orderBy('id')", ""),
        ("'a' => now()", "join('x', 'a', '=', 'b')->whereNull('a')", ""),
        ("'a' => now()", "whereNull('a')", "if ($user->x) { continue; }"),
        ("'a' => now()", "whereNull('a')", "if ($user->x) { return false; }"),
        ("'a' => now()", "whereNull('a')", "DB::table('log')->insert(['b' => 1]);"),
    ],
)
def test_a_loop_of_which_less_is_certain_has_none(values: str, chain: str, more: str) -> None:
    assert looped(values, chain, more) == ""


@pytest.mark.parametrize(
    "body",
    [
        "foreach (DB::table('users')->whereNull('a')->get() as $u) { {} }",
        "foreach (DB::table('users')->whereNull('a')->cursor() as $u) { {} }",
        "DB::table('users')->whereNull('a')->lazyById()->each(function ($u) { {} });",
        "DB::table('users')->whereNull('a')->eachById(function ($u) { {} });",
        "DB::table('users')->whereNull('a')->get()->each(function ($u) { {} });",
        "DB::table('users')->whereNull('a')->chunkById(9, fn ($us) => $us->each(function ($u) { {} }));",
    ],
)
def test_loops_over_rows_in_other_spellings(body: str) -> None:
    update = "DB::table('users')->where('id', $u->id)->update(['a' => now()]);"
    assert [one.effect for one in read(body.replace("{}", update)).up] == [EFFECT]


@pytest.mark.parametrize(
    "loop", ["chunk(9, function ($us) { foreach ($us as $u) { {} } })", "each(function ($u) { {} })"]
)
def test_pages_that_shift_under_the_loop_have_no_effect(loop: str) -> None:
    update = "DB::table('users')->where('id', $u->id)->update(['a' => now()]);"
    body = f"DB::table('users')->whereNull('a')->{loop.replace('{}', update)};"
    assert [one.effect for one in read(body).up] == [""]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("Schema::connection('other')->create('x', fn ($t) => $t->id());", ["@other create x: id()"]),
        ("Schema::connection('main')->drop('x');", ["Schema::drop('x')"]),
        ("DB::connection('other')->table('x')->delete();", ["@other update DB::table('x').delete()"]),
        ("DB::connection('other')->transaction(fn () => DB::connection('other')->statement('a'));",
         ["@other begin", "@other a", "@other commit"]),
        ("DB::usingConnection('other', function () { DB::statement('a'); }); DB::statement('b');", ["@other a", "b"]),
        ("Schema::connection(config('no.such'))->drop('x');", ["@config('no.such') Schema::drop('x')"]),
        ("if (Schema::connection('other')->hasTable('t')) { DB::statement('a'); }",
         ["<Schema::connection('other')->hasTable('t')> a"]),
    ],
)  # fmt: skip
def test_other_connections_are_named(body: str, expected: list[str]) -> None:
    assert sent(body, Project(same=("main",))) == expected


def test_statements_set_the_builders_defaults_for_the_rest() -> None:
    asked: list[Connection] = []

    class Asked(Words):
        def blueprint(self, blueprint: object, connection: Connection) -> tuple[()]:
            asked.append(connection)
            return ()

    text = f"""{HEAD} return new class extends Migration {{ function up() {{ Schema::table('a', fn ($t) => $t->id());
        Schema::defaultStringLength(191); Schema::morphUsingUuids(); Schema::table('b', fn ($t) => $t->id()); }} }};"""
    read_migration(text, Connection(), compilers=Asked())
    assert [(one.string_length, one.morph_key) for one in asked] == [(255, "int"), (191, "uuid")]


HOSTILE = {
    "brackets": "$x = " + "(" * 20_000 + "1" + ")" * 20_000 + ";",
    "arrays": "$x = " + "[" * 20_000 + "1" + "]" * 20_000 + ";",
    "sum": "$x = " + "1 + " * 20_000 + "1;",
    "text": "$x = " + "'a' . " * 20_000 + "'b';",
    "conditions": "if (Schema::hasTable('x')) { " * 2_000 + "}" * 2_000,
    "chain": "$x = DB::table('a')" + "->where('a', 1)" * 5_000 + "->get();",
    "calls": "$x = " + "f(" * 5_000 + "1" + ")" * 5_000 + ";",
    "closures": "$f = fn () => " * 3_000 + "1;",
    "double": "$a = 'x'; $b = [1]; for ($i = 0; $i < 64; $i++) { $a .= $a; $b = [...$b, ...$b]; }",
    "endless": "for (;;) { $x = 1; } while (true) { $y = 1; } while (1 < 2) { $z = 1; }",
    "itself": "$f = function ($n) use (&$f) { $f($n + 1); $f($n + 2); DB::statement('f'); }; $f(1);",
    "range": "foreach (range(1, 100000000) as $i) { DB::statement($i); } str_repeat('a', 1000000000); pow(9, 1000000);",
    "regex": "sprintf('%999999999999s', 'a'); str_pad('a', 999999999999); '%1$' . sprintf('%99999999999$s', 'a');",
    "number": "$x = "
    + "9" * 10_000
    + " + 1; $y = (int) '"
    + "9" * 10_000
    + "'; $z = 1 << 999999999; $w = 9 ** 9 ** 9;",
    "nul": '$x = "\\u{ffffffff} \\u{d800} \\xff \\777"; DB::statement("a\\0b");',
    "elseif": "if ($u) {} " + "elseif ($u->x()) {} " * 2_000,
    "match": "$x = match ($u) { " + "foo() => 1, " * 2_000 + "default => 2 };",
    "cases": "switch ($u) { " + "case foo(): $x = 1; " * 2_000 + "}",
    "guards": "if (Schema::hasTable('a')) return; " * 2_000,
}


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_a_hostile_file_ends_and_says_so(name: str) -> None:
    found = read(f"{HOSTILE[name]} DB::statement('last');")
    assert len(found.up) <= 2_001
    assert all(one.sql or one.unreadable or one.data for one in found.up)


def test_a_file_that_asks_for_too_much_says_so_at_its_end() -> None:
    found = read('for ($i = 0; $i < 9999; $i++) { DB::statement("s$i"); }').up
    assert len(found) == 2_001
    assert found[-1].unreadable == "the file sends more than 2000 statements"


def test_a_throw_ends_it() -> None:
    found = sent("DB::statement('a'); if (empty([])) { throw new Exception('x'); } DB::statement('b');")
    assert found == ["a", "UNREAD the file throws here, so nothing after it is sent"]


def test_a_throw_under_a_condition_is_a_failure_and_no_way_on() -> None:
    assert sent("if (! Schema::hasTable('a')) { throw new Exception('x'); } DB::statement('b');") == ["b"]
    assert sent("throw_if(! Schema::hasTable('a'), new Exception('x')); DB::statement('b');") == ["b"]


def test_the_table_names_of_a_package_come_from_its_configuration() -> None:
    from console.readers.php.values import Listing

    body = """$tableNames = config('permission.table_names'); $columns = config('permission.column_names');
        $teams = config('permission.teams');
        throw_if(empty($tableNames), new Exception('no config'));
        Schema::create($tableNames['roles'], function (Blueprint $table) use ($teams, $columns) {
            $table->bigIncrements('id'); if ($teams) { $table->unsignedBigInteger($columns['team_foreign_key']); }
            $table->string($columns['pivot'] ?? 'role_id'); });"""
    known = Project(config={
        "permission.table_names": Listing((("roles", "acl_roles"),)), "permission.teams": False,
        "permission.column_names": Listing(),
    })  # fmt: skip
    assert sent(body, known) == ["create acl_roles: bigIncrements('id')", "create acl_roles: string('role_id')"]
    assert sent(body) == ["UNREAD config('permission.table_names') is not known"]


def test_a_switch_of_a_packages_own_tests_is_off() -> None:
    assert sent("if (config('permission.testing')) { DB::statement('a'); } DB::statement('b');") == ["b"]


def test_what_is_sent_inside_a_closure_of_a_table_comes_before_the_table() -> None:
    body = "Schema::table('t', function ($t) { DB::statement('a'); $t->id(); Foo::bar(); Foo::cols($t); });"
    assert sent(body) == ["a", "UNREAD what Foo::bar does is not read", "alter t: id()",
                          "alter t: UNREAD what Foo::cols does is not read"]  # fmt: skip


def test_a_file_sends_the_same_however_often_it_is_read() -> None:
    body = "DB::statement('a'); foreach ($foo as $x) { DB::statement($x); } User::create([]);"
    assert [line_of(one) for one in read(body).up] == [line_of(one) for one in read(body).up]


def test_a_value_asked_of_a_class_that_is_not_read_sends_nothing() -> None:
    assert len(sent("Schema::table('t', fn ($table) => $table->enum('kind', \\App\\Kind::values()));")) == 1
    assert len(sent("Schema::table('t', fn ($t) => $t->enum('k', array_column(\\App\\Kind::cases(), 'value')));")) == 1
    assert len(sent("\\App\\Kind::rebuild(); Schema::drop('t');")) == 2


def test_a_file_that_cannot_be_parsed_says_where() -> None:
    text = "return new class extends Migration {\n function up() {\n DB::statement('a');\n Schema::drop('b'\n }\n};"
    assert [note.partition(":")[0] for note in whole(text).notes] == ["it cannot be parsed near line 9"]
    assert whole(text.replace("'b'", "'b');")).notes == ()
