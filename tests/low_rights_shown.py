"""What a login with few rights is shown, panel by panel: each thing that is not seen, and what mends it."""

from __future__ import annotations

from tests.low_rights import Panels

HALF = "V2__change_2 is half applied: 1 of 3 statements landed. Flyway has not recorded it."
WORDS = ("LANDED", "NOT LANDED", "NOT LANDED")
TREE = ("v database {db}", "v tables  3", "+ carriers", "+ flyway_schema_history", "+ orders")
SCHEMA = (
    "schema: What views are made of is not told to this account -> GRANT SHOW VIEW ON {db}.* TO {low}",
    "schema: Triggers are not told to this account -> GRANT TRIGGER ON {db}.* TO {low}",
    "schema: Events are not told to this account -> GRANT EVENT ON {db}.* TO {low}",
)
ROLE = "primary: whether 127.0.0.1 is a replica, whose primary may be ahead of it, is not known"
OTHERS = "sessions: sessions of other accounts are not visible -> GRANT PROCESS ON *.* TO {low}"
ROUTINES = "schema: Functions and procedures are not told or without their code to this account"
LOCKED = "schema: orders is locked (ACCESS EXCLUSIVE is held or awaited): parts of it were not read"
ROLES = "sessions: what sessions of other roles do, and since when, is not visible -> GRANT pg_read_all_stats TO {low}"

SEEN_BY_SELECT: dict[str, Panels] = {
    "mysql": {
        "status": (HALF,),
        "landed": WORDS,
        "not seen": (
            "locks: Who holds which lock is not visible -> GRANT SELECT ON performance_schema.* TO {low}",
            f"{ROLE} -> GRANT REPLICATION CLIENT ON *.* TO {{low}}",
            OTHERS,
            (
                "prepared transactions: transactions that were prepared and left (XA) are not told"
                " -> GRANT XA_RECOVER_ADMIN ON *.* TO {low}"
            ),
            *SCHEMA,
            f"{ROUTINES} -> GRANT SHOW_ROUTINE ON *.* TO {{low}}",
            "progress: How far a schema change is cannot be seen -> GRANT SELECT ON performance_schema.* TO {low}",
        ),
        "locks": ("Who is blocked is not known",),
        "schema tree": ("NOT SEEN  What views are made of is not told to this account", *TREE),
    },
    "mariadb": {
        "status": (HALF,),
        "landed": WORDS,
        "not seen": (
            "locks: Who waits is not visible, nor locks on rows -> GRANT PROCESS ON *.* TO {low}",
            f"{ROLE} -> GRANT SLAVE MONITOR ON *.* TO {{low}}",
            OTHERS,
            "schema: Constraints are not told to this account -> GRANT SHOW VIEW ON {db}.* TO {low}",
            *SCHEMA,
            f"{ROUTINES} -> GRANT SELECT ON mysql.proc TO {{low}}",
        ),
        "locks": ("Who is blocked is not known",),
        "schema tree": ("NOT SEEN  Constraints are not told to this account", *TREE),
    },
}
MISSED_BY_DOCTOR: dict[str, tuple[str, ...]] = {
    "mysql": (
        "MySQL {version} on 127.0.0.1, whether it is a replica is not known",
        (
            "see all sessions: MISSING. Sessions of other accounts and InnoDB's transactions are not visible."
            " -> GRANT PROCESS ON *.* TO {low}"
        ),
        (
            "see locks: MISSING. Who holds which lock is not visible, nor how far a schema change is."
            " -> GRANT SELECT ON performance_schema.* TO {low}"
        ),
        (
            "signal sessions: MISSING. Sessions of other accounts cannot be cancelled or terminated."
            " -> GRANT CONNECTION_ADMIN ON *.* TO {low}"
        ),
        "see views: MISSING. What views are made of is not visible. -> GRANT SHOW VIEW ON {db}.* TO {low}",
        "see triggers: MISSING. Triggers are not visible at all. -> GRANT TRIGGER ON {db}.* TO {low}",
        "see events: MISSING. Events are not visible at all. -> GRANT EVENT ON {db}.* TO {low}",
        (
            "see routines: MISSING. Functions and procedures are not visible, or not what they do."
            " -> GRANT SHOW_ROUTINE ON *.* TO {low}"
        ),
        (
            "see replication: MISSING. Whether the server is a replica, whose primary may be ahead of it, is not"
            " visible. -> GRANT REPLICATION CLIENT ON *.* TO {low}"
        ),
        (
            "see prepared transactions: MISSING. Transactions that were prepared and left (XA) are not named."
            " -> GRANT XA_RECOVER_ADMIN ON *.* TO {low}"
        ),
    ),
    "mariadb": (
        "MariaDB {version} on 127.0.0.1, whether it is a replica is not known",
        (
            "see all sessions: MISSING. Sessions of other accounts and InnoDB's transactions are not visible."
            " -> GRANT PROCESS ON *.* TO {low}"
        ),
        (
            "signal sessions: MISSING. Sessions of other accounts cannot be cancelled or terminated."
            " -> GRANT CONNECTION ADMIN ON *.* TO {low}"
        ),
        "see views: MISSING. What views are made of is not visible. -> GRANT SHOW VIEW ON {db}.* TO {low}",
        "see triggers: MISSING. Triggers are not visible at all. -> GRANT TRIGGER ON {db}.* TO {low}",
        "see events: MISSING. Events are not visible at all. -> GRANT EVENT ON {db}.* TO {low}",
        (
            "see routines: MISSING. Functions and procedures are not visible, or not what they do."
            " -> GRANT SELECT ON mysql.proc TO {low}"
        ),
        (
            "see replication: MISSING. Whether the server is a replica, whose primary may be ahead of it, is not"
            " visible. -> GRANT SLAVE MONITOR ON *.* TO {low}"
        ),
        (
            "see metadata locks: MISSING. Who holds a metadata lock is not told: every session with an open transaction"
            " may be the one. -> INSTALL SONAME 'metadata_lock_info'"
        ),
    ),
}
PG_LEDGER = (
    "ledger flyway_schema_history: flyway_schema_history may not be read: permission denied for table"
    ' flyway_schema_history -> GRANT SELECT ON "public"."flyway_schema_history" TO {low}'
)
PG_TREE = ("v schema public", "v tables  3", "+ orders", "+ carriers", "+ flyway_schema_history", "+ whole database")
SEEN_ON_POSTGRES: dict[str, Panels] = {
    "nothing": {
        "status": ("1 session is blocked, in the end by {root}.",),
        "landed": (),
        "not seen": (PG_LEDGER, ROLES, LOCKED),
        "locks": ("1 blocked by 1 root, oldest wait <10 s",),
        "schema tree": (f"NOT SEEN  {LOCKED.removeprefix('schema: ')}", *PG_TREE),
    },
    "select": {
        "status": (f"{HALF} 1 session is blocked, in the end by {{root}}.",),
        "landed": WORDS,
        "not seen": (ROLES, LOCKED),
        "locks": ("1 blocked by 1 root, oldest wait <10 s",),
        "schema tree": (f"NOT SEEN  {LOCKED.removeprefix('schema: ')}", *PG_TREE),
    },
}
