"""The configuration that the real Laravel caches means the same database as the files it was made of."""

from __future__ import annotations

import pytest
from sqlalchemy.engine import URL

from tests.frameworks.laravel_making import project
from tests.laravel.fixtures import NewProject
from tests.tools.debian import Wanted
from tests.tools.laravel import LARAVEL_8, LARAVEL_10

NOWHERE = URL.create("postgresql", "shop", None, "db1", 6432, "shop")


@pytest.mark.parametrize("wanted", [LARAVEL_8, LARAVEL_10], ids=["8", "10"])
def test_the_real_cache_means_what_its_files_mean(laravel: NewProject, wanted: Wanted) -> None:
    made = laravel(NOWHERE, wanted, DB_PASSWORD='"it\'s # $ecret"', DB_PREFIX="shop_", APP_NAME='"Paper ${APP_ENV}"')
    before = project(made.folder)
    assert before.url_from == ".env"
    assert made.artisan("config:cache").code == 0
    (made.folder / ".env").unlink()
    after = project(made.folder)
    assert after.url_from == "bootstrap/cache/config.php"
    assert (after.url, after.settings) == (before.url, before.settings)
    assert after.url is not None
    assert (after.url.password, after.settings["prefix"]) == ("it's # $ecret", "shop_")
