"""Where a statement of SQLite ends: at a semicolon, but not at those inside the body of a trigger."""

from __future__ import annotations

from console.core.lexer_token import Token


class Triggers:
    """A trigger ends where `END` follows a semicolon and is followed by one, as the shell of SQLite has it."""

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """A new statement."""
        self.head: list[str] = []
        self.last: tuple[str, str] = ("", "")

    def ends_with(self, token: Token) -> bool:
        """Whether the piece ends with this token."""
        if token.silent:
            return False
        word = token.word
        if len(self.head) < 3:
            self.head.append(word)
        if word == ";" and not (self._is_trigger() and self.last != (";", "END")):
            self.begin()
            return True
        self.last = (self.last[1], word)
        return False

    def _is_trigger(self) -> bool:
        kept = [word for word in self.head if word not in ("TEMP", "TEMPORARY")]
        return kept[:2] == ["CREATE", "TRIGGER"]
