"""Queries while they are written: chains that begin at `DB::table`, and what ends them."""

from __future__ import annotations

from console.core.statements import Sent
from console.readers.php.arguments import Args, as_call, go_on
from console.readers.php.draft import Call, Line, UnreadableError
from console.readers.php.endings import Ending, How
from console.readers.php.machine import Machine
from console.readers.php.rows import collapse
from console.readers.php.scope import Frame
from console.readers.php.syntax import Node, line_of, shown
from console.readers.php.things import Building, Chain, Closure, On, Rows
from console.readers.php.values import Unknown, Value

RAW = {
    word.lower(): word
    for word in """
    statement unprepared insert update delete affectingStatement select selectOne selectFromWriteConnection scalar
    cursor selectResultSets
    """.split()
}
"""Statements that are written out: lower-case -> as the framework spells it."""
WRITES = frozenset(
    """
    insert insertgetid insertorignore insertusing insertorignoreusing insertorignorereturning upsert update
    updatefrom updateorinsert increment decrement incrementeach decrementeach delete truncate forcedelete
    restore touch create createquietly firstorcreate createorfirst updateorcreate incrementorcreate forcecreate
    forcecreatequietly fillandinsert fillandinsertorignore fillandinsertgetid insertmany destroy upsertquietly
    """.split()
)
READS = frozenset(
    """
    get first firstorfail firstor find findor findorfail findmany findornew firstornew firstwhere sole value
    valueorfail solevalue pluck all exists doesntexist existsor count min max sum avg average aggregate
    numericaggregate implode paginate simplepaginate cursorpaginate tosql torawsql getbindings dd dump
    dumprawsql ddrawsql explain getcolumns getconnection getgrammar getquery getmodel toarray tojson isempty
    isnotempty
    """.split()
)
LOOPS = frozenset(
    """
    chunk chunkbyid chunkbyiddesc chunkmap orderedchunkbyid each eachbyid lazy lazybyid lazybyiddesc cursor
    """.split()
)
_BUILDS = frozenset(
    """
    as clone crossjoin dynamicwhere distinct forpage forpageafterid forpagebeforeid from fromraw fromsub groupby
    groupbyraw inrandomorder join joinsub joinlateral joinwhere latest leftjoin leftjoinsub leftjoinwhere limit lock
    lockforupdate mergebindings mergewheres model newquery offset oldest on onwriteconnection onlytrashed reorder
    rightjoin rightjoinsub select selectraw selectsub addselect addbinding setbindings sharedlock skip tap take tobase
    union unionall unless useindex forceindex ignoreindex usewritepdo when query beforequery afterquery
    straightjoin timeout fullouterjoin
    """.split()
)
_BUILDING = ("where", "orwhere", "having", "orhaving", "orderby", "with", "has", "orhas", "doesnthave", "ordoesnthave")
_ONE = frozenset({"first", "firstorfail", "find", "findorfail", "sole", "firstwhere", "findornew", "firstornew"})
_MANY = frozenset({"get", "all", "findmany", "pluck", "paginate", "simplepaginate", "cursorpaginate", "toarray"})
_COUNTS = frozenset({"exists", "doesntexist", "count", "isempty", "isnotempty"})


def begin_query(machine: Machine, calls: tuple[Call, ...], node: Node, frame: Frame, on: On) -> Chain:
    """A query that begins here."""
    building = Building(
        machine.new_cell(calls), node.start_byte, shown(node), frame.foreign or line_of(node), tuple(machine.guards), on
    )
    return Chain(building=building, query=True)


def send(machine: Machine, line: Line, node: Node, frame: Frame, on: On) -> bool:
    """Have a query made into SQL and take it down; False: it only reads."""
    at = frame.foreign or line_of(node)
    source = shown(node)
    if line.unreadable:
        machine.emit(Sent("", source=source, line=at, unreadable=line.unreadable, data=True), on)
        return True
    try:
        made = machine.compilers.query(line, on.connection)
    except UnreadableError as error:
        machine.emit(Sent("", source=source, line=at, unreadable=str(error), data=_changes_rows(line)), on)
        return True
    for sent in made or ():
        machine.emit(sent, on, line)
    return made is not None


