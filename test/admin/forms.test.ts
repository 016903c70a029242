import { describe, expect, it } from 'vitest'
import { act, newAdministrator } from '../support/administrator.ts'
import { call, cost } from '../support/client.ts'
import { row } from '../support/database.ts'
import { codeOf, fieldCodes } from '../support/problem.ts'
import { changeSettings, newTenant } from '../support/tenant.ts'

interface Form {
  schema_version: string
  fields: { name: string; label: string; required: boolean }[]
}

const tenant = await newTenant()
const [owner, admin, member] = [
  await newAdministrator(tenant, 'owner'),
  await newAdministrator(tenant, 'admin'),
  await newAdministrator(tenant, 'member'),
]
const company = {
  name: 'company',
  type: 'text',
  label: { en: 'Company', bn: 'প্রতিষ্ঠান' },
  required: true,
}
const withCompany = { register_form: { preset: 'minimal', own_fields: [company] } }
const preview = (who: { access_token: string }, settings: object, headers = {}) =>
  act<Form>(who, 'POST', '/admin/forms/preview', { settings }, { headers })

describe('the preview of the register form', () => {
  it('is the form as it is served after the change, and changes nothing', async () => {
    const before = await row('select settings, version from tenants where id = $1', [tenant.id])
    const seen = await preview(admin, withCompany)
    expect(seen.status).toBe(200)
    expect(cost(seen)).toEqual({ db: 1, do: 0, kv: 0, hash: 0 })
    expect(await row('select settings, version from tenants where id = $1', [tenant.id])).toEqual(
      before,
    )
    const other = await newTenant()
    const there = await newAdministrator(other, 'owner')
    await act(there, 'PATCH', `/tenants/${there.slug}`, { settings: withCompany })
    const served = await call<Form>('/api/v1/auth/forms?name=register', undefined, {
      headers: other.headers,
    })
    expect(seen.body).toEqual(served.body)
  })

  it('lies over what the tenant has set, where null takes a setting back', async () => {
    const other = await newTenant()
    const there = await newAdministrator(other, 'owner')
    await changeSettings(other, { registerForm: 'bd_profile' }, 'told')
    const names = async (settings: object) =>
      (await preview(there, settings)).body.fields.map(({ name }) => name)
    expect(await names({ minimum_age: 18 })).toContain('date_of_birth')
    expect(await names({ register_form: null })).toContain('phone_e164')
  })

  it('speaks the language of the request', async () => {
    const { body } = await preview(owner, withCompany, { 'Accept-Language': 'bn' })
    expect(body.fields.find(({ name }) => name === 'company')?.label).toBe('প্রতিষ্ঠান')
  })

  it('is for administrators, and names each setting that cannot be', async () => {
    expect(codeOf(await preview(member, {}))).toBe('FORBIDDEN')
    const wrong = await preview(owner, {
      register_form: { own_fields: [{ ...company, name: 'email' }] },
    })
    expect(wrong.status).toBe(422)
    expect(fieldCodes(wrong)).toEqual(['settings.register_form.own_fields.0.name NAME_TAKEN'])
  })
})

describe('a change with the version that was read', () => {
  const change = (version: number, name: string) =>
    act<{ version: number }>(owner, 'PATCH', `/tenants/${owner.slug}`, { version, name })

  it('is made once of many at the same moment, and the others are told', async () => {
    const { body } = await act<{ version: number }>(owner, 'GET', `/tenants/${owner.slug}`)
    const names = Array.from({ length: 8 }, (_, at) => `Name ${at}`)
    const answers = await Promise.all(names.map((name) => change(body.version, name)))
    const outcomes = answers.map((answer) => (answer.status === 200 ? 'made' : codeOf(answer)))
    expect(outcomes.sort()).toEqual([
      ...Array.from({ length: 7 }, () => 'VERSION_CONFLICT'),
      'made',
    ])
    const { name } = await row<{ name: string }>('select name from tenants where id = $1', [
      tenant.id,
    ])
    const made = answers.findIndex(({ status }) => status === 200)
    expect(name).toBe(names[made])
    expect((await change(answers[made]?.body.version ?? 0, 'Next')).status).toBe(200)
  })
})
