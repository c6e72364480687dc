"""Statements of every kind that both squawk and preflight judge, and the tables they are for."""

from __future__ import annotations

TABLES = """
create type mood as enum ('sad', 'fine');
create domain plain_int as int;
create table customers (id bigint primary key, email text, name varchar(100), born date);
create table orders (
    id bigint primary key, customer_id bigint, note text, state varchar(20) default 'new', total numeric(10,2),
    small int, at timestamp, feels mood, size plain_int, checked bigint,
    constraint small_positive check (small > 0) not valid,
    constraint checked_there check (checked is not null));
alter table orders add constraint orders_customer foreign key (customer_id) references customers (id);
create index orders_state on orders (state);
create unique index orders_checked on orders (checked);
create view order_notes as select id, note from orders;
create materialized view sums as select state, sum(total) as total from orders group by state;
create table logs (id bigint, at timestamptz) partition by range (at);
create table logs_2025 partition of logs for values from ('2025-01-01') to ('2026-01-01');
create table old_logs (id bigint, at timestamptz);
create function volatile_number() returns int language sql as 'select 1';
"""
"""Large ones, all of them."""

CASES: dict[str, str] = {
    "column": "alter table orders add column x int",
    "column with a default": "alter table orders add column x int default 5",
    "required column with a default": "alter table orders add column x int not null default 5",
    "required column": "alter table orders add column x int not null",
    "column with a volatile default": "alter table orders add column x uuid default gen_random_uuid()",
    "column with a stable default": "alter table orders add column x timestamptz default now()",
    "column with an unknown default": "alter table orders add column x int default volatile_number()",
    "serial column": "alter table orders add column x bigserial",
    "identity column": "alter table orders add column x bigint generated always as identity",
    "generated column": "alter table orders add column x numeric generated always as (total * 2) stored",
    "column with a check": "alter table orders add column x int check (x > 0)",
    "column with a foreign key": "alter table orders add column x bigint references customers (id)",
    "unique column": "alter table orders add column x bigint unique",
    "primary key column": "alter table old_logs add column x bigint primary key",
    "json column": "alter table orders add column x json",
    "char column": "alter table orders add column x char(10)",
    "varchar column": "alter table orders add column x varchar(10)",
    "timestamp column": "alter table orders add column x timestamp",
    "column of a domain": "alter table orders add column x plain_int",
    "drop column": "alter table orders drop column note",
    "rename column": "alter table orders rename column note to remark",
    "rename table": "alter table orders rename to purchases",
    "rename constraint": "alter table orders rename constraint small_positive to small_is_positive",
    "rename index": "alter index orders_state rename to orders_by_state",
    "other schema": "alter table orders set schema pg_catalog",
    "set default": "alter table orders alter column small set default 5",
    "set not null": "alter table orders alter column note set not null",
    "set not null with a proof": "alter table orders alter column checked set not null",
    "drop not null": "alter table orders alter column state drop not null",
    "int to bigint": "alter table orders alter column small type bigint",
    "varchar to text": "alter table orders alter column state type text",
    "wider varchar": "alter table customers alter column name type varchar(200)",
    "narrower varchar": "alter table customers alter column name type varchar(50)",
    "timestamp to timestamptz": "alter table orders alter column at type timestamptz",
    "type of a column in a view": "alter table orders alter column note type varchar(100)",
    "check": "alter table orders add constraint c check (total > 0)",
    "check, not valid": "alter table orders add constraint c check (total > 0) not valid",
    "validate": "alter table orders validate constraint small_positive",
    "foreign key": "alter table orders add constraint f foreign key (checked) references customers (id)",
    "foreign key, not valid": "alter table orders add foreign key (checked) references customers not valid",
    "table with a foreign key": "create table lines (id bigint primary key, order_id bigint references orders (id))",
    "drop foreign key": "alter table orders drop constraint orders_customer",
    "unique": "alter table customers add constraint u unique (email)",
    "unique using an index": "alter table orders add constraint u unique using index orders_checked",
    "primary key": "alter table old_logs add primary key (id)",
    "exclude": "alter table orders add constraint e exclude using gist (id with =)",
    "drop constraint": "alter table orders drop constraint small_positive",
    "index": "create index i on orders (note)",
    "unique index": "create unique index i on customers (email)",
    "index, concurrently": "create index concurrently i on orders (note)",
    "index, concurrently, unless there": "create index concurrently if not exists i on orders (note)",
    "index of four columns": "create index concurrently i on orders (note, state, total, small)",
    "drop index": "drop index orders_state",
    "drop index, concurrently": "drop index concurrently orders_state",
    "reindex": "reindex table orders",
    "reindex, concurrently": "reindex table concurrently orders",
    "vacuum full": "vacuum full orders",
    "cluster": "cluster orders using orders_state",
    "truncate": "truncate orders",
    "truncate cascade": "truncate customers cascade",
    "drop table": "drop table old_logs",
    "drop table that is referenced": "drop table customers cascade",
    "drop database": "drop database shop",
    "drop schema": "drop schema public cascade",
    "trigger": "create trigger t before insert on orders for each row execute function volatile_number()",
    "row security": "alter table orders enable row level security",
    "unlogged": "alter table orders set unlogged",
    "attach partition": "alter table logs attach partition old_logs for values from ('2024-01-01') to ('2025-01-01')",
    "detach partition": "alter table logs detach partition logs_2025",
    "detach partition, concurrently": "alter table logs detach partition logs_2025 concurrently",
    "index on partitions": "create index i on logs (id)",
    "enum value": "alter type mood add value 'good'",
    "enum value in its place": "alter type mood add value 'good' after 'fine'",
    "enum value renamed": "alter type mood rename value 'sad' to 'low'",
    "domain with a check": "create domain positive as int check (value > 0)",
    "domain gets a check": "alter domain plain_int add constraint c check (value > 0)",
    "refresh": "refresh materialized view sums",
    "backfill": "update orders set note = '' where note is null",
    "delete": "delete from orders",
    "table of an int key": "create table small_keys (id int primary key)",
    "table of a serial key": "create table serial_keys (id bigserial primary key)",
    "long name": "alter table orders add column " + "x" * 70 + " int",
}
"""What is judged, each on its own, outside a transaction."""
