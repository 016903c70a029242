import { type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import { timestampText } from '../accounts/user.ts'
import { auditActions } from '../audit/actions.ts'
import { AuthError, fieldError } from '../errors.ts'
import { text } from '../forms/text.ts'
import { lazily } from '../lazily.ts'
import { webhook as policy } from '../policy.ts'
import type { Ports } from '../ports.ts'
import { judgeTarget, type TargetFault } from './target.ts'

const families = [...new Set(auditActions.map((action) => action.split('.')[0] ?? ''))]
const subscribable: string[] = ['*', ...families.map((family) => `${family}.*`), ...auditActions]

const fields = {
  url: lazily(() => text(policy.urlLength).min(1)),
  /** Actions of the trail, `session.*` for a family of them, `*` for all. */
  events: lazily(() => z.array(z.enum(subscribable)).min(1).max(auditActions.length)),
  description: lazily(() => text(policy.descriptionLength).nullish()),
}

export const newEndpointBody = lazily(() => z.strictObject(fields))
export type NewEndpoint = z.infer<typeof newEndpointBody>

export const endpointChangeBody = lazily(() =>
  z.strictObject({
    url: fields.url.optional(),
    events: fields.events.optional(),
    description: fields.description,
    status: z.enum(['active', 'paused']).optional(),
  }),
)
export type EndpointChange = z.infer<typeof endpointChangeBody>

export const endpointSchema = () =>
  z.object({
    id: z.uuid(),
    url: z.string(),
    description: z.string().nullable(),
    events: z.array(z.string()),
    /** `off`: switched off by the service, as it failed for days or said that it is gone. */
    status: z.enum(['active', 'paused', 'off']),
    /** Since when no delivery has succeeded; null where the last one did. */
    failing_since: z.string().nullable(),
    /** Until then the secret before the present one signs too. */
    previous_secret_until: z.string().nullable(),
    created_at: z.string(),
    updated_at: z.string(),
  })
export type Endpoint = z.infer<ReturnType<typeof endpointSchema>>

/** With its secret, which is shown this once. */
export const endpointWithSecretSchema = () => endpointSchema().extend({ secret: z.string() })
export type EndpointWithSecret = z.infer<ReturnType<typeof endpointWithSecretSchema>>

/** An endpoint as its administrators see it, of a row source. */
export function endpointObject(source: SQL): SQL {
  return sql`jsonb_build_object('id', ${source}.id, 'url', ${source}.url, 'description', ${source}.description,
    'events', to_jsonb(${source}.events), 'status', ${source}.status,
    'failing_since', ${timestampText(sql`${source}.failing_since`)},
    'previous_secret_until', ${timestampText(sql`${source}.previous_until`)},
    'created_at', ${timestampText(sql`${source}.created_at`)},
    'updated_at', ${timestampText(sql`${source}.updated_at`)})`
}

const sentences: Record<TargetFault, string> = {
  INVALID_URL: 'This is not an URL that a webhook can go to.',
  HTTPS_REQUIRED: 'The URL must begin with https.',
  PORT_NOT_ALLOWED: 'The URL must leave out the port: it is 443.',
  HOST_NOT_PUBLIC: 'The host must be a name of the public internet.',
  HOST_NOT_FOUND: 'The host has no address.',
}

/**
 * Throws `VALIDATION_FAILED` for an URL that nothing may be sent to. Where the resolver does not answer it passes: what
 * counts is the check before each delivery.
 */
export async function requireTarget(
  ports: Pick<Ports, 'config' | 'egress'>,
  url: string,
): Promise<void> {
  const fault = await judgeTarget(ports, url)
  if (!fault || fault === 'unknown') return
  throw new AuthError('VALIDATION_FAILED', { errors: [fieldError('url', fault, sentences[fault])] })
}
