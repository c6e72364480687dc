"""Functions by name: pure ones are computed, Laravel's looked up, and of the rest the harmless are told apart."""

from __future__ import annotations

import posixpath
from collections.abc import Callable

from console.readers.php.arguments import Args, Site, unknown_call
from console.readers.php.arrays import LAX, STRICT
from console.readers.php.assign import write
from console.readers.php.collected import array_filter, array_map, array_reduce, array_walk, as_list, each_unknown
from console.readers.php.guards import asked_of, condition
from console.readers.php.machine import Machine
from console.readers.php.operators import truth
from console.readers.php.roles import HARMLESS_FUNCTIONS
from console.readers.php.scope import Frame, Unset
from console.readers.php.services import PLACES, config, env, place, service
from console.readers.php.strings import LARAVEL, NATIVE, listed
from console.readers.php.syntax import Node, text_of
from console.readers.php.things import Case, Closure, Collected, FilePlace, Harmless, Instance, Names, Question
from console.readers.php.values import Listing, Unknown, Value, unknowns

_FAILS = (ValueError, TypeError, KeyError, IndexError, AttributeError, ZeroDivisionError, OverflowError)
_MAY_BE_NULL = frozenset(
    {"cache", "session", "json_decode", "request", "unserialize", "filter_var", "parse_url", "cookie"}
)


def native_call(machine: Machine, name: str, args: Args, node: Node, frame: Frame) -> Value:
    """A function by its lower-case name."""
    site = Site(machine, machine.on, args, node, frame)
    if name in _SPECIAL:
        return _SPECIAL[name](site)
    if name in PLACES and name.endswith("_path"):
        return place(PLACES[name], args.at(0))
    if name in LAX or name in NATIVE or name in STRICT:
        return computed(name, args)
    if name in HARMLESS_FUNCTIONS:
        return _harmless(site, name)
    if any(isinstance(value, Closure) and value.node is not None for value in args.values):
        return each_unknown(machine, args, node, frame)
    return unknown_call(machine, node, f"{name}()", args, frame)


def computed(name: str, args: Args, table: dict[str, Callable[..., Value]] | None = None) -> Value:
    """A pure function of values that are known."""
    if args.why:
        return Unknown(args.why)
    function = (table or {}).get(name) or LAX.get(name) or NATIVE.get(name) or STRICT[name]
    values = [value.items if isinstance(value, Collected) else value for value in args.values]
    lax = table is None and name in LAX
    unknown = next((u for v in values for u in ([v] if lax and isinstance(v, Unknown) else unknowns(v))), None)
    if unknown is not None and not (lax and not isinstance(values[0], Unknown)) and not _only_cases(values):
        return Unknown(unknown.why, never_null=True)
    try:
        return function(*values)
    except _FAILS:
        return Unknown(f"what {name}() makes of it is not known", never_null=True)


def _only_cases(values: list[Value]) -> bool:
    return all(isinstance(unknown, Case) for value in values for unknown in unknowns(value))


def _harmless(site: Site, name: str) -> Value:
    """It changes no database, but a function it is given may."""
    each_unknown(site.machine, site.args, site.node, site.frame)
    if name in _MAY_BE_NULL:
        return Unknown(f"what {name}() answers is known only when the file is run")
    return Harmless(why=f"what {name}() answers is known only when the file is run")


def _call_it(site: Site) -> Value:
    """`call_user_func($f, ...)`, `tap`, `with`, `value`, `rescue`, `retry`, `once`."""
    found = next((value for value in site.args.values if isinstance(value, Closure)), None)
    if found is None:
        return site.args.at(0) if site.args.values else None
    return site.machine.call(found, tuple(v for v in site.args.values if v is not found), site.node)


def _tap(site: Site) -> Value:
    _call_it(site)
    return site.args.at(0)


