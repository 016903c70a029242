import { type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import { timestampText } from '../accounts/user.ts'
import { text } from '../forms/text.ts'
import { lazily } from '../lazily.ts'
import { appVersions as policy } from '../policy.ts'
import { platforms } from '../tenants/tenant.ts'
import { isBefore, isMeant, parseVersion } from './compare.ts'

const version = lazily(() =>
  text(policy.versionLength).transform((typed, context) => {
    const parsed = parseVersion(typed)
    if (parsed) return parsed
    const message = 'Enter a version such as 1.3.0 or 1.4.0-rc.1.'
    context.addIssue({ code: 'custom', message, params: { code: 'VERSION_INVALID' } })
    return z.NEVER
  }),
)
const notes = lazily(() => text(policy.notesLength).min(1))

/** PUT /admin/app-versions/{platform}: the release as it shall be, whole. */
export const releaseBody = lazily(() =>
  z
    .strictObject({
      latest: version,
      min_supported: version,
      store_url: text(512)
        .pipe(z.url({ protocol: /^https$/ }))
        .nullish(),
      notes: z.strictObject({ en: notes, bn: notes.optional() }).nullish(),
      blocked: z.array(version).max(policy.blocked).optional(),
    })
    .superRefine(({ latest, min_supported, blocked = [] }, context) => {
      // It is asked also where a version was refused for its characters.
      if (![latest, min_supported, ...blocked].every(parseVersion)) return
      const refuse = (path: (string | number)[], code: string, message: string) =>
        context.addIssue({ code: 'custom', path, message, params: { code } })
      if (isBefore(latest, min_supported)) {
        refuse(['min_supported'], 'ABOVE_LATEST', 'Nobody could have this version: it is not out.')
      }
      blocked.forEach((entry, at) => {
        if (!isMeant(entry, latest)) return
        refuse(['blocked', at], 'BLOCKS_LATEST', 'Nobody could update: this is the newest version.')
      })
    }),
)

export type ReleaseBody = z.infer<typeof releaseBody>

export const releaseSchema = () =>
  z.object({
    platform: z.enum(platforms),
    latest: z.string(),
    min_supported: z.string(),
    store_url: z.string().nullable(),
    notes: z.object({ en: z.string(), bn: z.string().optional() }).nullable(),
    blocked: z.array(z.string()),
    updated_at: z.string(),
  })

export type ReleaseView = z.infer<ReturnType<typeof releaseSchema>>

/** A row of `app_versions` as JSON. */
export function releaseView(row: SQL): SQL {
  return sql`jsonb_build_object('platform', ${row}.platform, 'latest', ${row}.latest,
    'min_supported', ${row}.min_supported, 'store_url', ${row}.store_url, 'notes', ${row}.notes,
    'blocked', ${row}.blocked, 'updated_at', ${timestampText(sql`${row}.updated_at`)})`
}
