"""What the shell and the project's code say is heeded before a run: a time-out, and columns no longer named."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from console.core.judge import assess
from console.core.preflight.finding import Severity
from console.core.preflight.judging import judged
from console.core.preflight.reporting import ground_of
from console.frameworks.rails.models import unnamed
from console.readers.python.state_only import removed_in_state
from console.surroundings import around
from tests.builders import observation, pending, recorded, schema_after, tracking
from tests.preflight.grounds import ground, unit

TABLES = "CREATE TABLE shop_order (id bigint PRIMARY KEY, carrier text)"
STATE = """
class Migration(migrations.Migration):
    operations = [
        migrations.SeparateDatabaseAndState(database_operations=[], state_operations=[
            migrations.RemoveField(model_name="order", name="carrier"),
        ]),
        migrations.SeparateDatabaseAndState([migrations.RemoveField("order", "note")],
                                            [migrations.RemoveField("order", "note")]),
    ]
"""
MODELS = """
module Shop
  class LineItem < ApplicationRecord
    self.ignored_columns += %w[carrier note]
    class Inner < ApplicationRecord
      self.ignored_columns = ["x"]
    end
  end
  class Person < ApplicationRecord
    self.ignored_columns = [:age, COLUMNS]
  end
end
class Named < ApplicationRecord
  self.table_name = "odd_table"
  self.ignored_columns = ["a"].freeze
end
"""


@pytest.mark.parametrize(
    ("options", "severity"),
    [("", Severity.HIGH), ("-c lock_timeout=5s", Severity.LOW), ("-c lock_timeout=0", Severity.HIGH),
     ("--lock_timeout=5s -c x=1", Severity.LOW)],
    ids=["none", "set", "endless", "long form"],
)  # fmt: skip
def test_the_shells_own_time_out_is_heeded(options: str, severity: Severity) -> None:
    here = around(ground(TABLES, unit("ALTER TABLE shop_order ADD COLUMN n int")), {"PGOPTIONS": options})
    (finding,) = [f for f in judged(here) if f.rule == "pg-no-lock-timeout"]
    assert finding.severity is severity
    assert ("PGOPTIONS of this shell sets lock_timeout = 5s" in finding.why) is (severity is Severity.LOW)


def test_columns_that_models_of_rails_leave_out_are_read(tmp_path: Path) -> None:
    (tmp_path / "app/models/shop").mkdir(parents=True)
    (tmp_path / "app/models/shop/line_item.rb").write_text(MODELS)
    where = "app/models/shop/line_item.rb"
    assert unnamed(tmp_path) == {
        ("line_items", "carrier"): f"{where}:4",
        ("line_items", "note"): f"{where}:4",
        ("odd_table", "a"): f"{where}:15",
    }


def test_an_inflection_that_is_not_read_names_no_table(tmp_path: Path) -> None:
    (tmp_path / "app/models").mkdir(parents=True)
    (tmp_path / "config/initializers").mkdir(parents=True)
    (tmp_path / "app/models/a.rb").write_text("class A < B\n  self.ignored_columns = ['x']\nend\n")
    (tmp_path / "config/initializers/inflections.rb").write_text('inflect.plural(/^(a)$/i, "\\1n")\n')
    assert unnamed(tmp_path) == {}


def test_what_django_takes_out_of_the_models_alone_is_read() -> None:
    assert list(removed_in_state(STATE)) == [("order", "carrier", 5)]
    assert list(removed_in_state("SeparateDatabaseAndState(")) == []


def test_a_field_that_left_the_models_in_a_release_before_may_leave_the_table() -> None:
    drop = "ALTER TABLE shop_order DROP COLUMN carrier"
    ran = recorded("shop.0002_state", "SELECT 1")
    assert ran.migration is not None
    files = (recorded("shop.0001_make", TABLES), replace(ran, migration=replace(ran.migration, text=STATE)))
    seen = observation(schema_after(TABLES), tracking(*files, pending("shop.0003_drop", drop), framework="django"))
    severities = [
        next(f.severity for f in judged(each) if f.rule == "app-drop-column")
        for each in (around(ground_of(assess(seen)), {}), ground_of(assess(seen)))
    ]
    assert severities == [Severity.LOW, Severity.APP]
