"""The classes of a migration file and of its project, and what a migration says of itself."""

from __future__ import annotations

import pytest

from console.readers.php.draft import Connection
from console.readers.php.migration import PhpMigration, read_migration
from tests.readers.php.walking import HEAD, Project, Words, line_of

USER = """<?php namespace App\\Models; use Illuminate\\Foundation\\Auth\\User as Authenticatable;
class User extends Authenticatable { use HasFactory, SoftDeletes; const ADMIN = 'admin';
protected $table = 'people'; }"""
POST = "<?php namespace App\\Models; class BlogPost extends Model { public function scopeLive($q) {} }"
STATUS = """<?php namespace App\\Enums; enum Status: string { case On = 'on'; case Off = 'off'; const FIRST = self::On;
public static function values(): array { return array_column(self::cases(), 'value'); }
public function label(): string { return match ($this) { self::On => 'is on', self::Off => 'is off' }; } }"""
CLASSES = {"App\\Models\\User": USER, "App\\Models\\BlogPost": POST, "App\\Enums\\Status": STATUS}


def whole(text: str, head: str = HEAD, project: Project | None = None) -> PhpMigration:
    """A whole file."""
    return read_migration(head + text, Connection(), project or Project(classes=CLASSES), compilers=Words())


def up(body: str, uses: str = "", members: str = "") -> list[str]:
    """What a migration with these imports and members sends."""
    text = f"{uses}\nclass CreateX extends Migration {{ {members} public function up() {{ {body} }} }}"
    return [line_of(one) for one in whole(text).up]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("return new class extends Migration { public function up() { DB::statement('a'); } };", ""),
        ("return new class extends Migration\n{\n public function up(): void { DB::statement('a'); } }\n;", ""),
        ("return new class() extends Migration { public function up() { DB::statement('a'); } };", ""),
        ("class AddA extends Migration { function up() { DB::statement('a'); } }", "AddA"),
        ("class B extends \\Illuminate\\Database\\Migrations\\Migration { function UP(){ DB::statement('a'); }}", "B"),
        ("class Helper { function x() {} } class C extends Migration { function up() { DB::statement('a'); } }", "C"),
    ],
)  # fmt: skip
def test_named_and_anonymous_classes_are_found(text: str, name: str) -> None:
    found = whole(text)
    assert ([one.sql for one in found.up], found.class_name, found.unreadable) == (["a"], name, "")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "the file holds no migration"),
        ("class X { function y() {} }", "the file holds no migration"),
        ("return [1];", "the file holds no migration"),
        ("class X extends Migration { function {{{", "the file cannot be parsed"),
    ],
)
def test_a_file_without_a_migration_says_so(text: str, why: str) -> None:
    assert whole(text) == PhpMigration(unreadable=why)


def test_a_file_of_any_size_is_refused() -> None:
    assert whole("/*" + "x" * 2_100_000 + "*/").unreadable == "the file is larger than any that is read"


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("<?php use Illuminate\\Support\\Facades\\DB as Base;", "Base::statement('a');"),
        ("<?php use Illuminate\\Support\\Facades\\{Schema, DB as D};", "D::statement('a');"),
        ("<?php use Illuminate\\Support\\Facades;", "Facades\\DB::statement('a');"),
        ("<?php namespace App\\X; use DB;", "DB::statement('a');"),
        ("<?php namespace App\\X;", "\\DB::statement('a');"),
        ("<?php use Illuminate\\Database\\Capsule\\Manager as Capsule;", "Capsule::statement('a');"),
        ("<?php use Illuminate\\Database\\Capsule\\Manager as C;", "C::connection()->statement('a');"),
        ("<?php", "db::STATEMENT('a');"),
    ],
)
def test_names_mean_what_the_imports_say(head: str, body: str) -> None:
    found = whole(f" class X extends Migration {{ function up() {{ {body} }} }}", head)
    assert [one.sql.lower() or one.unreadable for one in found.up] == ["a"]


