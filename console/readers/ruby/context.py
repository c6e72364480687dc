"""What of a project and its server decides the SQL, and the words that every statement is made of."""

from __future__ import annotations

from dataclasses import dataclass, field

from console.readers.ruby.catalogue import Catalogue
from console.readers.ruby.guards import Place
from console.readers.ruby.inflector import Inflector
from console.readers.ruby.migration import OLDEST, Version
from console.readers.ruby.names import expression_words, index_name
from console.readers.ruby.values import Many, RefusedError, UnreadableError, Value

_LONGEST_INDEX = {"postgres": 63}


@dataclass
class Context:
    """How the commands of one migration become SQL."""

    dialect: str = "postgres"
    home: str = "public"
    rails: Version = (6, 1)
    """The Rails that is installed."""
    version: Version = OLDEST
    """The version that the migration names."""
    prefix: str = ""
    suffix: str = ""
    inflector: Inflector = field(default_factory=Inflector)
    catalogue: Catalogue = field(default_factory=Catalogue)

    @property
    def postgres(self) -> bool:
        """Whether it is a PostgreSQL."""
        return self.dialect == "postgres"

    @property
    def sqlite(self) -> bool:
        """Whether it is an SQLite."""
        return self.dialect == "sqlite"

    @property
    def mysql(self) -> bool:
        """Whether it is a MySQL or a MariaDB."""
        return self.dialect in ("mysql", "mariadb")

    @property
    def place(self) -> Place:
        """Where names are looked up."""
        return Place(self.dialect, self.home)

    def quoted(self, name: str) -> str:
        """A column's, an index's or a constraint's name."""
        mark = "`" if self.mysql else '"'
        return mark + name.replace(mark, mark * 2) + mark

    def table(self, name: str) -> str:
        """A table's name, with its schema where the file says one."""
        parts = name.split(".")
        if len(parts) > 2 or '"' in name or "`" in name:
            raise UnreadableError(f"the table's name {name} is not read")
        return ".".join(map(self.quoted, parts))

    def alter(self, table: str, rest: str) -> str:
        """ALTER TABLE."""
        return f"ALTER TABLE {self.table(table)} {rest}"

    def proper(self, name: str) -> str:
        """With the prefix and suffix that the project gives its tables."""
        return f"{self.prefix}{name}{self.suffix}"

    def text(self, value: str) -> str:
        """A string literal."""
        doubled = value.replace("'", "''")
        if not self.mysql:
            return f"'{doubled}'"
        found = value.replace("\\", "\\\\")
        for mark, written in (("'", "\\'"), ('"', '\\"'), ("\n", "\\n"), ("\r", "\\r"), ("\0", "\\0"), ("\x1a", "\\Z")):
            found = found.replace(mark, written)
        return f"'{found}'"

    def index_name(self, table: str, columns: Value) -> str:
        """The name Rails makes for an index."""
        if isinstance(columns, str) and not str(columns).replace("_", "a").isalnum():
            words: tuple[str, ...] = (expression_words(str(columns)),)
        else:
            words = column_words(columns)
        return index_name(table, words, shortened=self.version >= (7, 1))

    def checked_index(self, name: str) -> str:
        """An index's name that Rails does not refuse for its length."""
        if len(name) > _LONGEST_INDEX.get(self.dialect, 64):
            raise RefusedError(f"Rails refuses the index name {name}: it is too long")
        return name

    def singular(self, word: str) -> str:
        """One of them."""
        return self.inflected(word, self.inflector.singular(word))

    def plural(self, word: str) -> str:
        """Many of them."""
        return self.inflected(word, self.inflector.plural(word))

    def inflected(self, word: str, found: str) -> str:
        """The form, where the project has no rules of its own that are not read."""
        if self.inflector.doubtful:
            raise UnreadableError(f"the project has rules of its own for words like {word}, which are not read")
        return found


def column_words(columns: Value) -> tuple[str, ...]:
    """The columns of an index."""
    given = columns.values if isinstance(columns, Many) else (columns,)
    if not given or not all(isinstance(one, str) and one for one in given):
        raise UnreadableError("the columns are not known")
    return tuple(str(one) for one in given)
