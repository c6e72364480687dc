"""What the tools of each house send: Laravel, Rails, Django, Doctrine, Prisma, TypeORM, dumps, WordPress."""

from __future__ import annotations

from tests.incidents.script import script

USERS = """
create table `users` (`id` bigint unsigned not null auto_increment primary key, `name` varchar(255) not null,
  `email` varchar(255) not null, `nick` varchar(40) null comment 'spoken', `logins` int not null default '0',
  `created_at` timestamp null, `updated_at` timestamp null)
  default character set utf8mb4 collate 'utf8mb4_unicode_ci';
alter table `users` add unique `users_email_unique`(`email`);
create table `teams` (`id` bigint unsigned not null auto_increment primary key, `title` varchar(80) not null,
  `owner_id` bigint unsigned null, key `teams_owner_id_foreign` (`owner_id`),
  constraint `teams_owner_id_foreign` foreign key (`owner_id`) references `users` (`id`) on delete set null)
  default character set utf8mb4 collate 'utf8mb4_unicode_ci' engine = InnoDB;
"""

TOOLS = (
    script("laravel skeleton", "", """
create table `users` (`id` bigint unsigned not null auto_increment primary key, `name` varchar(255) not null,
  `email` varchar(255) not null, `email_verified_at` timestamp null, `password` varchar(255) not null,
  `remember_token` varchar(100) null, `created_at` timestamp null, `updated_at` timestamp null)
  default character set utf8mb4 collate 'utf8mb4_unicode_ci';;
alter table `users` add unique `users_email_unique`(`email`);;
create table `password_reset_tokens` (`email` varchar(255) not null, `token` varchar(255) not null,
  `created_at` timestamp null) default character set utf8mb4 collate 'utf8mb4_unicode_ci';;
alter table `password_reset_tokens` add primary key (`email`);;
create table `sessions` (`id` varchar(255) not null, `user_id` bigint unsigned null, `ip_address` varchar(45) null,
  `user_agent` text null, `payload` longtext not null, `last_activity` int not null, primary key (`id`))
  default character set utf8mb4 collate 'utf8mb4_unicode_ci';;
alter table `sessions` add index `sessions_user_id_index`(`user_id`);;
alter table `sessions` add index `sessions_last_activity_index`(`last_activity`);;
create table `personal_access_tokens` (`id` bigint unsigned not null auto_increment primary key,
  `tokenable_type` varchar(255) not null, `tokenable_id` bigint unsigned not null, `name` varchar(255) not null,
  `token` varchar(64) not null, `abilities` text null, `last_used_at` timestamp null, `created_at` timestamp null,
  `updated_at` timestamp null) default character set utf8mb4 collate 'utf8mb4_unicode_ci';;
alter table `personal_access_tokens`
  add index `personal_access_tokens_tokenable_type_tokenable_id_index`(`tokenable_type`, `tokenable_id`);;
alter table `personal_access_tokens` add unique `personal_access_tokens_token_unique`(`token`)
"""),
    script("laravel 8 queues", "", """
create table `jobs` (`id` bigint unsigned not null auto_increment primary key, `queue` varchar(255) not null,
  `payload` longtext not null, `attempts` tinyint unsigned not null, `reserved_at` int unsigned null,
  `available_at` int unsigned not null, `created_at` int unsigned not null)
  default character set utf8mb4 collate 'utf8mb4_unicode_ci';;
alter table `jobs` add index `jobs_queue_index`(`queue`);;
create table `failed_jobs` (`id` bigint unsigned not null auto_increment primary key, `uuid` varchar(255) not null,
  `connection` text not null, `queue` text not null, `payload` longtext not null, `exception` longtext not null,
  `failed_at` timestamp default CURRENT_TIMESTAMP not null)
  default character set utf8mb4 collate 'utf8mb4_unicode_ci';;
alter table `failed_jobs` add unique `failed_jobs_uuid_unique`(`uuid`);;
alter table `jobs` add `priority` tinyint not null default '5' after `queue`;;
alter table `jobs` drop index `jobs_queue_index`;;
alter table `jobs` add index `jobs_queue_priority_index`(`queue`, `priority`)
"""),
    script("laravel all sorts of columns", USERS, """
alter table `users` add `role` enum('admin', 'editor', 'guest') not null default 'guest',
  add `settings` json null, add `balance` decimal(10, 2) not null default '0', add `rate` double(8, 2) null,
  add `active` tinyint(1) not null default '1', add `born` date null, add `wakes` time null,
  add `seen_at` datetime null, add `key` char(36) null, add `ip` varchar(45) null, add `year` year null,
  add `bio` mediumtext null, add `photo` blob null, add `deleted_at` timestamp null;;
alter table `users` modify `role` enum('admin', 'editor', 'guest', 'owner') not null default 'guest';;
alter table `users` add `since` timestamp default CURRENT_TIMESTAMP on update CURRENT_TIMESTAMP not null;;
alter table `users` add fulltext `users_bio_fulltext`(`bio`);;
alter table `users` add `total` int as (logins + 1), add `twice` int as (logins * 2) stored;;
alter table `users` drop `settings`, drop `rate`;;
alter table `users` rename column `nick` to `handle`;;
alter table `users` rename index `users_email_unique` to `users_mail_unique`;;
alter table `users` comment = 'people';;
alter table `users` drop `deleted_at`
"""),
    script("laravel 10 changes", USERS, """
alter table `users` modify `name` varchar(100) null;;
alter table `users` modify `nick` varchar(80) not null default '';;
alter table `users` modify `logins` bigint unsigned not null default '0' comment 'since ever';;
alter table `users` modify `email` varchar(191) not null;;
alter table `users` modify `created_at` datetime null
"""),
    script("laravel 8 with dbal", USERS, """
ALTER TABLE users CHANGE name name VARCHAR(50) CHARACTER SET utf8mb4 DEFAULT NULL COLLATE `utf8mb4_unicode_ci`;;
ALTER TABLE users CHANGE nick nick TEXT CHARACTER SET utf8mb4 DEFAULT NULL COLLATE `utf8mb4_unicode_ci`
  COMMENT 'spoken';;
ALTER TABLE users CHANGE logins logins SMALLINT DEFAULT 0 NOT NULL;;
ALTER TABLE users CHANGE logins visits SMALLINT DEFAULT 0 NOT NULL;;
ALTER TABLE users CHANGE email email VARCHAR(190) CHARACTER SET utf8mb4 NOT NULL COLLATE `utf8mb4_unicode_ci`
"""),
    script("laravel foreign keys come and go", USERS, """
alter table `teams` add `lead_id` bigint unsigned not null;;
alter table `teams` add constraint `teams_lead_id_foreign` foreign key (`lead_id`) references `users` (`id`);;
alter table `teams` drop foreign key `teams_lead_id_foreign`;;
alter table `teams` drop `lead_id`;;
alter table `teams` drop foreign key `teams_owner_id_foreign`;;
alter table `teams` add constraint `teams_owner_id_foreign` foreign key (`owner_id`) references `users` (`id`)
  on delete cascade;;
create table `team_user` (`team_id` bigint unsigned not null, `user_id` bigint unsigned not null,
  primary key (`team_id`, `user_id`)) default character set utf8mb4 collate 'utf8mb4_unicode_ci';;
alter table `team_user` add constraint `team_user_team_id_foreign` foreign key (`team_id`) references `teams` (`id`)
  on delete cascade;;
alter table `team_user` add constraint `team_user_user_id_foreign` foreign key (`user_id`) references `users` (`id`)
  on delete cascade on update cascade;;
drop table `team_user`
""", exact=False),
    script("rails adds and changes", "", """
CREATE TABLE `authors` (`id` bigint NOT NULL AUTO_INCREMENT PRIMARY KEY, `name` varchar(255) NOT NULL,
  `bio` text, `rating` decimal(5,2) DEFAULT 0.0, `active` tinyint(1) DEFAULT TRUE NOT NULL,
  `created_at` datetime(6) NOT NULL, `updated_at` datetime(6) NOT NULL) ENGINE=InnoDB COMMENT='who writes';;
CREATE TABLE `books` (`id` bigint NOT NULL AUTO_INCREMENT PRIMARY KEY, `author_id` bigint NOT NULL,
  `title` varchar(255), INDEX `index_books_on_author_id` (`author_id`),
  CONSTRAINT `fk_rails_53d51ce16a` FOREIGN KEY (`author_id`) REFERENCES `authors` (`id`));;
ALTER TABLE `books` ADD `isbn` varchar(13) COMMENT 'thirteen digits';;
ALTER TABLE `books` CHANGE `title` `title` varchar(255) NOT NULL;;
ALTER TABLE `books` ALTER COLUMN `title` SET DEFAULT 'untitled';;
ALTER TABLE `books` CHANGE `title` `heading` varchar(255) DEFAULT 'untitled' NOT NULL;;
CREATE UNIQUE INDEX `index_books_on_isbn` USING btree ON `books` (`isbn`);;
ALTER TABLE `books` ADD CONSTRAINT `isbn_length` CHECK (char_length(isbn) = 13);;
RENAME TABLE `books` TO `volumes`;;
ALTER TABLE `volumes` RENAME INDEX `index_books_on_author_id` TO `index_volumes_on_author_id`;;
ALTER TABLE `volumes` CHANGE `isbn` `isbn` char(13) DEFAULT NULL COMMENT 'digits only';;
ALTER TABLE `authors` COMMENT 'writers'
"""),
    script("rails in bulk", USERS, """
ALTER TABLE `users` ADD `first_name` varchar(255), ADD `last_name` varchar(255), CHANGE `logins` `logins` bigint,
  DROP `nick`, ADD INDEX `index_users_on_first_name_and_last_name` (`first_name`, `last_name`);;
ALTER TABLE `users` RENAME COLUMN `first_name` TO `given`, RENAME COLUMN `last_name` TO `family`;;
ALTER TABLE `users` DROP INDEX `index_users_on_first_name_and_last_name`, DROP COLUMN `given`;;
ALTER TABLE `users` ADD `created_on` date NOT NULL, ADD `updated_on` date NOT NULL
"""),
    script("django first migrations", "", """
CREATE TABLE `django_content_type` (`id` integer AUTO_INCREMENT NOT NULL PRIMARY KEY, `name` varchar(100) NOT NULL,
  `app_label` varchar(100) NOT NULL, `model` varchar(100) NOT NULL);;
ALTER TABLE `django_content_type`
  ADD CONSTRAINT `django_content_type_app_label_model_76bd3d3b_uniq` UNIQUE (`app_label`, `model`);;
ALTER TABLE `django_content_type` MODIFY `name` varchar(100) NULL;;
ALTER TABLE `django_content_type` DROP COLUMN `name`;;
CREATE TABLE `auth_permission` (`id` integer AUTO_INCREMENT NOT NULL PRIMARY KEY, `name` varchar(50) NOT NULL,
  `content_type_id` integer NOT NULL, `codename` varchar(100) NOT NULL);;
CREATE TABLE `auth_user` (`id` integer AUTO_INCREMENT NOT NULL PRIMARY KEY, `password` varchar(128) NOT NULL,
  `last_login` datetime(6) NOT NULL, `is_superuser` bool NOT NULL, `username` varchar(30) NOT NULL UNIQUE,
  `date_joined` datetime(6) NOT NULL);;
CREATE TABLE `auth_user_permissions` (`id` integer AUTO_INCREMENT NOT NULL PRIMARY KEY,
  `user_id` integer NOT NULL, `permission_id` integer NOT NULL);;
ALTER TABLE `auth_permission` ADD CONSTRAINT `auth_permission_content_type_id_2f476e4b_fk_django_co`
  FOREIGN KEY (`content_type_id`) REFERENCES `django_content_type` (`id`);;
ALTER TABLE `auth_user_permissions` ADD CONSTRAINT `auth_user_permissions_user_id_permission_id_14a6b632_uniq`
  UNIQUE (`user_id`, `permission_id`);;
ALTER TABLE `auth_user_permissions` ADD CONSTRAINT `auth_user_permissions_user_id_a95ead1b_fk_auth_user_id`
  FOREIGN KEY (`user_id`) REFERENCES `auth_user` (`id`);;
ALTER TABLE `auth_user_permissions` ADD CONSTRAINT `auth_user_permissions_permission_id_1fbb5f2c_fk`
  FOREIGN KEY (`permission_id`) REFERENCES `auth_permission` (`id`);;
ALTER TABLE `auth_permission` MODIFY `name` varchar(255) NOT NULL;;
ALTER TABLE `auth_user` MODIFY `username` varchar(150) NOT NULL
"""),
    script("django later migrations", """
CREATE TABLE `shop_item` (`id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY, `sku` varchar(20) NOT NULL,
  `price` numeric(8, 2) NOT NULL, `shelf_id` bigint NULL, `note` varchar(50) NULL);
CREATE TABLE `shop_shelf` (`id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY, `label` varchar(20) NOT NULL);
ALTER TABLE `shop_item` ADD CONSTRAINT `shop_item_shelf_id_fk` FOREIGN KEY (`shelf_id`) REFERENCES `shop_shelf` (`id`);
CREATE INDEX `shop_item_sku_idx` ON `shop_item` (`sku`);
""", """
ALTER TABLE `shop_item` ADD COLUMN `weight` double precision DEFAULT 1.5 NOT NULL;;
ALTER TABLE `shop_item` ALTER COLUMN `weight` DROP DEFAULT;;
ALTER TABLE `shop_item` ADD CONSTRAINT `item_price_positive` CHECK (`price` > 0);;
ALTER TABLE `shop_item` ADD CONSTRAINT `item_sku_or_note` CHECK ((`sku` <> '' OR `note` IS NOT NULL));;
ALTER TABLE `shop_item` MODIFY `note` varchar(50) NOT NULL;;
ALTER TABLE `shop_item` ADD COLUMN `uid` char(32) NULL UNIQUE;;
ALTER TABLE `shop_item` ADD COLUMN `qty` integer UNSIGNED DEFAULT 0 NOT NULL CHECK (`qty` >= 0);;
ALTER TABLE `shop_item` ALTER COLUMN `qty` DROP DEFAULT;;
ALTER TABLE `shop_item` RENAME INDEX `shop_item_sku_idx` TO `item_sku_idx`;;
ALTER TABLE `shop_item` DROP FOREIGN KEY `shop_item_shelf_id_fk`;;
ALTER TABLE `shop_item` CHANGE `shelf_id` `rack_id` bigint NULL;;
RENAME TABLE `shop_shelf` TO `shop_rack`;;
ALTER TABLE `shop_item` ADD CONSTRAINT `shop_item_rack_id_fk` FOREIGN KEY (`rack_id`) REFERENCES `shop_rack` (`id`);;
CREATE INDEX `shop_item_price_idx` ON `shop_item` (`price` DESC, `sku`);;
DROP INDEX `item_sku_idx` ON `shop_item`;;
ALTER TABLE `shop_item` DROP COLUMN `uid`
"""),
    script("doctrine", "", """
CREATE TABLE user (id INT AUTO_INCREMENT NOT NULL, email VARCHAR(180) NOT NULL,
  roles JSON NOT NULL COMMENT '(DC2Type:json)', password VARCHAR(255) NOT NULL,
  created_at DATETIME NOT NULL COMMENT '(DC2Type:datetime_immutable)', is_verified TINYINT(1) NOT NULL,
  uuid BINARY(16) NOT NULL COMMENT '(DC2Type:uuid)', UNIQUE INDEX UNIQ_8D93D649E7927C74 (email), PRIMARY KEY(id))
  DEFAULT CHARACTER SET utf8mb4 COLLATE `utf8mb4_unicode_ci` ENGINE = InnoDB;;
CREATE TABLE messenger_messages (id BIGINT AUTO_INCREMENT NOT NULL, body LONGTEXT NOT NULL, headers LONGTEXT NOT NULL,
  queue_name VARCHAR(190) NOT NULL, available_at DATETIME NOT NULL, delivered_at DATETIME DEFAULT NULL,
  INDEX IDX_75EA56E0FB7336F0 (queue_name), INDEX IDX_75EA56E0E3BD61CE (available_at), PRIMARY KEY(id))
  DEFAULT CHARACTER SET utf8mb4 COLLATE `utf8mb4_unicode_ci` ENGINE = InnoDB;;
CREATE TABLE comment (id INT AUTO_INCREMENT NOT NULL, user_id INT DEFAULT NULL, body LONGTEXT NOT NULL,
  INDEX IDX_9474526CA76ED395 (user_id), PRIMARY KEY(id))
  DEFAULT CHARACTER SET utf8mb4 COLLATE `utf8mb4_unicode_ci` ENGINE = InnoDB;;
ALTER TABLE comment ADD CONSTRAINT FK_9474526CA76ED395 FOREIGN KEY (user_id) REFERENCES user (id);;
ALTER TABLE user ADD name VARCHAR(60) DEFAULT NULL, CHANGE password password VARCHAR(100) NOT NULL;;
DROP INDEX UNIQ_8D93D649E7927C74 ON user;;
CREATE UNIQUE INDEX UNIQ_IDENTIFIER_EMAIL ON user (email);;
ALTER TABLE comment DROP FOREIGN KEY FK_9474526CA76ED395;;
DROP INDEX IDX_9474526CA76ED395 ON comment;;
ALTER TABLE comment CHANGE user_id author_id INT NOT NULL;;
ALTER TABLE comment ADD CONSTRAINT FK_9474526CF675F31B FOREIGN KEY (author_id) REFERENCES user (id);;
CREATE INDEX IDX_9474526CF675F31B ON comment (author_id);;
DROP TABLE messenger_messages
"""),
    script("prisma", "", """
CREATE TABLE `User` (`id` INTEGER NOT NULL AUTO_INCREMENT, `email` VARCHAR(191) NOT NULL, `name` VARCHAR(191) NULL,
  `role` ENUM('USER', 'ADMIN') NOT NULL DEFAULT 'USER', `createdAt` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  `updatedAt` DATETIME(3) NOT NULL, `score` DOUBLE NOT NULL DEFAULT 0, `isOn` BOOLEAN NOT NULL DEFAULT true,
  UNIQUE INDEX `User_email_key`(`email`), PRIMARY KEY (`id`))
  DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;;
CREATE TABLE `Post` (`id` INTEGER NOT NULL AUTO_INCREMENT, `title` VARCHAR(255) NOT NULL, `authorId` INTEGER NOT NULL,
  `meta` JSON NULL, INDEX `Post_authorId_idx`(`authorId`), PRIMARY KEY (`id`))
  DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;;
CREATE TABLE `_PostToTag` (`A` INTEGER NOT NULL, `B` INTEGER NOT NULL, UNIQUE INDEX `_PostToTag_AB_unique`(`A`, `B`),
  INDEX `_PostToTag_B_index`(`B`)) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;;
ALTER TABLE `Post` ADD CONSTRAINT `Post_authorId_fkey` FOREIGN KEY (`authorId`) REFERENCES `User`(`id`)
  ON DELETE RESTRICT ON UPDATE CASCADE;;
ALTER TABLE `User` ADD COLUMN `phone` VARCHAR(191) NULL, MODIFY `role` ENUM('USER', 'ADMIN', 'OWNER') NOT NULL
  DEFAULT 'USER';;
ALTER TABLE `Post` DROP FOREIGN KEY `Post_authorId_fkey`;;
ALTER TABLE `Post` MODIFY `authorId` INTEGER NULL;;
ALTER TABLE `Post` ADD CONSTRAINT `Post_authorId_fkey` FOREIGN KEY (`authorId`) REFERENCES `User`(`id`)
  ON DELETE SET NULL ON UPDATE CASCADE;;
CREATE UNIQUE INDEX `User_phone_key` ON `User`(`phone`);;
CREATE FULLTEXT INDEX `Post_title_idx` ON `Post`(`title`);;
DROP INDEX `User_phone_key` ON `User`;;
ALTER TABLE `User` DROP COLUMN `phone`;;
DROP TABLE `_PostToTag`
"""),
    script("typeorm", "", """
CREATE TABLE `photo` (`id` int NOT NULL AUTO_INCREMENT, `name` varchar(100) NOT NULL, `views` int NOT NULL DEFAULT '0',
  `isPublished` tinyint NOT NULL DEFAULT 1, `createdAt` datetime(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  `updatedAt` datetime(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6), `albumId` int NULL,
  UNIQUE INDEX `IDX_4c4ed3e8c9a1d8e5a7b2c4d6f8` (`name`), PRIMARY KEY (`id`)) ENGINE=InnoDB;;
CREATE TABLE `album` (`id` int NOT NULL AUTO_INCREMENT, `name` varchar(255) NOT NULL, PRIMARY KEY (`id`))
  ENGINE=InnoDB;;
ALTER TABLE `photo` ADD CONSTRAINT `FK_7e4b3a` FOREIGN KEY (`albumId`) REFERENCES `album`(`id`) ON DELETE NO ACTION
  ON UPDATE NO ACTION;;
ALTER TABLE `photo` DROP FOREIGN KEY `FK_7e4b3a`;;
ALTER TABLE `photo` CHANGE `albumId` `albumId` int NOT NULL;;
ALTER TABLE `photo` DROP COLUMN `views`;;
ALTER TABLE `photo` ADD `views` bigint NOT NULL DEFAULT '0';;
DROP INDEX `IDX_4c4ed3e8c9a1d8e5a7b2c4d6f8` ON `photo`;;
ALTER TABLE `photo` CHANGE `name` `title` varchar(100) NOT NULL
""", exact=False),
    script("a dump", "", """
/*!40101 SET NAMES utf8 */;;
DROP TABLE IF EXISTS `notes`;;
/*!40101 SET @saved_cs_client     = @@character_set_client */;;
CREATE TABLE `notes` (
  `id` int NOT NULL AUTO_INCREMENT,
  `body` text COLLATE utf8mb4_unicode_ci,
  `kind` varchar(20) CHARACTER SET latin1 COLLATE latin1_swedish_ci NOT NULL DEFAULT 'plain',
  `size` int GENERATED ALWAYS AS (char_length(`kind`)) VIRTUAL,
  PRIMARY KEY (`id`),
  KEY `notes_body` (`body`(20)),
  FULLTEXT KEY `notes_words` (`body`)
) ENGINE=InnoDB AUTO_INCREMENT=17 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci /*!50100 COMMENT='kept' */;;
LOCK TABLES `notes` WRITE;;
/*!40000 ALTER TABLE `notes` DISABLE KEYS */;;
INSERT INTO `notes` (`id`, `body`, `kind`) VALUES (1,'a;b','x'),(2,'it''s','y');;
/*!40000 ALTER TABLE `notes` ENABLE KEYS */;;
UNLOCK TABLES;;
/*!50003 CREATE*/ /*!50017 DEFINER=CURRENT_USER*/ /*!50003 TRIGGER `notes_bi` BEFORE INSERT ON `notes` FOR EACH ROW
BEGIN SET NEW.kind = 'z'; END */;;
/*!50001 CREATE ALGORITHM=UNDEFINED */ /*!50013 SQL SECURITY INVOKER */ /*!50001 VIEW `short_notes` AS
  select `notes`.`id` AS `id` from `notes` where (`notes`.`kind` = 'z') */
""", exact=False),
    script("wordpress", "", """
CREATE TABLE wp_posts (
	ID bigint(20) unsigned NOT NULL auto_increment,
	post_author bigint(20) unsigned NOT NULL default '0',
	post_date datetime NOT NULL default '2000-01-01 00:00:00',
	post_content longtext NOT NULL,
	post_title text NOT NULL,
	post_status varchar(20) NOT NULL default 'publish',
	post_name varchar(200) NOT NULL default '',
	menu_order int(11) NOT NULL default '0',
	PRIMARY KEY  (ID),
	KEY post_name (post_name(191)),
	KEY type_status_date (post_status,post_date,ID),
	KEY post_author (post_author)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;;
CREATE TABLE wp_links (link_id bigint(20) unsigned NOT NULL auto_increment, link_url varchar(255) NOT NULL default '',
	link_rating int(11) NOT NULL default '0', PRIMARY KEY  (link_id)) ENGINE=MyISAM DEFAULT CHARSET=utf8mb4;;
ALTER TABLE wp_posts ADD COLUMN comment_count bigint(20) NOT NULL default '0';;
ALTER TABLE wp_posts CHANGE COLUMN `post_title` `post_title` mediumtext NOT NULL;;
ALTER TABLE wp_posts ADD KEY `menu` (`menu_order`);;
ALTER TABLE wp_links ENGINE = InnoDB;;
ALTER TABLE wp_posts DROP INDEX menu, ADD INDEX menu (menu_order, ID);;
ALTER TABLE wp_links ADD UNIQUE KEY url (link_url(100))
"""),
    script("knex and sequelize", "", """
create table `accounts` (`id` int unsigned not null auto_increment primary key, `slug` varchar(255) not null,
  `balance` float(8, 2) default '0', `opened` timestamp not null default CURRENT_TIMESTAMP,
  `data` json, `kind` enum('a', 'b') not null default 'a');;
alter table `accounts` add unique `accounts_slug_unique`(`slug`);;
alter table `accounts` add index `accounts_kind_opened_index`(`kind`, `opened`);;
CREATE TABLE IF NOT EXISTS `Invoices` (`id` INTEGER auto_increment , `total` DECIMAL(10,2) NOT NULL DEFAULT 0,
  `accountId` INTEGER UNSIGNED, `createdAt` DATETIME NOT NULL, `updatedAt` DATETIME NOT NULL, PRIMARY KEY (`id`),
  FOREIGN KEY (`accountId`) REFERENCES `accounts` (`id`) ON DELETE SET NULL ON UPDATE CASCADE) ENGINE=InnoDB;;
ALTER TABLE `Invoices` ADD `paid` TINYINT(1) DEFAULT false;;
ALTER TABLE `Invoices` CHANGE `total` `total` DECIMAL(12,2) NOT NULL DEFAULT 0;;
ALTER TABLE `Invoices` ADD INDEX `invoices_paid` (`paid`);;
ALTER TABLE `Invoices` DROP FOREIGN KEY `Invoices_ibfk_1`;;
alter table `accounts` drop index `accounts_kind_opened_index`
"""),
)  # fmt: skip
