"""What people write beside tables on MySQL and MariaDB: code, views, transactions; and what only one of them has."""

from __future__ import annotations

from tests.incidents.script import script

SHOP = """
CREATE TABLE items (id int AUTO_INCREMENT PRIMARY KEY, name varchar(80) NOT NULL, price decimal(8,2) NOT NULL DEFAULT 0,
  stock int NOT NULL DEFAULT 0, kind varchar(10), KEY by_kind (kind));
CREATE TABLE sales (id bigint AUTO_INCREMENT PRIMARY KEY, item int NOT NULL, n int NOT NULL, at datetime NOT NULL,
  CONSTRAINT sales_item FOREIGN KEY (item) REFERENCES items (id));
CREATE TABLE audit (said varchar(200));
CREATE VIEW cheap AS SELECT id, name FROM items WHERE price < 10;
CREATE TRIGGER items_ai AFTER INSERT ON items FOR EACH ROW INSERT INTO audit VALUES (NEW.name);
CREATE FUNCTION doubled(x int) RETURNS int DETERMINISTIC RETURN x * 2;
"""

CODE = (
    script("long bodies", SHOP, """
CREATE PROCEDURE refill(IN least int)
BEGIN
  DECLARE done INT DEFAULT FALSE;
  DECLARE found INT;
  DECLARE c CURSOR FOR SELECT id FROM items WHERE stock < least;
  DECLARE CONTINUE HANDLER FOR NOT FOUND SET done = TRUE;
  OPEN c;
  each_one: LOOP
    FETCH c INTO found;
    IF done THEN LEAVE each_one; END IF;
    UPDATE items SET stock = stock + 10 WHERE id = found; -- it's; enough
  END LOOP;
  CLOSE c;
END;;
CREATE FUNCTION worth(id_of int) RETURNS decimal(10,2) READS SQL DATA COMMENT 'price times stock'
  RETURN (SELECT price * stock FROM items WHERE id = id_of);;
DROP TRIGGER items_ai;;
CREATE TRIGGER items_ai AFTER INSERT ON items FOR EACH ROW BEGIN
  IF NEW.price > 100 THEN INSERT INTO audit VALUES (concat('dear; ', NEW.name)); END IF;
END;;
CREATE EVENT IF NOT EXISTS clean ON SCHEDULE EVERY '2' HOUR ON COMPLETION PRESERVE DISABLE COMMENT 'tidy'
  DO BEGIN DELETE FROM audit; END;;
DROP FUNCTION IF EXISTS doubled;;
DROP PROCEDURE refill
""", exact=False),
    script("code replaced", SHOP, """
DROP FUNCTION IF EXISTS doubled;;
CREATE FUNCTION doubled(x bigint) RETURNS bigint DETERMINISTIC NO SQL SQL SECURITY INVOKER RETURN x + x;;
DROP TRIGGER IF EXISTS items_ai;;
CREATE DEFINER = CURRENT_USER TRIGGER items_ai BEFORE INSERT ON items FOR EACH ROW SET NEW.kind = lower(NEW.kind);;
CREATE TRIGGER items_bu BEFORE UPDATE ON items FOR EACH ROW here: BEGIN SET NEW.stock = 0; END;;
CREATE TRIGGER sales_ad AFTER DELETE ON sales FOR EACH ROW
  UPDATE items SET stock = stock + OLD.n WHERE id = OLD.item
""", exact=False),
    script("events", SHOP, """
CREATE EVENT hourly ON SCHEDULE EVERY 1 HOUR STARTS '2030-01-01 00:00:00' DO DELETE FROM audit;;
CREATE EVENT once ON SCHEDULE AT '2037-01-01 00:00:00' ON COMPLETION PRESERVE DO DELETE FROM audit;;
ALTER EVENT hourly ON SCHEDULE EVERY 3 HOUR COMMENT 'slower';;
ALTER EVENT hourly DISABLE;;
ALTER EVENT once RENAME TO later;;
ALTER EVENT later DO DELETE FROM audit WHERE said = '';;
DROP EVENT hourly
"""),
    script("views", SHOP, """
CREATE OR REPLACE VIEW cheap AS SELECT id, name, price FROM items WHERE price < 20;;
CREATE ALGORITHM = MERGE SQL SECURITY INVOKER VIEW sold AS
  SELECT i.name, sum(s.n) AS total FROM items i LEFT JOIN sales s ON s.item = i.id GROUP BY i.name HAVING total > 3;;
CREATE VIEW both_sides (a, b) AS SELECT id, name FROM items UNION ALL SELECT id, 'sale' FROM sales;;
ALTER VIEW cheap AS SELECT id FROM items WHERE price < 5 WITH CASCADED CHECK OPTION;;
CREATE VIEW busy AS WITH few AS (SELECT item FROM sales WHERE n > 10) SELECT * FROM few ORDER BY item DESC LIMIT 5;;
DROP VIEW both_sides, sold
""", exact=False),
    script("a view is renamed", SHOP, """
CREATE VIEW sold AS SELECT n FROM sales;;
RENAME TABLE sold TO gone_things, items TO things;;
ALTER TABLE things RENAME TO items
""", exact=False),
    script("a transaction that is none", SHOP, """
START TRANSACTION;;
INSERT INTO items (name) VALUES ('a');;
ALTER TABLE items ADD COLUMN weight int;;
INSERT INTO items (name, weight) VALUES ('b', 1);;
CREATE TABLE weights (w int PRIMARY KEY);;
ROLLBACK;;
ALTER TABLE items ADD KEY by_weight (weight);;
SET autocommit = 0;;
UPDATE items SET weight = 0 WHERE weight IS NULL;;
ALTER TABLE items MODIFY weight int NOT NULL;;
COMMIT
"""),
    script("columns filled and closed", SHOP, """
ALTER TABLE sales ADD COLUMN paid tinyint(1) NULL;;
UPDATE sales SET paid = 1 WHERE paid IS NULL;;
ALTER TABLE sales MODIFY paid tinyint(1) NOT NULL DEFAULT 0;;
INSERT INTO audit (said) SELECT name FROM items;;
DELETE FROM audit WHERE said = '';;
CREATE INDEX sales_paid ON sales (paid, at)
"""),
    script("only if it is not there, by hand", SHOP, """
PREPARE stmt FROM 'ALTER TABLE items ADD COLUMN size int';;
EXECUTE stmt;;
DEALLOCATE PREPARE stmt;;
ALTER TABLE sales ADD COLUMN size int
""", exact=False),
    script("a procedure does the work", SHOP, """
DROP PROCEDURE IF EXISTS upgrade;;
CREATE PROCEDURE upgrade() BEGIN
  IF NOT EXISTS (SELECT 1 FROM information_schema.columns WHERE table_schema = database() AND table_name = 'items'
    AND column_name = 'size') THEN
    ALTER TABLE items ADD COLUMN size int;
  END IF;
END;;
CALL upgrade();;
DROP PROCEDURE upgrade;;
ALTER TABLE items ADD KEY by_size (size)
""", exact=False),
    script("rights and maintenance", SHOP, """
ALTER TABLE items ADD COLUMN a int;;
GRANT SELECT ON items TO CURRENT_USER;;
ANALYZE TABLE items;;
FLUSH TABLES items;;
ALTER TABLE items ADD COLUMN b int;;
CHECK TABLE items
""", exact=False),
    script("kept for later", SHOP, """
CREATE TABLE _items_new (id int AUTO_INCREMENT PRIMARY KEY, name varchar(80) NOT NULL, price decimal(10,2) NOT NULL);;
ALTER TABLE _items_new ADD COLUMN tax decimal(4,2) DEFAULT NULL;;
CREATE TRIGGER pt_osc_items_ins AFTER INSERT ON sales FOR EACH ROW REPLACE INTO _items_new (id, name, price)
  VALUES (NEW.item, '', 0);;
INSERT LOW_PRIORITY IGNORE INTO _items_new (id, name, price) SELECT id, name, price FROM items LOCK IN SHARE MODE;;
RENAME TABLE items TO _items_old, _items_new TO items;;
DROP TRIGGER IF EXISTS pt_osc_items_ins;;
ALTER TABLE items ADD UNIQUE KEY one_name (name)
""", exact=False),
    script("another database", SHOP, """
ALTER TABLE items ADD COLUMN a int;;
CREATE TABLE IF NOT EXISTS mysql.halfway_never (id int);;
DROP TABLE IF EXISTS mysql.halfway_never;;
ALTER TABLE items ADD COLUMN b int
"""),
    script("letters of other alphabets", "", """
CREATE TABLE `größen` (`größe` varchar(20) DEFAULT 'groß €', note varchar(40) COMMENT 'Anmerkung §, kurz',
  CONSTRAINT `prüfung` CHECK (`größe` <> 'süß'));;
ALTER TABLE `größen` ADD `länge` int AS (char_length(`größe`)) VIRTUAL;;
CREATE VIEW `übersicht` AS SELECT `größe`, 'ÿ' AS zeichen FROM `größen` WHERE note <> 'ñ';;
CREATE TRIGGER `trigger_ü` BEFORE INSERT ON `größen` FOR EACH ROW SET NEW.note = 'é';;
ALTER TABLE `größen` ADD KEY `nach_größe` (`größe`);;
DROP VIEW `übersicht`;;
ALTER TABLE `größen` DROP CONSTRAINT `prüfung`
"""),
)  # fmt: skip

