"""Scripts that a real MySQL and a real MariaDB run, so that what the grammar reads can be compared with the catalog."""

from __future__ import annotations

BOTH = ("mysql", "mariadb")
SCRIPTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "types": ("""
CREATE TABLE t1 (a int(11), a2 integer unsigned, a3 tinyint(1), a4 boolean, a5 int zerofill,
  a6 int(5) zerofill, a7 year, a8 year(4), b bigint(20) unsigned not null default 0, c decimal,
  c2 numeric(8), c3 dec(5,2) unsigned, c4 fixed(6,1),
  f float, f2 float(10), f3 float(30), f4 float(7,3), d double precision, d2 real, d3 double(8,2), ch char,
  ch2 character(3), v varchar(10), v2 character varying(9), v3 national varchar(4), v4 nchar(3), v5 nvarchar(6), t text,
  t4 text(100), t5 text(70000), t6 tinytext, m mediumtext, l longtext, lg long, lv long varchar, bl blob, bl2 blob(20),
  bi binary(4), bi1 binary, vb varbinary(3), j json, e enum('a','b''c','D '), s set('x','y'), dt datetime,
  dt6 datetime(6), ti time(3), da date, ts timestamp null, ts2 timestamp null default null, bt bit, bt8 bit(8), i1 int1,
  i2 int2, i3 int3, i4 int4, i8 int8, mi middleint, sid serial, g geometry, po point, ls linestring);
CREATE TABLE ts (a timestamp, b timestamp not null, c timestamp default current_timestamp,
  d timestamp not null default current_timestamp on update current_timestamp, e datetime(6) default now(6));
CREATE TABLE ch (a varchar(10) character set utf8, b text collate latin1_bin, c char(3) binary,
  e enum('a') charset latin1,
  d varchar(5) character set binary, f tinytext, g nchar(4), h char(2) collate utf8_bin) default charset latin1;
CREATE TABLE q (`select` int, `a b` int, `c``d` int, key `odd key` (`a b`, `c``d`));
ALTER TABLE q RENAME COLUMN `a b` TO `a c`;
""", BOTH),
    "defaults, generated columns and checks": ("""
CREATE TABLE t2 (id bigint unsigned auto_increment primary key, a int default '5', b int default 5,
  c varchar(9) default 'x''y\\\\z', d varchar(9) default '', e decimal(8,2) default 1, e2 decimal(8,2) default '1.5',
  f float default 1e3, g date default '2020-01-01', h datetime default current_timestamp,
  i datetime(3) default now(3) on update now(3),
  j timestamp not null default current_timestamp on update current_timestamp(), k bit(3) default b'101',
  l tinyint(1) default true, m varchar(36) default (uuid()), n int default (1+2), o json default (json_array()),
  p varchar(9) default null, q int not null, r blob default (0x41), s varbinary(4) default x'4142',
  t set('a','b') default 'a,b', u char(3) default 'ab', w bigint default -1, x enum('a','b') not null default 'b',
  y time default '10:00', z double default 0.1, ga int generated always as (a+1) virtual,
  gb int as (a*2) stored comment 'it''s', gc varchar(20) as (concat(c,'-',d)), ck int check (ck > 0),
  constraint named check (a < b and c like 'x%'), check (e in (1,2,3) or `p` is not null));
CREATE TABLE gen (a int, b int as (a + 1) virtual, j json, s varchar(60), dd datetime, c int as (if(a > 1, 2, 3)),
  k varchar(20) as (json_unquote(json_extract(j,'$.a'))), l int as (mod(a, 2)), m int as (length(trim(s))),
  n varchar(9) as (case when a > 1 then 'x' else 'y' end), o date as (date(dd)), p datetime as (dd + interval 1 day),
  check (not (a = 1 and b = 2)), check (s in ('a')), check (length(s) between 1 and 5), check (a is not null or !b));
ALTER TABLE gen ALTER COLUMN a SET DEFAULT 7, ADD COLUMN z int;
ALTER TABLE gen ALTER COLUMN a DROP DEFAULT, MODIFY z bigint not null default 3 comment 'zz';
""", BOTH),
    "keys and foreign keys": ("""
CREATE TABLE p (id int primary key, u int unique);
CREATE TABLE c (id int auto_increment, p_id int, q_id int, r_id int, name varchar(40) character set latin1,
  nick varchar(30) collate utf8mb4_bin, body text, primary key (id), key (name), key (name, p_id),
  index i3 (name(10) desc, id), unique (p_id), unique key uq (q_id, r_id), fulltext (body),
  constraint fk1 foreign key (p_id) references p (id) on delete cascade on update set null,
  foreign key (q_id) references p (u) on delete no action, foreign key (r_id) references p(id) on delete restrict)
  engine=InnoDB default charset=utf8mb4 comment='x' row_format=dynamic;
CREATE TABLE self (id int primary key, parent int, foreign key (parent) references self(id));
ALTER TABLE self RENAME TO tree;
ALTER TABLE tree ADD COLUMN note text, ADD INDEX note_ix (note(50)), ADD UNIQUE (note(20), parent);
ALTER TABLE c DROP FOREIGN KEY fk1, DROP INDEX p_id, ADD CONSTRAINT fk2 FOREIGN KEY (p_id) REFERENCES p (id),
  DROP INDEX name_2;
ALTER TABLE c DROP COLUMN name, ADD CHECK (p_id > 0), ADD CHECK (p_id < 100);
CREATE TABLE geo (id int primary key, g point not null, spatial index (g));
CREATE TABLE moves (a int, b int, key k (a), key (a, b));
ALTER TABLE moves ADD INDEX k2 (b), DROP INDEX k, ADD INDEX k (b, a), RENAME INDEX a TO ab;
CREATE INDEX on_moves ON moves (b DESC, a);
DROP INDEX on_moves ON moves;
ALTER TABLE moves ADD PRIMARY KEY (b, a);
ALTER TABLE moves DROP PRIMARY KEY, MODIFY a int null;
""", BOTH),
    "the life of a Laravel shop": ("""
CREATE TABLE `users` (`id` bigint unsigned not null auto_increment primary key, `name` varchar(255) not null,
  `Email` varchar(255) not null, email_verified_at timestamp null, `password` varchar(255) not null,
  remember_token varchar(100) null, created_at timestamp null, updated_at timestamp null)
  default character set utf8mb4 collate 'utf8mb4_unicode_ci';
alter table `users` add unique `users_email_unique`(`email`);
create table `posts` (`id` bigint unsigned not null auto_increment primary key, `user_id` bigint unsigned not null,
  `title` varchar(255) not null, `body` longtext null, `meta` json null,
  status enum('draft','published') not null default 'draft', views int not null default '0',
  price decimal(8, 2) not null default '0.00', active tinyint(1) not null default '1',
  created_at timestamp not null default CURRENT_TIMESTAMP, deleted_at timestamp null)
  default character set utf8mb4 collate 'utf8mb4_unicode_ci' engine = InnoDB;
alter table `posts` add constraint `posts_user_id_foreign` foreign key (`user_id`) references `users` (`id`)
  on delete cascade;
alter table `posts` add index `posts_status_created_at_index`(`status`, `created_at`);
alter table posts add column slug varchar(100) not null after title, add column score double default 0.5,
  add unique key (slug), drop column views;
alter table posts modify title varchar(500) null default 'x' comment 'the title',
  change body content mediumtext character set latin1, algorithm=copy;
alter table posts rename column score to points, rename index posts_status_created_at_index to posts_sc,
  add key (points desc), add fulltext index ft (content);
alter table posts alter column points set default 1.5, alter title drop default;
alter table posts drop foreign key posts_user_id_foreign;
alter table posts add foreign key (user_id) references users(id), add constraint chk check (points > 0),
  add check (price >= 0);
create index on_name on users (name(10), email desc);
drop index on_name on users;
rename table posts to articles, users to people;
alter table people rename to members, add column age smallint unsigned;
alter table members convert to character set utf8mb4 collate utf8mb4_bin;
alter table articles comment='art', row_format=dynamic, stats_persistent=1;
alter table articles drop primary key, modify id bigint unsigned not null, add primary key (id, slug);
create table copy_of like articles;
drop table copy_of;
create table if not exists articles (z int);
drop table if exists nope;
create table bb (a_id bigint unsigned, s2 varchar(100), c1 int, c2 int, c3 int, key (s2), key (s2, a_id));
alter table bb add key zz (s2(10)), add column c4 int, add column (c5 int, c6 int not null default 3);
alter table bb modify c1 varchar(20) not null default '', modify c2 bigint auto_increment unique;
alter table bb drop index s2_2, drop index s2, add index s2 (c1);
alter table bb rename column c4 to C7, rename to cc, engine=innodb;
alter table cc change c7 C7 bigint not null;
""", BOTH),
    "engines and partitions": ("""
CREATE TABLE parts (id int not null, d date not null, primary key (id, d)) partition by range (year(d))
  (partition p0 values less than (2020), partition p1 values less than (2021),
  partition pmax values less than maxvalue);
ALTER TABLE parts DROP PARTITION p0;
ALTER TABLE parts REORGANIZE PARTITION pmax INTO (PARTITION p2 VALUES LESS THAN (2022),
  PARTITION pmax VALUES LESS THAN MAXVALUE);
CREATE TABLE hashed (id int) partition by hash (id) partitions 4;
CREATE TABLE keyed (id int primary key) partition by key () partitions 2;
ALTER TABLE hashed REMOVE PARTITIONING;
ALTER TABLE hashed PARTITION BY LIST (id) (PARTITION a VALUES IN (1, 2), PARTITION b VALUES IN (3));
CREATE TABLE listed (id int, k varchar(10)) partition by list columns (k) (partition pa values in ('a','b'));
ALTER TABLE listed ADD PARTITION (PARTITION pc VALUES IN ('d'));
CREATE TABLE deep (id int) partition by range (id) subpartition by hash (id) subpartitions 2
  (partition p0 values less than (10), partition p1 values less than maxvalue);
CREATE TABLE old (id int primary key) engine=myisam comment 'tbl' checksum=1 max_rows=100;
ALTER TABLE old ENGINE=InnoDB;
/*!50100 CREATE TABLE marked (id int) */ /*!50100 PARTITION BY HASH (id) PARTITIONS 2 */;
""", BOTH),
    "views and code": ("""
CREATE TABLE m (id int primary key, name varchar(20), age int);
CREATE VIEW v AS SELECT id, name AS n FROM m WHERE age > 5 AND name LIKE 'a%';
CREATE OR REPLACE VIEW v AS SELECT x.id, y.name FROM m x JOIN m y ON y.id = x.age ORDER BY 1;
CREATE TRIGGER tr BEFORE INSERT ON m FOR EACH ROW SET NEW.age = coalesce(NEW.age, 1);
CREATE TRIGGER tr2 AFTER UPDATE ON m FOR EACH ROW BEGIN
  IF NEW.age > 5 THEN DELETE FROM m WHERE id = -1; END IF; -- nothing else
END;
CREATE FUNCTION f(a int) RETURNS varchar(20) DETERMINISTIC COMMENT 'hi' RETURN concat('x', a);
CREATE PROCEDURE P1(IN a int, OUT b int) BEGIN SET b = a + 1; SELECT 'it''s', "x"; END;
CREATE EVENT ev ON SCHEDULE EVERY 1 DAY DO DELETE FROM m WHERE age > 100;
CREATE EVENT once ON SCHEDULE AT '2037-01-01 00:00:00' ON COMPLETION PRESERVE DISABLE DO DELETE FROM m;
ALTER EVENT once ENABLE;
ALTER EVENT once RENAME TO later;
RENAME TABLE m TO people;
DROP TRIGGER tr;
DROP PROCEDURE p1;
""", BOTH),
    "only MySQL": ("""
CREATE TABLE a (id serial, x int invisible, n int, s varchar(100), j json, key fx ((lower(s))), key ((n + 1) desc, x),
  key inv (n) invisible, check (n > 0) not enforced, u varchar(36) default (uuid()), e json default (json_array(1, 2)),
  p point srid 4326 not null, d date default (curdate()), z int default (1 + 2 * 3),
  constraint `fk-1` unique (n, s(20)));
ALTER TABLE a ALTER COLUMN x SET VISIBLE, ALTER INDEX inv VISIBLE, ALTER CHECK a_chk_1 ENFORCED;
ALTER TABLE a ADD INDEX mv ((CAST(j->'$.tags' AS UNSIGNED ARRAY)));
ALTER TABLE a ADD COLUMN g int AS (a.n + 1) STORED NOT NULL, ADD CHECK (s REGEXP '^[a-z]+$');
""", ("mysql",)),
    "only MariaDB": ("""
CREATE TABLE a (id int primary key, u uuid default uuid(), i inet6, x int invisible, n int check (n > 0), j json,
  l longtext check (json_valid(l)), t text default 'x', key k1 (n) ignored, c varchar(10) compressed);
ALTER TABLE a ADD COLUMN IF NOT EXISTS n int, ADD COLUMN IF NOT EXISTS m int AFTER id, ADD INDEX IF NOT EXISTS k1 (m),
  DROP COLUMN IF EXISTS zz, DROP INDEX IF EXISTS nope;
ALTER TABLE IF EXISTS a MODIFY COLUMN IF EXISTS m bigint NOT NULL DEFAULT 5, ALTER INDEX k1 NOT IGNORED;
CREATE OR REPLACE TABLE b (id int auto_increment primary key, v varchar(10) default concat('a','b'));
CREATE SEQUENCE s1 START WITH 10 INCREMENT BY 5 MINVALUE 1 MAXVALUE 1000 CYCLE CACHE 10;
CREATE SEQUENCE IF NOT EXISTS s2;
ALTER SEQUENCE s1 MAXVALUE 2000 NOCYCLE;
CREATE TABLE c (id int default next value for s1, k int, a_id int references a (id));
CREATE INDEX IF NOT EXISTS ck ON c (k);
DROP INDEX IF EXISTS ck ON c;
CREATE OR REPLACE VIEW vv AS SELECT * FROM c;
CREATE OR REPLACE TRIGGER tr BEFORE INSERT ON c FOR EACH ROW SET NEW.k = 1;
CREATE OR REPLACE PROCEDURE pp() SELECT 1;
CREATE OR REPLACE FUNCTION ff() RETURNS int RETURN 1;
CREATE EVENT IF NOT EXISTS ee ON SCHEDULE EVERY 2 HOUR STARTS '2030-01-01 00:00:00' COMMENT 'c' DO SET @a = 1;
CREATE TABLE sv (id int primary key, v int) WITH SYSTEM VERSIONING;
ALTER TABLE a RENAME COLUMN m TO mm, RENAME INDEX k1 TO k2, ADD CONSTRAINT cc CHECK (mm > 1);
RENAME TABLE IF EXISTS nope TO nope2, b TO b2;
ALTER TABLE a DROP CONSTRAINT cc;
""", ("mariadb",)),
}  # fmt: skip
"""Name -> (script, the kinds of server that know its grammar)."""
