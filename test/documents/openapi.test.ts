import { env } from 'cloudflare:test'
import { describe, expect, it } from 'vitest'
import { app } from '../../src/app.ts'
import { livePorts } from '../../src/edge/live-ports.ts'
import { refusalsOfAll } from '../../src/errors.ts'
import { filled, openApi, operations } from '../http/operations.ts'
import { json, send } from '../http/service.ts'
import type { Answer } from '../support/client.ts'
import { answersOf } from './provocations.ts'

const document = await openApi()
const routes = await operations()

describe('/openapi.json', () => {
  it('is OpenAPI 3.1 of this version of the service', async () => {
    const { body } = await send('/api/v1')
    expect(document.openapi).toMatch(/^3\.1\.\d+$/)
    expect(document.info).toMatchObject({ title: 'Gatehouse', version: body.version })
    expect(document.servers).toEqual([{ url: env.PUBLIC_URL }])
  })

  it('takes its address from the configuration, never from the request', async () => {
    const headers = { 'X-Forwarded-Host': 'evil.example', Host: 'evil.example' }
    const { body } = await send('http://127.0.0.1:9999/openapi.json', { headers })
    expect(body).toEqual(document)
  })

  it('names every route that is served, and serves every route that it names', () => {
    const served = app(livePorts)
      .routes.filter(({ method, path }) => method !== 'ALL' && !path.includes('*'))
      .map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`)
    expect(routes.map(({ name }) => name).sort()).toEqual([...new Set(served)].sort())
  })

  it('points to nothing that is not in it', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)]
    for (const [, pointer = ''] of references) expect(at(pointer), pointer).toBeDefined()
  })

  it('describes every parameter that stands in a path, and no other', () => {
    for (const [path, methods] of Object.entries(document.paths)) {
      const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
      for (const { parameters = [] } of Object.values(methods)) {
        const described = parameters.filter((parameter) => parameter.in === 'path')
        expect(described.map(({ name }) => name)).toEqual(named)
      }
    }
  })

  it('writes every pattern as other programs read it', () => {
    const patterns = JSON.stringify(document).matchAll(/"pattern":("(?:[^"\\]|\\.)*")/g)
    const texts = [...patterns].map(([, text = '""']) => JSON.parse(text) as string)
    expect(texts.length).toBeGreaterThan(10)
    // A flag would stand in the text, behind a slash: nothing could match that.
    for (const text of texts) {
      expect(text).not.toMatch(/\/[a-z]*$/)
      expect(() => new RegExp(text, 'u')).not.toThrow()
    }
  })

  it('shows no secret and no example of one', () => {
    expect(JSON.stringify(document)).not.toMatch(/gh[rvpd]_[\w-]{20,}|eyJ[\w-]{10,}\./)
  })
})

describe('a refusal', () => {
  const codes = refusalsOfAll()

  it('has one of the codes of the catalogue, all of which are listed with status and title', () => {
    const { description } = document.info
    expect(codes.length).toBeGreaterThan(20)
    for (const { code, statuses, title } of codes) {
      const row = `| <a id="${code}"></a>\`${code}\` | ${statuses.join(', ')} | ${title} |`
      expect(description).toContain(row)
    }
    const problem = at('components/schemas/Problem') as { properties: { code: object } }
    const words = codes.map(({ code }) => code)
    expect(problem.properties.code).toEqual({ type: 'string', enum: words })
  })

  it('has one title and one row, also where its code has two statuses', async () => {
    const rows = [...document.info.description.matchAll(/<a id="(\w+)">/g)].map(([, id]) => id)
    expect(rows.length).toBe(new Set(rows).size)
    const link = await send('/api/v1/auth/verify-email', json({ token: 'none' }))
    const access = await send('/api/v1/auth/me', { headers: { Authorization: 'Bearer none' } })
    expect([link.status, access.status]).toEqual([400, 401])
    expect(link.body).toMatchObject({ type: access.body.type, title: access.body.title })
    expect(document.info.description).toContain(`| 400, 401 | ${link.body.title} |`)
  })

  it('is that schema on every route', () => {
    for (const { name, path, method } of routes) {
      const refused = operationAt(method, path)?.responses.default
      expect(JSON.stringify(refused), name).toContain('"#/components/schemas/Problem"')
    }
  })
})

describe('a body to try', () => {
  it.each(['register', 'login', 'refresh', 'forgot-password', 'reset-password', 'verify-email'])(
    'of POST /auth/%s is an example that fits its schema',
    (route) => {
      for (const example of examplesOf('post', `/api/v1/auth/${route}`)) expectFit(route, example)
    },
  )

  it('of PUT /auth/change-password too', () => {
    for (const example of examplesOf('put', '/api/v1/auth/change-password')) {
      expect(Object.keys(example).sort()).toEqual(['current_password', 'new_password'])
    }
  })

  it('is there by name for the link and for the code', () => {
    const body = bodyOf('post', '/api/v1/auth/verify-email')
    expect(Object.keys(body?.examples ?? {})).toEqual(['link', 'code'])
  })
})

