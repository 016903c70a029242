import { describe, expect, it } from 'vitest'
import { type Operation, operations } from '../http/operations.ts'
import { sampleBody } from '../http/sample-bodies.ts'
import { type Administrator, newAdministrator } from '../support/administrator.ts'
import { call } from '../support/client.ts'
import { codeOf } from '../support/problem.ts'
import { newTenant } from '../support/tenant.ts'

const [tenant, elsewhere] = [await newTenant(), await newTenant()]
const people = {
  member: await newAdministrator(tenant, 'member'),
  admin: await newAdministrator(tenant, 'admin'),
  owner: await newAdministrator(tenant, 'owner'),
  /** Owner of another tenant. */
  foreigner: await newAdministrator(elsewhere, 'owner'),
}
type Person = keyof typeof people

/** Whose objects a route is about: each person's own, those of the tenant that it names, or of the token's tenant. */
type Ground = 'own' | 'named' | 'tenant' | 'founding' | 'operator'

function groundOf({ path }: Operation): Ground {
  if (path === '/api/v1/tenants') return 'founding'
  if (path === '/api/v1/admin/audit/verify') return 'operator'
  if (path.startsWith('/api/v1/tenants/')) return 'named'
  return path.startsWith('/api/v1/admin/') ? 'tenant' : 'own'
}

/**
 * What each may do on each ground, to objects of the first tenant that do not exist: `may` gets to the object and so to
 * 404 or further; `not` is refused for what they are; `unseen` is told that there is no such thing.
 */
const rules: Record<Ground, Record<Person, 'may' | 'not' | 'unseen'>> = {
  own: { member: 'may', admin: 'may', owner: 'may', foreigner: 'may' },
  named: { member: 'not', admin: 'may', owner: 'may', foreigner: 'unseen' },
  tenant: { member: 'not', admin: 'may', owner: 'may', foreigner: 'may' },
  founding: { member: 'not', admin: 'not', owner: 'not', foreigner: 'not' },
  /** The chain of the trail runs through all tenants: owners of the default one may (`admin/trail.test.ts`). */
  operator: { member: 'not', admin: 'not', owner: 'not', foreigner: 'not' },
}

const secured = (await operations()).filter(({ secured }) => secured)
const onGround = (ground: Ground) => secured.filter((route) => groundOf(route) === ground)
/** What ends the session that all the other requests need; they are tried in `sessions/logout.test.ts`. */
const ending = /\/(logout|logout-all|me)$/
const safe = (route: Operation) => !(ending.test(route.path) && route.method !== 'GET')

function ask(
  { method, path, body }: Operation,
  who: Administrator | null,
  slug = people.owner.slug,
) {
  const known = path.replace('{slug}', slug).replace('{platform}', 'web')
  const filled = known.replaceAll(/\{\w+\}/g, () => crypto.randomUUID())
  const payload = body ? sampleBody(body) : undefined
  return call(filled, payload, { method, ...(who ? { token: who.access_token } : {}) })
}

const verdicts = {
  not: (answer: string) => answer === '403 FORBIDDEN',
  unseen: (answer: string) => answer === '404 NOT_FOUND',
  may: (answer: string) => answer !== '401 TOKEN_INVALID' && answer !== '403 FORBIDDEN',
}

describe.each(['own', 'named', 'tenant', 'founding', 'operator'] as const)(
  'routes about %s objects',
  (ground) => {
    const routes = onGround(ground).filter(safe)

    it.each(Object.entries(rules[ground]) as [Person, keyof typeof verdicts][])(
      'to %s: %s',
      async (person, verdict) => {
        const wrong: string[] = []
        for (const route of routes) {
          const answer = await ask(route, people[person])
          const said = `${answer.status} ${codeOf(answer) ?? ''}`.trim()
          if (!verdicts[verdict](said)) wrong.push(`${route.name}: ${said}`)
        }
        expect(wrong).toEqual([])
      },
    )

    it('to nobody: not at all', async () => {
      const wrong: string[] = []
      for (const route of routes) {
        const answer = await ask(route, null)
        const said = `${answer.status} ${codeOf(answer)}`
        if (said !== '401 TOKEN_INVALID') wrong.push(`${route.name}: ${said}`)
      }
      expect(wrong).toEqual([])
    })
  },
)

describe('objects of another tenant', () => {
  /** Routes that name an object by its id: there is none of that id in the caller's tenant. */
  const byId = onGround('tenant').filter(({ path }) => /\{(id|user_id)\}/.test(path))

  it('are not found by their ids, whoever asks', async () => {
    const wrong: string[] = []
    for (const { method, path, body, name } of byId) {
      const filled = path
        .replace(/\{(id|user_id)\}/, people.member.id)
        .replaceAll(/\{\w+\}/g, people.member.id)
      const answer = await call(filled, body ? sampleBody(body) : undefined, {
        method,
        token: people.foreigner.access_token,
      })
      const said = `${answer.status} ${codeOf(answer)}`
      if (said !== '404 NOT_FOUND' && answer.status !== 422) wrong.push(`${name}: ${said}`)
    }
    expect(wrong).toEqual([])
  })

  it('are not reached by the token of one tenant in another', async () => {
    const wrong: string[] = []
    for (const { method, path, name, body } of secured.filter(safe)) {
      const filled = path
        .replace('{slug}', people.owner.slug)
        .replaceAll(/\{\w+\}/g, people.owner.id)
      const answer = await call(filled, body ? {} : undefined, {
        method,
        token: people.foreigner.access_token,
        headers: tenant.headers,
      })
      if (answer.status !== 401) wrong.push(`${name}: ${answer.status}`)
    }
    expect(wrong).toEqual([])
  })
})
