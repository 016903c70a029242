import { act } from '../support/administrator.ts'
import { type CallOptions, signIn, type Tokens } from '../support/client.ts'
import { row } from '../support/database.ts'
import { preparedUserIn } from '../support/prepared.ts'
import type { TestTenant } from '../support/tenant.ts'

export interface Member extends Tokens {
  email: string
}

export async function newMemberIn(tenant: TestTenant): Promise<Member> {
  const email = await preparedUserIn(tenant)
  const { body } = await signIn(email, { headers: tenant.headers })
  return { ...body, email }
}

export interface Release {
  latest: string
  min_supported: string
  store_url?: string | null
  notes?: { en: string; bn?: string } | null
  blocked?: string[]
}

export function publish(
  platform: string,
  release: unknown,
  who: Tokens,
  options: CallOptions = {},
) {
  return act<Release & { platform: string; updated_at: string }>(
    who,
    'PUT',
    `/admin/app-versions/${platform}`,
    release,
    options,
  )
}

/** As another isolate would: this one is told nothing. */
export async function setRelease(
  { id }: TestTenant,
  platform: string,
  { latest, min_supported, store_url = null, notes = null, blocked = [] }: Release,
): Promise<void> {
  await row(
    `insert into app_versions (tenant_id, platform, latest, min_supported, store_url, notes, blocked)
     values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (tenant_id, platform) do update set latest = excluded.latest,
       min_supported = excluded.min_supported, blocked = excluded.blocked
     returning platform`,
    [id, platform, latest, min_supported, store_url, notes && JSON.stringify(notes), blocked],
  )
}

export function app(platform: string, version: string): Record<string, string> {
  return { 'X-App-Platform': platform, 'X-App-Version': version }
}
