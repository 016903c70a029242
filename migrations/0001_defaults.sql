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
  "phone_verified_at", "first_name", "last_name", "date_of_birth", "gender", "mobile", "locale", "extra", "roles", "mfa_enabled"
  ON "users" FOR EACH ROW EXECUTE FUNCTION "keep_updated_at"();
--> statement-breakpoint
CREATE FUNCTION "next_version"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.version := OLD.version + 1;
  RETURN NEW;
END
$$;
--> statement-breakpoint
CREATE TRIGGER "tenants_version" BEFORE UPDATE OF "name", "settings" ON "tenants"
  FOR EACH ROW EXECUTE FUNCTION "next_version"();
--> statement-breakpoint
CREATE TRIGGER "tenants_updated_at" BEFORE UPDATE ON "tenants" FOR EACH ROW EXECUTE FUNCTION "keep_updated_at"();
--> statement-breakpoint
CREATE EXTENSION IF NOT EXISTS "pgcrypto";
--> statement-breakpoint
-- Where a row of the trail comes from, readable as long as its account has a key. What concerns no account is no one's to
-- erase. Volatile, so that it sees an account that the same statement has made.
CREATE FUNCTION "audit_origin_sealed"("account" uuid, "origin" jsonb) RETURNS bytea LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  secret bytea;
  start bytea;
BEGIN
  IF account IS NULL THEN
    RETURN convert_to(origin::text, 'UTF8');
  END IF;
  SELECT audit_key INTO secret FROM users WHERE id = account;
  IF secret IS NULL THEN
    RETURN NULL;
  END IF;
  start := gen_random_bytes(16);
  RETURN start || encrypt_iv(convert_to(origin::text, 'UTF8'), secret, start, 'aes-cbc/pad:pkcs');
END
$$;
--> statement-breakpoint
-- Null for what was sealed with a key that is gone, and for what somebody has tampered with.
CREATE FUNCTION "audit_origin_opened"("account" uuid, "origin" bytea) RETURNS jsonb LANGUAGE plpgsql STABLE AS $$
DECLARE
  secret bytea;
BEGIN
  IF account IS NULL THEN
    RETURN convert_from(origin, 'UTF8')::jsonb;
  END IF;
  SELECT audit_key INTO secret FROM users WHERE id = account;
  RETURN convert_from(
    decrypt_iv(substr(origin, 17), secret, substr(origin, 1, 16), 'aes-cbc/pad:pkcs'), 'UTF8')::jsonb;
EXCEPTION WHEN OTHERS THEN
  RETURN NULL;
END
$$;
--> statement-breakpoint
-- Who subscribes to an event gets it with the statement that records it: where nobody does, one look at an index.
CREATE FUNCTION "tell_webhooks"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO webhook_deliveries (endpoint_id, event_id, tenant_id, expires_at)
  SELECT e.id, NEW.id, NEW.tenant_id, now() + interval '3 days'
  FROM webhook_endpoints e
  WHERE e.tenant_id = NEW.tenant_id AND e.status = 'active'
    AND e.events && ARRAY['*', split_part(NEW.action, '.', 1) || '.*', NEW.action]
  ON CONFLICT DO NOTHING;
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE TRIGGER "audit_events_webhooks" AFTER INSERT ON "audit_events"
  FOR EACH ROW EXECUTE FUNCTION "tell_webhooks"();
--> statement-breakpoint
CREATE TRIGGER "webhook_endpoints_updated_at" BEFORE UPDATE OF "url", "description", "events", "status", "sealed_secret"
  ON "webhook_endpoints" FOR EACH ROW EXECUTE FUNCTION "keep_updated_at"();
--> statement-breakpoint
-- Releases are remembered with the tenant's row: whoever judged by older ones judges again.
CREATE FUNCTION "next_tenant_version"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE tenants SET version = version + 1 WHERE id = coalesce(NEW.tenant_id, OLD.tenant_id);
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE TRIGGER "app_versions_tenant_version" AFTER INSERT OR UPDATE OR DELETE ON "app_versions"
  FOR EACH ROW EXECUTE FUNCTION "next_tenant_version"();
--> statement-breakpoint
CREATE TRIGGER "app_versions_updated_at" BEFORE UPDATE ON "app_versions"
  FOR EACH ROW EXECUTE FUNCTION "keep_updated_at"();
--> statement-breakpoint
-- Quotas that nobody passes by asking often at once. Who asks waits for those before, and counts what they have written:
-- each statement within a volatile function sees what was committed when it began, and not only what its caller sees.
CREATE FUNCTION "may_found"("founder" uuid, "most" integer) RETURNS boolean LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('found ' || founder, 0));
  RETURN (SELECT count(*) < most FROM tenants WHERE founded_by = founder);
END
$$;
--> statement-breakpoint
CREATE FUNCTION "may_invite"("tenant" uuid, "address" text, "per_day" integer, "per_address" integer) RETURNS boolean
  LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('invite ' || tenant, 0));
  RETURN (
    SELECT coalesce(sum(sends), 0) < per_day AND coalesce(sum(sends) FILTER (WHERE email = address), 0) < per_address
    FROM invitations WHERE tenant_id = tenant AND created_at > now() - interval '1 day'
  );
END
$$;
