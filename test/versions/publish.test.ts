import { describe, expect, it } from 'vitest'
import { newAdministrator } from '../support/administrator.ts'
import { call, cost } from '../support/client.ts'
import { row, rows, setUser } from '../support/database.ts'
import { hold } from '../support/lock.ts'
import { codeOf, fieldCodes } from '../support/problem.ts'
import { newTenant } from '../support/tenant.ts'
import { app, newMemberIn, publish } from './administrator.ts'

const release = { latest: '2.0.0', min_supported: '1.5.0' }
const path = '/api/v1/admin/app-versions'

describe('PUT /admin/app-versions/{platform}', () => {
  it('leaves an address that an owner is just moving where the owner moves it', async () => {
    const tenant = await newTenant()
    const owner = await newAdministrator(tenant, 'owner')
    const administrator = await newAdministrator(tenant, 'admin')
    await publish('android', { ...release, store_url: 'https://play.example/old' }, owner)
    const moving = await hold(
      'select tenant_id from app_versions where tenant_id = $1 for update',
      [tenant.id],
      `update app_versions a set store_url = 'https://play.example/new' from slept
       where a.tenant_id = slept.tenant_id returning 1`,
    )
    const published = publish('android', { ...release, latest: '2.0.1' }, administrator)
    await moving.until(1)
    await moving.release()
    expect((await published).body).toMatchObject({
      latest: '2.0.1',
      store_url: 'https://play.example/new',
    })
  })

  it('writes down who reached for an address where there was none', async () => {
    const tenant = await newTenant()
    const administrator = await newAdministrator(tenant, 'admin')
    const reached = { ...release, store_url: 'https://evil.example/app' }
    expect((await publish('android', reached, administrator)).status).toBe(403)
    const refusals = `select reason from audit_events where tenant_id = $1 and action = 'admin.refused'`
    expect(await rows(refusals, [tenant.id])).toEqual([{ reason: 'owners_only' }])
  })

  it('puts a release in the place of the one before, in one statement with its record', async () => {
    const tenant = await newTenant()
    const administrator = await newAdministrator(tenant, 'owner')
    const whole = {
      ...release,
      store_url: 'https://play.example/app',
      notes: { en: 'New.', bn: 'নতুন।' },
      blocked: ['1.6.0'],
    }
    const first = await publish('android', whole, administrator)
    expect([first.status, first.body]).toEqual([
      200,
      { ...whole, platform: 'android', updated_at: expect.stringMatching(/Z$/) },
    ])
    const second = await publish('android', release, administrator)
    expect(second.body).toMatchObject({ ...release, store_url: null, notes: null, blocked: [] })
    const { token } = { token: administrator.access_token }
    const listed = await call(path, undefined, { token })
    expect(listed.body).toEqual({ app_versions: [second.body] })
    const trail = await rows(
      `select details from audit_events where tenant_id = $1 and action = 'app_version.changed' order by id`,
      [tenant.id],
    )
    expect(trail).toEqual([
      { details: { platform: 'android', ...release, blocked: '1.6.0' } },
      { details: { platform: 'android', ...release, blocked: '' } },
    ])
  })

  it('bites at the next request here, and moves the version of the tenant on for the others', async () => {
    const tenant = await newTenant()
    const administrator = await newAdministrator(tenant, 'admin')
    const version = () =>
      row<{ version: number }>('select version from tenants where id = $1', [tenant.id])
    const before = await version()
    await publish('ios', release, administrator)
    expect((await version()).version).toBe(before.version + 1)
    const headers = { ...tenant.headers, ...app('ios', '1.4.9') }
    expect((await call('/api/v1/auth/me', undefined, { headers })).status).toBe(426)
  })

  it('lets only owners say where the apps are to be had', async () => {
    const tenant = await newTenant()
    const administrator = await newAdministrator(tenant, 'admin')
    const told = { ...release, store_url: 'https://play.example/app' }
    const elsewhere = { ...release, store_url: 'https://evil.example/app' }
    const refused = await publish('android', told, administrator)
    expect([refused.status, codeOf(refused)]).toEqual([403, 'FORBIDDEN'])
    const listed = () => call(path, undefined, { token: administrator.access_token })
    expect((await listed()).body).toEqual({ app_versions: [] })
    await publish('android', told, await newAdministrator(tenant, 'owner'))
    expect((await publish('android', elsewhere, administrator)).status).toBe(403)
    expect((await publish('android', told, administrator)).status).toBe(200)
    const left = await publish('android', release, administrator)
    expect(left.body).toMatchObject({ store_url: told.store_url })
    expect((await listed()).body).toMatchObject({ app_versions: [{ store_url: told.store_url }] })
  })

  it('leaves other tenants alone', async () => {
    const [tenant, other] = [await newTenant(), await newTenant()]
    await publish('ios', release, await newAdministrator(tenant, 'admin'))
    const headers = { ...other.headers, ...app('ios', '0.1.0') }
    expect((await call('/api/v1/auth/me', undefined, { headers })).status).toBe(401)
    const { access_token: token } = await newAdministrator(other, 'admin')
    expect((await call(path, undefined, { token })).body).toEqual({ app_versions: [] })
  })

  it.each([
    [{ ...release, latest: 'soon' }, ['latest VERSION_INVALID']],
    [{ ...release, min_supported: '1.x' }, ['min_supported VERSION_INVALID']],
    [{ latest: '1.0.0', min_supported: '1.0.1' }, ['min_supported ABOVE_LATEST']],
    [{ latest: '1.0.0-rc.1', min_supported: '1.0.0' }, ['min_supported ABOVE_LATEST']],
    [{ ...release, blocked: ['1.6.0', '2.0.0'] }, ['blocked.1 BLOCKS_LATEST']],
    [{ ...release, blocked: ['junk'] }, ['blocked.0 VERSION_INVALID']],
    [{ ...release, blocked: Array(51).fill('1.6.0') }, ['blocked TOO_LONG']],
    [{ ...release, store_url: 'http://play.example' }, ['store_url INVALID_VALUE']],
    [{ ...release, store_url: 'javascript:alert(1)' }, ['store_url INVALID_VALUE']],
    [{ ...release, notes: { bn: 'নতুন।' } }, ['notes.en REQUIRED']],
    [{ ...release, notes: { en: 'x', fr: 'x' } }, ['notes.fr UNKNOWN_FIELD']],
    [{ ...release, notes: { en: 'a\0b' } }, ['notes.en INVALID_CHARACTERS']],
    [{ latest: '1.0.0' }, ['min_supported REQUIRED']],
    [{ ...release, force: true }, ['force UNKNOWN_FIELD']],
  ])('refuses %j by path, and changes nothing', async (body, codes) => {
    const tenant = await newTenant()
    const answer = await publish('ios', body, await newAdministrator(tenant, 'admin'))
    expect([answer.status, fieldCodes(answer)]).toEqual([422, codes])
    const found = await rows('select from app_versions where tenant_id = $1', [tenant.id])
    expect(found).toEqual([])
  })

  it('refuses a platform that there is not', async () => {
    const tenant = await newTenant()
    const answer = await publish('symbian', release, await newAdministrator(tenant, 'admin'))
    expect([answer.status, fieldCodes(answer)]).toEqual([422, ['platform INVALID_VALUE']])
  })

  it('is for administrators with a second factor who have shown it lately', async () => {
    const tenant = await newTenant()
    const member = await newMemberIn(tenant)
    expect(codeOf(await publish('ios', release, member))).toBe('FORBIDDEN')
    expect(codeOf(await call(path, undefined, { token: member.access_token }))).toBe('FORBIDDEN')
    await setUser(member.email, { roles: ['owner'] })
    expect(codeOf(await publish('ios', release, member))).toBe('STEP_UP_REQUIRED')
    const late = await newAdministrator(tenant, 'admin')
    await row(
      `update sessions set authenticated_at = now() - interval '31 minutes' where id = $1 returning id`,
      [late.session_id],
    )
    expect(codeOf(await publish('ios', release, late))).toBe('STEP_UP_REQUIRED')
    expect((await call(path, undefined, { token: late.access_token })).status).toBe(200)
    expect((await call(path)).status).toBe(401)
    const found = await rows('select from app_versions where tenant_id = $1', [tenant.id])
    expect(found).toEqual([])
  })

  it('costs two round trips, the list one', async () => {
    const tenant = await newTenant()
    const administrator = await newAdministrator(tenant, 'admin')
    const published = await publish('web', release, administrator)
    const listed = await call(path, undefined, { token: administrator.access_token })
    expect([cost(published).db, cost(listed).db]).toEqual([2, 1])
  })
})