def test_a_class_of_the_same_name_elsewhere_is_another() -> None:
    found = whole(
        " class X extends Migration { function up() { DB::statement('a'); } }", "<?php use App\\Support\\Tools\\DB;"
    )
    assert [one.unreadable for one in found.up] == ["what App\\Support\\Tools\\DB::statement does is not read"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("DB::statement(Status::On->value);", "on"),
        ("DB::statement(Status::Off->name);", "Off"),
        ("DB::statement(implode(',', Status::values()));", "on,off"),
        ("DB::statement(implode(',', array_column(Status::cases(), 'value')));", "on,off"),
        ("DB::statement(implode(',', array_column(Status::cases(), 'name', 'value')));", "On,Off"),
        ("DB::statement(implode(',', array_map(fn ($c) => $c->value, Status::cases())));", "on,off"),
        (
            "DB::statement(implode(',', array_map(fn (Status $c): string => $c->label(), Status::cases())));",
            "is on,is off",
        ),
        ("DB::statement(collect(Status::cases())->pluck('value')->implode('|'));", "on|off"),
        ("DB::statement(Status::FIRST->value);", "on"),
        ("DB::statement(Status::from('off')->name);", "Off"),
        ("DB::statement(Status::tryFrom('x')?->name ?? 'none');", "none"),
        ("DB::statement((string) count(Status::cases()));", "2"),
        ("foreach (Status::cases() as $c) { if ($c === Status::Off) { DB::statement($c->value); } }", "off"),
        ("DB::statement(User::ADMIN);", "admin"),
        ("DB::statement(User::class);", "App\\Models\\User"),
        ("DB::statement((new User)->getTable());", "people"),
        ("DB::statement((new BlogPost())->getTable());", "blog_posts"),
        ("DB::statement((new User)->getKeyName());", "id"),
    ],
)
def test_enums_constants_and_models_of_the_project(body: str, expected: str) -> None:
    found = up(body, "use App\\Enums\\Status; use App\\Models\\{BlogPost, User};")
    assert found == [expected]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("User::where('a', 1)->update(['b' => 2]);",
         "update DB::table('people').model('App\\\\Models\\\\User', True).where('a', 1).update([b: 2])"),
        ("User::query()->delete();", "update DB::table('people').model('App\\\\Models\\\\User', True).delete()"),
        ("BlogPost::insert(['a' => 1]);",
         "update DB::table('blog_posts').model('App\\\\Models\\\\BlogPost', False).insert([a: 1])"),
        ("(new BlogPost)->newQuery()->truncate();",
         "update DB::table('blog_posts').model('App\\\\Models\\\\BlogPost', False).truncate()"),
        ("BlogPost::live()->delete();", "UNREAD DATA the scope live of App\\Models\\BlogPost is not read"),
    ],
)  # fmt: skip
def test_models_are_queries_on_their_tables(body: str, expected: str) -> None:
    assert up(body, "use App\\Models\\{BlogPost, User};") == [expected]


def test_traits_parents_and_helpers_of_the_file_are_walked() -> None:
    text = """
    trait Adds { protected function audit(Blueprint $table): void { $table->timestamps(); $this->more($table); } }
    abstract class Base extends Migration {
        protected $table = 'base'; const SIZE = 5; public function down() { Schema::drop($this->table); }
        protected function more($table) { $table->string('m', static::SIZE); }
    }
    function helper(string $x, ...$rest) { return $x . count($rest); }
    class Real extends Base { use Adds; const SIZE = 7; protected $table = 'real';
        public function up() {
            Schema::create($this->table, function (Blueprint $table) { $this->audit($table); self::cols($table); });
            DB::statement(helper('h', 1, 2)); parent::more(new Foo());
        }
        private static function cols(Blueprint $table) { $table->id(); }
    }"""
    found = whole(text)
    assert [line_of(one) for one in found.up] == [
        "create real: timestamps()", "create real: string('m', 7)", "create real: id()", "h2",
        "UNREAD what Foo->string does is not read",
    ]  # fmt: skip
    assert [line_of(one) for one in found.down] == ["Schema::drop('real')"]
    assert (found.class_name, found.has_down) == ("Real", True)


