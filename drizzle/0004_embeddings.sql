CREATE TABLE `embeddings` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`model` text NOT NULL,
	`hash` text NOT NULL,
	`vector` blob NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `embeddings_by_text` ON `embeddings` (`model`,`hash`);--> statement-breakpoint
CREATE TABLE `pages` (
	`url` text PRIMARY KEY NOT NULL,
	`source` text NOT NULL,
	`article_id` text NOT NULL,
	`etag` text,
	`last_modified` text,
	`checked_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `pages_by_source` ON `pages` (`source`);--> statement-breakpoint
CREATE TABLE `units` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`article_id` text NOT NULL,
	`first` integer NOT NULL,
	`last` integer NOT NULL,
	`hash` text NOT NULL,
	FOREIGN KEY (`article_id`) REFERENCES `articles`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `units_by_article` ON `units` (`article_id`);--> statement-breakpoint
CREATE INDEX `units_by_hash` ON `units` (`hash`);
--> statement-breakpoint
CREATE VIRTUAL TABLE `passages_terms` USING fts5vocab('passages_fts', 'row');
