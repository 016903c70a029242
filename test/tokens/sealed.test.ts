import { expect, test } from 'vitest'
import { openPayload, sealPayload } from '../../src/tokens/sealed.ts'
import { keyring } from '../messages/fakes.ts'

const ring = keyring('k2', 'k1')
const payload = { token: 'a secret link', code: '123456', first_name: 'রহিম' }

test('a sealed payload opens for its own row and shows nothing of itself', async () => {
  const sealed = await sealPayload(ring, 'row-1', payload)
  expect(sealed).toMatch(/^k2\.[\w-]{16}\.[\w-]+$/)
  expect(await openPayload(ring, 'row-1', sealed)).toEqual(payload)
})

test('two seals of one payload differ', async () => {
  expect(await sealPayload(ring, 'row-1', payload)).not.toBe(
    await sealPayload(ring, 'row-1', payload),
  )
})

test('a seal that was moved to another row does not open', async () => {
  const sealed = await sealPayload(ring, 'row-1', payload)
  expect(await openPayload(ring, 'row-2', sealed)).toBeNull()
})

test('a seal of a retired key opens as long as the key is in the ring', async () => {
  const [current, old] = ring.all
  if (!current || !old) throw new Error('two keys')
  const sealed = await sealPayload({ current: old, all: [old] }, 'row-1', payload)
  expect(await openPayload(ring, 'row-1', sealed)).toEqual(payload)
  expect(await openPayload({ current, all: [current] }, 'row-1', sealed)).toBeNull()
})

test('a seal that names another key of the ring does not open', async () => {
  const sealed = await sealPayload(ring, 'row-1', payload)
  expect(await openPayload(ring, 'row-1', sealed.replace(/^k2/, 'k1'))).toBeNull()
})

test('a changed or malformed seal does not open', async () => {
  const sealed = await sealPayload(ring, 'row-1', payload)
  const [id, iv, text = ''] = sealed.split('.')
  const changed = (text.startsWith('A') ? 'B' : 'A') + text.slice(1)
  const malformed = ['', '.', 'k2..', `${id}.${iv}`, `${id}.${iv}.${changed}`, `${sealed}.`]
  for (const wrong of malformed) expect(await openPayload(ring, 'row-1', wrong)).toBeNull()
})
