import { afterEach, expect, it, vi } from 'vitest'
import { defaultTenantId } from '../../src/tenants/tenant.ts'
import { send } from './service.ts'

afterEach(() => vi.restoreAllMocks())

it('says in one line which route refused what, of which tenant, and by which request', async () => {
  const lines = vi.spyOn(console, 'info').mockReturnValue()
  const id = '0190a0a0-0000-7000-8000-00000000a11e'
  const { headers } = await send(`/api/v1/auth/sessions/${id}?secret=s3cret`, { method: 'DELETE' })
  await send(`/api/v1/nowhere/${id}`)

  const [known, unknown, ...others] = lines.mock.calls.map(([line]) => String(line))
  expect(JSON.parse(known ?? '')).toEqual({
    level: 'info',
    event: 'refused',
    request_id: headers.get('X-Request-Id'),
    method: 'DELETE',
    route: '/api/v1/auth/sessions/:id',
    tenant: defaultTenantId,
    status: 401,
    code: 'TOKEN_INVALID',
  })
  expect(JSON.parse(unknown ?? '')).toMatchObject({ route: 'none', status: 404 })
  expect(others).toEqual([])
  expect(`${known}${unknown}`).not.toMatch(/a11e|s3cret/)
})
