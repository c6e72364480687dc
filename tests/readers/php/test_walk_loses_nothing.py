"""No statement of a file is ever lost: wherever it stands, it is sent, or said to be unread.

Statements with a mark are put into every construction that may run them, one inside the other; each mark has to come
back, in the SQL or in the text of something that could not be read.
"""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from console.core.statements import Sent
from tests.readers.php.walking import read

PLACES = [
    "{}",
    "if ($unknown) {{ {} }}",
    "if (Schema::hasTable('t')) {{ $x = 1; }} else {{ {} }}",
    "if ($u) {{ $x = 1; }} elseif ($v->get()) {{ {} }}",
    "if (! Schema::hasTable('t')) {{ return; }} {}",
    "foreach ([1, 2] as $i) {{ {} }}",
    "foreach ($unknown as $i) {{ {} }}",
    "foreach (DB::table('t')->get() as $row) {{ {} }}",
    "for ($i = 0; $i < 2; $i++) {{ {} }}",
    "while ($unknown) {{ {} }}",
    "do {{ {} }} while ($unknown);",
    "switch ($unknown) {{ case 1: $x = 1; break; case 2: {} break; default: $x = 2; }}",
    "switch ($unknown) {{ case 1: $x = 1; default: {} }}",
    "try {{ {} }} catch (E $e) {{ throw $e; }}",
    "try {{ $x = 1; }} catch (E $e) {{ {} }}",
    "try {{ $x = 1; }} finally {{ {} }}",
    "DB::transaction(function () {{ {} }});",
    "Schema::withoutForeignKeyConstraints(function () {{ {} }});",
    "Schema::table('t', function ($table) {{ {} $table->id(); }});",
    "Schema::table($unknown, function ($table) {{ {} }});",
    "DB::table('t')->chunkById(9, function ($rows) {{ {} }});",
    "DB::table('t')->get()->each(function ($row) {{ {} }});",
    "DB::table('t')->when($unknown, function ($q) {{ {} }})->get();",
    "User::withoutEvents(function () {{ {} }});",
    "Cache::remember('x', 1, function () {{ {} }});",
    "unknown_function(function () {{ {} }});",
    "$unknown->method(function () {{ {} }});",
    "Unknown::method(function () {{ {} }});",
    "collect([1])->each(function ($x) {{ {} }});",
    "collect($unknown)->each(function ($x) {{ {} }});",
    "collect([1])->filter(function ($x) {{ {} return true; }});",
    "array_map(function ($x) {{ {} }}, [1]);",
    "array_walk($unknown, function ($x) {{ {} }});",
    "usort($unknown, function ($x) {{ {} }});",
    "$f = function () {{ {} }}; $f();",
    "(function () {{ {} }})();",
    "call_user_func(function () {{ {} }});",
    "tap(1, function () {{ {} }});",
    "rescue(function () {{ {} }});",
    "retry(3, function () {{ {} }});",
    "$x = $unknown ? 1 : (function () {{ {} }})();",
    "$x = $unknown ?? (function () {{ {} }})();",
    "$unknown && (function () {{ {} }})();",
    "Schema::hasTable('t') || (function () {{ {} }})();",
    "$x = match ($unknown) {{ 1 => (function () {{ {} }})(), default => 2 }};",
    "$x = ['a' => (function () {{ {} }})()];",
    "$x = \"a\" . (function () {{ {} }})() . 'b';",
    "return (function () {{ {} }})();",
    "Schema::whenTableHasColumn('t', 'c', function ($table) {{ {} }});",
    "event(new Foo((function () {{ {} }})()));",
    "$x[$unknown] = (function () {{ {} }})();",
    "$this->unknown((function () {{ {} }})());",
]
MARKED = [
    "DB::statement('MARK');",
    "DB::table('t')->insert(['a' => 'MARK']);",
    "DB::statement($unknown . 'MARK');",
    "$id = DB::table('t')->insertGetId(['a' => 'MARK']);",
    "Unknown::call('MARK');",
    "unknown_function('MARK');",
    "$unknown->call('MARK');",
    "User::create(['a' => 'MARK']);",
    "Artisan::call('MARK');",
    "Schema::drop('MARK');",
    "Schema::table('MARK', function ($table) { $table->id(); });",
    "Schema::macroed('MARK');",
    "if (DB::table('t')->where('a', 1)->update(['a' => 'MARK'])) { $x = 1; }",
    "$x = DB::table('t')->where('a', 1)->delete() ? 'MARK' : DB::statement('MARK');",
    "(new Unknown('MARK'))->run();",
    "include 'MARK';",
    "DB::unknownMethod('MARK');",
    "DB::table('t')->unknownMethod('MARK');",
    "DB::getPdo()->exec('MARK');",
]


def told(found: tuple[Sent, ...]) -> str:
    """Everything that comes back: what is sent, and what is said to be unread."""
    return "\n".join(one.sql or (one.source if one.unreadable or one.data else "") for one in found)


@given(st.lists(st.sampled_from(PLACES), max_size=4), st.lists(st.sampled_from(MARKED), min_size=1, max_size=3))
def test_every_statement_comes_back(places: list[str], marked: list[str]) -> None:
    body = " ".join(one.replace("MARK", f"mark{n}") for n, one in enumerate(marked))
    for place in places:
        body = place.format(body)
    found = told(read(body).up)
    assert [f"mark{n}" for n in range(len(marked)) if f"mark{n}" not in found] == [], body


PIECES = [
    *"(){}[];,$'\"&|!?:.=<>-+*/\\ \n",
    *"Schema::create|'t'|function ($table)|use (&$x)|fn ($x) =>|=>|->|::|DB::table|DB::statement|$table".split("|"),
    *"->string('a')|if|else|foreach| as |while|return|match|default|<<<SQL\n|SQL|$this|self::|static|new ".split("|"),
    *"class |?->|...|1|0x|null|try|catch (E $e)|throw |yield |list(|isset(|empty(|array_map(|collect(".split("|"),
    *"switch|case |break;|continue 2;|['a' => 1]|const A = 1;|#[A]|/* */|?>|<?php|é|\x00|enum |use |`".split("|"),
]


@given(st.lists(st.sampled_from(PIECES), max_size=40))
def test_any_text_at_all_is_read_to_its_end(pieces: list[str]) -> None:
    found = read("DB::statement('first'); " + "".join(pieces))
    assert found.unreadable or isinstance(found.up, tuple)
    assert all(one.sql or one.source or one.unreadable for one in found.up)
