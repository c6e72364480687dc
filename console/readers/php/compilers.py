"""Who makes Laravel's own SQL of what a file asks for; imported only when there is something to make."""

from __future__ import annotations

from console.core.statements import Sent
from console.readers.php.draft import Blueprint, Connection, Line
from console.readers.php.values import Value


class Laravel:
    """The compilers of this package."""

    def blueprint(self, blueprint: Blueprint, connection: Connection) -> tuple[Sent, ...]:
        """`Schema::create` and `Schema::table`; raises RefusedError."""
        from console.readers.php.blueprint import compile_or_refuse

        return compile_or_refuse(blueprint, connection)

    def schema_call(self, line: Line, connection: Connection) -> tuple[Sent, ...]:
        """Any other call on `Schema`."""
        from console.readers.php.blueprint import compile_schema_call

        return compile_schema_call(line, connection)

    def query(self, line: Line, connection: Connection) -> tuple[Sent, ...] | None:
        """A query; None: it only reads."""
        from console.readers.php.query import compile_query

        return compile_query(line, connection)

    def plural(self, word: str) -> Value:
        """Laravel's plural."""
        from console.readers.php.blueprint.plural import plural

        return plural(word)
