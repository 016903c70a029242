import type { Act, Scene } from './act.ts'
import { end, endAuthority, otherTenant, record } from './model.ts'
import { ask, expectAnswer, real } from './world.ts'

export const administrationActs: Act[] = [
  {
    name: 'is disabled',
    async run(scene) {
      const { model, person } = scene
      expectAnswer(await change(scene, { status: 'disabled' }), 200)
      if (person.isDisabled) return
      person.isDisabled = true
      endAuthority(person)
      end(person.links)
      record(model, person, 'admin.user_disabled')
    },
  },
  {
    name: 'is enabled',
    share: 8,
    isPossible: ({ isDisabled }) => isDisabled,
    async run(scene) {
      const { model, person } = scene
      expectAnswer(await change(scene, { status: 'active' }), 200)
      person.isDisabled = false
      record(model, person, 'admin.user_enabled')
    },
  },
  {
    name: 'becomes an administrator',
    async run(scene) {
      const { model, person } = scene
      const answer = await change(scene, { roles: ['admin'] })
      if (person.isAdministrator) return expectAnswer(answer, 200)
      if (person.isDisabled) return expectAnswer(answer, 403, 'EMAIL_NOT_VERIFIED')
      expectAnswer(answer, 200)
      person.isAdministrator = true
      record(model, person, 'admin.roles_changed')
    },
  },
  {
    name: 'is an administrator no more',
    share: 4,
    isPossible: ({ isAdministrator }) => isAdministrator,
    async run(scene) {
      const { model, person } = scene
      expectAnswer(await change(scene, { roles: ['member'] }), 200)
      person.isAdministrator = false
      endAuthority(person)
      record(model, person, 'admin.roles_changed')
    },
  },
  {
    name: 'is signed out by the owner',
    async run(scene) {
      const { model, world, person } = scene
      const { id } = real(world.people, person)
      const path = `/admin/users/${id}/sessions/revoke`
      expectAnswer(await byOwner(scene, 'POST', path), 204)
      endAuthority(person)
      record(model, person, 'admin.sessions_revoked')
    },
  },
  {
    name: 'is reached for by the owner of the other tenant',
    async run({ model, world, person }) {
      const tenant = otherTenant(model, person)
      const { owner } = real(world.tenants, tenant)
      const path = `/admin/users/${real(world.people, person).id}`
      const body = { status: 'disabled' }
      const how = { method: 'PATCH', token: owner.token, tenant, body }
      expectAnswer(await ask(world, person, path, how), 404, 'NOT_FOUND')
    },
  },
  { name: 'needs a second factor from now on', run: (scene) => require(scene, true) },
  { name: 'needs no second factor any more', run: (scene) => require(scene, false) },
]

function change(scene: Scene, body: object) {
  const { id } = real(scene.world.people, scene.person)
  return byOwner(scene, 'PATCH', `/admin/users/${id}`, body)
}

function byOwner({ world, person }: Scene, method: string, path: string, body?: object) {
  const { token } = real(world.tenants, person.tenant).owner
  return ask(world, person, path, { method, token, ...(body ? { body } : {}) })
}

/** The rule is the tenant's, and so for all who are in it. */
async function require(scene: Scene, requiresFactor: boolean): Promise<void> {
  const { model, world, person } = scene
  const { tenant } = person
  const slug = real(world.tenants, tenant).headers['X-Tenant']
  const body = { settings: { require_mfa: requiresFactor } }
  expectAnswer(await byOwner(scene, 'PATCH', `/tenants/${slug}`, body), 200)
  tenant.requiresFactor = requiresFactor
  record(model, tenant, 'tenant.changed')
}