describe('a header that middleware reads', () => {
  it('X-Tenant is declared on the routes of a tenant, and on no other', async () => {
    for (const { name, path, method } of routes) {
      const headers = { 'X-Tenant': 'nobody' }
      const { body } = await send(filled(path), { method, headers })
      expect(headersOf(method, path).includes('X-Tenant'), name).toBe(
        body.code === 'TENANT_NOT_FOUND',
      )
    }
  })

  it('X-Token-Transport is declared where `cookie` asks for an origin, and nowhere else', async () => {
    const declared = []
    for (const { name, path, method, body } of routes) {
      const headers = { 'X-Token-Transport': 'cookie' }
      const sent = body
        ? { ...json({}), method, headers: { ...json({}).headers, ...headers } }
        : { method, headers }
      const answer = await send(filled(path), sent)
      const asks = answer.body.code === 'ORIGIN_NOT_ALLOWED'
      expect(headersOf(method, path).includes('X-Token-Transport'), name).toBe(asks)
      if (asks) declared.push(path.replace('/api/v1/auth/', ''))
    }
    expect(declared).toEqual(
      expect.arrayContaining(['register', 'login', 'refresh', 'logout', 'logout-all']),
    )
  })
})

describe('the bearer scheme', () => {
  it('is the one that guarded routes name', () => {
    expect(at('components/securitySchemes/bearer')).toMatchObject({
      type: 'http',
      scheme: 'bearer',
    })
    for (const methods of Object.values(document.paths)) {
      for (const { security = [] } of Object.values(methods)) {
        for (const scheme of security) expect(Object.keys(scheme as object)).toEqual(['bearer'])
      }
    }
  })
})

/** A delivery that is taken needs Amazon's signature (`messages/bounces.test.ts`), one too large has a limit of its own (`http/webhook-size.test.ts`). */
const provenElsewhere: Record<string, string[]> = {
  'POST /api/v1/webhooks/ses': ['204', '413'],
  // `messages/status.test.ts`
  'POST /api/v1/webhooks/twilio': ['204', '413'],
  'POST /api/v1/webhooks/whatsapp': ['204', '413'],
  'POST /api/v1/webhooks/aws-sms': ['204', '413'],
}

/** What no form asks for is refused there all the same, by name: `http/fields.test.ts`. */
const takesOwnFields = ['POST /api/v1/auth/register', 'PATCH /api/v1/auth/me']

describe.each(routes)('$name', (route) => {
  const documented = route.responses
  let answers: Answer<unknown>[] = []

  it('answers in every way that it documents', async () => {
    answers = await answersOf(route)
    const seen = new Set(answers.map(({ status }) => String(status)))
    for (const status of [...(provenElsewhere[route.name] ?? []), 'default']) seen.add(status)
    expect(documented.filter((status) => !seen.has(status))).toEqual([])
  })

  it('documents every way in which it answers', () => {
    const missing = answers.filter(
      (answer) => !documented.includes(String(answer.status)) && !isCommon(documented, answer),
    )
    expect([...new Set(missing.map((answer) => `${answer.status} ${codeOf(answer)}`))]).toEqual([])
  })

  it('takes no key that it does not name, but for a tenant’s own fields', () => {
    const additionalProperties = takesOwnFields.includes(route.name) ? {} : false
    for (const shape of route.body?.anyOf ?? (route.body ? [route.body] : [])) {
      expect(shape).toMatchObject({ type: 'object', additionalProperties })
    }
  })
})

/** Refusals that every route shares may stand together under `default`. */
const common = new Set([
  'BODY_TOO_LARGE',
  'HOST_NOT_SERVED',
  'MALFORMED_JSON',
  'MISCONFIGURED',
  'RATE_LIMITED',
  'TENANT_NOT_FOUND',
  'UNSUPPORTED_MEDIA_TYPE',
  'VALIDATION_FAILED',
])

function isCommon(documented: string[], answer: Answer<unknown>): boolean {
  return documented.includes('default') && common.has(codeOf(answer))
}

function operationAt(method: string, path: string) {
  return document.paths[path]?.[method.toLowerCase()]
}

function headersOf(method: string, path: string): string[] {
  const parameters = operationAt(method, path)?.parameters ?? []
  return parameters.filter((parameter) => parameter.in === 'header').map(({ name }) => name)
}

function bodyOf(method: string, path: string) {
  return operationAt(method, path)?.requestBody?.content['application/json']
}

/** At least one. */
function examplesOf(method: string, path: string): Record<string, unknown>[] {
  const { example, examples = {} } = bodyOf(method, path) ?? {}
  const found = [example, ...Object.values(examples).map(({ value }) => value)]
  const bodies = found.filter((body) => body !== undefined)
  expect(bodies.length).toBeGreaterThan(0)
  return bodies
}

function expectFit(route: string, example: Record<string, unknown>): void {
  const schema = bodyOf('post', `/api/v1/auth/${route}`)?.schema ?? {}
  const shapes = (schema.anyOf ?? [schema]).map((shape) => ({
    known: Object.keys(shape.properties ?? {}),
    required: shape.required ?? [],
  }))
  const keys = Object.keys(example)
  const fits = shapes.some(
    ({ known, required }) =>
      keys.every((key) => known.includes(key)) && required.every((key) => keys.includes(key)),
  )
  expect(fits, JSON.stringify(example)).toBe(true)
}

function codeOf({ body }: Answer<unknown>): string {
  return String((body as { code?: unknown }).code ?? 'success')
}

function at(pointer: string): unknown {
  return pointer
    .split('/')
    .reduce<unknown>(
      (value, key) => (value as Record<string, unknown> | undefined)?.[key],
      document,
    )
}