def _changes_rows(line: Line) -> bool:
    """Whether it can change nothing but rows, whatever it is."""
    first = line.calls[0].name.lower() if line.calls else ""
    return first in ("db::table", "db::query", "db::insert", "db::update", "db::delete")


def query_call(machine: Machine, chain: Chain, name: str, args: Args, node: Node, frame: Frame) -> Value:
    """One more call of a query: it goes on, it reads, it writes, or it loops."""
    word = name.lower()
    if word in LOOPS and (word not in ("lazy", "lazybyid", "lazybyiddesc", "cursor")):
        return _loop(machine, chain, name, args, node, frame)
    if word in WRITES:
        return _write(machine, chain, name, args, node, frame)
    if word in READS or word in LOOPS:
        return _read(chain, word)
    if word == "tap" and isinstance(closure := args.at(0), Closure):
        machine.call(closure, (chain,), node)
        return chain
    if not _builds(word):
        machine.unread(node, f"what the method {name} of a query does is not read", frame, data=True)
        return Unknown("what a query answers is known only when it runs")
    return go_on(machine, chain, as_call(machine, name, args, node), node)


def _builds(word: str) -> bool:
    """Whether a method only says more about a query, and sends nothing."""
    return word in _BUILDS or word.startswith(_BUILDING)


def _write(machine: Machine, chain: Chain, name: str, args: Args, node: Node, frame: Frame) -> Value:
    building = chain.building
    line = building.as_line(as_call(machine, name, args, node))
    send(machine, Line(line.calls, shown(node), line.line, (), line.unreadable), node, frame, building.on or machine.on)
    return Unknown("what a statement answers is known only when it runs", never_null=True)


def _read(chain: Chain, word: str) -> Value:
    if word in _ONE:
        return Rows(building=chain.building, by=word, never_null=False)
    if word in _MANY or word in LOOPS:
        return Rows(building=chain.building, by=word)
    return Unknown("what a query answers is known only when it runs", never_null=word in _COUNTS)


def _loop(machine: Machine, chain: Chain, name: str, args: Args, node: Node, frame: Frame) -> Value:
    """`->chunkById(100, function ($rows) {...})`."""
    given = [value for value in (*args.values, *args.named.values()) if isinstance(value, Closure)]
    if not given:
        send(machine, Line((), shown(node), unreadable=f"what {name} is given is not known"), node, frame, machine.on)
        return Unknown("it is not known what it answers")
    over_rows(machine, given[0], chain.building, name.lower(), node, frame)
    return Unknown("it is not known what it answers", never_null=True)


def over_rows(machine: Machine, closure: Closure, building: Building | None, by: str, node: Node, frame: Frame) -> None:
    """A closure that is called with rows, nobody knows how often."""
    rows = Rows(building=building, by=by)

    def walk() -> Ending:
        answer = machine.call(closure, (rows, Unknown("the number of the row is not known")), node)
        goes_on = answer is None or answer is True or (isinstance(answer, Unknown) and answer.never_null)
        return Ending(How.ON if goes_on else How.BREAK)

    collapse(machine, node, frame, walk, building=building, by=by)


def statement(machine: Machine, name: str, args: Args, node: Node, frame: Frame, on: On) -> Value:
    """`DB::statement(...)` and its like: one call is all of it."""
    line = Line(
        (as_call(machine, f"DB::{RAW.get(name.lower(), name)}", args, node),),
        shown(node),
        frame.foreign or line_of(node),
    )
    send(machine, line, node, frame, on)
    word = name.lower()
    if word in ("select", "selectone", "cursor", "selectfromwriteconnection", "scalar"):
        return Rows(by=word, never_null=word == "select")
    return Unknown("what a statement answers is known only when it runs", never_null=True)
