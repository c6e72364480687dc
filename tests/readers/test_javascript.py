"""JavaScript and TypeScript files of migrations, read without node: what is exported, and what its functions do."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.readers.javascript.module import Module, play, read
from console.readers.javascript.values import (
    UNDEFINED,
    Branch,
    Call,
    Chain,
    Function,
    Item,
    Made,
    Many,
    Not,
    Pairs,
    Played,
    Root,
    Unread,
    why_not,
)

DB = Chain(Root("parameter", "db"))


def up(body: str, before: str = "") -> Played:
    """What `up` does."""
    found = read(f"{before}\nexports.up = async (db) => {{\n{body}\n}};", "a.js").function("up")
    assert found is not None
    return play(found, (DB,))


def told(items: tuple[Item, ...]) -> list[object]:
    """In short: calls with their last arguments, branches with both ways, what is not read with its line."""
    made: list[object] = []
    for item in items:
        if isinstance(item, Call):
            last = item.chain.steps[-1]
            made.append((item.chain.path, *(last.args or ())) if item.awaited else f"lazy {item.chain.path}")
        elif isinstance(item, Branch):
            made.append((item.text, told(item.then), told(item.otherwise)))
        else:
            made.append(f"{item.line}: {item.why}")
    return made


F = """export class A1 implements M { public async up(db: Q): Promise<any> { await db.go(1); }
  async down(db: Q) { await db.back(2 as number) } }
