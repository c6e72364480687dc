"""Migrations of MySQL and MariaDB that can stop anywhere: what the tools of each house send, and what people write."""

from __future__ import annotations

from tests.incidents.script import script

SHOP = """
CREATE TABLE customers (id bigint unsigned AUTO_INCREMENT PRIMARY KEY, email varchar(255) NOT NULL, name varchar(100),
  score int DEFAULT 0);
CREATE TABLE orders (id bigint unsigned AUTO_INCREMENT PRIMARY KEY, customer_id bigint unsigned NOT NULL,
  status varchar(20) NOT NULL DEFAULT 'new', total decimal(12,2) NOT NULL DEFAULT 0, note text,
  placed_at datetime NOT NULL DEFAULT CURRENT_TIMESTAMP, KEY orders_status (status),
  CONSTRAINT orders_customer FOREIGN KEY (customer_id) REFERENCES customers (id),
  CONSTRAINT total_positive CHECK (total >= 0));
CREATE VIEW open_orders AS SELECT id, total FROM orders WHERE status = 'new';
CREATE TRIGGER bump BEFORE UPDATE ON customers FOR EACH ROW SET NEW.score = NEW.score + 1;
CREATE PROCEDURE tidy() DELETE FROM orders WHERE status = 'gone';
CREATE TABLE metrics (d date NOT NULL, v double) PARTITION BY RANGE (year(d))
  (PARTITION p2025 VALUES LESS THAN (2026), PARTITION pmax VALUES LESS THAN MAXVALUE);
"""

