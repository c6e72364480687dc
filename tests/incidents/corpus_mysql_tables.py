"""What people write about tables on MySQL and MariaDB: types, defaults, keys, foreign keys, partitions, options."""

from __future__ import annotations

from tests.incidents.script import script

BASE = """
CREATE TABLE people (id int AUTO_INCREMENT PRIMARY KEY, email varchar(191) NOT NULL DEFAULT '' COMMENT 'where to write',
  age smallint unsigned NOT NULL DEFAULT 18, state enum('new', 'old') NOT NULL DEFAULT 'new', bio text,
  born date DEFAULT '2000-01-01', seen timestamp NULL, code char(8) CHARACTER SET ascii COLLATE ascii_bin,
  UNIQUE KEY people_email (email), KEY by_age (age)) DEFAULT CHARSET utf8mb4 COLLATE utf8mb4_general_ci;
CREATE TABLE visits (id bigint unsigned AUTO_INCREMENT PRIMARY KEY, person int NOT NULL, other int,
  at datetime(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3), KEY visits_at (at),
  CONSTRAINT visits_person FOREIGN KEY (person) REFERENCES people (id));
"""
PARTS = """
CREATE TABLE readings (id int NOT NULL, d date NOT NULL, v double, PRIMARY KEY (id, d))
  PARTITION BY RANGE (to_days(d)) (PARTITION p2024 VALUES LESS THAN (to_days('2025-01-01')),
  PARTITION p2025 VALUES LESS THAN (to_days('2026-01-01')), PARTITION pmax VALUES LESS THAN MAXVALUE);
CREATE TABLE regions (id int NOT NULL, zone varchar(10) NOT NULL) PARTITION BY LIST COLUMNS (zone)
  (PARTITION north VALUES IN ('n', 'ne'), PARTITION south VALUES IN ('s'));
CREATE TABLE hashed (id int NOT NULL) PARTITION BY HASH (id) PARTITIONS 4;
"""

