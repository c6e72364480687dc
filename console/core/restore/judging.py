"""A whole dump judged before any of it is sent: what would be, what is left out, and why it may be refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from console.core.faults import UsageFault
from console.core.lexer import Token, TokenKind, significant
from console.core.plain import one_line
from console.core.restore.cut import Cut, cut
from console.core.restore.exact import misread
from console.core.restore.sorting import QUIET, SEND, Fate, Sorted, left_out, refused
from console.core.restore.sorting_mysql import sort_mysql
from console.core.restore.sorting_postgres import sort_postgres

_CHARSETS = frozenset({"utf8", "utf8mb3", "utf8mb4", "binary", "latin1"})
"""In these no part of a character looks like a quote or a backslash."""
_SENT = (Fate.SEND, Fate.COPY)
_NAMES = (TokenKind.WORD, TokenKind.STRING)
_UTC = ("'+00:00'", '"+00:00"')


@dataclass
class Judge:
    """Goes through the statements of one dump, in order."""

    dialect: str
    """The grammar of the scratch server."""
    version: int
    """Its number: `80036`."""
    wanted: str = ""
    """Of a dump of several databases the one that is meant; '': whatever there is."""
    databases: list[str] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    sent: int = 0
    _entered: str = ""
    _names: str = ""
    _zoned: bool = False
    _stamped: bool = False

    def fate(self, one: Cut) -> Sorted:
        """What becomes of the next statement. UsageFault where the dump is refused."""
        found = self._fate(one)
        if found.fate in _SENT and (why := misread(one.sent, self.dialect, self.version)):
            found = refused(why)
        if found.fate is Fate.REFUSED:
            raise UsageFault(f"the dump is refused: {found.what}")
        if found.fate is Fate.LEFT_OUT:
            self.left_out[found.what] += 1
        self.sent += found.fate in _SENT
        return found

    def _fate(self, one: Cut) -> Sorted:
        tokens = () if one.rows_of else significant(one.tokens)
        if not tokens and not one.rows_of:
            return QUIET
        if "\0" in (one.text or one.sql):
            return refused("a statement in it holds a NUL")
        found = (self._mysql if self.dialect != "postgres" else self._postgres)(one, tokens)
        other = self.wanted and self._entered not in ("", self.wanted)
        return left_out(f"what belongs to {self._entered}") if other and found.fate is Fate.SEND else found

    def _postgres(self, one: Cut, tokens: Sequence[Token]) -> Sorted:
        found = sort_postgres(tokens)
        if found.what in (r"\connect", r"\c"):
            self._enter(tokens[0].text.split()[-1].strip('"'))
            if len(self.databases) > 1:
                return refused("it is of several databases")
        return found

    def _mysql(self, one: Cut, tokens: Sequence[Token]) -> Sorted:
        if one.rows_of:
            return self._rows()
        words = [token.word for token in tokens]
        if words[0] == "USE" and len(tokens) > 1:
            self._enter(tokens[1].text.strip("`").replace("``", "`"))
            return left_out("USE")
        if words[:2] == ["SET", "NAMES"]:
            return self._charset(tokens, words)
        if words[:2] == ["SET", "TIME_ZONE"] and tokens[-1 if words[-1] != ";" else -2].text in _UTC:
            self._zoned = True
        found = sort_mysql(tokens)
        if found is SEND and words[0] == "CREATE":
            self._stamped = self._stamped or "TIMESTAMP" in words
        return self._rows() if found is SEND and words[0] != "CREATE" else found

    def _charset(self, tokens: Sequence[Token], words: Sequence[str]) -> Sorted:
        """One SET may set much more behind a comma, and compute it."""
        rest = tokens[2 : -1 if words[-1] == ";" else None]
        collated = len(rest) == 3 and rest[1].word == "COLLATE"
        if (len(rest) != 1 and not collated) or any(token.kind not in _NAMES for token in rest):
            return refused("its SET NAMES says more than a character set")
        name = self._names = rest[0].text.strip("'\"").lower()
        return SEND if name in _CHARSETS else refused(f"its character set {one_line(name, 30)} is not read here")

    def _rows(self) -> Sorted:
        if not self._names:
            return refused("it does not say in which character set it is")
        if self._stamped and not self._zoned:
            return refused("it does not say in which time zone its timestamps are")
        return SEND

    def _enter(self, name: str) -> None:
        self._entered = name
        if name not in self.databases:
            self.databases.append(name)


def judged(lines: Iterable[bytes], dialect: str, version: int, wanted: str) -> Judge:
    """The judge after the whole dump. UsageFault where it is refused, or is not of the database that is meant."""
    judge = Judge(dialect, version)
    for one in cut(lines, dialect):
        judge.fate(one)
    if len(judge.databases) > 1 and wanted not in judge.databases:
        several = ", ".join(one_line(name, 40) for name in judge.databases[:5])
        raise UsageFault(f"the dump is of several databases ({several})", todo="Name the one that is meant: --database")
    if not judge.sent:
        raise UsageFault("the dump holds no table and no rows that could be loaded")
    return judge


def chosen(judge: Judge, wanted: str) -> str:
    """The database of the dump that is loaded."""
    return wanted if len(judge.databases) > 1 else next(iter(judge.databases), "")


def told(judge: Judge) -> tuple[str, ...]:
    """What was left out, the most frequent first: `12 x CREATE TRIGGER`."""
    return tuple(f"{count} x {one_line(what, 80)}" for what, count in judge.left_out.most_common())
