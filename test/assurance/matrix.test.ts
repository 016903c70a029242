import { describe, expect, it } from 'vitest'
import { type Operation, operations } from '../http/operations.ts'
import { type Answer, call } from '../support/client.ts'
import { newTenant, type TestTenant } from '../support/tenant.ts'
import { everythingOf, type Holdings, newHoldings, type Person, personIn } from './holdings.ts'
import { requestOf, thingsNamedBy } from './requests.ts'
import { rights } from './rights.ts'

const routes = await operations()

/** A tenant in which nobody does anything: whatever changes there, somebody from elsewhere has changed. */
const still = await newTenant()
const stillOwner = await personIn(still, 'owner')
const theirs = await newHoldings(still, stillOwner, stillOwner)
const { email: _, ...hidden } = theirs
const secrets = [still.id, stillOwner.id, stillOwner.email, ...Object.values(hidden)]

interface Caller {
  tenant: TestTenant
  /** Null: nobody. */
  person: Person | null
  /** Of the same tenant; it outlives what the person does. */
  owner: Person
}

/** Nobody, a member, an administrator and an owner of a tenant, and the owner of another one. */
async function newCallers(): Promise<Caller[]> {
  const [tenant, elsewhere] = [await newTenant(), await newTenant()]
  const owner = await personIn(tenant, 'owner')
  const here = async (role: string) => ({ tenant, owner, person: await personIn(tenant, role) })
  const people = [await here('member'), await here('admin'), await here('owner')]
  const there = { tenant: elsewhere, owner: await personIn(elsewhere, 'owner') }
  const stranger = { ...there, person: await personIn(elsewhere, 'owner') }
  return [{ tenant, owner, person: null }, ...people, stranger]
}

/** Those who ask for what changes nothing of them. */
const standing = await newCallers()

function ask(route: Operation, { tenant, person }: Caller, held: Holdings): Promise<Answer> {
  const { path, body, headers, ...rest } = requestOf(route, held)
  const { method } = route
  const token = person ? { token: person.access_token } : {}
  return call(path, body, { ...rest, ...token, method, headers: { ...tenant.headers, ...headers } })
}

/** Statuses of a route for each caller, and what of the still tenant stands in an answer that is no refusal. */
async function askAll(
  route: Operation,
  callers: readonly Caller[],
  heldBy: (caller: Caller) => Promise<Holdings>,
): Promise<{ statuses: number[]; told: string[] }> {
  const [statuses, told]: [number[], string[]] = [[], []]
  for (const caller of callers) {
    const { status, body } = await ask(route, caller, await heldBy(caller))
    statuses.push(status)
    // A document that is open to all may say whose it is.
    const text = route.secured && status < 300 ? JSON.stringify(body) : ''
    told.push(...secrets.filter((secret) => text.includes(secret)))
  }
  return { statuses, told }
}

function ownOf({ tenant, person, owner }: Caller): Promise<Holdings> {
  return newHoldings(tenant, person ?? owner, owner)
}

it('the table of rights has every route of the document, and no other', () => {
  expect(Object.keys(rights).sort()).toEqual(routes.map(({ name }) => name).sort())
})

describe.each(routes)('$name', (route) => {
  const { own, foreign, here } = rights[route.name] ?? {}
  const things = thingsNamedBy(route)

  it('does for each what is theirs to do, and nothing in another tenant', async () => {
    const before = await everythingOf(still)
    const callers = route.secured ? await newCallers() : standing
    const answers = await askAll(route, callers, async (caller) =>
      route.secured && things.length > 0 ? ownOf(caller) : theirs,
    )
    expect(answers).toEqual({ statuses: own, told: [] })
    expect(await everythingOf(still)).toEqual(before)
  })

  if (things.length > 0)
    it('neither shows nor touches what another tenant has, whoever asks', async () => {
      const before = await everythingOf(still)
      const answers = await askAll(route, standing, async () => theirs)
      expect(answers.statuses).toEqual(foreign)
      expect(answers.told).toEqual([])

      // One thing of theirs among others of one's own.
      const mixed = things.length > 1 ? things : []
      for (const thing of mixed) {
        const { statuses, told } = await askAll(route, await newCallers(), async (caller) => ({
          ...(await ownOf(caller)),
          [thing]: theirs[thing],
        }))
        const expected = thing === 'slug' ? foreign : (here ?? foreign)
        expect({ thing, statuses, told }).toEqual({ thing, statuses: expected, told: [] })
      }
      expect(await everythingOf(still)).toEqual(before)
    })

  if (foreign?.[1] === 404 && !route.path.includes('{slug}'))
    it('neither shows nor touches what a colleague has', async () => {
      const [nobody, ...callers] = await newCallers()
      const [{ tenant, owner }] = callers as [Caller]
      const colleague = await personIn(tenant, 'member')
      const held = await newHoldings(tenant, colleague, owner)
      const asked = [nobody as Caller, ...callers]
      const { statuses } = await askAll(route, asked, async () => held)
      expect(statuses).toEqual(foreign)
    })
})

describe('the token of one tenant', () => {
  const secured = routes.filter(({ secured }) => secured)
  const [, , , owner] = standing as [Caller, Caller, Caller, Caller]

  it.each(secured)('opens nothing in another: $name', async (route) => {
    const before = await everythingOf(still)
    const { status } = await ask(route, { ...owner, tenant: still }, theirs)
    expect(status).toBe(401)
    expect(await everythingOf(still)).toEqual(before)
  })
})
