CREATE TABLE `feedback` (
	`answer` text NOT NULL,
	`adapter` text NOT NULL,
	`user_id` text NOT NULL,
	`conversation_id` integer NOT NULL,
	`helpful` integer NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`answer`, `adapter`, `user_id`)
);
--> statement-breakpoint
CREATE TABLE `memory` (
	`owner` text NOT NULL,
	`key` text NOT NULL,
	`value` text NOT NULL,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`owner`, `key`)
);
--> statement-breakpoint
CREATE TABLE `verifications` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`adapter` text NOT NULL,
	`user_id` text NOT NULL,
	`email` text NOT NULL,
	`code_hash` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`tries_left` integer NOT NULL,
	`used_by` text
);
--> statement-breakpoint
CREATE INDEX `verifications_by_account` ON `verifications` (`adapter`,`user_id`,`created_at`);--> statement-breakpoint
CREATE INDEX `verifications_by_email` ON `verifications` (`email`,`created_at`);--> statement-breakpoint
ALTER TABLE `conversations` ADD `link` text;--> statement-breakpoint
ALTER TABLE `outbox` ADD `maybe_sent` integer DEFAULT false NOT NULL;