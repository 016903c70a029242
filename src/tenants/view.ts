import { type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import { timestampText } from '../accounts/user.ts'
import type { Config } from '../config.ts'
import type { Row, TenantRecord } from '../ports.ts'
import { issuerOf } from '../tokens/access-token.ts'
import { releasesOf } from './find.ts'
import { settingsBody, settingsOf, shownSettings, withInnerNames } from './settings.ts'

/** A tenant as its administrators see it. */
export const tenantSchema = () =>
  z.object({
    id: z.uuid(),
    slug: z.string(),
    name: z.string(),
    /** Of its access tokens (`iss`). */
    issuer: z.string(),
    /** Grows with each change. */
    version: z.int(),
    /** All of them: where the tenant says nothing, the operator's. */
    settings: settingsBody,
    created_at: z.string(),
    updated_at: z.string(),
  })

export type TenantView = z.infer<ReturnType<typeof tenantSchema>>

export interface TenantRow extends Row {
  id: string
  slug: string
  name: string
  version: number
  settings: Record<string, unknown>
  releases: Record<string, unknown>
  created_at: string
  updated_at: string
}

/** Columns of a {@link TenantRow} of `tenants t`. */
export const tenantColumns: SQL = sql`t.id, t.slug, t.name, t.version, t.settings, ${releasesOf(sql`t`)},
  ${timestampText(sql`t.created_at`)} as created_at, ${timestampText(sql`t.updated_at`)} as updated_at`

export function toView(config: Config, { releases: _, ...row }: TenantRow): TenantView {
  const settings = settingsOf(config, withInnerNames(row.settings) as TenantRecord['settings'])
  return { ...row, issuer: issuerOf(config, row), settings: shownSettings(settings) }
}
