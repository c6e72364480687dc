"""What expressions are worth when not all of them is known."""

from __future__ import annotations

from typing import Any

import pytest

from console.readers.php.configuration import read_config
from console.readers.php.values import Listing, Unknown, Value
from tests.readers.php.walking import Project, read, sent


def _value(expression: str) -> Value:
    return read_config(f"<?php return {expression};", lambda _: None)


@pytest.mark.parametrize(
    "expression",
    ["now()", "date('Y')", "$x", "foo()", "X::Y", "new Foo()", "Carbon::now()->year", "rand(1, 2) + 1",
     "UNKNOWN_CONSTANT",

     "count(foo())", "strtoupper(foo())", "'a' . foo()", "[foo()][0]", "(string) foo()", "-foo()", "`ls`"],
)  # fmt: skip
def test_what_only_a_run_can_tell_is_unknown(expression: str) -> None:
    assert isinstance(_value(expression), Unknown)


@pytest.mark.parametrize(
    ("expression", "never_null"),
    [("now()", True), ("'a' . foo()", True), ("(string) foo()", True),
     ("foo() ?? 'x'", True), ("(string) Str::uuid()", True),
     ("md5(foo())", True), ("foo()", False), ("foo() ?? null", False), ("$x['y']", False), ("json_decode('x')", False)],
)  # fmt: skip
def test_it_is_known_of_some_that_they_are_not_null(expression: str, never_null: bool) -> None:
    found = _value(expression)
    assert isinstance(found, Unknown)
    assert found.never_null is never_null


def test_one_unknown_item_leaves_its_neighbours_known() -> None:
    found = _value("['a' => foo(), 'b' => 2, 'c' => ['d' => now(), 'e' => 5]]")
    assert isinstance(found, Listing)
    assert found.get("b") == 2
    assert isinstance(found.get("a"), Unknown)
    inner = found.get("c")
    assert isinstance(inner, Listing)
    assert inner.get("e") == 5


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("true ? 1 : foo()", 1),
        ("false && foo()", False),
        ("true || foo()", True),
        ("'x' ?? foo()", "x"),
        ("($x ?? null)?->foo()", None),
        ("match (1) { 1 => 'a', 2 => foo() }", "a"),
        ("count(['a' => foo(), 'b' => 1])", 2),
        ("array_keys(['a' => foo()])", Listing(((0, "a"),))),
        ("array_merge(['a' => foo()], ['a' => 1])", Listing((("a", 1),))),
        ("is_null(now())", False),
        ("(new DateTime()) === null", False),
        ("isset($x)", False),
        ("empty($x)", True),
        ("$x ?? 'd'", "d"),
        ("__DIR__ . '/x.php'", "{base}/config/x.php"),
        ("dirname(__DIR__) . '/x.php'", "{base}/x.php"),
        ("base_path('a') . '/b'", "{base}/a/b"),
    ],
)
def test_what_is_not_looked_at_need_not_be_known(expression: str, expected: Value) -> None:
    assert _value(expression) == expected


def test_a_heredoc_loses_the_indentation_of_its_end() -> None:
    body = """$t = 'users';
    DB::statement(<<<SQL
        select 1
          from {$t} "q" \\"r\\" \\$x
        SQL);
    DB::statement(<<<'SQL'
    raw $t \\n
      two
    SQL . ' end');"""
    assert [one.sql for one in read(body).up] == ['select 1\n  from users "q" \\"r\\" $x', "raw $t \\n\n  two end"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("$a = 'x'; $b = &$a; $b = 'y'; DB::statement($a);", ["y"]),
        ("$f = fn () => $GLOBALS; DB::statement('a');", ["a"]),
        ("$a = ['x' => ['y' => 'z']]; ['x' => ['y' => $q]] = $a; DB::statement($q);", ["z"]),
        ("$this->x = 'p'; DB::statement($this->x);", ["p"]),
        ("self::$s = 'q'; DB::statement(static::$s);", ["q"]),
        ("DB::statement(self::C['k'] . static::D);", ["vd"]),
        ("$m = 'helper'; DB::statement($this->$m('a'));", ["a1"]),
        ("DB::statement(call_user_func([$this, 'helper'], 'b'));", ["b1"]),
        ("collect(['c'])->each([$this, 'send']);", ["c"]),
        ('array_walk($this->list, function ($v, $k) { DB::statement("$k$v"); });', ["0l", "1m"]),
        ('foreach ($this->numbers() as $n) { DB::statement("n$n"); }', ["n1", "n2"]),
        ("DB::statement($this->later ?? 'none');", ["none"]),
    ],
)
def test_variables_properties_and_methods(body: str, expected: list[str]) -> None:
    more = """
        const C = ['k' => 'v']; const D = 'd';
        protected static $s = 's'; private array $list = ['l', 'm']; private $later;
        private function helper($x) { return $x . '1'; }
        private function send($x) { DB::statement($x); }
        private function numbers(): array { return [1, 2]; }"""
    assert sent(body, more=more) == expected


