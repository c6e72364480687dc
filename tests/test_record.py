"""The recorded drill is what the console says today: each screen of the recording says what a fresh run says."""

from __future__ import annotations

import pytest

from tests.pictures import film
from tests.record import CAST, LOOKED, PICTURE, as_cast, recorded, screens_of, script, text_of
from tests.runbooks.reading import missing

STEPS = [step for block in script() for step in block if step.kind == "keys"]


def test_each_recorded_screen_says_what_it_should() -> None:
    screens = screens_of(CAST.read_text(encoding="utf-8"))
    assert [typed for typed, _ in screens] == [step.typed for step in STEPS]
    for step, (_, screen) in zip(STEPS, screens, strict=True):
        assert missing(step.seen, text_of(screen)) == "", step.typed


def test_the_picture_is_the_recording() -> None:
    assert PICTURE.read_text(encoding="utf-8") == film(screens_of(CAST.read_text(encoding="utf-8")), LOOKED)


@pytest.mark.server
def test_a_fresh_run_says_the_same() -> None:
    fresh = screens_of(as_cast(recorded()))
    kept = screens_of(CAST.read_text(encoding="utf-8"))
    assert [typed for typed, _ in fresh] == [typed for typed, _ in kept]
    for step, (_, screen) in zip(STEPS, fresh, strict=True):
        assert missing(step.seen, text_of(screen)) == "", step.typed
