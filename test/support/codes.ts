import { runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { readConfig } from '../../src/config.ts'
import type { CodeState } from '../../src/edge/code-count.ts'
import type { CodeObject } from '../../src/edge/code-object.ts'
import { codeObjectName } from '../../src/edge/codes.ts'
import type { Destination } from '../../src/ports.ts'
import { defaultTenantId } from '../../src/tenants/tenant.ts'

export const codeObjects = env.CODES as unknown as DurableObjectNamespace<CodeObject>

/** The object of an address, in the default tenant unless told otherwise. */
export async function codeObjectOf(
  address: string,
  kind: Destination['kind'] = 'code',
  tenantId = defaultTenantId,
): Promise<DurableObjectStub<CodeObject>> {
  const { config } = readConfig({ ...env })
  if (!config) throw new Error('no configuration')
  const destination = { tenantId, kind, address }
  return codeObjects.getByName(await codeObjectName(config, destination))
}

/** As if so many seconds had passed over what an address was sent. */
export async function ageCodes(
  address: string,
  seconds: number,
  kind: Destination['kind'] = 'code',
  tenantId = defaultTenantId,
): Promise<void> {
  const past = (at: number) => at - seconds * 1_000
  await runInDurableObject(
    await codeObjectOf(address, kind, tenantId),
    (_instance, { storage }) => {
      const state = storage.kv.get<CodeState>('codes')
      if (!state) throw new Error('no codes to age')
      storage.kv.put<CodeState>('codes', {
        sends: state.sends.map(past),
        open: state.open.map((code) => ({ ...code, expiresAt: past(code.expiresAt) })),
        lanes: state.lanes.map((lane) => ({ ...lane, failedAt: past(lane.failedAt) })),
      })
    },
  )
}
