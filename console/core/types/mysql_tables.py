"""MySQL's and MariaDB's words for types and character sets, as tables."""

from __future__ import annotations

from console.core.types.postgres_words import words

ALIASES = {
    "integer": "int",
    "int1": "tinyint",
    "int2": "smallint",
    "int3": "mediumint",
    "int4": "int",
    "int8": "bigint",
    "middleint": "mediumint",
    "bool": "boolean",
    "dec": "decimal",
    "numeric": "decimal",
    "fixed": "decimal",
    "real": "double",
    "float4": "float",
    "float8": "double",
    "character": "char",
    "geometrycollection": "geomcollection",
}
"""One word for another."""

PHRASES: dict[tuple[str, ...], str] = {
    ("DOUBLE", "PRECISION"): "double",
    ("CHARACTER", "VARYING"): "varchar",
    ("CHAR", "VARYING"): "varchar",
    ("CHAR", "BYTE"): "binary",
    ("NATIONAL", "CHARACTER", "VARYING"): "nvarchar",
    ("NATIONAL", "CHAR", "VARYING"): "nvarchar",
    ("NATIONAL", "VARCHAR"): "nvarchar",
    ("NATIONAL", "CHARACTER"): "nchar",
    ("NATIONAL", "CHAR"): "nchar",
    ("NCHAR", "VARYING"): "nvarchar",
    ("NCHAR", "VARCHAR"): "nvarchar",
    ("LONG", "CHARACTER", "VARYING"): "mediumtext",
    ("LONG", "CHAR", "VARYING"): "mediumtext",
    ("LONG", "VARCHAR"): "mediumtext",
    ("LONG", "VARCHARACTER"): "mediumtext",
    ("LONG", "VARBINARY"): "mediumblob",
    ("LONG",): "mediumtext",
}
"""Several words for one; the longest first."""

INTEGERS = {
    "tinyint": (4, 3),
    "smallint": (6, 5),
    "mediumint": (9, 8),
    "int": (11, 10),
    "bigint": (20, 20),
}
"""The display width that was not given: signed, unsigned."""

NUMBERS = frozenset(INTEGERS) | words("decimal float double year bit")
FRACTIONS = words("datetime timestamp time")
"""Types whose precision 0 is not written."""
LENGTH_ONE = words("char binary bit")
TEXTS = words("char varchar tinytext text mediumtext longtext enum set")
"""Types that have a character set."""
SIZES = (("tiny", 255), ("", 65_535), ("medium", 16_777_215), ("long", 4_294_967_295))
"""What text(n) and blob(n) become, with how many bytes each can hold."""

WIDEST_CHARACTER = {
    "utf8mb4": 4,
    "utf16": 4,
    "utf16le": 4,
    "utf32": 4,
    "gb18030": 4,
    "utf8mb3": 3,
    "ujis": 3,
    "eucjpms": 3,
    "ucs2": 2,
    "big5": 2,
    "sjis": 2,
    "cp932": 2,
    "gb2312": 2,
    "gbk": 2,
    "euckr": 2,
}
"""Bytes of the widest character; one for every other set."""

INTRODUCERS = words(
    """
    _armscii8 _ascii _big5 _binary _cp1250 _cp1251 _cp1256 _cp1257 _cp850 _cp852 _cp866 _cp932 _dec8 _eucjpms _euckr
    _gb18030 _gb2312 _gbk _geostd8 _greek _hebrew _hp8 _keybcs2 _koi8r _koi8u _latin1 _latin2 _latin5 _latin7 _macce
    _macroman _sjis _swe7 _tis620 _ucs2 _ujis _utf16 _utf16le _utf32 _utf8 _utf8mb3 _utf8mb4
    """
)
"""What may stand before a string to say its character set."""
