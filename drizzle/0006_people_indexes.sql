CREATE INDEX `audit_by_conversation` ON `audit` (`conversation_id`);--> statement-breakpoint
CREATE INDEX `audit_by_customer` ON `audit` (`customer_id`);--> statement-breakpoint
CREATE INDEX `conversations_by_customer` ON `conversations` (`customer_id`);--> statement-breakpoint
CREATE INDEX `escalations_by_customer` ON `escalations` (`customer_id`);--> statement-breakpoint
CREATE INDEX `identities_by_customer` ON `identities` (`customer_id`);--> statement-breakpoint
CREATE INDEX `tickets_by_customer` ON `tickets` (`customer_id`);--> statement-breakpoint
CREATE INDEX `tickets_by_email` ON `tickets` (`email`);--> statement-breakpoint
CREATE INDEX `turns_by_customer` ON `turns` (`customer_id`);