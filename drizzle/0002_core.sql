CREATE TABLE `audit` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`at` integer NOT NULL,
	`kind` text NOT NULL,
	`conversation_id` integer,
	`customer_id` integer,
	`detail` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `calls` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`at` integer NOT NULL,
	`day` text NOT NULL,
	`conversation_id` integer NOT NULL,
	`customer_id` integer NOT NULL,
	`turn_id` text NOT NULL,
	`ticket` text,
	`purpose` text NOT NULL,
	`tier` integer NOT NULL,
	`model` text NOT NULL,
	`state` text NOT NULL,
	`micros` integer NOT NULL,
	`input_tokens` integer DEFAULT 0 NOT NULL,
	`cache_write_5m_tokens` integer DEFAULT 0 NOT NULL,
	`cache_write_1h_tokens` integer DEFAULT 0 NOT NULL,
	`cache_read_tokens` integer DEFAULT 0 NOT NULL,
	`output_tokens` integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE INDEX `calls_by_day` ON `calls` (`day`,`customer_id`);--> statement-breakpoint
CREATE INDEX `calls_by_conversation` ON `calls` (`conversation_id`);--> statement-breakpoint
CREATE INDEX `calls_by_turn` ON `calls` (`turn_id`);--> statement-breakpoint
CREATE TABLE `conversations` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`adapter` text NOT NULL,
	`key` text NOT NULL,
	`visibility` text NOT NULL,
	`owner_id` text NOT NULL,
	`customer_id` integer NOT NULL,
	`holder` text NOT NULL,
	`epoch` integer DEFAULT 0 NOT NULL,
	`frustration` integer DEFAULT 0 NOT NULL,
	`language` text DEFAULT 'en' NOT NULL,
	`problem_turns` integer DEFAULT 0 NOT NULL,
	`ticket` text,
	`escalation_id` text,
	`staff_spoke_at` integer,
	`told_waiting` integer DEFAULT false NOT NULL,
	`limited_at` integer,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `conversations_by_address` ON `conversations` (`adapter`,`key`);--> statement-breakpoint