export default A1"""
G = """'use strict'; exports.up = exports.down = void 0; const up = function (db) { return db.go(1) };
exports.up = up; exports['down'] = async (db) => { await db.back(2); };"""


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.js", "exports.up = async function (db) { await db.go(1) }; exports.down = (db) => db.back(2);"),
        ("b.cjs", "async function up(db) { return db.go(1) } const down = d => d.back(2)\nmodule.exports = {up, down}"),
        ("c.mjs", "export async function up(db) { await db.go(1) }\nexport const down = async (db) => db.back(2);"),
        ("d.mjs", "export { up, back as down };\nconst up = db => db.go(1), back = db => db.back(2);"),
        ("e.ts", "export default { async up(db: D): Promise<void> { await db!.go(1) }, down: (x: D) => x.back(2) };"),
        ("f.ts", F),
        ("g.js", G),
        ("h.js", "module.exports.up = (db) => db.go(1).then(() => {}); exports.down = db => Promise.all([db.back(2)])"),
        ("i.ts", "export = { up: (db: any) => db?.go(1), down(db) { return db.back(2) } }"),
        ("j.js", "module.exports = class A { async up(db) { await db.go(1) } async down(db) { await db.back(2) } }"),
    ],
    ids=lambda one: one if len(one) < 8 else "",
)  # fmt: skip
def test_what_a_file_gives_to_others(name: str, text: str) -> None:
    module = read(text, name)
    ways = [module.function(way) for way in ("up", "down")]
    assert [told(play(way, (DB,)).items) for way in ways if way] == [[("db.go", 1)], [("db.back", 2)]]


def test_a_class_of_typescript_with_its_fields() -> None:
    text = (
        "export class Add1690 implements M { name = 'Add1690'; transaction = false; static x = 1; async up(q: Q) {} }"
    )
    (found,) = read(text, "a.ts").classes
    assert (found.name, dict(found.fields), set(found.methods)) == (
        "Add1690", {"name": "Add1690", "transaction": False, "x": 1}, {"up"},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("written", "worth"),
    [
        (r"'a\n\x41\u{1F600}\'' + 'b'", "a\nA\U0001f600'b"),
        ("`x ${T}.${1 + 2} ${true}`", "x users.3 true"),
        ("[1, -2.5, 0x10, null, undefined, ...[true]]", Many((1, -2.5, 16, None, UNDEFINED, True))),
        ("{ a: 1, 'b-c': T, T, [`d`]: {}, ...{ e: 2 } }",
         Pairs({"a": 1, "b-c": "users", "T": "users", "d": Pairs({}), "e": 2})),
        ("['a', T].map((x) => `\"${x}\"`).join(', ')", '"a", "users"'),
        ("  `\n SELECT 1 `.trim()", "SELECT 1"),
        ("T === 'users' ? 1 : 2", 1),
        ("null ?? T || 5", "users"),
        ("O.name + O['name'].length", "x1"),
        ("Object.values(E).join()", "one,0"),
        ("new Table({ name: T }, 1)", Made("Table", (Pairs({"name": "users"}), 1), 3)),
        ("list.concat([2])[1]", 2),
        ("made('y')", "made y"),
        ("require('path').join('a', '..', T)", "users"),
        ("Number('3307') + parseInt('10', 10)", 3317),
    ],
)  # fmt: skip
def test_what_is_written_is_worth_what_it_says(written: str, worth: object) -> None:
    before = "const T = 'users', O = { name: 'x' }, list = [1]; function made(x = 'z') { return 'made ' + x }"
    text = f"{before}\nenum E {{ A = 'one', B = 0 }}\nexport const found = {written};"
    assert read(text, "a.ts").value("found") == worth


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("process.env.NAME", "the value of process.env.NAME is not known without running the file"),
        ("`a ${process.env.NAME}`", "the value of process.env.NAME is not known without running the file"),
        ("require('./x').name", "the value of require('./x').name is not known without running the file"),
        ("{ a: 1, ...process.argv }", "the value of ...process.argv is not known without running the file"),
        ("new Date().toISOString()", "the value of new Date().toISOString() is not known without running the file"),
        ("Math.random() > 1 ? 'a' : 'b'", "the value of Math.random() > 1 ? 'a' : 'b' is not known"),
        ("count", "count is given more than one value"),
        ("items[0]", "what items.push(2) leaves is not known"),
        ("/a/.source", "the value of /a/"),
        ("sql`a`", "the value of sql`a`"),
    ],
)
def test_what_only_a_run_could_tell_is_not_known(written: str, why: str) -> None:
    before = "let count = 1; count++; const items = [1]; items.push(2);"
    found = up(f"await db.go({written})", before).items
    assert isinstance(found[-1], Call)
    assert why_not(found[-1].chain.steps[-1].args[0]).startswith(why)  # type: ignore[index]


def test_calls_in_their_order_and_helpers_where_they_are_called() -> None:
    found = up(
        "await stamps(db, 'a'); for (const t of ['b', 'c']) { await db.go(t) }\n"
        "['d'].forEach((t) => db.lazy(t)); const q = db.go('kept'); await Promise.all([db.go('e'), db.go('f')]);\n"
        "db.go('nobody waits'); console.log('x');\n"
        "return db.go('g').then((rows) => db.go(rows.length)).catch((e) => { console.error(e); throw e });",
        "const stamps = async (x, t) => { await x.stamp(t); };",
    ).items  # fmt: skip
    assert told(found)[:5] == [("db.stamp", "a"), ("db.go", "b"), ("db.go", "c"), "lazy db.lazy", "lazy db.go"]
    assert told(found)[5:-1] == [("db.go", "e"), ("db.go", "f"), "lazy db.go", ("db.go", "g")]
    last = found[-1]
    assert isinstance(last, Call)
    assert why_not(last.chain.steps[0].args[0]).startswith("the value of (what db.go(...) gives).length")  # type: ignore[index]
    assert [item.together for item in found if isinstance(item, Call)][5:7] == [True, True]


def test_a_condition_that_only_a_run_decides_keeps_both_ways() -> None:
    found = up(
        "if (await db.has('t')) { return db.go(1) }\nawait db.go(2);\nif (1<2) await db.go(3); else { await db.go(4) }"
    )
    (asked, branch) = found.items
    assert told((asked,)) == [("db.has", "t")]
    assert told((branch,)) == [("await db.has('t')", [("db.go", 1)],
                                [("db.go", 2), ("1<2", [("db.go", 3)], [("db.go", 4)])])]  # fmt: skip
    assert isinstance(branch, Branch)
    assert isinstance(branch.test, Chain)
    assert branch.test.root.of is not None
    known = up("const yes = true; if (!yes) { await db.go(1) } else await db.go(2)").items
    assert told(known) == [("db.go", 2)]
    (_, other) = up("db.has('t').then((is) => { if (!is) { return db.go(1) } })").items
    assert isinstance(other, Branch)
    assert isinstance(other.test, Not)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("for (let i = 0; i < 3; i++) { await db.go(i) }", "a loop is not read: what it does is only known"),
        ("for (const r of await db.rows()) await db.go(r)", "a loop is not read"),
        ("while (x) await db.go(1)", "a loop is not read"),
        ("switch (x) { case 1: await db.go(1) }", "a switch is not read"),
        (
            "(await db.rows()).forEach(async (row) => { await db.go(row) })",
            "what (what db.rows() gives).forEach(...) does",
        ),
        ("await Promise.allSettled([db.go(1)])", "what Promise.allSettled(...) does with what it is given"),
        ("setTimeout(() => db.go(1), 5)", "what setTimeout(...) does with what it is given"),
        ("await seeds[0](db)", "the value of seeds[0](db) is not known"),
        ("const y = x && await db.go(1)", "the value of x && await db.go(1) is not known"),
        ("throw new Error('no way back')", "it throws here: nothing behind it runs"),
        ("try { await db.go(1) } catch (e) { await db.go(2) }", "what runs after a failure is not read"),
        ("function* all() { yield 1 } all()", "all is not one that is read"),
        ("const again = () => again(); again()", "it is nested too deeply to be read"),
    ],
)
def test_code_that_is_not_read_stands_in_its_place_with_its_reason(body: str, why: str) -> None:
    found = up(f"await db.go('before');\n{body};\n", "const x = process.env.X; const seeds = [1];").items
    unread = next(item for item in found if isinstance(item, Unread))
    assert (unread.why[: len(why)], unread.line) == (why, 4 if "nested" not in why else unread.line)


def test_what_code_that_is_not_read_may_have_changed_is_not_known() -> None:
    found = up("let name = 'a'; const o = { k: 1 };\nwhile (x()) { name = 'b'; o.k = 2 }\nawait db.go(name, o.k)").items
    assert isinstance(found[-1], Call)
    assert [bool(why_not(arg)) for arg in found[-1].chain.steps[-1].args or ()] == [True, True]


def test_a_file_that_the_parser_does_not_understand_is_not_read_at_all() -> None:
    assert read("exports.up = (db) => {\n  db.go(;\n}", "a.js").unreadable.startswith("line 2 is not JavaScript")
    assert read("export const up = 1;", "a.ts") == Module({"up": 1})
    assert "too large" in read("x" * 2_000_001, "a.js").unreadable


NAMES = st.sampled_from(["a", "b", "if", "'", '"', "\n", "`", "${", "}", "\\", "é", "//", "*/", ";"])
WRITTEN = st.lists(NAMES, max_size=8).map("".join)


@given(WRITTEN)
def test_every_text_is_read_as_it_was_written(text: str) -> None:
    literal = json.dumps(text)
    template = "`" + text.replace("\\", "\\\\").replace("`", "\\`").replace("${", "\\${") + "`"
    module = read(f"export const a = {literal}, b = {template};", "a.js")
    assert (module.value("a"), module.value("b")) == (text, text)


WRAPS = ("{ @ @ }", "if (x) { @ } @", "if (x) return; @ @", "if (true) { @ } else {} @", "for (;;) { @ } @",
         "try { @ } finally { @ }", "for (const y of [1]) { @ } @", "await (async () => { @ @ })();",
         "switch (x) { case 1: @ } @", "[1].forEach(async () => { @ }); @",
         "if (x) { @ } else { @ return 1 }", "x.forEach(async () => { @ }); @", "setTimeout(() => { @ }); @",
         "const f = async () => { @ }; await f(); @", "x && (await (async () => { @ })()); @",
         "x ? await (async () => { @ })() : 0; @", "let z; z = await (async () => { @ })(); @",
         "await db.run({ done: async () => { @ } }); @", "const g = await x.map(async () => { @ }); @",
         "await Promise.all(x.map(async () => { @ })); @", "new Thing(async () => { @ }); @",
         "({ a: async () => { @ } }).a(); @",
         "await [async () => { @ }][0](); @", "label: { @ } @", "do { @ } while (x); @",
         "`${await (async () => { @ })()}`; @")  # fmt: skip
STATEMENT: st.SearchStrategy[str] = st.deferred(
    lambda: st.one_of(
        st.just("await db.go(#);"),
        st.just("const x# = await db.go(#);"),
        st.just("await db.go(0).then(() => db.go(#));"),
        st.just("await Promise.all([db.go(#)]);"),
        st.tuples(st.sampled_from(WRAPS), STATEMENT, STATEMENT).map(
            lambda found: found[0].replace("@", found[1], 1).replace("@", found[2], 1)
        ),
    )
)


@settings(max_examples=100)
@given(st.lists(STATEMENT, min_size=1, max_size=4))
def test_no_statement_of_a_function_is_lost(written: list[str]) -> None:
    pieces = "\n".join(written).split("#")
    body = "".join(f"{piece}{1000 + n}" for n, piece in enumerate(pieces[:-1])) + pieces[-1]
    kept = "\n".join(sources(up(body, "const x = process.env.X;").items))
    assert [n for n in range(1000, 1000 + len(pieces) - 1) if f"({n})" in body and str(n) not in kept] == []


def sources(items: tuple[Item, ...]) -> list[str]:
    """All that is said of the file's own text."""
    inner = [text for item in items if isinstance(item, Branch) for text in sources((*item.then, *item.otherwise))]
    return [*inner, *(item.source for item in items if not isinstance(item, Branch))]


