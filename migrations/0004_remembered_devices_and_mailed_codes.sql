CREATE TABLE "factor_codes" (
	"user_id" uuid NOT NULL,
	"type" text NOT NULL,
	"tenant_id" uuid NOT NULL,
	"code_hash" "bytea" NOT NULL,
	"failures" integer DEFAULT 0 NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"used_at" timestamp with time zone,
	"sent_at" timestamp with time zone DEFAULT now() NOT NULL,
	"window_at" timestamp with time zone DEFAULT now() NOT NULL,
	"window_count" integer DEFAULT 1 NOT NULL,
	CONSTRAINT "factor_codes_key" PRIMARY KEY("user_id","type"),
	CONSTRAINT "factor_codes_type_check" CHECK ("factor_codes"."type" in ('email'))
);
--> statement-breakpoint
ALTER TABLE "devices" ADD COLUMN "remembered_until" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "devices" ADD COLUMN "remembered_version" integer;--> statement-breakpoint
ALTER TABLE "password_credentials" ADD COLUMN "mailed_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "backup_codes_told_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "factor_codes" ADD CONSTRAINT "factor_codes_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "factor_codes" ADD CONSTRAINT "factor_codes_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "recoveries" ADD CONSTRAINT "recoveries_closed_check" CHECK ("recoveries"."closed_reason" in ('completed', 'cancelled', 'superseded'));