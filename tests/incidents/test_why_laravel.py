"""The real Laravel stops at duplicates; what it wrote into its own log is found, and held against the migration."""

from __future__ import annotations

import pytest
from sqlalchemy.engine import URL

from tests.headless import halfway
from tests.incidents.laravel_cases import CASES
from tests.incidents.laravel_told import BROKEN, NO_PHP, broken
from tests.laravel.fixtures import NewProject
from tests.servers import MAJORS, run


@pytest.mark.parametrize("postgres_server", [max(MAJORS)], indirect=True, ids=lambda major: f"pg{major}")
@pytest.mark.usefixtures("postgres_server")
def test_the_frameworks_own_log_names_the_statement(laravel: NewProject, database: URL) -> None:
    project = laravel(database)
    part = broken(project, database, next(case for case in CASES if case.name == "duplicates_last"), run)
    answer = halfway("assess", "--json", "--why", "--project", str(project.folder), env=NO_PHP)
    stopped = len(part.sent) + 1
    (reason,) = answer.document["reasons"]
    assert (reason["migration"], reason["certainty"], reason["what"], reason["n"]) == (BROKEN, "seen", "data", stopped)
    assert "storage/logs/laravel.log says: [" in reason["evidence"]
    assert f"Statement {stopped} (its SQL stands in the error): rows are equal" in reason["next"]
    (cause,) = answer.migration(BROKEN)["causes"]
    assert (cause["n"], cause["rows"]) == (stopped, 1)
    assert cause["sql"].startswith("SELECT count(*) FROM (SELECT ")
