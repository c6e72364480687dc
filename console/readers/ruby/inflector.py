"""Singular and plural as Rails forms them for English, with what a project adds to it."""

from __future__ import annotations

import re
from dataclasses import dataclass

_UNCOUNTABLE = frozenset(
    ["equipment", "information", "rice", "money", "species", "series", "fish", "sheep", "jeans", "police"]
)
_IRREGULAR = {
    "person": "people", "man": "men", "child": "children", "sex": "sexes", "move": "moves", "zombie": "zombies",
}  # fmt: skip
# The later one counts.
_PLURAL = (
    (r"$", "s"), (r"s$", "s"), (r"^(ax|test)is$", r"\1es"), (r"(octop|vir)us$", r"\1i"), (r"(octop|vir)i$", r"\1i"),
    (r"(alias|status)$", r"\1es"), (r"(bu)s$", r"\1ses"), (r"(buffal|tomat)o$", r"\1oes"), (r"([ti])um$", r"\1a"),
    (r"([ti])a$", r"\1a"), (r"sis$", "ses"), (r"(?:([^f])fe|([lr])f)$", r"\1\2ves"), (r"(hive)$", r"\1s"),
    (r"([^aeiouy]|qu)y$", r"\1ies"), (r"(x|ch|ss|sh)$", r"\1es"), (r"(matr|vert|ind)(?:ix|ex)$", r"\1ices"),
    (r"^(m|l)ouse$", r"\1ice"), (r"^(m|l)ice$", r"\1ice"), (r"^(ox)$", r"\1en"), (r"^(oxen)$", r"\1"),
    (r"(quiz)$", r"\1zes"),
)  # fmt: skip
_SINGULAR = (
    (r"s$", ""), (r"(ss)$", r"\1"), (r"(n)ews$", r"\1ews"), (r"([ti])a$", r"\1um"),
    (r"((?:a)naly|(?:b)a|(?:d)iagno|(?:p)arenthe|(?:p)rogno|(?:s)ynop|(?:t)he)(?:sis|ses)$", r"\1sis"),
    (r"(^analy)(?:sis|ses)$", r"\1sis"), (r"([^f])ves$", r"\1fe"), (r"(hive)s$", r"\1"), (r"(tive)s$", r"\1"),
    (r"([lr])ves$", r"\1f"), (r"([^aeiouy]|qu)ies$", r"\1y"), (r"(s)eries$", r"\1eries"), (r"(m)ovies$", r"\1ovie"),
    (r"(x|ch|ss|sh)es$", r"\1"), (r"^(m|l)ice$", r"\1ouse"), (r"(bus)(?:es)?$", r"\1"), (r"(o)es$", r"\1"),
    (r"(shoe)s$", r"\1"), (r"(cris|test)(?:is|es)$", r"\1is"), (r"^(a)x[ie]s$", r"\1xis"),
    (r"(octop|vir)(?:us|i)$", r"\1us"), (r"(alias|status)(?:es)?$", r"\1"), (r"^(ox)en", r"\1"),
    (r"(vert|ind)ices$", r"\1ex"), (r"(matr)ices$", r"\1ix"), (r"(quiz)zes$", r"\1"), (r"(database)s$", r"\1"),
)  # fmt: skip
_OWN_WORD = re.compile(r"""\b(irregular|uncountable|plural|singular)\b[ (]*(.*)""")
_QUOTED = re.compile(r"""["']([^"']*)["']""")
_LIST = re.compile(r"%w[\[({]([^\])}]*)[\])}]")


@dataclass(frozen=True)
class Inflector:
    """The rules of one project."""

    irregular: tuple[tuple[str, str], ...] = ()
    uncountable: frozenset[str] = frozenset()
    doubtful: bool = False
    """The project has rules of its own that are not read."""

    def plural(self, word: str) -> str:
        """`category` is `categories`."""
        return self._formed(word, _PLURAL, 1)

    def singular(self, word: str) -> str:
        """`categories` is `category`."""
        return self._formed(word, _SINGULAR, 0)

    def _formed(self, word: str, rules: tuple[tuple[str, str], ...], wanted: int) -> str:
        last = re.split(r"[_\W]", word)[-1].lower()
        if not word or last in _UNCOUNTABLE or last in self.uncountable:
            return word
        for pair in (*reversed(self.irregular), *reversed(_IRREGULAR.items())):
            for form in pair:
                if word.lower().endswith(form):
                    return word[: len(word) - len(form)] + pair[wanted]
        for pattern, by in reversed(rules):
            if re.search(pattern, word, re.IGNORECASE):
                return re.sub(pattern, by, word, count=1, flags=re.IGNORECASE)
        return word


def inflector_of(text: str) -> Inflector:
    """The rules in `config/initializers/inflections.rb`."""
    irregular: list[tuple[str, str]] = []
    uncountable: set[str] = set()
    doubtful = False
    for line in text.splitlines():
        found = _OWN_WORD.search(line.partition("#")[0])
        if found is None:
            continue
        words = _QUOTED.findall(found[2]) + [w for listed in _LIST.findall(found[2]) for w in listed.split()]
        if found[1] == "irregular" and len(words) == 2:
            irregular.append((words[0].lower(), words[1].lower()))
        elif found[1] == "uncountable" and words:
            uncountable |= {word.lower() for word in words}
        else:
            doubtful = True
    return Inflector(tuple(irregular), frozenset(uncountable), doubtful)
