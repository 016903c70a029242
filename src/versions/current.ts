import { z } from 'zod'
import type { Locale } from '../context.ts'
import { AuthError, fieldError } from '../errors.ts'
import { platforms, type Tenant } from '../tenants/tenant.ts'

export const currentSchema = () =>
  z.object({
    platform: z.enum(platforms),
    /** Null, as all that follows, where the tenant has released nothing for this platform. */
    latest: z.string().nullable(),
    min_supported: z.string().nullable(),
    store_url: z.string().nullable(),
    /** What is new, in the language of the request. */
    notes: z.string().nullable(),
  })

/** What is out for a platform. Throws `INVALID_PLATFORM`. */
export function currentRelease(
  { releases }: Tenant,
  asked: string | undefined,
  locale: Locale,
): z.infer<ReturnType<typeof currentSchema>> {
  const platform = platforms.find((each) => each === asked)
  if (!platform) {
    const detail = `Use one of: ${platforms.join(', ')}.`
    const errors = [fieldError('platform', 'INVALID_PLATFORM', detail)]
    throw new AuthError('INVALID_PLATFORM', { detail, errors })
  }
  const release = releases[platform]
  return {
    platform,
    latest: release?.latest ?? null,
    min_supported: release?.minSupported ?? null,
    store_url: release?.storeUrl ?? null,
    notes: release?.notes?.[locale] ?? release?.notes?.en ?? null,
  }
}
