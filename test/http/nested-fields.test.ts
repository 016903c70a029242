import { describe, expect, it } from 'vitest'
import { act, newAdministrator } from '../support/administrator.ts'
import { newTenant } from '../support/tenant.ts'
import { expectInOrder } from './answers-in-order.ts'
import { naughtyStrings } from './naughty-strings.ts'
import { bodyOperations, type Schema, typesOf } from './operations.ts'

/** Names of fields, and `0` for what stands in a list. */
type Path = readonly (string | 0)[]

interface Leaf {
  path: Path
  schema: Schema
}

/** What the database has no room for, and what no schema means by a number or a text. */
const hard: readonly unknown[] = [
  'a\0b',
  '\0',
  '\ud800',
  'https://a.example/\0',
  'https://a.example/\udc00',
  'app:\0',
  '',
  ' ',
  'x'.repeat(20_000),
  2 ** 31,
  2 ** 53 - 1,
  2 ** 63,
  -1,
  1.5,
  1e300,
  null,
  true,
  [],
  {},
  [[[]]],
]

/** Of a text: no table and no JSON of Postgres takes it. */
const unstorable = ['a\0b', '\ud800', 'https://a.example/\0', 'https://a.example/\udc00', 'app:\0']

/** What a schema alone does not tell of a value that is taken. Fields of lists have the last name before. */
const good: Record<string, unknown> = {
  primary_color: '#112233',
  reply_to: 'help@acme.example',
  phone_regions: 'BD',
  text_regions: 'BD',
  allowed_origins: 'https://app.acme.example',
  package: 'example.acme.app',
  fingerprint: Array(32).fill('AB').join(':'),
  apple_apps: 'ABCDE12345.example.acme',
  redirect_urls: 'https://app.acme.example/back',
  max_length: 100,
  latest: '1.3.0',
  min_supported: '1.2.0',
  blocked: '1.2.5',
}
/** Only a choice has options. */
const besides: Record<string, object> = { options: { type: 'select' } }

const routes = (await bodyOperations())
  .filter(({ path }) => /\/tenants\/\{slug\}$|forms\/preview|app-versions/.test(path))
  .map((route) => ({
    ...route,
    leaves: leavesOf(route.body).filter(
      ({ path, schema }) => path.length > 1 || typesOf(schema).includes('integer'),
    ),
  }))
  .filter(({ leaves }) => leaves.length > 0)
const all = routes.flatMap(({ leaves }) => leaves)

it('finds what stands within settings, forms and notes', () => {
  const names = all.map(({ path }) => path.join('.'))
  expect(names).toEqual(
    expect.arrayContaining([
      'settings.branding.logo_url',
      'settings.redirect_urls.0',
      'settings.session.idle_life',
      'settings.register_form.own_fields.0.label.en',
      'settings.register_form.own_fields.0.options.0.value',
    ]),
  )
})

const owner = await newAdministrator(await newTenant(), 'owner')

describe.each(routes)('$name', ({ method, path, body, leaves }) => {
  it.each(leaves.map((leaf) => ({ ...leaf, field: leaf.path.join('.') })))(
    'takes or refuses by name whatever stands in $field',
    async ({ path: leaf, schema }) => {
      const send = (value: unknown) => act(owner, method, placed(path), bodyWith(body, leaf, value))
      const taken = await send(goodFor(nameOf(leaf), schema))
      expect([200, 409], JSON.stringify(taken.body)).toContain(taken.status)
      for (const value of [...hard, ...partOf(leaf)]) {
        const answer = await send(value)
        expectInOrder(answer)
        expect([200, 409, 422], JSON.stringify(answer.body)).toContain(answer.status)
        if (typesOf(schema).includes('string') && unstorable.includes(value as string)) {
          expect(answer.status, JSON.stringify(value)).toBe(422)
        }
      }
    },
  )
})

function placed(path: string): string {
  return path.replace('/api/v1', '').replace('{slug}', owner.slug).replace('{platform}', 'android')
}

/** Together the leaves take the whole list. */
function partOf(path: Path): string[] {
  const at = all.findIndex((leaf) => leaf.path === path)
  return naughtyStrings.filter((_, index) => index % all.length === at)
}

function leavesOf(schema: Schema, path: Path = []): Leaf[] {
  const shapes = schema.anyOf ?? [schema]
  const below = shapes.flatMap(({ properties = {}, items }) => [
    ...Object.entries(properties).flatMap(([name, inner]) => leavesOf(inner, [...path, name])),
    ...(items ? leavesOf(items, [...path, 0]) : []),
  ])
  const plain = shapes.find(({ properties, items }) => !properties && !items)
  return plain ? [...below, { path, schema: plain }] : below
}

/** The least that holds a value there, and all that is wanted beside it. */
function bodyWith(schema: Schema, [step, ...rest]: Path, value: unknown): unknown {
  if (step === undefined) return value
  const shapes = schema.anyOf ?? [schema]
  if (step === 0) {
    const items = shapes.find((shape) => shape.items)?.items ?? {}
    return [bodyWith(items, rest, value)]
  }
  const shape = shapes.find(({ properties = {} }) => step in properties) ?? {}
  const { properties = {}, required = [] } = shape
  const beside = required.map((name) => [name, goodFor(name, properties[name] ?? {})])
  return {
    ...Object.fromEntries(beside),
    ...besides[step],
    [step]: bodyWith(properties[step] ?? {}, rest, value),
  }
}

function nameOf(path: Path): string {
  return path.findLast((step) => step !== 0) ?? ''
}

function goodFor(name: string, { anyOf: [shape] = [], ...schema }: Schema): unknown {
  if (shape) return goodFor(name, shape)
  if (name in good) return good[name]
  const { enum: words, properties, required = [], minimum = 1, format } = schema
  const types = typesOf(schema)
  if (words) return words[0]
  if (types.includes('boolean')) return true
  if (types.includes('integer')) return minimum
  if (format === 'uri') return 'https://acme.example/x'
  if (!properties) return 'a'
  return Object.fromEntries(
    required.map((inner) => [inner, goodFor(inner, properties[inner] ?? {})]),
  )
}