def _throw_if(site: Site) -> Value:
    """Thrown is a failure, not a way on: what follows needs no condition."""
    first = site.args.nodes[0] if site.args.nodes else site.node
    asked = condition(site.args.at(0), text_of(first))
    name = text_of(site.node).lower()
    if asked is ("unless" not in name.partition("(")[0]):
        site.machine.throw(site.node)
    return site.args.at(0)


def _ends(site: Site) -> Value:
    """`die`, `dd`, `abort`: nothing after it is reached."""
    site.machine.throw(site.node)


def _collect(site: Site) -> Value:
    given = site.args.at(0)
    items = as_list(given)
    if items is not None or given is None:
        return Collected(items=items or Listing())
    return given if isinstance(given, Unknown) else Collected(items=listed([given]))


def _file_text(site: Site) -> Value:
    """`file_get_contents(database_path('x.sql'))`, where the project's files are at hand."""
    given = site.args.at(0)
    if not isinstance(given, FilePlace):
        return Unknown("the contents of a file are not read", never_null=True)
    path = posixpath.normpath(given.path).lstrip("/")
    text = None if path.startswith("..") else site.machine.files(path)
    return Unknown(f"the contents of {path} are not known", never_null=True) if text is None else text


def _dirname(site: Site) -> Value:
    given, levels = site.args.at(0), site.args.at(1, "levels", 1)
    path = given.path if isinstance(given, FilePlace) else given
    if not isinstance(path, str) or not isinstance(levels, int):
        return Unknown("a path is not known", never_null=True)
    for _ in range(min(levels, 20)):
        path = posixpath.dirname(path)
    return FilePlace(path=path) if isinstance(given, FilePlace) else path


def _glob(site: Site) -> Value:
    """The places that fit a pattern: how many they are is not known, so it stays one with its pattern."""
    given = site.args.at(0)
    return Listing(((0, given),)) if isinstance(given, FilePlace) else Unknown("it is not known which files there are")


def _in_array(site: Site) -> Value:
    """Among names only the database knows it is a question to the database."""
    wanted, items = site.args.at(0), site.args.at(1)
    if isinstance(items, Names) and isinstance(wanted, str):
        return asked_of(items, wanted, text_of(site.node))
    return computed("in_array", site.args)


def _key_exists(site: Site) -> Value:
    key, items = site.args.at(0), site.args.at(1)
    if isinstance(items, Names) and isinstance(key, str):
        return asked_of(items, key, text_of(site.node))
    return computed("array_key_exists", site.args)


def _class_exists(site: Site) -> Value:
    """A class of the project is there; of any other it is not known."""
    name = site.args.at(0)
    if isinstance(name, str) and site.machine.class_named(name.lstrip("\\"), site.frame.file) is not None:
        return True
    return Unknown("it is not known whether the class is there", never_null=True)


def _method_exists(site: Site) -> Value:
    holder, name = site.args.at(0), site.args.at(1)
    if isinstance(holder, Instance) and isinstance(name, str) and site.machine.method(holder.of, name) is not None:
        return True
    return Unknown("it is not known whether the method is there", never_null=True)


def _changed_list(
    change: Callable[[list[tuple[int | str, Value]], Args], list[Value] | None],
) -> Callable[[Site], Value]:
    """A function that writes to the list it is given."""

    def changed(site: Site) -> Value:
        items = site.args.at(0)
        found = list(items.items) if isinstance(items, Listing) else None
        answer = change(found, site.args) if found is not None else None
        why = "it is not known what is left in the list"
        if site.args.nodes:
            new = Listing(tuple(found)) if found is not None and answer is not None else Unknown(why)
            write(site.machine, site.args.nodes[0], new, site.frame)
        return answer[0] if answer else Unknown(why)

    return changed


def _push(items: list[tuple[int | str, Value]], args: Args) -> list[Value] | None:
    if args.why:
        return None
    start = max((key for key, _ in items if isinstance(key, int)), default=-1) + 1
    items += [(start + n, value) for n, value in enumerate(args.values[1:])]
    return [len(items)]


