"""What runs when a file throws for certain, or ends: as PHP chooses among the `catch` clauses."""

from __future__ import annotations

import pytest

from tests.readers.php.walking import TRIED, sent

END = "UNREAD the file throws here, so nothing after it is sent"
CASES = {
    "by-its-name": ("throw new \\RuntimeException('x');", "\\RuntimeException", ["runtime", "after"]),
    "by-a-parent": ("throw new \\UnexpectedValueException('x');", "\\RuntimeException", ["runtime", "after"]),
    "by-any": ("throw new \\DomainException;", "\\Throwable", ["runtime", "after"]),
    "not-by-a-sister": ("throw new \\LogicException('x');", "\\RuntimeException", [END]),
    "an-error-is-no-exception": ("throw new \\TypeError('x');", "\\Exception", [END]),
    "of-the-project": ("throw new App\\NoStockException('x');", "\\Exception", ["runtime", "after"]),
    "one-of-several": ("throw new \\LogicException('x');", "\\TypeError | \\LogicException", ["runtime", "after"]),
}


@pytest.mark.parametrize("case", CASES)
def test_the_catch_that_fits_is_the_one_that_runs(case: str) -> None:
    throws, catches, expected = CASES[case]
    body = f"try {{ {throws} DB::statement('never'); }} catch ({catches} $e) {{ DB::statement('runtime'); }}"
    assert sent(f"{body} DB::statement('after');") == expected


def test_a_clause_that_does_not_fit_is_passed_over() -> None:
    body = "catch (\\LogicException $e) { DB::statement('l'); } catch (\\RuntimeException $e) { DB::statement('r'); }"
    assert sent(f"try {{ throw new \\RuntimeException('x'); }} {body}") == ["r"]


def test_what_may_fit_runs_under_a_condition() -> None:
    body = "catch (App\\Known $e) { DB::statement('known'); } catch (\\Throwable $e) { DB::statement('any'); }"
    found = sent(f"try {{ throw new App\\Other('x'); }} {body} DB::statement('after');")
    assert found == ["<catch (App\\Known)> known", "any", "after"]


def test_what_is_done_at_last_is_done_even_when_nothing_catches() -> None:
    body = "try { throw new \\TypeError; } catch (\\LogicException $e) { DB::statement('l'); }"
    assert sent(f"{body} finally {{ DB::statement('last'); }} DB::statement('never');") == ["last", END]


def test_a_catch_that_throws_again_ends_the_file() -> None:
    body = "try { throw new \\Exception('x'); } catch (\\Exception $e) { DB::statement('c'); throw $e; }"
    assert sent(f"{body} DB::statement('never');") == ["c", END]


@pytest.mark.parametrize("end", ["exit;", "exit(1);", "die('x');", "dd($a);"])
def test_nothing_catches_an_exit(end: str) -> None:
    body = f"try {{ DB::statement('a'); {end} }} catch (\\Throwable $e) {{ DB::statement('c'); }} DB::statement('z');"
    assert sent(body) == [f"{TRIED} a", "UNREAD the file ends here, so nothing after it is sent"]


def test_an_abort_is_thrown() -> None:
    assert sent("abort(500); DB::statement('never');") == [END]
    assert sent("abort_if(true, 500); DB::statement('never');") == [END]
    assert sent("abort_if(false, 500); abort_unless(true, 1); DB::statement('z');") == ["z"]


def test_what_stands_behind_a_goto_depends_on_it() -> None:
    found = sent("DB::statement('a'); goto last; DB::statement('b'); last: DB::statement('c');")
    assert found == ["a", "UNREAD a goto is not read", "<! (goto last;)> b", "<! (goto last;)> c"]


def test_a_text_that_is_counted_up_is_not_known() -> None:
    counted = 'DB::statement("$a");'
    found = sent(f"$a = 'Az'; $a++; {counted} $a = '7'; $a++; {counted} $a = null; $a++; {counted}")
    assert found == ["UNREAD how a text is counted up is not read", "8", "1"]


def test_what_fails_nobody_knows_when_is_caught_under_a_condition() -> None:
    body = "try { DB::statement('a'); } catch (\\Exception $e) { DB::statement('c'); } DB::statement('z');"
    assert sent(body) == [f"{TRIED} a", "<catch (\\Exception)> c", "z"]