TABLES = (
    script("modify forgets what it does not say", BASE, """
ALTER TABLE people MODIFY email varchar(191);;
ALTER TABLE people MODIFY age int;;
ALTER TABLE people MODIFY state enum('new', 'old', 'gone') DEFAULT NULL;;
ALTER TABLE visits MODIFY at datetime
"""),
    script("change renames and restates", BASE, """
ALTER TABLE people CHANGE email mail varchar(191) NOT NULL DEFAULT '' COMMENT 'where to write';;
ALTER TABLE people CHANGE COLUMN `age` `years` tinyint unsigned NULL;;
ALTER TABLE people CHANGE born born date NULL;;
ALTER TABLE people CHANGE bio Bio text, CHANGE code zip char(8) CHARACTER SET ascii NOT NULL DEFAULT '00000000';;
ALTER TABLE people RENAME COLUMN seen TO last_seen, DROP COLUMN state
"""),
    script("types grow and change", BASE, """
ALTER TABLE people DROP INDEX by_age, ALGORITHM=COPY, LOCK=SHARED;;
ALTER TABLE people MODIFY age bigint unsigned NOT NULL DEFAULT 18;;
ALTER TABLE people MODIFY bio mediumtext;;
ALTER TABLE people MODIFY bio longtext CHARACTER SET latin1;;
ALTER TABLE people MODIFY born datetime(6) NULL DEFAULT '2000-01-01 00:00:00';;
ALTER TABLE people MODIFY code varbinary(16);;
ALTER TABLE people MODIFY state set('new', 'old', 'odd') NOT NULL DEFAULT 'new,old';;
ALTER TABLE people MODIFY state varchar(10) NOT NULL DEFAULT 'new';;
ALTER TABLE visits MODIFY other decimal(10, 3) unsigned zerofill;;
ALTER TABLE visits MODIFY other double precision DEFAULT 1.50;;
ALTER TABLE visits MODIFY at timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3)
""", exact=False),
    script("all sorts of types", "", """
CREATE TABLE kinds (a tinyint, b bool, c integer(5), d dec(5), e numeric(6, 2), f fixed, g float(7, 3), h float(30),
  i real, j double precision, k bit, l bit(9), m char, n nchar(3), o national varchar(20), p character varying(7),
  q varbinary(9), r binary, s tinyblob, t blob(70000), u text(100), v long varchar, w year, x time(2), y serial,
  z json);;
ALTER TABLE kinds ADD aa int1, ADD ab middleint unsigned, ADD ac int zerofill, ADD ad bigint(30) unsigned,
  ADD ae varchar(10) binary, ADD af char(4) ascii, ADD ag text charset utf8mb3, ADD ah geometry, ADD ai point NULL;;
ALTER TABLE kinds ADD aj enum('a''b', "c,d", 'e ') , ADD ak set('x', 'y'), ADD al timestamp NULL, ADD am datetime(0);;
ALTER TABLE kinds MODIFY a boolean NOT NULL DEFAULT TRUE;;
ALTER TABLE kinds MODIFY d dec(10, 0), MODIFY i double(10, 2)
"""),
    script("all sorts of defaults", "CREATE TABLE d (id int PRIMARY KEY);", """
ALTER TABLE d ADD a int DEFAULT '5', ADD b int DEFAULT -1, ADD c decimal(5, 2) DEFAULT 1, ADD e double DEFAULT 1e3;;
ALTER TABLE d ADD f bit(4) DEFAULT b'101', ADD g varchar(9) DEFAULT 'it''s', ADD h varchar(9) DEFAULT "dq",
  ADD i varchar(9) DEFAULT 'a\\\\b', ADD j tinyint(1) DEFAULT FALSE;;
ALTER TABLE d ADD k datetime DEFAULT NOW(), ADD l timestamp DEFAULT CURRENT_TIMESTAMP ON UPDATE NOW(),
  ADD m datetime(6) DEFAULT CURRENT_TIMESTAMP(6), ADD n date DEFAULT '2020-02-02', ADD o time DEFAULT '10:00';;
CREATE TABLE e (p varchar(36) DEFAULT (uuid()));;
ALTER TABLE d ADD q int DEFAULT (1 + 2), ADD r json DEFAULT (json_array()),
  ADD s text DEFAULT ('none');;
ALTER TABLE d ADD t varbinary(4) DEFAULT 0x4142, ADD u varchar(4) DEFAULT NULL, ADD v year DEFAULT 2020;;
ALTER TABLE d ALTER a SET DEFAULT 7, ALTER g DROP DEFAULT, ALTER COLUMN b SET DEFAULT 0
"""),
    script("keys", BASE, """
ALTER TABLE people ADD KEY (born), ADD UNIQUE KEY (code, born), ADD INDEX (bio(40));;
ALTER TABLE people ADD INDEX by_born_age USING BTREE (born, age DESC) COMMENT 'for lists';;
ALTER TABLE people DROP KEY born;;
CREATE INDEX by_state ON people (state) ALGORITHM=INPLACE LOCK=NONE;;
CREATE FULLTEXT INDEX words ON people (bio);;
ALTER TABLE people DROP INDEX by_age, ADD INDEX by_age (age, born);;
DROP INDEX people_email ON people;;
ALTER TABLE people ADD CONSTRAINT one_mail UNIQUE (email), ADD CONSTRAINT UNIQUE KEY one_code (code);;
ALTER TABLE people RENAME KEY one_mail TO sole_mail;;
CREATE UNIQUE INDEX pair ON visits (person, at);;
CREATE INDEX `first name` ON people (`email` (10) ASC, `age`)
""", exact=False),
    script("primary keys", """
CREATE TABLE plain (a int NOT NULL, b int, c varchar(10));
CREATE TABLE pairs (a int NOT NULL, b int NOT NULL, PRIMARY KEY (a));
CREATE TABLE counted (n int AUTO_INCREMENT, m int, UNIQUE KEY (n));
""", """
ALTER TABLE plain ADD PRIMARY KEY (a);;
ALTER TABLE plain DROP PRIMARY KEY, ADD PRIMARY KEY (a, b);;
ALTER TABLE pairs DROP PRIMARY KEY;;
ALTER TABLE pairs ADD COLUMN id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY FIRST;;
ALTER TABLE counted ADD CONSTRAINT pk PRIMARY KEY USING BTREE (n);;
ALTER TABLE plain DROP COLUMN c;;
ALTER TABLE counted MODIFY n int NOT NULL
"""),
    script("foreign keys of every sort", BASE, """
ALTER TABLE visits ADD FOREIGN KEY (other) REFERENCES people (id) ON DELETE SET NULL ON UPDATE CASCADE;;
ALTER TABLE people ADD COLUMN boss int, ADD CONSTRAINT people_boss FOREIGN KEY (boss) REFERENCES people (id);;
CREATE TABLE pairs (a int, b int, PRIMARY KEY (a, b), CONSTRAINT fa FOREIGN KEY (a) REFERENCES people (id),
  FOREIGN KEY fb (b) REFERENCES people (id) ON DELETE CASCADE);;
CREATE TABLE notes (id int PRIMARY KEY, a int, b int, KEY ab (a, b), FOREIGN KEY (a, b) REFERENCES pairs (a, b));;
ALTER TABLE visits DROP FOREIGN KEY visits_person, ADD CONSTRAINT visits_owner FOREIGN KEY (person)
  REFERENCES people (id) ON DELETE CASCADE;;
ALTER TABLE visits DROP FOREIGN KEY visits_ibfk_1;;
ALTER TABLE notes ADD CONSTRAINT loose FOREIGN KEY (b) REFERENCES people (id) ON UPDATE RESTRICT
"""),
    script("the index that a foreign key made", BASE, """
ALTER TABLE visits ADD CONSTRAINT visits_other FOREIGN KEY (other) REFERENCES people (id);;
ALTER TABLE visits DROP FOREIGN KEY visits_other;;
ALTER TABLE visits DROP INDEX visits_other;;
ALTER TABLE visits DROP FOREIGN KEY visits_person;;
DROP INDEX visits_person ON visits
""", exact=False),
    script("the index that a foreign key made, kept", BASE, """
ALTER TABLE visits DROP FOREIGN KEY visits_person;;
ALTER TABLE visits DROP INDEX visits_person;;
ALTER TABLE visits DROP COLUMN person
"""),
    script("an index takes the place of the foreign key's own", BASE, """
ALTER TABLE visits ADD CONSTRAINT visits_other FOREIGN KEY (other) REFERENCES people (id);;
CREATE INDEX by_other ON visits (other, at);;
ALTER TABLE visits ADD INDEX by_person (person);;
ALTER TABLE visits DROP FOREIGN KEY visits_other;;
ALTER TABLE visits DROP INDEX by_other
""", exact=False),
    script("checks of columns and tables", BASE, """
ALTER TABLE people ADD COLUMN height int CHECK (height > 0);;
ALTER TABLE people ADD CONSTRAINT grown CHECK (age >= 18), ADD CONSTRAINT short CHECK (char_length(code) <= 8);;
CREATE TABLE limits (lo int NOT NULL, hi int CHECK (hi < 100), CHECK (lo < hi));;
ALTER TABLE people DROP CONSTRAINT grown;;
ALTER TABLE people MODIFY age int CHECK (age between 0 and 150)
"""),
    script("names swap places", BASE, """
RENAME TABLE people TO people_old, visits TO people;;
ALTER TABLE people RENAME TO visits;;
CREATE TABLE people_new LIKE people_old;;
RENAME TABLE people_old TO zz, people_new TO people_old
""", exact=False),
    script("columns swap their names", "CREATE TABLE s (a int, b varchar(9));", """
ALTER TABLE s ADD COLUMN c date;;
ALTER TABLE s RENAME COLUMN a TO b, RENAME COLUMN b TO a;;
ALTER TABLE s ADD COLUMN d date
""", exact=False),
    script("columns move up", "CREATE TABLE s (a int, b varchar(9), c date);", """
ALTER TABLE s RENAME COLUMN b TO d, RENAME COLUMN a TO b;;
ALTER TABLE s CHANGE b a bigint, CHANGE c b datetime
"""),
    script("tables dropped together", BASE + "CREATE TABLE a (i int); CREATE TABLE b (i int)", """
DROP TABLE a, b;;
DROP TABLE IF EXISTS visits, nothing CASCADE;;
DROP TABLES people RESTRICT;;
DROP VIEW IF EXISTS nothing_seen
"""),
    script("partitions by range and list", PARTS, """
ALTER TABLE readings DROP PARTITION p2024;;
ALTER TABLE readings REORGANIZE PARTITION pmax INTO (PARTITION p2026 VALUES LESS THAN (to_days('2027-01-01')),
  PARTITION pmax VALUES LESS THAN MAXVALUE);;
ALTER TABLE regions ADD PARTITION (PARTITION east VALUES IN ('e', 'se'));;
ALTER TABLE regions REORGANIZE PARTITION south INTO (PARTITION south VALUES IN ('s', 'sw'));;
ALTER TABLE readings REORGANIZE PARTITION p2025, p2026 INTO (PARTITION p2026 VALUES LESS THAN (to_days('2027-01-01')));;
ALTER TABLE readings ADD COLUMN w int;;
ALTER TABLE regions REMOVE PARTITIONING;;
ALTER TABLE hashed PARTITION BY KEY (id) PARTITIONS 2;;
ALTER TABLE regions PARTITION BY RANGE COLUMNS (zone) (PARTITION a VALUES LESS THAN ('m'),
  PARTITION z VALUES LESS THAN (MAXVALUE))
"""),
    script("the bounds of partitions", PARTS, """
ALTER TABLE regions REORGANIZE PARTITION south INTO (PARTITION south VALUES IN ('s', 'sw'));;
ALTER TABLE readings REORGANIZE PARTITION p2024, p2025 INTO
  (PARTITION p2024 VALUES LESS THAN (to_days('2024-07-01')), PARTITION p2025 VALUES LESS THAN (to_days('2026-01-01')));;
ALTER TABLE regions PARTITION BY LIST COLUMNS (zone) (PARTITION north VALUES IN ('n'), PARTITION south VALUES IN ('s'))
"""),
    script("partitions by hash", PARTS, """
ALTER TABLE hashed COALESCE PARTITION 1;;
ALTER TABLE hashed ADD PARTITION PARTITIONS 3;;
ALTER TABLE hashed ADD COLUMN n int;;
CREATE TABLE parted (id int NOT NULL, d datetime NOT NULL, PRIMARY KEY (id, d)) ENGINE=InnoDB
  PARTITION BY RANGE (year(d)) SUBPARTITION BY HASH (month(d)) SUBPARTITIONS 2
  (PARTITION p0 VALUES LESS THAN (2020), PARTITION p1 VALUES LESS THAN MAXVALUE);;
ALTER TABLE parted TRUNCATE PARTITION p0;;
ALTER TABLE parted ADD COLUMN m int
""", exact=False),
    script("options of tables", BASE, """
ALTER TABLE people COMMENT 'who', ROW_FORMAT=DYNAMIC;;
ALTER TABLE people DEFAULT CHARACTER SET latin1 COLLATE latin1_swedish_ci;;
ALTER TABLE people ADD nick varchar(10);;
ALTER TABLE people AUTO_INCREMENT = 1000;;
ALTER TABLE visits STATS_PERSISTENT=1, COMMENT='seen';;
CREATE TABLE old_style (id int) ENGINE=MyISAM CHARSET=latin1;;
ALTER TABLE old_style ENGINE=InnoDB, CONVERT TO CHARACTER SET utf8mb4;;
ALTER TABLE visits CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_bin, ADD c varchar(5);;
ALTER TABLE people COMMENT ''
"""),
    script("generated and hidden", BASE, """
ALTER TABLE people ADD full varchar(200) GENERATED ALWAYS AS (concat(email, '-', age)) STORED;;
ALTER TABLE people ADD decade int AS (floor(age / 10)) VIRTUAL COMMENT 'of life', ADD KEY by_decade (decade);;
ALTER TABLE people ADD token varchar(20) NOT NULL DEFAULT 'x' INVISIBLE;;
ALTER TABLE people MODIFY decade int AS (age DIV 10) VIRTUAL;;
ALTER TABLE people DROP COLUMN full
"""),
    script("names that need quotes", "", """
CREATE TABLE `my table` (`the id` int PRIMARY KEY, `select` varchar(5), `größe` int, `a``b` int, `1st` int);;
ALTER TABLE `my table` ADD `or``der` int, ADD INDEX `by größe` (`größe`, `a``b`);;
ALTER TABLE `my table` RENAME COLUMN `select` TO `from`;;
ALTER TABLE `my table` RENAME TO `your.table`;;
ALTER TABLE `your.table` DROP COLUMN `1st`, ADD CONSTRAINT `c h` CHECK (`größe` > 0);;
CREATE VIEW `a view` AS SELECT `the id`, `größe` FROM `your.table` WHERE `from` = 'x';;
DROP INDEX `by größe` ON `your.table`
"""),
    script("copied tables", BASE, """
CREATE TABLE people_copy AS SELECT id, email FROM people;;
ALTER TABLE people_copy ADD PRIMARY KEY (id);;
CREATE TABLE visits_copy LIKE visits;;
INSERT INTO visits_copy SELECT * FROM visits;;
CREATE TABLE counted (n bigint NOT NULL, KEY (n)) SELECT count(*) AS n, 1 AS one FROM people;;
CREATE TEMPORARY TABLE scratch (id int);;
INSERT INTO scratch VALUES (1);;
DROP TEMPORARY TABLE scratch;;
ALTER TABLE visits_copy DROP COLUMN other;;
TRUNCATE TABLE visits_copy
""", exact=False),
    script("drop a column of several indexes", BASE, """
ALTER TABLE people ADD INDEX two (age, born), ADD INDEX three (age, born, code);;
ALTER TABLE people DROP COLUMN born;;
ALTER TABLE people DROP INDEX two;;
ALTER TABLE people DROP COLUMN code
"""),
    script("an index like one that is there", BASE, """
ALTER TABLE people ADD INDEX (age);;
ALTER TABLE visits ADD COLUMN n int, ADD CHECK (n > 0);;
ALTER TABLE visits ADD CONSTRAINT positive CHECK (n > 0);;
ALTER TABLE people DROP INDEX by_age
"""),
)  # fmt: skip
