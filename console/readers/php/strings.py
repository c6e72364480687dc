"""PHP's and Laravel's functions on texts, as far as their result is the same wherever they run."""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Callable

from console.readers.php.operators import LONGEST, as_text, joined, number
from console.readers.php.values import Listing, Value


def text(value: Value) -> str:
    """An argument that has to be a text; ValueError when it is none."""
    found = as_text(value)
    if found is None:
        raise ValueError
    return found


def whole(value: Value) -> int:
    """An argument that has to be a number."""
    found = number(value)
    if found is None:
        raise ValueError
    return int(found)


def listed(values: list[Value]) -> Listing:
    """Values as a list with keys from 0."""
    return Listing(tuple(enumerate(values)))


def _lower(value: str) -> str:
    """Only the letters of ASCII, as PHP 8 does it."""
    return re.sub(r"[A-Z]+", lambda found: found[0].lower(), value)


def _upper(value: str) -> str:
    return re.sub(r"[a-z]+", lambda found: found[0].upper(), value)


def _first(value: str, change: Callable[[str], str]) -> str:
    return change(value[:1]) + value[1:]


def _words(value: Value, marks: Value = " \t\r\n\f\v") -> str:
    before = re.escape(text(marks))
    return re.sub(rf"(^|[{before}])([a-z])", lambda found: found[1] + found[2].upper(), text(value))


def _substr(value: Value, start: Value, length: Value = None) -> str:
    whole_text, first = text(value), whole(start)
    first = max(0, first + len(whole_text)) if first < 0 else first
    rest = whole_text[first:]
    if length is None:
        return rest
    count = whole(length)
    return rest[:count]


def _replace(search: Value, replacement: Value, subject: Value) -> Value:
    if isinstance(subject, Listing):
        return Listing(tuple((key, _replace(search, replacement, value)) for key, value in subject.items))
    found = text(subject)
    searched = search.values if isinstance(search, Listing) else (search,)
    for at, one in enumerate(searched):
        put = replacement
        if isinstance(replacement, Listing):
            put = replacement.values[at] if at < len(replacement.items) else ""
        if text(one):
            found = found.replace(text(one), text(put))
        if len(found) > LONGEST:
            raise ValueError
    return found


_DIRECTIVE = re.compile(r"%(?:(\d+)\$)?([-+ 0]*)('.)?(\d*)(?:\.(\d+))?([%a-zA-Z])")


def sprintf(pattern: Value, *args: Value) -> str:
    """Only the directives that are read; ValueError for the others."""
    waiting = iter(args)

    def put(found: re.Match[str]) -> str:
        place, flags, filler, width, digits, letter = found.groups()
        if letter == "%":
            return "%"
        value = args[int(place) - 1] if place else next(waiting)
        return _filled(_formatted(value, digits, letter), flags, filler, int(width or 0))

    try:
        return _DIRECTIVE.sub(put, text(pattern))
    except (StopIteration, IndexError, RuntimeError):
        raise ValueError from None


def _formatted(value: Value, digits: str | None, letter: str) -> str:
    if letter == "s":
        return text(value) if digits is None else text(value)[: int(digits)]
    if letter in "du":
        return str(whole(value))
    if letter in "fF":
        return f"{float(number(value) or 0):.{min(int(digits or 6), 30)}f}"
    if letter in "xX":
        return f"{whole(value):{letter}}"
    raise ValueError


def _filled(value: str, flags: str, filler: str | None, width: int) -> str:
    fill = filler[1] if filler else "0" if "0" in flags else " "
    width = min(width, 10_000)
    return value.ljust(width, fill) if "-" in flags else value.rjust(width, fill)


def _implode(glue: Value, items: Value = None) -> Value:
    if isinstance(glue, Listing):
        glue, items = items, glue
    if not isinstance(items, Listing):
        raise TypeError
    parts: list[Value] = []
    for value in items.values:
        parts += [text(glue), value]
    return joined(parts[1:])


def _explode(mark: Value, value: Value, limit: Value = None) -> Value:
    if limit is not None and whole(limit) < 1:
        raise ValueError
    parts: list[Value] = [*text(value).split(text(mark), -1 if limit is None else whole(limit) - 1)]
    return listed(parts)


def _repeat(value: Value, times: Value) -> str:
    if len(text(value)) * whole(times) > LONGEST:
        raise ValueError
    return text(value) * whole(times)


def _pad(value: Value, width: Value, fill: Value = " ", side: Value = 1) -> str:
    if len(text(fill)) != 1 or whole(width) > LONGEST:
        raise ValueError
    sides = {0: str.rjust, 1: str.ljust}
    return sides[whole(side)](text(value), whole(width), text(fill))


def _trim(strip: Callable[[str, str], str]) -> Callable[..., Value]:
    def trimmed(value: Value, marks: Value = " \n\r\t\v\x00") -> Value:
        if ".." in text(marks):
            raise ValueError
        return strip(text(value), text(marks))

    return trimmed


def snake(value: Value, mark: Value = "_") -> str:
    """Laravel's Str::snake."""
    found = text(value)
    if re.fullmatch(r"[a-z]+", found):
        return found
    found = re.sub(r"\s+", "", _words(found))
    return re.sub(r"(.)(?=[A-Z])", rf"\1{text(mark)}", found).lower()