def test_bounds() -> None:
    assert isinstance(up("(" * 4000 + "1" + ")" * 4000 + ";" + "[" * 4000 + "]" * 4000).items, tuple)
    deep = up("{" * 3000 + "db.go(1)" + "}" * 3000).items
    assert told(deep) == ["3: it is nested too deeply to be read"]
    assert len(up("await db" + ".go(1)" * 3000).items) == 1
    assert len(up("if (await db.has(1)) { await db.go(1) }\n" * 100).items) == 200
    many = up("await db.go(1);" * 6000).items
    assert (len(many), isinstance(many[-1], Unread)) == (5000, True)
    assert isinstance(read("export const up = (a) => a", "x.ts").function("up"), Function)


LOST = [
    ("return db.go(1).then((rows) => Promise.all(rows.map((r) => db.go(2))))", [("db.go", 1), "3: unread"]),
    ("return x ? db.go(1) : db.go(2)", [("x", [("db.go", 1)], [("db.go", 2)])]),
    ("return db.has(1).then((is) => is ? null : db.go(2))", [("db.has", 1), ("is", [], [("db.go", 2)])]),
    ("if (x) return x ? db.go(1) : null", [("x", [("x", [("db.go", 1)], [])], [])]),
    ("x || await db.go(1); await (x && db.go(2))", [("x", [], [("db.go", 1)]), ("x", [("db.go", 2)], [])]),
    ("const y = x ? await db.go(1) : 0; await db.go(2)", ["3: unread", ("db.go", 2)]),
    ("return [db.go(1), db.go(2)]", ["lazy db.go", "lazy db.go"]),
    ("['a', 'b'].map((n) => db.go(n))", ["lazy db.go", "lazy db.go"]),
    ("Object.keys({ a: 1 }).forEach((n) => db.go(n))", ["lazy db.go"]),
]


