import { afterAll, beforeAll, describe, it, vi } from 'vitest'
import { newSession } from '../support/client.ts'
import { expectInOrder } from './answers-in-order.ts'
import { asHeader, naughtyStrings } from './naughty-strings.ts'
import { bodyOperations, fieldsOf, operations } from './operations.ts'
import { headerValues } from './request-arbitrary.ts'
import { sampleBody } from './sample-bodies.ts'
import { send } from './service.ts'

const { access_token: token } = await newSession()
const bearer = { Authorization: `Bearer ${token}` }
const routes = await bodyOperations()
const all = await operations()
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
    send(path, {
      method,
      headers: { ...bearer, 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    })

  it('takes every naughty string in all of its fields at once', async () => {
    for (const text of naughtyStrings) {
      for (const shape of schema.anyOf ?? [schema]) {
        const names = Object.keys(shape.properties ?? {})
        expectInOrder(await post(Object.fromEntries(names.map((name) => [name, text]))))
      }
    }
  })

  it.each(fields)(
    'takes one naughty string after the other in %s, the rest being good',
    async (field) => {
      for (const text of partOf(naughtyStrings, fields, field)) {
        expectInOrder(await post(sampleBody(schema, { [field]: text })))
      }
    },
  )

  it('takes its part of the naughty strings as names of fields', async () => {
    const names = routes.map((route) => route.name)
    for (const text of partOf(naughtyStrings, names, name)) {
      expectInOrder(await post({ ...sampleBody(schema), ...Object.fromEntries([[text, text]]) }))
    }
  })
})

describe('headers', () => {
  const others = Object.keys(headerValues).filter((name) => !doors.includes(name))
  const change = { method: 'PATCH', body: '{"first_name":"Ann"}' }
  const usual = { ...bearer, 'Content-Type': 'application/json' }

  it('take every naughty string at once, and it is stored or dropped', async () => {
    for (const text of headerTexts) {
      const headers = Object.fromEntries(others.map((name) => [name, text]))
      expectInOrder(await send('/api/v1/auth/me', { ...change, headers: { ...headers, ...usual } }))
    }
  })

  it.each(doors)('take every naughty string in %s', async (name) => {
    for (const text of headerTexts) {
      const headers = { ...usual, [name]: text }
      expectInOrder(await send('/api/v1/auth/me', { ...change, headers }))
    }
  })

  it.each(Object.keys(headerValues))('take bytes beyond ASCII in %s', async (name) => {
    // One request each: the runtime warns of every such header.
    const headers = { ...usual, [name]: 'éÿ' }
    expectInOrder(await send('/api/v1/auth/me', { ...change, headers }))
  })
})

describe('addresses', () => {
  const open = all.filter(({ path }) => path.includes('{'))
  it.each(open)('$name takes every naughty string in its path', async ({ path, method }) => {
    for (const text of naughtyStrings) {
      const filled = path.replace(
        /\{\w+\}/g,
        encodeURIComponent(text.toWellFormed()).slice(0, 8_000),
      )
      expectInOrder(await send(filled, { method, headers: bearer }))
    }
  })

  it('take every naughty string in the query', async () => {
    for (const text of naughtyStrings) {
      const value = encodeURIComponent(text.toWellFormed()).slice(0, 8_000)
      const path = `/api/v1/auth/me/activity?cursor=${value}&${value}=1`
      expectInOrder(await send(path, { headers: bearer }))
    }
  })

  it('take every naughty string as a path', async () => {
    for (const text of naughtyStrings) {
      const value = encodeURIComponent(text.toWellFormed()).slice(0, 8_000)
      expectInOrder(await send(`/api/v1/auth/${value}`, { headers: bearer }))
    }
  })
})

/** What shares its rules shares the list: each takes a part, all together take it whole. */
function partOf<T>(list: readonly T[], sharers: readonly string[], one: string): T[] {
  return list.filter((_, index) => index % sharers.length === sharers.indexOf(one))
}
