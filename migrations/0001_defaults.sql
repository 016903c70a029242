INSERT INTO "tenants" ("id", "slug", "name") VALUES ('00000000-0000-7000-8000-000000000001', 'default', 'Default');
--> statement-breakpoint
CREATE FUNCTION "keep_updated_at"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.updated_at := now();
  RETURN NEW;
END
$$;
--> statement-breakpoint
-- What the owner or an administrator changes; counters and the time of the last sign-in are not changes of the account.
CREATE TRIGGER "users_updated_at" BEFORE UPDATE OF "status", "email", "email_verified_at", "phone_e164",
  "phone_verified_at", "first_name", "last_name", "date_of_birth", "gender", "mobile", "locale", "roles", "mfa_enabled"
  ON "users" FOR EACH ROW EXECUTE FUNCTION "keep_updated_at"();
--> statement-breakpoint
CREATE TRIGGER "tenants_updated_at" BEFORE UPDATE ON "tenants" FOR EACH ROW EXECUTE FUNCTION "keep_updated_at"();
