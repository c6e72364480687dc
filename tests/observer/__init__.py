"""An observer cannot act: what its proof says, and every way we know to break in."""

import pytest

pytest.register_assert_rewrite("tests.observer.watched", "tests.observer.sent", "tests.observer.stands")
