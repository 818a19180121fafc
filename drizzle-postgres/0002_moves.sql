CREATE TABLE "moves" (
	"id" integer PRIMARY KEY NOT NULL,
	"source" text NOT NULL,
	"started_at" bigint NOT NULL,
	"finished_at" bigint,
	"progress" jsonb NOT NULL
);