@pytest.mark.parametrize(
    ("members", "connection", "database"),
    [
        ("protected $connection = 'main';", "main", ""),
        ("protected $connection = 'other';", "other", "other"),
        ("public function getConnection() { return config('x.db'); }", "other", "other"),
        ("protected ?string $connection = null;", None, ""),
        ("", None, ""),
        ("public function getConnection() { return foo(); }", None, "the migration's connection"),
    ],
)
def test_a_migration_has_a_connection(members: str, connection: str | None, database: str) -> None:
    text = f"class X extends Migration {{ {members} function up() {{ DB::statement('a'); Schema::drop('b'); }} }}"
    found = whole(text, project=Project(config={"x.db": "other"}, same=("main",)))
    assert found.connection == connection
    assert [one.database for one in found.up] == [database, database]


def test_one_connection_in_the_body_is_that_of_the_migration() -> None:
    text = """class X extends Migration { protected $schema;
        function __construct() { $this->schema = Schema::connection($this->getConnection()); }
        public function getConnection() { return config('tele.db'); }
        function up() { $this->schema->create('a', fn ($t) => $t->id()); } }"""
    found = whole(text, project=Project(config={"tele.db": "tele"}, same=()))
    assert (found.connection, [line_of(one) for one in found.up]) == ("tele", ["@tele create a: id()"])
    text = (
        "class X extends Migration {{ function up() {{ Schema::connection('o')->drop('a'); {}DB::statement('b'); }} }}"
    )
    assert whole(text.format("DB::setDefaultConnection('o'); ")).connection == "o"
    assert whole(text.format("")).connection is None


def test_a_parent_that_is_not_read_may_set_another_connection() -> None:
    found = whole("class X extends TenantMigration { function up() { DB::statement('a'); } }")
    assert [one.database for one in found.up] == ["the connection of TenantMigration"]
    assert found.notes == ("the class TenantMigration is not read: it may set another connection",)


@pytest.mark.parametrize(
    ("members", "within"),
    [("public $withinTransaction = false;", False), ("public bool $withinTransaction = true;", True), ("", True)],
)
def test_a_migration_may_run_without_a_transaction(members: str, within: bool) -> None:
    assert whole(f"class X extends Migration {{ {members} function up() {{}} }}").within_transaction is within


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("return true;", ""),
        ("return Feature::active('x');", "Feature::active('x')"),
        ("return DB::getDriverName() === 'pgsql';", ""),
        ("return DB::getDriverName() === 'mysql';", "DB::getDriverName() === 'mysql'"),
        ("if ($x) { return false; } return true;", "{ if ($x) { return false; } return true; }"),
    ],
)
def test_a_migration_may_say_when_it_runs(body: str, expected: str) -> None:
    text = f"class X extends Migration {{ function shouldRun(): bool {{ {body} }} function up() {{}} }}"
    assert whole(text).should_run == expected


def test_a_file_without_a_way_back_says_so() -> None:
    assert whole("class X extends Migration { function up() {} }").has_down is False
    assert whole("class X extends Migration { function up() {} function down() {} }").has_down is True


def test_helpers_of_the_project_are_walked() -> None:
    views = """<?php namespace App\\Support; use Illuminate\\Support\\Facades\\DB; class Views {
        private string $p; public function __construct(private string $name, $p = 'x') { $this->p = $p; }
        public static function drop(string $n): void { DB::statement("drop view $n"); }
        public function make(): void { DB::statement("create view {$this->p}{$this->name}"); } }"""
    text = """use App\\Support\\Views; class X extends Migration { function up() {
        Views::drop('v'); (new Views('w'))->make(); app(Views::class)->make(); } }"""
    found = whole(text, project=Project(classes={"App\\Support\\Views": views}))
    assert [line_of(one) for one in found.up] == [
        "drop view v", "create view xw", "UNREAD what App\\Support\\Views->make does is not read"
    ]  # fmt: skip
