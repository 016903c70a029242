import { describe, expect, it } from 'vitest'
import { preparedSignIn } from '../support/prepared.ts'
import { filled, type Operation, operations } from './operations.ts'
import { expectProblem } from './problem-document.ts'
import { samples } from './sample-bodies.ts'
import { send } from './service.ts'

const { access_token: token } = await preparedSignIn()
const routes = (await operations()).filter(({ query }) => query.length > 0)

/** Whoever leads a browser or an app there may add what it likes. */
const fromOutside = /\/auth\/oauth\/|\/auth\/forms$|^\/app\//
const searched = routes.filter(({ path }) => !fromOutside.test(path))

function get({ path }: Operation, query: string) {
  // The tenant is that of the token: what is asked of another is not found, whatever the query.
  return send(`${filled(path.replace('{slug}', 'default'))}?${query}`, {
    headers: { Authorization: `Bearer ${token}` },
  })
}

it('knows the lists that are searched', () => {
  expect(searched.map(({ path }) => path).sort()).toEqual([
    '/api/v1/admin/audit',
    '/api/v1/admin/audit/export',
    '/api/v1/admin/metrics',
    '/api/v1/admin/users',
    '/api/v1/admin/webhooks/{id}/deliveries',
    '/api/v1/auth/me/activity',
    '/api/v1/tenants/{slug}/members',
  ])
})

describe.each(searched)('$name refuses by name', (route) => {
  it('each parameter that it does not know, whatever it knows beside', async () => {
    for (const name of ['acton', 'Cursor', 'cursor ', 'q[]', 'constructor']) {
      const query = `${encodeURIComponent(name)}=secret-1&also=2`
      const { errors } = expectProblem(await get(route, query), 422, 'VALIDATION_FAILED')
      expect(errors?.map(({ field, code }) => [field, code])).toEqual([
        [name, 'UNKNOWN_FIELD'],
        ['also', 'UNKNOWN_FIELD'],
      ])
      expect(JSON.stringify(errors)).not.toContain('secret')
    }
  })
})

describe.each(routes)('$name', (route) => {
  it.each(route.query)('takes no %s that is given twice', async (name) => {
    const value = encodeURIComponent(String(samples[name] ?? 'text'))
    const answer = await get(route, `${name}=${value}&${name}=${value}`)
    const { errors } = expectProblem(answer, 422, 'VALIDATION_FAILED')
    const message = 'This field must be one string, not several.'
    expect(errors).toContainEqual({ field: name, code: 'INVALID_TYPE', message })
  })
})