@pytest.mark.parametrize(("body", "does"), LOST, ids=[str(n) for n in range(len(LOST))])
def test_nothing_is_lost_of_what_is_given_back_chosen_or_listed(body: str, does: list[object]) -> None:
    found = told(up(body, "const x = process.env.X;").items)
    assert [f"{one[:1]}: unread" if isinstance(one, str) and one[1:2] == ":" else one for one in found] == does


def test_asynchronous_functions_of_a_list_run_at_one_time() -> None:
    each = "async (n) => { await db.go(n); await db.on(n); }"
    for body, at_once in ((f"await Promise.all(['a', 'b'].map({each}))", True), (f"['a', 'b'].forEach({each})", True),
                          (f"await Promise.all(['a'].map({each}))", False)):  # fmt: skip
        assert {item.together for item in up(body).items if isinstance(item, Call)} == {at_once}


def test_a_failure_that_is_caught_and_not_passed_on_is_said() -> None:
    for body in ("try { await db.go(1) } catch (e) { console.log(e) }", "await db.go(1).catch(() => {})",
                 "await db.go(1).catch(console.error)"):  # fmt: skip
        assert up(body).quiet == (3,)
    for body in ("try { await db.go(1) } catch (e) { console.log(e); throw e }", "await db.go(1)",
                 "await db.go(1).catch((e) => Promise.reject(e))"):  # fmt: skip
        assert up(body).quiet == ()


def test_an_asynchronous_function_that_typescript_compiled_is_read() -> None:
    before = "var __awaiter = (this && this.__awaiter) || function (a, b, P, g) { return new P(g); };\n"
    body = "return __awaiter(this, void 0, void 0, function* () { const a = yield db.go(1); yield db.go(2); });"
    assert told(up(body, before).items) == [("db.go", 1), ("db.go", 2)]
    assert told(up(body.replace("__awaiter", "(0, tslib_1.__awaiter)"), before).items) == [("db.go", 1), ("db.go", 2)]
    assert [str(one)[:2] for one in told(up(body.replace("yield db.go(1)", "yield* db.go(1)"), before).items)] == [
        "4:", "('"]  # fmt: skip