SCRIPTS = (
    script("one alter with everything", SHOP, """
ALTER TABLE orders ADD COLUMN carrier varchar(40), ADD COLUMN shipped_at timestamp NULL, ADD INDEX by_carrier (carrier),
  MODIFY note mediumtext COMMENT 'longer', RENAME COLUMN placed_at TO ordered_at;;
ALTER TABLE customers DROP COLUMN score, ADD UNIQUE customers_email (email);;
DROP TRIGGER bump
"""),
    script("columns one by one", SHOP, """
ALTER TABLE orders ADD carrier varchar(40) NOT NULL DEFAULT '';;
ALTER TABLE orders ADD tracking varchar(80) CHARACTER SET ascii;;
ALTER TABLE orders MODIFY carrier varchar(80) NOT NULL DEFAULT 'none' COMMENT 'who';;
ALTER TABLE orders CHANGE tracking track varchar(100) NULL AFTER id;;
ALTER TABLE orders ALTER COLUMN carrier SET DEFAULT 'dhl';;
ALTER TABLE orders ALTER COLUMN carrier DROP DEFAULT;;
ALTER TABLE orders DROP COLUMN track
"""),
    script("a table and its keys", SHOP, """
CREATE TABLE shipments (id int AUTO_INCREMENT PRIMARY KEY, order_id bigint unsigned, code varchar(40), weight int,
  KEY (code), FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE CASCADE);;
ALTER TABLE shipments ADD UNIQUE (order_id, code);;
CREATE INDEX heavy ON shipments (weight DESC);;
ALTER TABLE shipments DROP FOREIGN KEY shipments_ibfk_1;;
ALTER TABLE shipments ADD CONSTRAINT to_order FOREIGN KEY (order_id) REFERENCES orders (id);;
ALTER TABLE shipments RENAME INDEX heavy TO by_weight;;
RENAME TABLE shipments TO parcels;;
ALTER TABLE parcels DROP INDEX by_weight, DROP COLUMN weight
"""),
    script("laravel", SHOP, """
create table `posts` (`id` bigint unsigned not null auto_increment primary key, `user_id` bigint unsigned not null,
  `title` varchar(255) not null, `meta` json null, `created_at` timestamp null, `updated_at` timestamp null)
  default character set utf8mb4 collate 'utf8mb4_unicode_ci';;
alter table `posts` add constraint `posts_user_id_foreign` foreign key (`user_id`) references `customers` (`id`)
  on delete cascade;;
alter table `posts` add `slug` varchar(255) not null, add `views` int unsigned not null default '0';;
alter table `posts` add unique `posts_slug_unique`(`slug`);;
update `posts` set `slug` = `title` where `slug` = '';;
alter table `posts` drop foreign key `posts_user_id_foreign`;;
alter table `posts` drop index `posts_user_id_foreign`;;
alter table `posts` drop `views`;;
alter table `posts` rename to `articles`
""", exact=False),
    script("rails", SHOP, """
CREATE TABLE `tags` (`id` bigint NOT NULL AUTO_INCREMENT PRIMARY KEY, `name` varchar(255),
  `created_at` datetime(6) NOT NULL, `updated_at` datetime(6) NOT NULL);;
CREATE UNIQUE INDEX `index_tags_on_name` ON `tags` (`name`);;
ALTER TABLE `orders` ADD `tag_id` bigint;;
CREATE INDEX `index_orders_on_tag_id` ON `orders` (`tag_id`);;
ALTER TABLE `orders` ADD CONSTRAINT `fk_rails_1` FOREIGN KEY (`tag_id`) REFERENCES `tags` (`id`);;
ALTER TABLE `tags` CHANGE `name` `label` varchar(255) DEFAULT NULL;;
ALTER TABLE `orders` DROP FOREIGN KEY `fk_rails_1`;;
DROP INDEX `index_orders_on_tag_id` ON `orders`;;
ALTER TABLE `orders` DROP COLUMN `tag_id`
"""),
    script("django", SHOP, """
CREATE TABLE `shop_coupon` (`id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY, `code` varchar(40) NOT NULL UNIQUE,
  `percent` smallint UNSIGNED NOT NULL CHECK (`percent` >= 0), `active` bool NOT NULL);;
ALTER TABLE `orders` ADD COLUMN `coupon_id` bigint NULL;;
ALTER TABLE `orders` ADD CONSTRAINT `orders_coupon_fk` FOREIGN KEY (`coupon_id`) REFERENCES `shop_coupon` (`id`);;
CREATE INDEX `orders_status_total` ON `orders` (`status`, `total` DESC);;
ALTER TABLE `shop_coupon` ADD COLUMN `note` longtext DEFAULT ('') NOT NULL;;
ALTER TABLE `shop_coupon` ALTER COLUMN `note` DROP DEFAULT;;
ALTER TABLE `shop_coupon` MODIFY `code` varchar(80) NOT NULL
"""),
    script("code and views", SHOP, """
DROP PROCEDURE tidy;;
CREATE PROCEDURE tidy(IN days int) BEGIN DELETE FROM orders WHERE status = 'gone'; SELECT days; END;;
CREATE OR REPLACE VIEW open_orders AS SELECT id, note FROM orders WHERE status = 'open';;
CREATE FUNCTION vat(a int) RETURNS int DETERMINISTIC RETURN a / 5;;
DROP TRIGGER bump;;
CREATE TRIGGER bump BEFORE UPDATE ON customers FOR EACH ROW BEGIN SET NEW.score = NEW.score + 2; END;;
CREATE EVENT nightly ON SCHEDULE EVERY 1 DAY DO CALL tidy(1);;
DROP VIEW open_orders
""", exact=False),
    script("partitions and options", SHOP, """
ALTER TABLE metrics REORGANIZE PARTITION pmax INTO (PARTITION p2026 VALUES LESS THAN (2027),
  PARTITION pmax VALUES LESS THAN MAXVALUE);;
ALTER TABLE metrics DROP PARTITION p2025;;
ALTER TABLE metrics COMMENT = 'by year';;
ALTER TABLE customers CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;;
ALTER TABLE metrics REMOVE PARTITIONING
"""),
    script("swap a table", SHOP, """
CREATE TABLE orders_new LIKE orders;;
ALTER TABLE orders_new ADD COLUMN carrier varchar(40);;
INSERT INTO orders_new (id, customer_id) SELECT id, customer_id FROM orders;;
RENAME TABLE orders TO orders_old, orders_new TO orders;;
DROP TABLE orders_old
""", exact=False),
    script("checks", SHOP, """
ALTER TABLE orders ADD CONSTRAINT small CHECK (total < 1000 AND status <> 'x');;
ALTER TABLE orders ADD CHECK (status IN ('new', 'open', 'gone'));;
ALTER TABLE orders DROP CONSTRAINT total_positive;;
ALTER TABLE orders ADD CONSTRAINT total_positive CHECK (total > 0)
""", exact=False),
    script("generated columns", SHOP, """
ALTER TABLE orders ADD COLUMN cents int AS (total * 100) VIRTUAL;;
ALTER TABLE orders ADD COLUMN label varchar(60) GENERATED ALWAYS AS (concat(status, '-', note)) VIRTUAL;;
CREATE INDEX by_label ON orders (label(10), status);;
ALTER TABLE orders DROP COLUMN cents;;
ALTER TABLE orders DROP INDEX by_label
"""),
    script("names in any case", SHOP, """
ALTER TABLE orders ADD COLUMN shipToName varchar(40), ADD INDEX Ship_IX (SHIPTONAME);;
ALTER TABLE orders RENAME COLUMN SHIPToName TO ship_name;;
ALTER TABLE orders DROP INDEX SHIP_ix;;
CREATE TABLE Orders (Id int PRIMARY KEY)
"""),
    script("idempotent", SHOP, """
CREATE TABLE IF NOT EXISTS tags (id int PRIMARY KEY);;
DROP TABLE IF EXISTS nothing;;
CREATE TABLE IF NOT EXISTS labels (id int PRIMARY KEY);;
DROP TABLE IF EXISTS tags
"""),
)  # fmt: skip
