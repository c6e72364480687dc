"""Code, views, events and sequences of MySQL and MariaDB, and what leaves nothing that can be seen."""

from __future__ import annotations

import pytest

from console.core.operations import Create, Opaque
from console.core.schema import (
    Event,
    Kind,
    Ref,
    Routine,
    Sequence,
    Trigger,
    View,
)
from tests.core.mysql_reading import all_of, changed, made, only


def test_code_keeps_its_body() -> None:
    (trigger,) = made(
        "CREATE DEFINER=`root`@`localhost` TRIGGER tr BEFORE INSERT ON t FOR EACH ROW FOLLOWS x SET NEW.a = 1"
    )
    assert isinstance(trigger, Trigger)
    assert (trigger.ref, trigger.table, trigger.definition) == (
        Ref(Kind.TRIGGER, "app", "", "tr"),
        "t",
        "before insert for each row SET NEW.a = 1",
    )
    (routine,) = made(
        "CREATE FUNCTION F(a int) RETURNS varchar(20) CHARSET utf8mb4 DETERMINISTIC COMMENT 'c' RETURN 'x'"
    )
    assert isinstance(routine, Routine)
    assert (routine.ref.name, routine.type, routine.returns, routine.body, routine.comment) == (
        "f",
        "function",
        "varchar(20)",
        "RETURN 'x'",
        "c",
    )
    (procedure,) = made("CREATE PROCEDURE P() SQL SECURITY INVOKER BEGIN SELECT 1; END")
    assert isinstance(procedure, Routine)
    assert (procedure.ref.kind, procedure.body) == (Kind.PROCEDURE, "BEGIN SELECT 1; END")


def test_views_lose_what_stands_around_their_query() -> None:
    (view,) = made(
        "CREATE OR REPLACE ALGORITHM=MERGE DEFINER='a'@'%' SQL SECURITY INVOKER VIEW v AS SELECT 1 WITH CHECK OPTION"
    )
    assert isinstance(view, View)
    assert view.definition == "SELECT 1"
    altered = only("ALTER VIEW v AS SELECT 2")
    assert isinstance(altered, Create)
    assert altered.replace


@pytest.mark.parametrize(
    ("sql", "schedule", "enabled"),
    [
        ("CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO SELECT 1", "every 1 day", "enabled"),
        (
            "CREATE EVENT e ON SCHEDULE EVERY '2' HOUR STARTS '2030-01-01' DISABLE DO SELECT 1",
            "every 2 hour",
            "disabled",
        ),
        ("CREATE EVENT e ON SCHEDULE AT '2030-01-01 00:00:00' ON COMPLETION PRESERVE DO SELECT 1", "", "enabled"),
        ("CREATE EVENT e ON SCHEDULE EVERY 1 DAY DISABLE ON SLAVE DO SELECT 1", "every 1 day", "replica side disabled"),
    ],
)
def test_events(sql: str, schedule: str, enabled: str) -> None:
    (event,) = made(sql)
    assert isinstance(event, Event)
    assert (event.schedule, event.enabled, event.body) == (schedule, enabled, "SELECT 1")
    assert ("schedule" in event.unread) is not schedule.startswith("every")


def test_sequences_of_mariadb() -> None:
    (sequence,) = made("CREATE SEQUENCE s START WITH 10 INCREMENT BY 5 MAXVALUE = 1000 CYCLE CACHE 10", "mariadb")
    assert isinstance(sequence, Sequence)
    assert (sequence.start, sequence.increment, sequence.minimum, sequence.maximum, sequence.cycle) == (
        10,
        5,
        1,
        1000,
        True,
    )
    assert changed("ALTER SEQUENCE s MAXVALUE 2000 NOCYCLE", "mariadb") == {"maximum": 2000, "cycle": False}
    (_, restarted) = all_of("ALTER SEQUENCE s INCREMENT 2 RESTART 5", "mariadb")
    assert isinstance(restarted, Opaque)


@pytest.mark.parametrize(
    ("sql", "anything"),
    [
        ("CALL p()", True),
        ("EXECUTE stmt", True),
        ("GRANT SELECT ON app.* TO 'u'@'%'", False),
        ("FLUSH TABLES", False),
        ("SELECT 1", False),
        ("PREPARE s FROM 'ALTER TABLE t ADD a int'", False),
        ("CREATE USER 'a'@'%'", False),
        ("CREATE TABLE", True),
        ("ALTER TABLE t", True),
        ("SOMETHING NEW", True),
        ("CREATE FUNCTION f RETURNS STRING SONAME 'x.so'", True),
    ],
)
def test_what_the_catalog_cannot_show_is_opaque(sql: str, anything: bool) -> None:
    operation = only(sql)
    assert isinstance(operation, Opaque)
    assert operation.anything is anything
    assert operation.why.endswith(".")
