import { Hono } from 'hono'
import type { Account, AccountRow } from '../../src/accounts/user.ts'
import { app } from '../../src/app.ts'
import { livePorts } from '../../src/edge/live-ports.ts'
import { authenticate } from '../../src/http/authenticate.ts'
import type { HttpEnv } from '../../src/http/environment.ts'
import type { Database, Ports, Row } from '../../src/ports.ts'
import { toTenant } from '../../src/tenants/resolve.ts'
import { defaultTenantId, defaultTenantSlug } from '../../src/tenants/tenant.ts'
import { issueAccessToken } from '../../src/tokens/access-token.ts'
import { configOf } from './config.ts'

const account: Account = {
  id: '01900000-0000-7000-8000-000000000001',
  email: 'bench@example.com',
  email_verified: true,
  phone_e164: null,
  phone_verified: false,
  first_name: null,
  last_name: null,
  date_of_birth: null,
  gender: null,
  mobile: null,
  locale: 'en',
  extra: {},
  status: 'active',
  roles: [],
  mfa_enabled: false,
  authority_version: 1,
  is_closing: false,
  created_at: '2026-11-01T00:00:00.000Z',
  updated_at: '2026-11-01T00:00:00.000Z',
  last_login_at: null,
}

const record = {
  id: defaultTenantId,
  slug: defaultTenantSlug,
  name: 'Default',
  version: 1,
  settings: {},
  has_webhooks: false,
  releases: {},
  readAt: Number.MAX_SAFE_INTEGER,
}

const tenantOf = (config: ReturnType<typeof configOf>) => toTenant({ config }, record)

/** An access token that the product would take, for the other entrypoints. */
export const issue: ExportedHandler<Env> = {
  async fetch(_request, env) {
    const config = configOf(env)
    const claims = {
      userId: account.id,
      sessionId: '01900000-0000-7000-8000-000000000002',
      amr: ['pwd'],
      acr: 'aal1',
      authTime: Math.floor(Date.now() / 1_000),
      roles: [],
      version: account.authority_version,
    }
    return new Response(await issueAccessToken(config, tenantOf(config), claims, Date.now()))
  },
}

/** The product's own check of an access token, behind the framework and nothing else; answered as the floor answers. */
const check = new Hono<HttpEnv>()
  .use(async (c, next) => {
    const config = configOf(c.env)
    c.set('ports', { config, clock: { now: () => Date.now() } } as Ports)
    c.set('tenant', tenantOf(config))
    return next()
  })
  .get('/', authenticate, (c) => Response.json({ sub: c.get('caller').claims.userId }))

export const authenticated: ExportedHandler<Env> = { fetch: check.fetch }

/** Every statement finds one account at once. */
const database: Database = {
  run: async <T extends Row>() => [{ account }] satisfies AccountRow[] as unknown as T[],
}

const withoutDatabase = app((env, execution) => {
  const made = livePorts(env, execution)
  if (made.provision) {
    made.provision.ports.database = database
    made.provision.ports.tenantMemory = { get: () => record, put() {} }
  }
  return made
})

/** `GET /auth/me` through every layer of the product but the database. */
export const meWithoutDatabase: ExportedHandler<Env> = { fetch: withoutDatabase.fetch }
