import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { auditActions } from '../../src/audit/actions.ts'
import { webhook as policy } from '../../src/policy.ts'
import { toBase64 } from '../../src/tokens/encoding.ts'
import { signatureHeaders } from '../../src/webhooks/sign.ts'

const text = readFileSync(join(import.meta.dirname, '../../docs/webhooks.md'), 'utf8')
const folder = mkdtempSync(join(tmpdir(), 'gatehouse-webhooks-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

type Check = (secret: string, headers: Record<string, string>, body: string) => boolean

/** The example of the page, as a receiver would save it. */
async function example(): Promise<Check> {
  const code = /<!-- verify -->\n```js\n([\s\S]*?)\n```/.exec(text)?.[1] ?? ''
  const file = join(folder, 'verify.mjs')
  writeFileSync(file, code)
  return (await import(file)).isFromGatehouse
}

function newSecret() {
  const bytes = crypto.getRandomValues(new Uint8Array(policy.secretBytes))
  return { bytes, text: `whsec_${toBase64(bytes)}` }
}

describe('the page about webhooks', () => {
  it('names every event', () => {
    expect(auditActions.filter((action) => !text.includes(`\`${action}\``))).toEqual([])
  })

  it('verifies with its example what the service signs, and nothing else', async () => {
    const isFromGatehouse = await example()
    const [secret, before, stranger] = [newSecret(), newSecret(), newSecret()]
    const now = Math.floor(Date.now() / 1_000)
    const body = JSON.stringify({ type: 'session.opened', data: { reason: 'ঢাকা' } })
    const sign = (time: number) => signatureHeaders([secret.bytes, before.bytes], 'id', time, body)
    const headers = await sign(now)

    expect(isFromGatehouse(secret.text, headers, body)).toBe(true)
    expect(isFromGatehouse(before.text, headers, body)).toBe(true)
    expect(isFromGatehouse(stranger.text, headers, body)).toBe(false)
    expect(isFromGatehouse(secret.text, headers, `${body} `)).toBe(false)
    expect(isFromGatehouse(secret.text, { ...headers, 'webhook-id': 'other' }, body)).toBe(false)
    expect(isFromGatehouse(secret.text, await sign(now - 600), body)).toBe(false)
    const moved = { ...headers, 'webhook-timestamp': String(now - 1) }
    expect(isFromGatehouse(secret.text, moved, body)).toBe(false)
    expect(isFromGatehouse(secret.text, {}, body)).toBe(false)
  })
})