CREATE TABLE `customers` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`email` text,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `customers_by_email` ON `customers` (`email`);--> statement-breakpoint
CREATE TABLE `escalations` (
	`id` text PRIMARY KEY NOT NULL,
	`conversation_id` integer NOT NULL,
	`customer_id` integer NOT NULL,
	`ticket` text NOT NULL,
	`customer_name` text NOT NULL,
	`reason` text NOT NULL,
	`priority` text NOT NULL,
	`summary` text NOT NULL,
	`tried` text NOT NULL,
	`next_step` text NOT NULL,
	`evidence` text NOT NULL,
	`status` text NOT NULL,
	`claimed_by_id` text,
	`claimed_by_name` text,
	`created_at` integer NOT NULL,
	`claimed_at` integer,
	`closed_at` integer,
	`closed_note` text,
	`reminders` integer DEFAULT 0 NOT NULL,
	`version` integer DEFAULT 0 NOT NULL,
	`desk_adapter` text NOT NULL,
	`desk_key` text NOT NULL,
	`card_message_id` text,
	`bridge_key` text
);
--> statement-breakpoint
CREATE INDEX `escalations_by_status` ON `escalations` (`status`,`created_at`);--> statement-breakpoint
CREATE INDEX `escalations_by_bridge` ON `escalations` (`desk_adapter`,`bridge_key`);--> statement-breakpoint
CREATE INDEX `escalations_by_conversation` ON `escalations` (`conversation_id`);--> statement-breakpoint
CREATE TABLE `identities` (
	`adapter` text NOT NULL,
	`user_id` text NOT NULL,
	`customer_id` integer NOT NULL,
	`name` text NOT NULL,
	`method` text,
	`verified_at` integer,
	PRIMARY KEY(`adapter`, `user_id`),
	FOREIGN KEY (`customer_id`) REFERENCES `customers`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `inbox` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`adapter` text NOT NULL,
	`event_id` text NOT NULL,
	`sender_id` text NOT NULL,
	`lane` text NOT NULL,
	`urgent` integer NOT NULL,
	`event` text NOT NULL,
	`received_at` integer NOT NULL,
	`state` text NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL,
	`error` text,
	`done_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `inbox_once` ON `inbox` (`adapter`,`event_id`);--> statement-breakpoint
CREATE INDEX `inbox_by_lane` ON `inbox` (`lane`,`state`,`seq`);--> statement-breakpoint
CREATE INDEX `inbox_by_sender` ON `inbox` (`adapter`,`sender_id`,`received_at`);--> statement-breakpoint
CREATE TABLE `lanes` (
	`lane` text PRIMARY KEY NOT NULL,
	`ready_at` integer,
	`first_at` integer,
	`lease_owner` text,
	`lease_until` integer DEFAULT 0 NOT NULL,
	`fence` integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE INDEX `lanes_ready` ON `lanes` (`ready_at`);--> statement-breakpoint
CREATE TABLE `messages` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`conversation_id` integer NOT NULL,
	`role` text NOT NULL,
	`author_id` text NOT NULL,
	`author_name` text NOT NULL,
	`text` text NOT NULL,
	`message_id` text NOT NULL,
	`account` integer DEFAULT false NOT NULL,
	`recipient_id` text,
	`turn_id` text,
	`created_at` integer NOT NULL,
	`edited_at` integer,
	`deleted_at` integer
);
--> statement-breakpoint
CREATE INDEX `messages_by_conversation` ON `messages` (`conversation_id`,`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `messages_once` ON `messages` (`conversation_id`,`message_id`);--> statement-breakpoint
CREATE TABLE `outbox` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`lane` text NOT NULL,
	`to_adapter` text NOT NULL,
	`to_key` text NOT NULL,
	`visibility` text NOT NULL,
	`recipient` text,
	`content` text NOT NULL,
	`conversation_id` integer,
	`escalation_id` text,
	`epoch` integer,
	`state` text NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL,
	`not_before` integer DEFAULT 0 NOT NULL,
	`lease_until` integer DEFAULT 0 NOT NULL,
	`message_id` text,
	`error` text,
	`created_at` integer NOT NULL,
	`sent_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `outbox_id_unique` ON `outbox` (`id`);--> statement-breakpoint
CREATE INDEX `outbox_by_state` ON `outbox` (`state`,`seq`);--> statement-breakpoint
CREATE INDEX `outbox_by_lane` ON `outbox` (`lane`,`state`,`seq`);--> statement-breakpoint
CREATE INDEX `outbox_by_conversation` ON `outbox` (`conversation_id`,`state`);--> statement-breakpoint
CREATE TABLE `ratings` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`conversation_id` integer NOT NULL,
	`escalation_id` text,
	`ticket` text,
	`score` integer NOT NULL,
	`comment` text,
	`at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `ticket_events` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`ticket` text NOT NULL,
	`at` integer NOT NULL,
	`actor` text NOT NULL,
	`kind` text NOT NULL,
	`detail` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `ticket_events_by_ticket` ON `ticket_events` (`ticket`);--> statement-breakpoint
CREATE TABLE `tickets` (
	`ticket` text PRIMARY KEY NOT NULL,
	`conversation_id` integer NOT NULL,
	`customer_id` integer NOT NULL,
	`email` text,
	`subject` text NOT NULL,
	`description` text NOT NULL,
	`priority` text NOT NULL,
	`status` text NOT NULL,
	`created_by` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`resolved_at` integer,
	`resolved_by` text,
	`resolved_tier` integer,
	`reopened_at` integer
);
--> statement-breakpoint
CREATE INDEX `tickets_by_conversation` ON `tickets` (`conversation_id`);--> statement-breakpoint
CREATE INDEX `tickets_by_status` ON `tickets` (`status`,`updated_at`);--> statement-breakpoint
CREATE TABLE `timers` (
	`key` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`ref` text NOT NULL,
	`due_at` integer NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE INDEX `timers_due` ON `timers` (`due_at`);--> statement-breakpoint
CREATE TABLE `turns` (
	`id` text PRIMARY KEY NOT NULL,
	`conversation_id` integer NOT NULL,
	`customer_id` integer NOT NULL,
	`started_at` integer NOT NULL,
	`finished_at` integer NOT NULL,
	`intent` text NOT NULL,
	`tier` integer,
	`model` text,
	`calls` integer NOT NULL,
	`cost_micros` integer NOT NULL,
	`outcome` text NOT NULL,
	`detail` text,
	`question` text NOT NULL,
	`story` text NOT NULL,
	`answerable` integer,
	`article_ids` text NOT NULL,
	`ticket` text,
	`escalation_id` text
);
--> statement-breakpoint
CREATE INDEX `turns_by_time` ON `turns` (`finished_at`);--> statement-breakpoint
CREATE INDEX `turns_by_conversation` ON `turns` (`conversation_id`);