MYSQL = (
    script("functional and hidden indexes", SHOP, """
ALTER TABLE items ADD INDEX lower_name ((lower(name)));;
CREATE UNIQUE INDEX whole ON items ((concat(name, kind)), id DESC);;
ALTER TABLE items ALTER INDEX by_kind INVISIBLE;;
ALTER TABLE items ADD COLUMN doc json, ADD INDEX tags ((CAST(doc->'$.tags' AS UNSIGNED ARRAY)));;
ALTER TABLE items ALTER INDEX by_kind VISIBLE, DROP INDEX lower_name;;
ALTER TABLE items ADD COLUMN first_tag varchar(20) AS (doc->>'$.first') STORED, ADD KEY (first_tag)
""", exact=False),
    script("checks that are not enforced", SHOP, """
ALTER TABLE items ADD CONSTRAINT dear CHECK (price > 1) NOT ENFORCED;;
ALTER TABLE items ADD CHECK (stock >= 0), ADD CHECK (char_length(name) > 1);;
ALTER TABLE items ALTER CHECK dear ENFORCED;;
ALTER TABLE items DROP CHECK items_chk_2;;
ALTER TABLE items DROP CONSTRAINT dear
"""),
    script("columns of MySQL", SHOP, """
ALTER TABLE items ADD COLUMN spot point NOT NULL SRID 4326, ALGORITHM=COPY;;
CREATE SPATIAL INDEX by_spot ON items (spot);;
ALTER TABLE items ADD COLUMN boss int REFERENCES items (id);;
ALTER TABLE items ADD COLUMN hidden int DEFAULT 1 INVISIBLE;;
ALTER TABLE items ALTER COLUMN hidden SET VISIBLE;;
CREATE TABLE e (p varchar(36) DEFAULT (uuid()), q json DEFAULT (json_array()),
  r text DEFAULT ('none'), s date DEFAULT (current_date));;
ALTER TABLE items COMMENT = 'x'
"""),
    script("functional index dropped with its column", SHOP, """
ALTER TABLE items ADD COLUMN doc json;;
ALTER TABLE items ADD INDEX by_doc ((CAST(json_unquote(json_extract(doc, '$.a')) AS CHAR(20))));;
ALTER TABLE items DROP INDEX by_doc, DROP COLUMN doc
""", exact=False),
    script("a dump of MySQL", "", """
CREATE TABLE `t` (
  `id` int unsigned NOT NULL,
  `name` varchar(50) CHARACTER SET utf8mb3 COLLATE utf8mb3_general_ci DEFAULT NULL,
  `secret` int DEFAULT NULL /*!80023 INVISIBLE */,
  `at` timestamp NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  PRIMARY KEY (`id`),
  KEY `by_name` (`name`) /*!80000 INVISIBLE */,
  CONSTRAINT `named` CHECK ((`id` > 0)) /*!80016 NOT ENFORCED */
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci
/*!50100 PARTITION BY RANGE (`id`)
(PARTITION p0 VALUES LESS THAN (10) ENGINE = InnoDB,
 PARTITION p1 VALUES LESS THAN MAXVALUE ENGINE = InnoDB) */;;
ALTER TABLE `t` ADD COLUMN `more` int
"""),
)  # fmt: skip

