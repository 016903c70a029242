import { describe, expect, it } from 'vitest'
import { preparedSignIn } from '../support/prepared.ts'
import { type BodyOperation, bodyOperations, fieldsOf, filled, typesOf } from './operations.ts'
import { expectProblem } from './problem-document.ts'
import { sampleBody, samples } from './sample-bodies.ts'
import { send } from './service.ts'

const { access_token: token } = await preparedSignIn()
const routes = await bodyOperations()

function post({ method, path }: BodyOperation, body: unknown) {
  // The tenant is that of the token: what is asked of another is not found, whatever the body.
  return send(filled(path.replace('{slug}', 'default')), {
    method,
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
}

function withKey(route: BodyOperation, key: string, value: string): string {
  const body = JSON.stringify(sampleBody(route.body))
  return `${body.slice(0, -1)},${JSON.stringify(key)}:${value}}`
}

const cases = routes.flatMap((route) =>
  Object.entries(fieldsOf(route.body)).map(([field, schema]) => ({
    ...route,
    field,
    schema,
    route,
  })),
)
const texts = cases.filter(({ schema }) => typesOf(schema).includes('string'))

it('knows a good value for every field of every body', () => {
  expect(cases.map(({ field }) => field).filter((field) => !(field in samples))).toEqual([])
  expect(cases.length).toBeGreaterThan(30)
})

const strangers: [string, string][] = [
  ['nope', '1'],
  ['__proto__', '{"admin":true}'],
  ['constructor', '{"prototype":{"admin":true}}'],
  ['prototype', 'null'],
  ['toString', '"x"'],
  ['hasOwnProperty', 'true'],
  ['user_id', '"01999999-9999-7999-8999-999999999999"'],
  ['tenant_id', '"x"'],
  ['roles', '["owner"]'],
  ['status', '"active"'],
  ['email_verified', 'true'],
  ['Email', '"a@example.com"'],
  ['email ', '"a@example.com"'],
  ['', '1'],
]

const isKnown = ({ body }: BodyOperation, key: string) => Object.hasOwn(body.properties ?? {}, key)

describe.each(routes)('$name refuses by name', (route) => {
  it('each unknown key', async () => {
    for (const [key, value] of strangers.filter(([key]) => !isKnown(route, key))) {
      const answer = await post(route, withKey(route, key, value))
      const { errors } = expectProblem(answer, 422, 'VALIDATION_FAILED')
      expect(errors).toContainEqual(expect.objectContaining({ field: key, code: 'UNKNOWN_FIELD' }))
    }
    expect(Object.keys(Object.prototype)).toEqual([])
    expect('admin' in {}).toBe(false)
  })

  it('every unknown key of several, without what they hold', async () => {
    const body = { ...sampleBody(route.body), one: 'secret-1', two: { three: 'secret-2' } }
    const problem = expectProblem(await post(route, body), 422, 'VALIDATION_FAILED')
    expect(problem.errors?.map(({ field }) => field)).toEqual(
      expect.arrayContaining(['one', 'two']),
    )
    expect(JSON.stringify(problem)).not.toContain('secret')
  })

  it('a key of any length and kind in a bounded, printable spelling', async () => {
    for (const key of ['x'.repeat(10_000), 'a\u0000b', '\ud800', '\u202egnp', 'a\r\nb']) {
      const problem = expectProblem(
        await post(route, withKey(route, key, '1')),
        422,
        'VALIDATION_FAILED',
      )
      for (const { field } of problem.errors ?? []) expect(field).toMatch(/^\P{C}{1,64}$/u)
    }
  })
})

const wrongTypes: [string, unknown][] = [
  ['array', ['somebody@example.com']],
  ['array', []],
  ['number', 7],
  ['object', { value: 'somebody@example.com' }],
  ['object', {}],
  ['null', null],
  ['boolean', true],
  ['string', 'true'],
]

it.each(cases)('$name refuses every wrong type of $field', async ({ route, field, schema }) => {
  // Seven is an integer too.
  const right = typesOf(schema).map((type) => (type === 'integer' ? 'number' : type))
  const wrong = wrongTypes.filter(([type]) => !right.includes(type))
  for (const [, value] of wrong) {
    const answer = await post(route, sampleBody(route.body, { [field]: value }))
    const { errors } = expectProblem(answer, 422, 'VALIDATION_FAILED')
    expect(errors, JSON.stringify(value)).toContainEqual(
      expect.objectContaining({ field, code: 'INVALID_TYPE' }),
    )
  }
})

describe('a field that is wanted', () => {
  const wanted = cases.filter(({ route, field }) => route.body.required?.includes(field))
  it.each(wanted)('is asked for by name: $name $field', async ({ route, field }) => {
    const { [field]: _, ...body } = sampleBody(route.body)
    const { errors } = expectProblem(await post(route, body), 422, 'VALIDATION_FAILED')
    expect(errors).toContainEqual(expect.objectContaining({ field, code: 'REQUIRED' }))
  })
})

const unstorable = (text: string) => [
  `${text}\0`,
  '\0',
  `${text}\ud800`,
  `\udc00${text}`,
  `${text}\udc00\ud800`,
]

it.each(texts)('$name refuses NUL and half characters in $field', async ({ route, field }) => {
  for (const value of unstorable(String(samples[field]))) {
    const answer = await post(route, sampleBody(route.body, { [field]: value }))
    const { errors } = expectProblem(answer, 422, 'VALIDATION_FAILED')
    expect(
      errors?.map((error) => error.field),
      JSON.stringify(value),
    ).toContain(field)
  }
})

const printed = ['email', 'phone_e164', 'first_name', 'last_name', 'mobile', 'locale', 'gender']
// The strength estimate only reads its words.
const kept = texts.filter(
  ({ field, path }) => printed.includes(field) && !path.endsWith('/password-strength'),
)
const breaks = ['\r\nBcc: victim@example.com', '\nX: y', '\r', '\u0085', '\u2028', '%0d%0aBcc: x']

it.each(kept)('$name refuses line breaks before, in and after $field', async ({ route, field }) => {
  const sample = String(samples[field])
  const half = Math.ceil(sample.length / 2)
  for (const text of breaks) {
    const inside = sample.slice(0, half) + text + sample.slice(half)
    for (const value of [sample + text, text + sample, inside]) {
      const answer = await post(route, sampleBody(route.body, { [field]: value }))
      const { errors } = expectProblem(answer, 422, 'VALIDATION_FAILED')
      expect(
        errors?.map((error) => error.field),
        JSON.stringify(value),
      ).toContain(field)
    }
  }
})
