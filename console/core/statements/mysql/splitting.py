"""Where a statement of MySQL ends: at a semicolon, but not at those inside the body of a routine, trigger or event.

A client needs DELIMITER for such bodies, a framework sends them without. So their blocks are counted: BEGIN, IF, CASE,
LOOP, REPEAT, WHILE and FOR open one where a statement of the body begins, CASE also as an expression.
"""

from __future__ import annotations

from console.core.lexer_token import Token, TokenKind

_CODE = frozenset({"PROCEDURE", "FUNCTION", "TRIGGER", "EVENT", "PACKAGE"})
_OPENS = frozenset({"BEGIN", "IF", "CASE", "LOOP", "REPEAT", "WHILE", "FOR"})
_STARTS = frozenset({";", "BEGIN", "THEN", "ELSE", "DO", "LOOP", "REPEAT", ":"})
"""Behind these a statement of a body begins."""
_BEFORE_BODY = frozenset({")", "ROW", "DO", "DETERMINISTIC", "SQL", "DATA", "DEFINER", "INVOKER", ":"})
_HEAD = 14
"""So many words may stand before the word that says what is made: OR REPLACE, DEFINER = 'a'@'b', ALGORITHM = x."""


class Bodies:
    """Counts blocks, statement by statement."""

    def __init__(self) -> None:
        self.custom = False
        """A DELIMITER line took the semicolon's place."""
        self.begin()

    def begin(self) -> None:
        """A new statement."""
        self.head: list[str] = []
        self.code = False
        self.open: list[str] = []
        self.before = ""
        self.declares = False

    def ends_with(self, token: Token) -> bool:
        """Whether the piece ends with this token."""
        if token.kind is TokenKind.META:
            self.custom = token.text.split()[1:2] != [";"]
        if token.silent or token.kind is TokenKind.META:
            return False
        self._close()
        ends = token.kind is TokenKind.DELIMITER or (token.text == ";" and not self.custom and not self.open)
        if ends:
            self.begin()
        else:
            self._saw(token)
        return ends

    def _saw(self, token: Token) -> None:
        word = token.word or token.kind.value
        if len(self.head) < _HEAD:
            self.head.append(word)
            self.code = self.code or self._makes_code(word)
        if self.code and not (self.before == "END" and word in _OPENS):
            self._block(word)
        if self.before in _STARTS:
            self.declares = word == "DECLARE"
        self.before = word

    def _close(self) -> None:
        """A block ends behind its END, whatever word says again which block that was."""
        if self.before == "END" and self.open and self.open[-1] == "END":
            self.open.pop()

    def _makes_code(self, word: str) -> bool:
        if self.head == ["BEGIN", "NOT", "ATOMIC"]:
            self.open.append("BEGIN")
            return True
        return word in _CODE and self.head[0] in ("CREATE", "ALTER") and "TABLE" not in self.head

    def _block(self, word: str) -> None:
        if word == "END":
            if self.open:
                self.open[-1] = "END"
        elif word in _OPENS and self._opens(word):
            self.open.append(word)

    def _opens(self, word: str) -> bool:
        inside = self.open[-1:] not in ([], ["CASE expression"])
        starts = (inside and self.before in _STARTS) or (not self.open and self._body_begins(word))
        if word == "CASE" and not starts:
            self.open.append("CASE expression")
            return False
        return starts or (word == "BEGIN" and inside and self.declares)

    def _body_begins(self, word: str) -> bool:
        if word == "BEGIN":
            return True
        return word != "FOR" and self.before in (*_BEFORE_BODY, "string", "word")
