import { expect, it } from 'vitest'
import { type Answer, call, cost, password } from '../../../support/client.ts'
import { fieldCodes } from '../../../support/problem.ts'
import { newTenant } from '../../../support/tenant.ts'

interface Report {
  score: number
  acceptable: boolean
  feedback: {
    warning: string | null
    suggestions: string[]
    errors: { field: string; code: string; message: string }[]
  }
}

function report(body: Record<string, unknown>, headers = {}): Promise<Answer<Report>> {
  return call<Report>('/api/v1/auth/password-strength', body, { headers })
}

function codes({ body }: Answer<Report>): string[] {
  return body.feedback.errors.map(({ code }) => code)
}

it('gives score, verdict and feedback, at no cost to hash or database', async () => {
  const strong = await report({ password })
  expect(strong.status).toBe(200)
  expect(strong.body).toEqual({
    score: 4,
    acceptable: true,
    feedback: { warning: null, suggestions: [], errors: [] },
  })
  expect(cost(strong)).toEqual({ db: 0, do: 0, kv: 0, hash: 0 })
})

it('says what is wrong with a weak one', async () => {
  const { body } = await report({ password: 'iloveyou' })
  expect(body).toMatchObject({ score: 0, acceptable: false })
  expect(body.feedback.warning).toBe('This is one of the hundred most used passwords.')
  expect(body.feedback.suggestions.length).toBeGreaterThan(0)
  expect(body.feedback.errors).toEqual([
    {
      field: 'password',
      code: 'PASSWORD_TOO_COMMON',
      message: 'Choose another password: many people use this one.',
    },
    expect.objectContaining({ code: 'PASSWORD_TOO_WEAK' }),
  ])
})

it('knows breaches and the words around the person, as registration does', async () => {
  expect(codes(await report({ password: 'correcthorsebatterystaple' }))).toEqual([
    'PASSWORD_BREACHED',
  ])
  const about = { first_name: 'Rosalind', email: 'wanderlust@example.com' }
  expect(codes(await report({ ...about, password: 'quietly rosalind walks home' }))).toEqual([
    'PASSWORD_CONTAINS_CONTEXT',
  ])
  expect(codes(await report({ ...about, password: 'quietly wanderlust walks home' }))).toEqual([
    'PASSWORD_CONTAINS_CONTEXT',
  ])
})

it("follows the tenant's preset", async () => {
  const { headers } = await newTenant({ passwordPreset: 'classic' })
  const answer = await report({ password: 'vexing-plum' }, headers)
  expect(codes(answer)).toEqual(['PASSWORD_NO_UPPERCASE', 'PASSWORD_NO_DIGIT'])
  expect(codes(await report({ password: 'Wwwwwww4' }, headers))).toEqual([])
})

it.each([
  [{}, 'password REQUIRED'],
  [{ password: '' }, 'password TOO_SHORT'],
  [{ password: 'x'.repeat(1_025) }, 'password TOO_LONG'],
  [{ password: 'x', user_id: '1' }, 'user_id UNKNOWN_FIELD'],
])('%j is refused by field', async (body, code) => {
  const refused = await report(body)
  expect(refused.status).toBe(422)
  expect(fieldCodes(refused)).toContain(code)
})