def _unshift(items: list[tuple[int | str, Value]], args: Args) -> list[Value] | None:
    if args.why:
        return None
    _refill(items, [*((0, value) for value in args.values[1:]), *items])
    return [len(items)]


def _refill(items: list[tuple[int | str, Value]], found: list[tuple[int | str, Value]]) -> None:
    """Number keys count from 0 again."""
    numbers = iter(range(len(found)))
    items[:] = [(next(numbers) if isinstance(key, int) else key, value) for key, value in found]


def _pop(items: list[tuple[int | str, Value]], args: Args) -> list[Value] | None:
    return [items.pop()[1] if items else None]


def _shift(items: list[tuple[int | str, Value]], args: Args) -> list[Value] | None:
    value = items.pop(0)[1] if items else None
    _refill(items, list(items))
    return [value]


def _sort(site: Site) -> Value:
    """Lists are small and rarely sorted: texts and numbers are, the rest is not known."""
    items = site.args.at(0)
    new: Value = Unknown("the order of the list is not known")
    if isinstance(items, Listing) and len(site.args.values) == 1:
        if all(isinstance(value, str) and not value[:1].isdigit() for value in items.values):
            new = listed(sorted(items.values, key=str))
        elif all(isinstance(value, int) for value in items.values):
            new = listed(sorted(items.values, key=lambda value: value if isinstance(value, int) else 0))
    if site.args.nodes:
        write(site.machine, site.args.nodes[0], new, site.frame)
    return True


def _forget_argument(at: int) -> Callable[[Site], Value]:
    def called(site: Site) -> Value:
        for node in site.args.nodes[at:]:
            write(site.machine, node, Unknown("it is known only when the file is run"), site.frame)
        return Unknown("it is known only when the file is run", never_null=True)

    return called


def _reorder(site: Site) -> Value:
    """The list's new order is not known; a function that decides it may still send something."""
    if site.args.nodes:
        write(site.machine, site.args.nodes[0], Unknown("the order of the list is not known"), site.frame)
    each_unknown(site.machine, site.args, site.node, site.frame)
    return True


def _compact(site: Site) -> Value:
    names = [value for value in site.args.values if isinstance(value, str)]
    found = [(name, site.frame.cell(name).value) for name in names]
    known = [(name, value) for name, value in found if not isinstance(value, (Unset, tuple))]
    if len(known) < len(site.args.values):
        return Unknown("it is not known what is in the list")
    return Listing(tuple(known))


def _spread_call(site: Site) -> Value:
    closure, given = site.args.at(0), as_list(site.args.at(1))
    if not isinstance(closure, Closure) or given is None:
        return unknown_call(site.machine, site.node, "call_user_func_array()", site.args, site.frame)
    return site.machine.call(closure, given.values, site.node)


def _blank(site: Site) -> Value:
    value = site.args.at(0)
    if isinstance(value, str):
        return not value.strip()
    known = truth(value) if isinstance(value, (Listing, Unknown)) else value is not None
    return Unknown("it is not known whether it is empty", never_null=True) if known is None else not known


def _filled(site: Site) -> Value:
    found = _blank(site)
    return found if isinstance(found, Unknown) else not found


def _is_null(site: Site) -> Value:
    value = site.args.at(0)
    if isinstance(value, Unknown) and not isinstance(value, Question):
        return False if value.never_null else Unknown(value.why, never_null=True)
    return value is None


def _is_object(site: Site) -> Value:
    value = site.args.at(0)
    return isinstance(value, (Instance, Case, Collected)) if not isinstance(value, Harmless) else True


