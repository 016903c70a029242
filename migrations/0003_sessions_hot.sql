DROP INDEX "sessions_expires_index";--> statement-breakpoint
ALTER TABLE "sessions" ADD COLUMN "expires_on" date GENERATED ALWAYS AS ((expires_at at time zone 'utc')::date) STORED;--> statement-breakpoint
CREATE INDEX "sessions_expires_on_index" ON "sessions" USING btree ("expires_on");