import { describe, expect, it } from 'vitest'
import { preparedSignIn } from '../support/prepared.ts'
import { bodyOperations, filled } from './operations.ts'
import { expectProblem } from './problem-document.ts'
import { sampleBody } from './sample-bodies.ts'
import { send } from './service.ts'

const { access_token: token } = await preparedSignIn()
const routes = await bodyOperations()

const foreign = [
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'text/plain',
  'text/plain; charset=application/json',
  'text/json',
  'application/jsonx',
  'application/json-patch+json',
  'application/problem+json',
  'application/json, text/plain',
  'application/json; charset=utf-16',
  'application/json; charset=utf-7',
  'application/json; charset=utf-8; charset=utf-16',
  'application/octet-stream',
  '*/*',
  'json',
]

const taken = [
  'application/json',
  'Application/JSON',
  'application/json;charset=UTF-8',
  'application/json; charset="utf-8"',
]

/** Legal (RFC 9110 §5.6.6 allows blanks before the semicolon) or nearly so. */
const loose = ['application/json ; charset=utf-8', 'application/json; charset = utf-8']

describe.each(routes)('$name', ({ method, path, body: schema }) => {
  function post(type: string | null, body: unknown, others: Record<string, string> = {}) {
    const named = type === null ? {} : { 'Content-Type': type }
    const headers = { Authorization: `Bearer ${token}`, ...named, ...others }
    // Bytes bring no type of their own.
    return send(filled(path), {
      method,
      headers,
      body: new TextEncoder().encode(JSON.stringify(body)),
    })
  }

  it('refuses every other type, though JSON is in it', async () => {
    for (const type of foreign) {
      expectProblem(await post(type, sampleBody(schema)), 415, 'UNSUPPORTED_MEDIA_TYPE')
    }
  })

  it('refuses a body without a type', async () => {
    expectProblem(await post(null, sampleBody(schema)), 415, 'UNSUPPORTED_MEDIA_TYPE')
  })

  it('refuses a coded body (RFC 9110 §8.4), as nothing undoes it', async () => {
    for (const coding of ['gzip', 'br', 'xyzzy', 'identity, gzip']) {
      const answer = await post('application/json', { nothing: 1 }, { 'Content-Encoding': coding })
      expectProblem(answer, 415, 'UNSUPPORTED_MEDIA_TYPE')
    }
    const plain = { 'Content-Encoding': 'Identity' }
    expectProblem(await post('application/json', { nothing: 1 }, plain), 422, 'VALIDATION_FAILED')
  })

  it('takes JSON in UTF-8, however it is spelt', async () => {
    for (const type of taken) {
      expectProblem(await post(type, { nothing: 1 }), 422, 'VALIDATION_FAILED')
    }
  })

  it('takes or refuses a loose spelling, but never stumbles over it', async () => {
    for (const type of loose) {
      expect([415, 422], type).toContain((await post(type, { nothing: 1 })).status)
    }
  })
})

describe('the form that a provider has the browser post', () => {
  it.each([
    'application/json',
    'application/x-www-form-urlencoded;',
    'application/x-www-form-urlencoded; charset',
    'application/x-www-form-urlencodedx',
    'multipart/form-data; boundary=x',
    'text/plain',
  ])('is not taken as %s', async (type) => {
    const headers = { 'Content-Type': type }
    const path = '/api/v1/auth/oauth/apple/callback'
    const body = new TextEncoder().encode(JSON.stringify({}))
    expectProblem(
      await send(path, { method: 'POST', headers, body }),
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    )
  })
})