_SPECIAL: dict[str, Callable[[Site], Value]] = {
    "config": lambda site: config(site.machine, site.args, site.node, site.frame),
    "env": lambda site: env(site.machine, site.args, site.node),
    "app": lambda site: service(site.args.at(0)),
    "resolve": lambda site: service(site.args.at(0)),
    "collect": _collect,
    "array_map": lambda site: array_map(site.machine, site.args, site.node, site.frame),
    "array_filter": lambda site: array_filter(site.machine, site.args, site.node, site.frame),
    "array_reduce": lambda site: array_reduce(site.machine, site.args, site.node, site.frame),
    "array_walk": lambda site: array_walk(site.machine, site.args, site.node, site.frame),
    "call_user_func": _call_it,
    "call_user_func_array": _spread_call,
    "value": _call_it,
    "with": _call_it,
    "rescue": _call_it,
    "retry": _call_it,
    "once": _call_it,
    "tap": _tap,
    "optional": lambda site: site.args.at(0),
    "throw_if": _throw_if,
    "throw_unless": _throw_if,
    "abort_if": _throw_if,
    "abort_unless": _throw_if,
    "abort": _ends,
    "dd": _ends,
    "die": _ends,
    "file_get_contents": _file_text,
    "glob": _glob,
    "dirname": _dirname,
    "realpath": lambda site: site.args.at(0),
    "in_array": _in_array,
    "array_key_exists": _key_exists,
    "key_exists": _key_exists,
    "class_exists": _class_exists,
    "interface_exists": _class_exists,
    "enum_exists": _class_exists,
    "method_exists": _method_exists,
    "function_exists": _forget_argument(9),
    "defined": _forget_argument(9),
    "is_callable": _forget_argument(9),
    "constant": _forget_argument(9),
    "preg_match": _forget_argument(2),
    "array_push": _changed_list(_push),
    "array_unshift": _changed_list(_unshift),
    "array_pop": _changed_list(_pop),
    "array_shift": _changed_list(_shift),
    "sort": _sort,
    "rsort": _reorder,
    "usort": _reorder,
    "uasort": _reorder,
    "uksort": _reorder,
    "ksort": _reorder,
    "asort": _reorder,
    "arsort": _reorder,
    "krsort": _reorder,
    "array_splice": _reorder,
    "compact": _compact,
    "blank": _blank,
    "filled": _filled,
    "is_null": _is_null,
    "is_object": _is_object,
    "iterator_apply": lambda site: each_unknown(site.machine, site.args, site.node, site.frame),
    "str": lambda site: string_class(site.machine, "of", site.args, site.node, site.frame),
}


def string_class(machine: Machine, name: str, args: Args, node: Node, frame: Frame) -> Value:
    """A static method of `Str`."""
    word = name.lower()
    if word in ("plural", "pluralstudly") and isinstance(found := args.at(0), str) and len(args.values) == 1:
        return machine.compilers.plural(found)
    if word in LARAVEL:
        return computed(word, args, LARAVEL)
    return Harmless()


def array_class(machine: Machine, name: str, args: Args, node: Node, frame: Frame) -> Value:
    """A static method of `Arr`."""
    word, items = name.lower(), as_list(args.at(0))
    if word == "wrap" and not isinstance(args.at(0), Unknown):
        return items if items is not None else Listing() if args.at(0) is None else listed([args.at(0)])
    if items is None:
        return each_unknown(machine, args, node, frame)
    simple = {"pluck": "array_column", "first": "reset", "last": "end"}
    if word in simple and not any(isinstance(value, Closure) for value in args.values):
        return computed(simple[word], args)
    if word == "get" and isinstance(key := args.at(1), str):
        return dotted(items, key, args.at(2))
    if word in ("map", "where"):
        turned = Args((args.at(1), items) if word == "map" else (items, args.at(1), 1))
        return (array_map if word == "map" else array_filter)(machine, turned, node, frame)
    return each_unknown(machine, args, node, frame)


def dotted(items: Value, key: str, default: Value = None) -> Value:
    """`Arr::get($items, 'a.b')`."""
    for name in key.split("."):
        if isinstance(items, Unknown):
            return items
        if not isinstance(items, Listing) or name not in dict(items.items):
            return default
        items = items.get(name)
    return items
