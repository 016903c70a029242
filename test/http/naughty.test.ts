import { afterAll, beforeAll, describe, it, vi } from 'vitest'
import { hashQueue } from '../../src/policy.ts'
import { newAdministrator } from '../support/administrator.ts'
import type { Answer } from '../support/client.ts'
import { preparedSignIn } from '../support/prepared.ts'
import { newTenant } from '../support/tenant.ts'
import { expectInOrder } from './answers-in-order.ts'
import { asHeader, naughtyStrings } from './naughty-strings.ts'
import { bodyOperations, fieldsOf, operations } from './operations.ts'
import { administrative } from './person.ts'
import { headerValues } from './request-arbitrary.ts'
import { sampleBody } from './sample-bodies.ts'
import { send } from './service.ts'

const { access_token: token } = await preparedSignIn()
const bearer = { Authorization: `Bearer ${token}` }
const owner = await newAdministrator(await newTenant(), 'owner')
/** Whoever may ask for what the path names: what is not theirs would be refused whatever they sent. */
const bearerOf = (path: string) =>
  administrative.test(path) ? { Authorization: `Bearer ${owner.access_token}` } : bearer
const routes = await bodyOperations()
const documented = await operations()
const headerTexts = [...new Set(naughtyStrings.map(asHeader))]
/** Each of these can end a request before the others are read. */
const doors = ['X-Token-Transport', 'X-Tenant', 'Content-Type', 'Authorization']

// A line of the log for each of so many refusals would be all that one sees.
beforeAll(() => {
  for (const level of ['info', 'warn', 'error'] as const) vi.spyOn(console, level).mockReturnValue()
})
afterAll(() => vi.restoreAllMocks())

describe.each(routes)('$name', ({ name, method, path, body: schema }) => {
  const fields = Object.keys(fieldsOf(schema))
  const post = (body: object) =>
    send(path.replace('{slug}', owner.slug), {
      method,
      headers: { ...bearerOf(path), 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    })

  it('takes every naughty string in all of its fields at once', async () => {
    for (const shape of schema.anyOf ?? [schema]) {
      const names = Object.keys(shape.properties ?? {})
      await all(naughtyStrings, (text) =>
        post(Object.fromEntries(names.map((name) => [name, text]))),
      )
    }
  })

  it.each(fields)(
    'takes one naughty string after the other in %s, the rest being good',
    async (field) => {
      await all(partOf(naughtyStrings, fields, field), (text) =>
        post(sampleBody(schema, { [field]: text })),
      )
    },
  )

  it('takes its part of the naughty strings as names of fields', async () => {
    const names = routes.map((route) => route.name)
    await all(partOf(naughtyStrings, names, name), (text) =>
      post({ ...sampleBody(schema), ...Object.fromEntries([[text, text]]) }),
    )
  })
})

describe('headers', () => {
  const others = Object.keys(headerValues).filter((name) => !doors.includes(name))
  const change = { method: 'PATCH', body: '{"first_name":"Ann"}' }
  const usual = { ...bearer, 'Content-Type': 'application/json' }

  it('take every naughty string at once, and it is stored or dropped', async () => {
    await all(headerTexts, (text) => {
      const headers = Object.fromEntries(others.map((name) => [name, text]))
      return send('/api/v1/auth/me', { ...change, headers: { ...headers, ...usual } })
    })
  })

  it.each(doors)('take every naughty string in %s', async (name) => {
    await all(headerTexts, (text) =>
      send('/api/v1/auth/me', { ...change, headers: { ...usual, [name]: text } }),
    )
  })

  it.each(Object.keys(headerValues))('take bytes beyond ASCII in %s', async (name) => {
    // One request each: the runtime warns of every such header.
    const headers = { ...usual, [name]: 'éÿ' }
    expectInOrder(await send('/api/v1/auth/me', { ...change, headers }))
  })
})

describe('addresses', () => {
  const open = documented.filter(({ path }) => path.includes('{'))
  it.each(open)('$name takes every naughty string in its path', async ({ path, method }) => {
    await all(naughtyStrings, (text) =>
      send(path.replace(/\{\w+\}/g, encoded(text)), { method, headers: bearerOf(path) }),
    )
  })

  it('take every naughty string in the query', async () => {
    await all(naughtyStrings.map(encoded), (value) =>
      send(`/api/v1/auth/me/activity?cursor=${value}&${value}=1`, { headers: bearer }),
    )
  })

  it('take every naughty string as a path', async () => {
    await all(naughtyStrings.map(encoded), (value) =>
      send(`/api/v1/auth/${value}`, { headers: bearer }),
    )
  })
})

/** Sends one for each, some at a time: fewer than passwords are hashed for at once, as more are turned away at the door. */
async function all(
  texts: readonly string[],
  request: (text: string) => Promise<Answer>,
): Promise<void> {
  const atOnce = hashQueue.limit / 2
  for (let first = 0; first < texts.length; first += atOnce) {
    const sent = texts.slice(first, first + atOnce).map(request)
    for (const answer of await Promise.all(sent)) expectInOrder(answer)
  }
}

function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed()).slice(0, 8_000)
}

/** What shares its rules shares the list: each takes a part, all together take it whole. */
function partOf<T>(list: readonly T[], sharers: readonly string[], one: string): T[] {
  return list.filter((_, index) => index % sharers.length === sharers.indexOf(one))
}
