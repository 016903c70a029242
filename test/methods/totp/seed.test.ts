import { env } from 'cloudflare:workers'
import { expect, it } from 'vitest'
import { readConfig } from '../../../src/config.ts'
import { newSeed, openSeed, sealSeed } from '../../../src/methods/totp/seed.ts'

const { config } = readConfig({ ...env })
if (!config) throw new Error('no configuration')
const keys = config.keys.totp

const place = { tenantId: 'tenant', userId: 'user', factorId: 'factor' }

it('opens in its own place', async () => {
  const seed = newSeed()
  const sealed = await sealSeed(keys, place, seed)
  expect(await openSeed(keys, place, sealed)).toEqual(seed)
})

it.each(['tenantId', 'userId', 'factorId'])('does not open under another %s', async (name) => {
  const sealed = await sealSeed(keys, place, newSeed())
  expect(await openSeed(keys, { ...place, [name]: 'other' }, sealed)).toBeNull()
})

it('does not open under the name of another key, and not with a changed byte', async () => {
  const sealed = await sealSeed(keys, place, newSeed())
  const [id = '', iv = '', text = ''] = sealed.split('.')
  const renamed = { ...keys.current, id: 'other' }
  const others = { current: renamed, all: [renamed] }
  expect(await openSeed(others, place, ['other', iv, text].join('.'))).toBeNull()
  const changed = (text.startsWith('A') ? 'B' : 'A') + text.slice(1)
  expect(await openSeed(keys, place, [id, iv, changed].join('.'))).toBeNull()
})
