"""Configuration files as flat settings."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.core.faults import ProjectFault
from console.readers.settings import (
    LARGEST,
    canonical,
    dotenv,
    expand,
    first_of,
    plain_properties,
    properties,
    read_text,
    toml,
    yaml_documents,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a=b", {"a": "b"}),
        ("a = b", {"a": "b"}),
        ("a: b", {"a": "b"}),
        ("a b", {"a": "b"}),
        ("  a=b  ", {"a": "b  "}),
        ("a=b=c", {"a": "b=c"}),
        ("a=jdbc:postgresql://h/d?x=1", {"a": "jdbc:postgresql://h/d?x=1"}),
        ("# a=b\n! c=d\ne=f", {"e": "f"}),
        ("a=b\\\n   c", {"a": "bc"}),
        ("a=b\\\\\nc=d", {"a": "b\\", "c": "d"}),
        ("a=\\u00e9\\t!", {"a": "é\t!"}),
        ("a\\=b=c", {"a=b": "c"}),
        ("a\\ b=c", {"a b": "c"}),
        ("a", {"a": ""}),
        ("a=", {"a": ""}),
        ("a=1\na=2", {"a": "2"}),
        ("a=b\r\nc=d\r\n", {"a": "b", "c": "d"}),
        ("", {}),
    ],
)
def test_a_java_properties_file_reads_as_java_reads_it(text: str, expected: dict[str, str]) -> None:
    assert properties(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("flyway.locations=filesystem:C:\\sql\\x", {"flyway.locations": "filesystem:C:\\sql\\x"}),
        ("flyway.url: jdbc:postgresql://h/d?user=x", {"flyway.url": "jdbc:postgresql://h/d?user=x"}),
        ("flyway.password=a b#c", {"flyway.password": "a b#c"}),
        ("flyway.locations=filesystem:a,\\\n  filesystem:b", {"flyway.locations": "filesystem:a,filesystem:b"}),
        ("x=\\u0041", {"x": "\\u0041"}),
    ],
)
def test_backslashes_in_plain_properties_are_backslashes(text: str, expected: dict[str, str]) -> None:
    assert plain_properties(text) == expected


@given(st.text(max_size=200))
def test_no_text_breaks_the_properties_readers(text: str) -> None:
    assert all(isinstance(value, str) for value in (properties(text) | plain_properties(text) | dotenv(text)).values())


def test_toml_tables_become_dotted_names_and_lists_are_joined() -> None:
    text = '[flyway]\nlocations = ["filesystem:a", "filesystem:b"]\nmixed = true\n[environments.dev]\nurl = "jdbc:x"'
    assert toml(text, "flyway.toml") == {
        "flyway.locations": "filesystem:a,filesystem:b",
        "flyway.mixed": "true",
        "environments.dev.url": "jdbc:x",
    }


def test_invalid_toml_is_a_fault_that_names_the_line_and_not_the_text() -> None:
    with pytest.raises(ProjectFault) as caught:
        toml('[flyway]\npassword = "geheim', "flyway.toml")
    assert str(caught.value).startswith("flyway.toml is not valid TOML")
    assert "geheim" not in str(caught.value)


def test_every_document_of_a_yaml_file_is_read() -> None:
    text = "spring:\n  datasource:\n    url: one\n---\nspring:\n  flyway:\n    locations: [a, b]\n    mixed: true\n"
    assert yaml_documents(text, "application.yml") == (
        {"spring.datasource.url": "one"},
        {"spring.flyway.locations": "a,b", "spring.flyway.mixed": "true"},
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a:\n  - b: 1\n  - b: 2", {"a[0].b": "1", "a[1].b": "2"}),
        ("a.b: c", {"a.b": "c"}),
        ("active: @spring.profiles.active@", {"active": "@spring.profiles.active@"}),
        ("list:\n  - @token@", {"list": "@token@"}),
        ("a: ${X:y}", {"a": "${X:y}"}),
        ("a: ~\nb: 1", {"b": "1"}),
        ("on: yes", {"True": "true"}),
    ],
)
def test_yaml_oddities_are_read(text: str, expected: dict[str, str]) -> None:
    assert yaml_documents(text, "application.yml") == (expected,)


@pytest.mark.parametrize(
    "text", ["a: [b", "\tpassword: geheim", "a: !!python/object:os.system geheim", "a: 'geheim", "a: *nobody"]
)
def test_invalid_yaml_is_a_fault_without_its_text(text: str) -> None:
    with pytest.raises(ProjectFault) as caught:
        yaml_documents(text, "application.yml")
    assert str(caught.value).startswith("application.yml is not valid YAML")
    assert "geheim" not in str(caught.value)


@pytest.mark.parametrize("text", ["", "- a\n- b", "just text", "---\n---\n"])
def test_yaml_that_is_no_mapping_gives_nothing(text: str) -> None:
    assert yaml_documents(text, "application.yml") == ()


def test_dotenv_knows_export_quotes_and_comments() -> None:
    text = "# no\nexport A=1\nB='x y'\nC=\"z\"\nD=a # why\nE=\nnothing\n"
    assert dotenv(text) == {"A": "1", "B": "x y", "C": "z", "D": "a", "E": ""}


@pytest.mark.parametrize(
    ("text", "expected", "unknown"),
    [
        ("${A}", "1", ()),
        ("x${A}y${B}", "x1y2", ()),
        ("${Z}", "${Z}", ("Z",)),
        ("${Z:9}", "9", ()),
        ("${Z:}", "", ()),
        ("${Z:${A}}", "1", ()),
        ("${Z:${Y:deep}}", "deep", ()),
        ("${Z:http://h:1/x}", "http://h:1/x", ()),
        ("${P${A}}", "one", ()),
        ("${C}", "12", ()),
        ("${LOOP}", "${LOOP}", ("LOOP",)),
        ("${A", "${A", ()),
        ("$A {A}", "$A {A}", ()),
        ("", "", ()),
    ],
)
def test_variables_are_replaced(text: str, expected: str, unknown: tuple[str, ...]) -> None:
    known = {"A": "1", "B": "2", "P1": "one", "C": "${A}${B}", "LOOP": "${LOOP}"}
    assert expand(text, known.get) == (expected, unknown)


@given(st.text(alphabet="${}:ab", max_size=40))
def test_no_text_breaks_the_replacement(text: str) -> None:
    known = {"a": "${b}", "b": "${a:a}"}
    assert isinstance(expand(text, known.get)[0], str)


def test_the_first_layer_that_knows_a_name_gives_it() -> None:
    look = first_of({"a": "1"}, {"a": "2", "b": "3"})
    assert (look("a"), look("b"), look("c")) == ("1", "3", None)


@pytest.mark.parametrize("name", ["default-schema", "defaultSchema", "DEFAULT_SCHEMA", "default.schema"])
def test_relaxed_names_compare_equal(name: str) -> None:
    assert canonical(name) == "defaultschema"


def test_a_missing_file_is_none_and_a_byte_order_mark_is_dropped(tmp_path: Path) -> None:
    assert read_text(tmp_path / "none.conf") is None
    (tmp_path / "a.conf").write_bytes(b"\xef\xbb\xbfa=\xff")
    assert read_text(tmp_path / "a.conf") == "a=\ufffd"


def test_a_configuration_file_of_megabytes_is_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "a.conf"
    path.write_bytes(b"#" * (LARGEST + 1))
    with pytest.raises(ProjectFault, match="too large"):
        read_text(path)
