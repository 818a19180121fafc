DROP INDEX "calls_by_day";--> statement-breakpoint
CREATE INDEX "audit_by_conversation" ON "audit" USING btree ("conversation_id");--> statement-breakpoint
CREATE INDEX "audit_by_customer" ON "audit" USING btree ("customer_id");--> statement-breakpoint
CREATE INDEX "calls_by_customer" ON "calls" USING btree ("customer_id","day");--> statement-breakpoint
CREATE INDEX "conversations_by_key" ON "conversations" USING btree ("key");--> statement-breakpoint
CREATE INDEX "conversations_by_customer" ON "conversations" USING btree ("customer_id");--> statement-breakpoint
CREATE INDEX "escalations_by_customer" ON "escalations" USING btree ("customer_id");--> statement-breakpoint
CREATE INDEX "feedback_by_user" ON "feedback" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "identities_by_customer" ON "identities" USING btree ("customer_id");--> statement-breakpoint
CREATE INDEX "inbox_done" ON "inbox" USING btree ("lane","done_at") WHERE state = 'done';--> statement-breakpoint
CREATE INDEX "outbox_by_recipient" ON "outbox" USING btree ("recipient") WHERE recipient is not null;--> statement-breakpoint
CREATE INDEX "outbox_by_escalation" ON "outbox" USING btree ("escalation_id") WHERE escalation_id is not null;--> statement-breakpoint
CREATE INDEX "outbox_by_cause" ON "outbox" USING btree (substring("id" from '^(?:notice-)?[a-z]+-([0-9]+)')) WHERE state in ('sent', 'cancelled', 'failed');--> statement-breakpoint
CREATE INDEX "ratings_by_conversation" ON "ratings" USING btree ("conversation_id");--> statement-breakpoint
CREATE INDEX "tickets_by_customer" ON "tickets" USING btree ("customer_id");--> statement-breakpoint
CREATE INDEX "tickets_by_email" ON "tickets" USING btree ("email");--> statement-breakpoint
CREATE INDEX "turns_by_customer" ON "turns" USING btree ("customer_id");