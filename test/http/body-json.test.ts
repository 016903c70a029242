import { describe, expect, it } from 'vitest'
import { mails, randomEmail, registration } from '../support/client.ts'
import { preparedSignIn } from '../support/prepared.ts'
import { bodyOperations, filled } from './operations.ts'
import { expectProblem } from './problem-document.ts'
import { json, type Sent, send } from './service.ts'

const { access_token: token } = await preparedSignIn()
const routes = await bodyOperations()

const malformed = [
  '{',
  '{"a":}',
  '{"a":1,}',
  "{'a':1}",
  '{a:1}',
  '{"a":"\n"}',
  '{"a":NaN}',
  '{"a":01}',
  '{"a":"\\x41"}',
  '[1',
  'undefined',
  '{} {}',
  '\0',
  '"',
  'a=1&b=2',
]

const noObjects = ['[]', '[{}]', 'null', '1', '-0', '1e999', 'true', '"text"', '""']

const deep = [
  '['.repeat(10_000) + ']'.repeat(10_000),
  `${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`,
  `{"email":${'['.repeat(10_000)}${']'.repeat(10_000)}}`,
  `{"nothing":${'['.repeat(10_000)}${']'.repeat(10_000)}}`,
  '['.repeat(10_000),
]

/** In a string: a byte that is none of UTF-8, a sequence cut short, a surrogate, and what a decoder makes of them. */
const noUtf8 = [[0xff], [0xc3], [0xed, 0xa0, 0x80], [0xef, 0xbf, 0xbd]].map(
  (bytes) => new Uint8Array([...utf8('{"email":"'), ...bytes, ...utf8('"}')]),
)

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

describe.each(routes)('$name', ({ method, path }) => {
  const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' }
  const post = (body: NonNullable<Sent['body']>) => send(filled(path), { method, headers, body })

  it('answers malformed JSON with 400', async () => {
    for (const text of malformed) expectProblem(await post(text), 400, 'MALFORMED_JSON')
  })

  it('refuses bytes that are no UTF-8', async () => {
    for (const bytes of noUtf8) expectProblem(await post(bytes), 400, 'MALFORMED_JSON')
  })

  it('refuses JSON that is no object (422)', async () => {
    for (const text of noObjects) {
      const { errors } = expectProblem(await post(text), 422, 'VALIDATION_FAILED')
      expect(errors?.length, text).toBeGreaterThan(0)
    }
  })

  it('survives 10,000 levels', async () => {
    for (const text of deep) expect([400, 422]).toContain((await post(text)).status)
  })
})

describe.each([
  ['DELETE', '/api/v1/auth/me'],
  ['POST', '/api/v1/auth/logout'],
])('%s %s, which takes no body', (method, path) => {
  it('does nothing for one that is no JSON, and is content with an empty one', async () => {
    const { access_token: token } = await preparedSignIn()
    const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' }
    expectProblem(await send(path, { method, headers, body: '{"a":' }), 400, 'MALFORMED_JSON')
    expect((await send('/api/v1/auth/me', { headers })).body).toMatchObject({ status: 'active' })
    expect((await send(path, { method, headers })).status).toBeLessThan(300)
  })
})

describe('duplicate keys', () => {
  const path = '/api/v1/auth/register'

  it('have one meaning: the last counts for the check, the answer and the mail', async () => {
    const [first, last] = [randomEmail(), randomEmail()]
    const body = JSON.stringify(registration(first)).replace('}', `,"email":"${last}"}`)
    const answer = await send(path, { ...json({}), body })
    expect(answer).toMatchObject({ status: 202, body: { email: last } })
    expect(await mails(last)).toHaveLength(1)
  })

  it('do not bring back a value that would be refused', async () => {
    const { email, ...others } = registration(randomEmail())
    const body = JSON.stringify(others).replace('{', `{"email":"${email}","email":["${email}"],`)
    expectProblem(await send(path, { ...json({}), body }), 422, 'VALIDATION_FAILED')
  })
})