def studly(value: Value) -> str:
    """Laravel's Str::studly."""
    words = re.split(r"\s+", text(value).replace("-", " ").replace("_", " "))
    return "".join(_first(word, str.upper) for word in words)


def _camel(value: Value) -> str:
    """Of a letter outside ASCII it depends on the version."""
    found = studly(value)
    if not found[:1].isascii():
        raise ValueError
    return _first(found, _lower)


def _title(value: Value) -> str:
    """Only for words: what a point begins depends on PHP's version."""
    found = text(value)
    if re.search(r"[^\w\s-]", found):
        raise ValueError
    return re.sub(r"[^\W\d_]+", lambda word: word[0].capitalize(), found)


def _slug(value: Value, mark: Value = "-") -> str:
    found = text(value)
    if not found.isascii():
        raise ValueError
    sign = text(mark)
    other = "_" if sign == "-" else "-"
    found = re.sub(rf"[{re.escape(other)}]+", sign, found).replace("@", f"{sign}at{sign}").lower()
    found = re.sub(rf"[^{re.escape(sign)}\w\s]+|_(?<!{re.escape(sign)})", "", found)
    return re.sub(rf"[{re.escape(sign)}\s]+", sign, found).strip(sign)


def _any(test: Callable[[str, str], bool]) -> Callable[..., Value]:
    def asked(value: Value, wanted: Value) -> Value:
        words = wanted.values if isinstance(wanted, Listing) else (wanted,)
        return any(text(word) != "" and test(text(value), text(word)) for word in words)

    return asked


def _cut(pick: Callable[[str, str], str]) -> Callable[..., Value]:
    def cut(value: Value, mark: Value) -> Value:
        return pick(text(value), text(mark)) if text(mark) and text(mark) in text(value) else text(value)

    return cut


NATIVE: dict[str, Callable[..., Value]] = {
    "strtolower": lambda value: _lower(text(value)),
    "mb_strtolower": lambda value: text(value).lower(),
    "strtoupper": lambda value: _upper(text(value)),
    "mb_strtoupper": lambda value: text(value).upper(),
    "ucfirst": lambda value: _first(text(value), _upper),
    "lcfirst": lambda value: _first(text(value), _lower),
    "ucwords": _words,
    "trim": _trim(str.strip),
    "ltrim": _trim(str.lstrip),
    "rtrim": _trim(str.rstrip),
    "str_replace": _replace,
    "substr": _substr,
    "mb_substr": _substr,
    "strlen": lambda value: len(text(value).encode()),
    "mb_strlen": lambda value: len(text(value)),
    "str_contains": lambda value, part: text(part) in text(value),
    "str_starts_with": lambda value, part: text(value).startswith(text(part)),
    "str_ends_with": lambda value, part: text(value).endswith(text(part)),
    "strpos": lambda value, part: text(value).find(text(part)) if text(part) in text(value) else False,
    "sprintf": sprintf,
    "vsprintf": lambda pattern, args: sprintf(pattern, *args.values),
    "implode": _implode,
    "join": _implode,
    "explode": _explode,
    "str_repeat": _repeat,
    "str_pad": _pad,
    "strrev": lambda value: text(value)[::-1],
    "nl2br": lambda value: text(value).replace("\n", "<br />\n"),
    "addslashes": lambda value: re.sub(r"(['\"\\])", r"\\\1", text(value)),
    "md5": lambda value: hashlib.md5(text(value).encode(), usedforsecurity=False).hexdigest(),
    "sha1": lambda value: hashlib.sha1(text(value).encode(), usedforsecurity=False).hexdigest(),
    "crc32": lambda value: zlib.crc32(text(value).encode()),
    "dechex": lambda value: f"{whole(value):x}",
}

LARAVEL: dict[str, Callable[..., Value]] = {
    "snake": snake,
    "kebab": lambda value: snake(value, "-"),
    "studly": studly,
    "camel": _camel,
    "slug": _slug,
    "lower": lambda value: text(value).lower(),
    "upper": lambda value: text(value).upper(),
    "ucfirst": lambda value: _first(text(value), str.upper),
    "lcfirst": lambda value: _first(text(value), str.lower),
    "title": _title,
    "contains": _any(lambda value, word: word in value),
    "startswith": _any(str.startswith),
    "endswith": _any(str.endswith),
    "after": _cut(lambda value, mark: value.partition(mark)[2]),
    "before": _cut(lambda value, mark: value.partition(mark)[0]),
    "afterlast": _cut(lambda value, mark: value.rpartition(mark)[2]),
    "beforelast": _cut(lambda value, mark: value.rpartition(mark)[0]),
    "start": lambda value, sign: text(sign) + re.sub(rf"^(?:{re.escape(text(sign))})+", "", text(value)),
    "finish": lambda value, sign: re.sub(rf"(?:{re.escape(text(sign))})+$", "", text(value)) + text(sign),
    "replace": _replace,
    "length": lambda value: len(text(value)),
    "substr": _substr,
    "trim": lambda value: text(value).strip(),
}
