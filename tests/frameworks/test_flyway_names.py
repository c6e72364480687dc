"""File names, versions and checksums as Flyway's own source has them."""

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.frameworks.flyway.names import Kind, abbreviated, checksum, parse_name, version_key, version_of
from console.frameworks.flyway.options import Options

DEFAULT = Options()


@pytest.mark.parametrize(
    ("name", "kind", "version", "description"),
    [
        ("V1__add_users.sql", Kind.VERSIONED, "1", "add users"),
        ("V1_1__x.sql", Kind.VERSIONED, "1.1", "x"),
        ("V1.1__x.sql", Kind.VERSIONED, "1.1", "x"),
        ("V001__x.sql", Kind.VERSIONED, "001", "x"),
        ("V20240131120000__x.SQL", Kind.VERSIONED, "20240131120000", "x"),
        ("V2__a__b.sql", Kind.VERSIONED, "2", "a  b"),
        ("V2__.sql", Kind.VERSIONED, "2", ""),
        ("V2.sql", Kind.VERSIONED, "2", ""),
        ("V1__größe_ändern.sql", Kind.VERSIONED, "1", "größe ändern"),
        ("U1__x.sql", Kind.UNDO, "1", "x"),
        ("B7__base.sql", Kind.BASELINE, "7", "base"),
        ("R__my_view.sql", Kind.REPEATABLE, None, "my view"),
    ],
)
def test_a_name_says_what_the_file_is(name: str, kind: Kind, version: str | None, description: str) -> None:
    found = parse_name(name, DEFAULT)
    assert found is not None
    assert (found.kind, found.version.text if found.version else None, found.description) == (
        kind,
        version,
        description,
    )


@pytest.mark.parametrize(
    "name",
    [
        "V__x.sql",
        "Vx__y.sql",
        "V1a__x.sql",
        "V1._2__x.sql",
        "V1.__x.sql",
        "v1__x.sql",
        "R1__x.sql",
        "R__.sql",
        "afterMigrate.sql",
        "beforeEachMigrate__x.sql",
        "V1__x.txt",
        "V1__x.sql.conf",
        "V1__x.sql~",
        "readme.md",
        "",
    ],
)
def test_other_names_are_no_migrations(name: str) -> None:
    assert parse_name(name, DEFAULT) is None


@pytest.mark.parametrize(
    ("options", "name", "version"),
    [
        (Options(versioned="M"), "M3__x.sql", "3"),
        (Options(versioned="VV"), "VV3__x.sql", "3"),
        (Options(separator="-"), "V3-x.sql", "3"),
        (Options(suffixes=(".sql", ".pkb")), "V3__x.pkb", "3"),
        (Options(versioned=""), "3__x.sql", "3"),
    ],
)
def test_prefixes_separators_and_suffixes_are_settings(options: Options, name: str, version: str) -> None:
    found = parse_name(name, options)
    assert found is not None
    assert found.version is not None
    assert found.version.text == version


@pytest.mark.parametrize(
    ("lower", "higher"),
    [
        ("1.9", "1.10"),
        ("1", "1.0.1"),
        ("1.0.1", "1.1"),
        ("9", "10"),
        ("002", "10"),
        ("1_9", "1.10"),
        ("20240101", "20240102"),
        ("1", str(2**70)),
    ],
)
def test_versions_compare_as_numbers(lower: str, higher: str) -> None:
    assert (version_key(lower) or ()) < (version_key(higher) or ())


@pytest.mark.parametrize("same", ["1.1", "1_1", "01.1", "1.01", "1.1.0", "1.1.0.0", "001_001"])
def test_spellings_of_one_version_are_equal(same: str) -> None:
    assert version_key(same) == (1, 1)


@pytest.mark.parametrize("text", ["", "a", "1.a", "1..2", "1.", ".1", "\u0661", "9" * 5000])
def test_other_texts_are_no_versions(text: str) -> None:
    assert version_of(text) is None


numbers = st.lists(st.integers(0, 10**20), min_size=1, max_size=5)


@given(numbers, numbers, numbers)
def test_versions_are_in_a_total_order(a: list[int], b: list[int], c: list[int]) -> None:
    keys = [version_key(".".join(map(str, parts))) or () for parts in (a, b, c)]
    x, y, z = keys
    assert (x < y) + (x == y) + (x > y) == 1
    assert not (x <= y <= z) or x <= z
    width = max(map(len, (a, b)))
    padded = [(*parts, *[0] * (width - len(parts))) for parts in (a, b)]
    assert (x < y) == (padded[0] < padded[1])


@given(numbers)
def test_zeros_at_the_end_do_not_count(parts: list[int]) -> None:
    text = "_".join(map(str, parts))
    assert version_key(text) == version_key(text + ".0.0")


@pytest.mark.parametrize(
    "text",
    [
        "create table a (b int);\nselect 1;",
        "create table a (b int);\r\nselect 1;",
        "create table a (b int);\rselect 1;",
        "create table a (b int);\nselect 1;\n",
        "create table a (b int);\r\nselect 1;\r\n",
        "\ufeffcreate table a (b int);\nselect 1;",
    ],
)
def test_line_ends_and_the_byte_order_mark_do_not_change_the_checksum(text: str) -> None:
    assert checksum(text) == checksum("create table a (b int);select 1;")
    assert checksum(text) % 2**32 == zlib.crc32(b"create table a (b int);select 1;")


@pytest.mark.parametrize(
    ("one", "other"),
    [("a", "b"), ("a b", "a  b"), ("a", "a "), ("a\n", "\ufeff\ufeffa"), ("a\n\ufeffb", "a\nb"), ("a\x0bb", "ab")],
)
def test_everything_else_changes_it(one: str, other: str) -> None:
    assert checksum(one) != checksum(other)


@pytest.mark.parametrize(
    ("text", "total"),
    [
        ("", 0),
        ("a", 0xE8B7BE43 - 2**32),
        ("grüße", zlib.crc32("grüße".encode()) - 2**32),
        ("123456789", 0xCBF43926 - 2**32),
    ],
)
def test_the_checksum_is_a_signed_crc32(text: str, total: int) -> None:
    assert checksum(text) == (total if total >= -(2**31) else total + 2**32)


@given(st.text())
def test_the_checksum_of_any_text_fits_the_column(text: str) -> None:
    assert -(2**31) <= checksum(text) < 2**31


def test_long_descriptions_are_kept_as_the_history_keeps_them() -> None:
    assert abbreviated("x" * 200) == "x" * 200
    assert abbreviated("x" * 201) == "x" * 197 + "..."
