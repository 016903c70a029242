import { describe, expect, it } from 'vitest'
import type { Key } from '../../src/config.ts'
import { hasherPort } from '../../src/edge/hasher.ts'
import { hashQueue } from '../../src/policy.ts'
import { newMeter } from '../../src/ports.ts'

describe('the password hasher', () => {
  it('verifies what it hashed, and nothing else', async () => {
    const { slot } = hasher()
    const stored = await slot.hash('correct horse')
    expect(await slot.verify('correct horse', stored)).toBe(true)
    expect(await slot.verify('correct horsf', stored)).toBe(false)
  })

  it('lets every character beyond ASCII count', async () => {
    const { slot } = hasher()
    const stored = await slot.hash('парольБББббб')
    expect(await slot.verify('пароль123456', stored)).toBe(false)
    expect(await slot.verify('парольБББббб', stored)).toBe(true)
  })

  it('takes composed and decomposed spellings of one password as one', async () => {
    const { slot } = hasher()
    const stored = await slot.hash('caf\u00e9 noir 42')
    expect(await slot.verify('cafe\u0301 noir 42', stored)).toBe(true)
  })

  it('compares an unknown account with a decoy, at the price of one hash, in vain', async () => {
    const { slot, meter } = hasher()
    expect(await slot.verify('anything', null)).toBe(false)
    expect(meter.hashes).toBe(1)
  })

  it('makes another hash each time, in the form of the PHC, with the id of its pepper', async () => {
    const { slot } = hasher()
    const [first, second] = [await slot.hash('same'), await slot.hash('same')]
    expect(first.phc).not.toBe(second.phc)
    expect(first.phc).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/)
    expect(first.pepperId).toBe('new')
  })

  it('knows a hash of an older pepper, and that it is outdated', async () => {
    const old = hasher([key('old', 1)])
    const stored = await old.slot.hash('secret')
    const { slot } = hasher([key('new', 2), key('old', 1)])
    expect(await slot.verify('secret', stored)).toBe(true)
    expect(slot.outdated(stored)).toBe(true)
    expect(slot.outdated(await slot.hash('secret'))).toBe(false)
  })

  it('proves nothing with a pepper that has left the configuration', async () => {
    const stored = await hasher([key('gone', 1)]).slot.hash('secret')
    expect(await hasher([key('new', 2)]).slot.verify('secret', stored)).toBe(false)
  })

  it('holds other parameters to be outdated', () => {
    const { slot } = hasher()
    const phc = `$argon2id$v=19$m=4096,t=3,p=1$${'A'.repeat(22)}$${'A'.repeat(43)}`
    expect(slot.outdated({ phc, pepperId: 'new' })).toBe(true)
  })

  it('answers false for a stored text that is no hash', async () => {
    const { slot } = hasher()
    expect(await slot.verify('secret', { phc: '$argon2i$nonsense', pepperId: 'new' })).toBe(false)
  })
})

describe('the hash queue', () => {
  it('refuses beyond its limit, and takes back what was released', () => {
    const { port, slot } = hasher()
    slot.release()
    const slots = Array.from({ length: hashQueue.limit }, () => port.reserve())
    expect(() => port.reserve()).toThrow('BUSY')
    slots[0]?.release()
    port.reserve().release()
    for (const held of slots) held.release()
  })

  it('forgets places of requests that were cut off', () => {
    const time = { now: Date.now() }
    const port = hasherPort(ring([key('new', 2)]), { now: () => time.now }, newMeter())
    for (let count = 0; count < hashQueue.limit; count += 1) port.reserve()
    expect(() => port.reserve()).toThrow('BUSY')
    time.now += hashQueue.slotLife * 1_000 + 1
    port.reserve().release()
  })
})

function hasher(keys: Key[] = [key('new', 2)]) {
  const meter = newMeter()
  const port = hasherPort(ring(keys), { now: () => Date.now() }, meter)
  const slot = port.reserve()
  slot.release()
  return { port, slot, meter }
}

function ring(all: Key[]) {
  return { current: all[0] as Key, all }
}

function key(id: string, fill: number): Key {
  return { id, bytes: new Uint8Array(32).fill(fill) }
}
