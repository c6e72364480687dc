"""Assessments as a real sweep makes them, without a server, and an incident that delivers them on request."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from console.core.assessment import (
    Assessment,
    Blocked,
    Coverage,
    Debris,
    JudgedFramework,
    JudgedMigration,
    Overall,
)
from console.core.landed import Judgement, Verdict
from console.core.migration import Belief, Ledger, LedgerRow, Migration, State, Tracked
from console.core.observation import Health, Observation, Reading, Server, Tracking
from console.core.operations import Create
from console.core.schema import (
    Column,
    Constraint,
    Extension,
    Index,
    Kind,
    Ref,
    Routine,
    Schema,
    Sequence,
    Table,
    Thing,
    Trigger,
    UserType,
    View,
    column_ref,
    table_ref,
)
from console.core.session import Lock, MigrationSession, Node, Session
from console.core.statements import DataProbe, Nature, Statement

T0 = datetime(2026, 1, 31, 12, 0, 0, tzinfo=UTC)
HOSTILE = "x\x1b[31m\x07[red]bold[/red]\u202eevil\u200b\r\n表表 naïve\u0301\u0301\u0301\u0301 \U0001f1e9\U0001f1ea"


def ago(**parts: float) -> datetime:
    """A moment before the sweep."""
    return T0 - timedelta(**parts)


def statement(n: int, sql: str, nature: Nature = Nature.SCHEMA, probe: DataProbe | None = None) -> Statement:
    """One statement; an ADD COLUMN on orders creates that column."""
    words = sql.split()
    column = (
        Column(ref=column_ref("public", "orders", words[5]), type="text") if words[3:5] == ["add", "column"] else None
    )
    made = (Create((column,)),) if column is not None else ()
    return Statement(n, sql, nature, made, line=n * 2, probe=probe)


SQL = (
    "alter table orders add column shipping_name varchar(255)",
    "alter table orders add column shipping_method varchar(40) not null default 'standard'",
    "alter table orders add column shipped_at timestamptz",
    "create index concurrently orders_shipped_at_idx on orders (shipped_at) where shipped_at is not null",
)


def half_migration() -> JudgedMigration:
    """V2, half applied."""
    statements = tuple(statement(n, sql) for n, sql in enumerate(SQL, 1))
    file = Migration(
        id="2",
        description="add shipping to orders",
        file="sql/V2__add_shipping_to_orders.sql",
        statements=statements,
        text=";\n\n".join(SQL) + ";\n",
        transactional=False,
    )
    judged = (
        Judgement(statements[0], Verdict.LANDED, "column orders.shipping_name is there: varchar(255), null"),
        Judgement(statements[1], Verdict.LANDED, "column orders.shipping_method is there: varchar(40), not null"),
        Judgement(
            statements[2],
            Verdict.NOT_LANDED,
            "column orders.shipped_at is not there; session 4712 waits to run it, its client is gone: "
            "it will land by itself once 4711 ends",
            waiting="4712",
        ),
        Judgement(statements[3], Verdict.NOT_LANDED, "index orders_shipped_at_idx is not there"),
    )
    return JudgedMigration(
        Tracked("2", Belief.PENDING, file, None),
        State.HALF_APPLIED,
        judged,
        headline="2 of 4 statements landed; statement 3 waits to run.",
    )


def applied(version: int, description: str = "create orders", days: int = 30) -> JudgedMigration:
    """A migration that is fine."""
    name = description.replace(" ", "_")
    row = LedgerRow(
        str(version),
        True,
        ago(days=days),
        description=description,
        script=f"V{version}__{name}.sql",
        rank=version,
        stamp=500 + version,
    )
    sql = f"create table t{version} (id bigint primary key)"
    file = Migration(str(version), description, f"sql/V{version}__{name}.sql", (statement(1, sql),), text=sql + ";\n")
    judged = Judgement(file.statements[0], Verdict.LANDED, f"table t{version} is there")
    return JudgedMigration(
        Tracked(str(version), Belief.RECORDED, file, row), State.APPLIED, (judged,), headline="All statements landed."
    )


def pending(version: int, description: str = "drop legacy flags") -> JudgedMigration:
    """A migration that has not run."""
    name = description.replace(" ", "_")
    sql = "update orders set carrier = 'none' where carrier is null"
    probe = DataProbe("SELECT count(*) FROM orders WHERE carrier is null", ("public", "orders"))
    file = Migration(
        str(version), description, f"sql/V{version}__{name}.sql", (statement(1, sql, Nature.DATA, probe),), text=sql
    )
    judged = Judgement(file.statements[0], Verdict.UNKNOWABLE, "only a count of rows could tell")
    return JudgedMigration(Tracked(str(version), Belief.PENDING, file, None), State.PENDING, (judged,))


def things() -> tuple[Thing, ...]:
    """A small shop, one column of the half migration and an INVALID index in it."""
    orders = table_ref("public", "orders")

    def column(table: str, name: str, kind: str, position: int, stamp: int = 400, **more: object) -> Column:
        return Column(ref=column_ref("public", table, name), type=kind, position=position, stamp=stamp, **more)  # type: ignore[arg-type]

    return (
        Extension(ref=Ref(Kind.EXTENSION, "public", "", "pg_trgm"), version="1.6"),
        UserType(ref=Ref(Kind.TYPE, "public", "", "order_state"), type="enum", labels=("new", "paid", "sent")),
        Sequence(ref=Ref(Kind.SEQUENCE, "public", "", "orders_id_seq"), owned_by="public.orders.id"),
        Table(ref=orders, stamp=400, rows=12_400_000, comment="one row an order"),
        column("orders", "id", "bigint", 1, nullable=False, identity="always"),
        column("orders", "state", "order_state", 2, nullable=False, default="'new'::order_state"),
        column("orders", "shipping_name", "varchar(255)", 3, stamp=900),
        column("orders", "shipping_method", "varchar(40)", 4, stamp=901, nullable=False, default="'standard'"),
        Constraint(ref=Ref(Kind.CONSTRAINT, "public", "orders", "orders_pkey"), type="primary key", columns=("id",)),
        Constraint(
            ref=Ref(Kind.CONSTRAINT, "public", "orders", "orders_user_fk"),
            type="foreign key",
            columns=("user_id",),
            references="public.users",
            referenced_columns=("id",),
            validated=False,
        ),
        Index(
            ref=Ref(Kind.INDEX, "public", "", "orders_pkey"),
            table="orders",
            columns=("id",),
            unique=True,
            constraint=True,
        ),
        Index(
            ref=Ref(Kind.INDEX, "public", "", "orders_shipped_at_idx"),
            table="orders",
            columns=("shipped_at",),
            valid=False,
            stamp=890,
        ),
        Trigger(
            ref=Ref(Kind.TRIGGER, "public", "orders", "orders_audit"),
            function="audit()",
            enabled="disabled",
            definition="AFTER UPDATE FOR EACH ROW EXECUTE FUNCTION audit()",
        ),
        Table(ref=table_ref("public", "users"), stamp=401, rows=81_000, locked=True),
        column("users", "id", "bigint", 1, nullable=False),
        column("users", "email", "text", 2),
        Table(ref=table_ref("public", "invoices"), stamp=402),
        column("invoices", "id", "bigint", 1),
        View(
            ref=Ref(Kind.VIEW, "public", "", "open_orders"), definition="SELECT id\n  FROM orders\n WHERE state = 'new'"
        ),
        Routine(
            ref=Ref(Kind.ROUTINE, "public", "", "audit()"),
            language="plpgsql",
            returns="trigger",
            body="begin\n  return new;\nend",
        ),
    )


def blocked(readers: int = 19) -> Blocked:
    """4711 idle in transaction <- 4712 the ALTER, its client gone <- readers; and one reader before it."""
    root = Session(
        "4711",
        "web",
        "shop",
        "shop-web",
        "10.0.0.7",
        51000,
        ago(minutes=40),
        ago(minutes=13),
        ago(minutes=13),
        ago(minutes=12, seconds=28),
        "idle in transaction",
        query="select * from orders where id = 1",
        has_written=False,
    )
    alter = Session(
        "4712",
        "deploy",
        "shop",
        "PostgreSQL JDBC Driver",
        "",
        None,
        ago(minutes=14),
        ago(minutes=12, seconds=27),
        ago(minutes=12, seconds=27),
        ago(minutes=12, seconds=27),
        "active",
        "Lock/relation",
        SQL[2],
        has_written=False,
    )
    waiters = tuple(_reader(n) for n in range(readers))
    migration = Node(
        alter,
        "orders ACCESS EXCLUSIVE",
        True,
        ago(minutes=12, seconds=27),
        waiters,
        is_migration=True,
        client_gone=True,
    )
    early = replace(_reader(90), waits_for="orders ROW EXCLUSIVE")
    tree = Node(root, waiters=(migration, early))
    own = MigrationSession(alter, "runs statement 3 of V2", "2", 3, "gone", "lands", holds_tool_lock=True)
    return Blocked(
        23 + readers,
        2 + readers,
        (tree,),
        (own,),
        forecast=("When 4711 ends, 4712 lands statement 3 of 2 by itself although its client is gone.",),
    )


def _reader(n: int) -> Node:
    since = ago(minutes=12, seconds=25 - n % 20)
    session = Session(
        str(4720 + n),
        "web",
        "shop",
        "shop-web",
        f"10.0.0.{7 + n % 3}",
        52000 + n,
        ago(minutes=30),
        since,
        since,
        since,
        "active",
        "Lock/relation",
        "select * from orders where user_id = $1",
        has_written=False,
    )
    return Node(session, "orders ACCESS SHARE", False, since)


SERVER = Server("postgresql", "16.4", 160004, "shop", "db1", "halfway", now=T0)


def observation(schema: Schema | None = None, project: str | None = "/srv/shop") -> Observation:
    """Everything was read, just now."""

    def fresh(value: object) -> Reading:  # type: ignore[type-arg]
        return Reading(value, Health.OK if value else Health.NONE, taken_at=T0)

    tracking = Tracking("flyway", project, Ledger("public.flyway_schema_history", True))
    return Observation(
        T0,
        fresh(SERVER),
        fresh(schema if schema is not None else Schema(things())),
        fresh((Session("1"),)),
        fresh((Lock("4711", (), "relation", "AccessShareLock", True),)),
        fresh(()),
        (fresh(tracking),),
    )


COVERED = tuple(Coverage(what, True) for what in ("server", "schema", "sessions", "locks", "migrations"))
FLYWAY = JudgedFramework("flyway", "public.flyway_schema_history", True, "/srv/shop")
INVALID = Debris(
    "invalid_index", "orders_shipped_at_idx", "PostgreSQL does not use it, but every write keeps it up to date"
)


def half_applied() -> Assessment:
    """The incident this console is for."""
    framework = replace(
        FLYWAY,
        migrations=(applied(1), half_migration(), pending(3)),
        next_run="Flyway has not recorded it: its next run starts at statement 1 and fails there.",
    )
    return Assessment(
        observation(),
        Overall.INCIDENT,
        "2 is half applied: 2 of 4 statements landed. 21 sessions are blocked, in the end by 4711.",
        (
            "Decide about 4712 before 4711: its client is gone, and once 4711 ends it lands statement 3 by itself.",
            "To keep statement 3 out, cancel 4712 first; to let it land, end 4711 and look again.",
            "Do not run 2 again as it is: finish statements 3 to 4 of it, or undo what landed.",
        ),
        (framework,),
        blocked(),
        (INVALID,),
        coverage=COVERED,
    )


def healthy() -> Assessment:
    """Nothing is wrong."""
    framework = replace(FLYWAY, migrations=(applied(1), applied(2, "add shipping to orders", 12), pending(3)))
    clean = Schema(
        tuple(t for t in things() if t.ref.name not in ("orders_shipped_at_idx", "orders_audit", "orders_user_fk"))
    )
    return Assessment(
        observation(clean),
        Overall.HEALTHY,
        "Healthy: 2 migrations applied, 1 pending, nobody blocked, nothing left behind.",
        (),
        (framework,),
        Blocked(14),
        coverage=COVERED,
    )


def failed() -> Assessment:
    """Flyway recorded success=false and nothing landed."""
    migration = half_migration()
    row = LedgerRow("2", False, ago(hours=2), script="V2__add_shipping_to_orders.sql", rank=2, stamp=800)
    judged = tuple(
        replace(j, verdict=Verdict.NOT_LANDED, waiting="", evidence=f"column of statement {j.statement.n} is not there")
        for j in migration.statements
    )
    tracked = replace(migration.tracked, belief=Belief.FAILED, row=row)
    failed = replace(
        migration, tracked=tracked, state=State.FAILED, statements=judged, headline="0 of 4 statements landed."
    )
    framework = replace(
        FLYWAY,
        migrations=(applied(1), failed),
        next_run="Flyway refuses to run anything until the failed row is repaired.",
    )
    return Assessment(
        observation(),
        Overall.INCIDENT,
        "2 is failed: 0 of 4 statements landed. Flyway recorded the failure.",
        ("Nothing of 2 is in the catalog: mend its cause, clear the failed row, then run it again.",),
        (framework,),
        Blocked(9),
        coverage=COVERED,
    )


def empty() -> Assessment:
    """A database without anything in it."""
    framework = replace(
        FLYWAY, ledger="flyway_schema_history", ledger_exists=False, migrations=(pending(1, "create orders"),)
    )
    return Assessment(
        observation(Schema()),
        Overall.HEALTHY,
        "Healthy: 0 migrations applied, 1 pending, nobody blocked.",
        (),
        (framework,),
        Blocked(1),
        coverage=COVERED,
    )


def low_rights() -> Assessment:
    """A login that sees pids and edges, and nothing else of a session."""
    whole = half_applied()

    def dim(node: Node) -> Node:
        bare = Session(node.session.id, visible=False)
        return replace(
            node, session=bare, since=None, is_migration=False, client_gone=False, waiters=tuple(map(dim, node.waiters))
        )

    gap = Coverage("sessions", False, "states and statements of 22 sessions are hidden", "GRANT pg_monitor TO halfway")
    seen = replace(
        whole.observation,
        sessions=replace(whole.observation.sessions, health=Health.NOT_PERMITTED, reason=gap.reason, grant=gap.grant),
    )
    return replace(
        whole,
        observation=seen,
        coverage=(*COVERED[:2], gap, *COVERED[3:]),
        blocked=replace(whole.blocked, trees=tuple(map(dim, whole.blocked.trees)), migration=(), forecast=()),
    )


def no_project() -> Assessment:
    """A ledger, but no files."""
    row = LedgerRow("1", True, ago(days=3), script="V1__create_orders.sql", rank=1, stamp=500)
    migration = JudgedMigration(Tracked("1", Belief.RECORDED, None, row), State.APPLIED)
    why = "no project was found here: name it with --project DIR or --migrations PATH"
    return Assessment(
        observation(project=None),
        Overall.ATTENTION,
        f"cannot tell: migrations: {why}",
        ("Name the project with --project DIR, or the files with --migrations PATH.",),
        (replace(FLYWAY, project=None, migrations=(migration,)),),
        Blocked(4),
        coverage=(*COVERED[:4], Coverage("migrations", False, why)),
    )


def stale() -> Assessment:
    """The link broke two minutes ago; the last picture stays."""
    whole = half_applied()
    why = "the server closed the connection: terminating connection due to administrator command"

    def late(reading: Reading) -> Reading:  # type: ignore[type-arg]
        return replace(reading, health=Health.STALE, reason=why)

    seen = whole.observation
    seen = replace(
        seen,
        taken_at=T0 + timedelta(minutes=2, seconds=5),
        server=late(seen.server),
        schema=late(seen.schema),
        sessions=late(seen.sessions),
        locks=late(seen.locks),
    )
    return replace(whole, observation=seen)


def connecting() -> Assessment:
    """Nothing was read yet."""
    return Assessment(
        Observation(T0 - timedelta(seconds=1)),
        Overall.ATTENTION,
        "cannot tell: server: not read",
        (),
        coverage=(Coverage("server", False, "not read"),),
    )


def several() -> Assessment:
    """Three migrations need attention."""
    whole = half_applied()
    mismatch = replace(applied(4, "rename users"), state=State.CHECKSUM_MISMATCH, headline="The file is another one.")
    missing = replace(
        applied(5, "temporary fix"), state=State.FILE_MISSING, headline="It is recorded, its file is not there."
    )
    framework = replace(whole.frameworks[0], migrations=(applied(1), half_migration(), mismatch, missing))
    return replace(
        whole, frameworks=(framework,), summary="2 is half applied: 2 of 4 statements landed. 2 more need attention."
    )


def hostile() -> Assessment:
    """Names and texts somebody made to hurt."""
    whole = half_applied()
    long = "l" * 300
    bad = replace(half_migration().statements[2], evidence=HOSTILE)
    sql = replace(half_migration().statements[0], statement=statement(1, f"select '{HOSTILE}' as {long}"))
    migration = replace(half_migration(), statements=(sql, bad), headline=HOSTILE)
    file = replace(migration.tracked.migration, file=f"sql/V2__{HOSTILE}{long}.sql", text=HOSTILE * 3)  # type: ignore[type-var]
    migration = replace(migration, tracked=replace(migration.tracked, migration=file))
    root = whole.blocked.trees[0]
    session = replace(root.session, user=HOSTILE, application=HOSTILE, query=HOSTILE * 40)
    named = Table(ref=table_ref("public", HOSTILE), comment=HOSTILE)
    inside = Column(ref=column_ref("public", HOSTILE, "表" * 40), type=HOSTILE)
    return replace(
        whole,
        summary=HOSTILE,
        next=(HOSTILE,),
        frameworks=(replace(whole.frameworks[0], migrations=(migration,)),),
        blocked=replace(whole.blocked, trees=(replace(root, session=session),)),
        observation=observation(Schema((named, inside))),
        debris=(Debris("invalid_index", HOSTILE + long, HOSTILE),),
    )


def many_tables(count: int = 10_000) -> Assessment:
    """A large schema."""
    made: list[Thing] = []
    for n in range(count):
        made.append(Table(ref=table_ref("public", f"table_{n:05}"), stamp=1))
        made += [
            Column(ref=column_ref("public", f"table_{n:05}", f"c{m}"), type="text", position=m, stamp=1)
            for m in range(3)
        ]
    return replace(healthy(), observation=observation(Schema(tuple(made))))


CASES: dict[str, Callable[[], Assessment]] = {
    case.__name__: case
    for case in (
        half_applied,
        healthy,
        failed,
        empty,
        low_rights,
        no_project,
        stale,
        connecting,
        several,
        hostile,
    )
}


@dataclass
class FakeIncident:
    """An incident without a database: delivers what it is told to and remembers what it was asked."""

    first: Assessment | None = None
    title: str = "shop on db1"
    interval: float = 2.0
    paused: bool = False
    asked: list[str] = field(default_factory=list)
    deliver: Callable[[Assessment], None] | None = None

    def start(self, deliver: Callable[[Assessment], None], interval: float = 2.0) -> None:
        """Deliver the first one."""
        self.deliver, self.interval = deliver, interval
        self.asked.append("start")
        if self.first is not None:
            deliver(self.first)

    def set_interval(self, seconds: float) -> None:
        """Remember it."""
        self.interval = seconds
        self.asked.append(f"interval {seconds:g}")

    def pause(self) -> None:
        """Remember it."""
        self.paused = True
        self.asked.append("pause")

    def resume(self) -> None:
        """Remember it."""
        self.paused = False
        self.asked.append("resume")

    def refresh(self) -> None:
        """Remember it."""
        self.asked.append("refresh")

    def count(self, migration_id: str, n: int) -> None:
        """Remember it."""
        self.asked.append(f"count {migration_id} {n}")

    def stop(self) -> None:
        """Remember it."""
        self.asked.append("stop")


def later(assessment: Assessment, seconds: float) -> Assessment:
    """The same picture, read again later: everything as it was."""
    shift = timedelta(seconds=seconds)
    seen = assessment.observation

    def again(reading: Reading) -> Reading:  # type: ignore[type-arg]
        return reading if reading.taken_at is None else replace(reading, taken_at=reading.taken_at + shift)

    server = again(seen.server)
    if server.value is not None and server.value.now is not None:
        server = replace(server, value=replace(server.value, now=server.value.now + shift))
    seen = replace(
        seen,
        taken_at=seen.taken_at + shift,
        server=server,
        schema=again(seen.schema),
        sessions=again(seen.sessions),
        locks=again(seen.locks),
        tracking=tuple(map(again, seen.tracking)),
    )
    return replace(assessment, observation=seen)