def test_both_ways_of_an_open_condition_are_forgotten_unless_they_agree() -> None:
    body = """
        if (Schema::hasTable('t')) { $a = 'x'; $b = 'same'; $c['k'] = 1; } else { $a = 'y'; $b = 'same'; }
        DB::statement($b); DB::statement($a);
        $d = 'kept'; if (Schema::hasTable('t')) { $d = 'other'; return; } DB::statement($d);"""
    assert sent(body) == [
        "same",
        "UNREAD it depends on a condition that is decided only when the file is run",
        "<! Schema::hasTable('t')> kept",
    ]


def test_a_variable_of_a_loop_of_unknown_length_is_forgotten() -> None:
    found = sent("$n = 0; foreach (foo() as $x) { $n++; } DB::statement(\"n$n\"); DB::statement('after');")
    assert found[-2:] == ["UNREAD foo() is not known", "after"]


def test_configuration_and_environment_come_from_the_project() -> None:
    project = Project(config={"a.b": "conf", "a.list": Listing((("k", "v"),))}, env={"E": "true", "F": "text"})
    body = """DB::statement(config('a.b')); DB::statement(config('a.list')['k']);
        DB::statement(Config::get('a.b', 'd'));
        DB::statement(app('config')->get('a.b')); DB::statement(config('no.such', 'default'));
        DB::statement(env('F')); DB::statement(env('E') === true ? 'yes' : 'no'); DB::statement(env('G', 'unset'));
        DB::statement(config('nothing'));"""
    found = read(body, project)
    assert [one.sql for one in found.up] == ["conf", "v", "conf", "conf", "default", "text", "yes", "unset", ""]
    assert found.up[-1].unreadable == "config('nothing') is not known"
    assert found.notes == ("config('no.such') is not known: its default is taken",)


@pytest.mark.parametrize(
    ("condition", "asked", "taken"),
    [
        ("DB::getDriverName() === 'pgsql'", {}, True),
        ("DB::connection()->getDriverName() == 'mysql'", {"driver": "mysql"}, True),
        ("Schema::getConnection()->getDriverName() !== 'sqlite'", {}, True),
        ("DB::getPdo()->getAttribute(PDO::ATTR_DRIVER_NAME) === 'mysql'", {"driver": "mariadb"}, True),
        ("in_array(DB::getDriverName(), ['mysql', 'mariadb'])", {}, False),
        ("DB::connection() instanceof \\Illuminate\\Database\\PostgresConnection", {}, True),
        ("app()->environment('production')", {}, True),
        ("App::environment(['local', 'staging'])", {}, False),
        ("app()->isLocal()", {"environment": "local"}, True),
        ("app()->runningUnitTests()", {}, False),
        ("version_compare(app()->version(), '10.0', '>=')", {"laravel": (11, 2, 0)}, True),
        ("DB::getTablePrefix() === 'p_'", {"prefix": "p_"}, True),
        ("Schema::getConnection()->getDatabaseName() === 'app'", {"database": "app"}, True),
    ],
)
def test_conditions_on_the_connection_are_decided(condition: str, asked: dict[str, Any], taken: bool) -> None:
    found = sent(f"if ({condition}) {{ DB::statement('yes'); }} else {{ DB::statement('no'); }}", **asked)
    assert found == ["yes" if taken else "no"]


def test_a_driver_out_of_the_configuration_is_found() -> None:
    project = Project(config={"database.default": "main", "database.connections.main.driver": "pgsql"})
    body = """$c = config('database.default');
        if (config("database.connections.$c.driver") === 'pgsql') { DB::statement('a'); }"""
    assert sent(body, project) == ["a"]