MARIADB = (
    script("if it is not there", SHOP, """
ALTER TABLE items ADD COLUMN IF NOT EXISTS size int, ADD INDEX IF NOT EXISTS by_size (size);;
ALTER TABLE IF EXISTS items ADD COLUMN IF NOT EXISTS width int;;
CREATE INDEX IF NOT EXISTS by_width ON items (width);;
CREATE OR REPLACE INDEX by_kind ON items (kind, width);;
ALTER TABLE items DROP COLUMN IF EXISTS nothing, DROP INDEX IF EXISTS by_size;;
ALTER TABLE items MODIFY COLUMN IF EXISTS width bigint;;
ALTER TABLE items RENAME COLUMN IF EXISTS width TO breadth;;
ALTER TABLE sales DROP FOREIGN KEY IF EXISTS sales_item;;
DROP INDEX IF EXISTS by_width ON items;;
DROP TABLE IF EXISTS nowhere
""", exact=False),
    script("or replace", SHOP, """
CREATE OR REPLACE TABLE audit (id uuid PRIMARY KEY, ip inet6, said text);;
CREATE OR REPLACE TRIGGER items_ai AFTER INSERT ON items FOR EACH ROW INSERT INTO audit (said) VALUES ('new');;
CREATE OR REPLACE FUNCTION doubled(x int) RETURNS bigint DETERMINISTIC RETURN x + x;;
CREATE OR REPLACE EVENT e ON SCHEDULE EVERY 1 DAY DO DELETE FROM audit;;
CREATE OR REPLACE PROCEDURE p() SELECT 2
"""),
    script("sequences", SHOP, """
CREATE SEQUENCE tickets START WITH 100 INCREMENT BY 10 CACHE 5;;
ALTER TABLE items ADD COLUMN ticket bigint DEFAULT (NEXT VALUE FOR tickets);;
CREATE OR REPLACE SEQUENCE others;;
ALTER TABLE items ALTER COLUMN ticket DROP DEFAULT;;
DROP SEQUENCE others
""", exact=False),
    script("history and hidden", SHOP, """
ALTER TABLE items ADD SYSTEM VERSIONING;;
CREATE TABLE versions (a int, b int WITHOUT SYSTEM VERSIONING) WITH SYSTEM VERSIONING;;
ALTER TABLE items ALTER INDEX by_kind IGNORED;;
ALTER TABLE audit ADD COLUMN secret int DEFAULT 3 INVISIBLE;;
ALTER TABLE audit ADD COLUMN j json, ADD COLUMN k longtext CHECK (json_valid(k)), ADD COLUMN v varchar(9) COMPRESSED;;
ALTER TABLE items DROP SYSTEM VERSIONING
""", exact=False),
    script("checks of MariaDB", SHOP, """
ALTER TABLE items ADD COLUMN height int CHECK (height > 0), ADD CONSTRAINT IF NOT EXISTS deep CHECK (stock > -1);;
ALTER TABLE items ADD CHECK (price >= 0);;
ALTER TABLE items DROP CONSTRAINT deep;;
ALTER TABLE items DROP CONSTRAINT IF EXISTS CONSTRAINT_1;;
ALTER TABLE items MODIFY height int
""", exact=False),
    script("lists with a default", "CREATE TABLE l (id int NOT NULL, z varchar(9));", """
ALTER TABLE l PARTITION BY LIST COLUMNS (z) (PARTITION a VALUES IN ('a', 'b'), PARTITION rest DEFAULT);;
ALTER TABLE l REORGANIZE PARTITION a INTO (PARTITION a VALUES IN ('a'), PARTITION b VALUES IN ('b'));;
ALTER TABLE l ADD COLUMN x int
""", exact=False),
)  # fmt: skip
