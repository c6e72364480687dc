"""Our URLs beside SQLAlchemy's: the same text means the same, and is written the same."""

from __future__ import annotations

import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine
from sqlalchemy.engine import URL
from sqlalchemy.engine import make_url as theirs

from console.core import urls

_LETTERS = st.text(alphabet="ab:/@?[]&=%+ .é'\"#*,1\n", max_size=16)


def parts(url: Any) -> tuple[object, ...]:
    """All that anybody asks a URL."""
    return (
        *(url.drivername, url.username, url.password, url.host, url.port, url.database, dict(url.query)),
        *(url.get_backend_name(), str(url), repr(url)),
        *(url.render_as_string(hide_password=hidden) for hidden in (True, False)),
    )


def read(text: str) -> tuple[object, ...] | None:
    """By SQLAlchemy; None where it does not take it."""
    try:
        return parts(theirs(text))
    except Exception:  # noqa: BLE001 - it raises two kinds of its own and ValueError
        return None


@given(_LETTERS)
def test_a_text_is_read_as_sqlalchemy_reads_it(rest: str) -> None:
    text = f"postgresql+psycopg://{rest}"
    if (expected := read(text)) is None:
        with pytest.raises(ValueError, match=r"not a database URL|invalid literal"):
            urls.make_url(text)
    else:
        assert parts(urls.make_url(text)) == expected


@given(_LETTERS, _LETTERS, _LETTERS, st.dictionaries(_LETTERS, st.one_of(_LETTERS, st.lists(_LETTERS, min_size=1))))
def test_parts_are_put_together_and_changed_alike(
    user: str, password: str, database: str, query: dict[str, str | list[str]]
) -> None:
    made = [kind.create("mysql", user, password, "db1", 3306, database, query) for kind in (urls.URL, URL)]
    assert parts(made[0]) == parts(made[1])
    changed = [each.set(host="::1", password=None).update_query_dict({"a": "1"}) for each in made]
    assert parts(changed[0]) == parts(changed[1])


def test_what_is_no_url_is_refused_without_a_word_of_it() -> None:
    with pytest.raises(ValueError, match="not a database URL") as refused:
        urls.make_url("hunter2")
    assert "hunter2" not in str(refused.value)


def test_two_that_say_the_same_are_one() -> None:
    one, two = (urls.make_url("mysql://a:b@h:1/d?x=1") for _ in range(2))
    assert one == two
    assert len({one, two, pickle.loads(pickle.dumps(one))}) == 1  # noqa: S301 - our own
    assert one != urls.make_url("mysql://a:c@h:1/d?x=1")


def test_its_text_hides_the_password() -> None:
    url = urls.make_url("mysql://a:hunter2@h/d")
    assert "hunter2" not in f"{url} {url!r}"


def test_an_engine_takes_it_as_it_is_written() -> None:
    engine = create_engine(urls.make_url("sqlite:///x").render_as_string(hide_password=False))
    assert engine.url.database == "x"
