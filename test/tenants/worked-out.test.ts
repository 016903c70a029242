import { env } from 'cloudflare:workers'
import { expect, it } from 'vitest'
import { readConfig } from '../../src/config.ts'
import type { TenantRecord } from '../../src/ports.ts'
import { toTenant } from '../../src/tenants/resolve.ts'

const record: TenantRecord = {
  id: crypto.randomUUID(),
  slug: 'acme',
  name: 'Acme',
  version: 1,
  settings: { requireMfa: true },
  has_webhooks: false,
  releases: {},
  readAt: 0,
}

function configOf(changes: Record<string, string> = {}) {
  const { config } = readConfig({ ...env, ...changes })
  if (!config) throw new Error('misconfigured')
  return config
}

it('what follows from a row is worked out once, and no request can change it for the next', () => {
  const config = configOf()
  const tenant = toTenant({ config }, record)
  expect(toTenant({ config }, record)).toBe(tenant)
  expect(() => Object.assign(tenant, { slug: 'other' })).toThrow(TypeError)
  expect(() => Object.assign(tenant.settings, { requireMfa: false })).toThrow(TypeError)
})

it('another row, or another configuration, has a tenant of its own', () => {
  const config = configOf()
  const tenant = toTenant({ config }, record)
  const changed = { ...record, settings: { requireMfa: false } }
  expect(toTenant({ config }, changed).settings.requireMfa).toBe(false)
  const frugal = { config: configOf({ TEXTS_PER_DAY: '7' }) }
  expect(toTenant(frugal, record).operator.textsPerDay).toBe(7)
  expect(toTenant({ config }, record)).toEqual(tenant)
})
