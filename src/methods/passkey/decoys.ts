import type { Key } from '../../config.ts'
import { hmac, toBase64url, utf8 } from '../../tokens/encoding.ts'
import type { Descriptor } from './store.ts'

/** Shapes of the credential ids of common authenticators: phones and password managers, desktops, keys. */
const shapes = [
  { length: 20, transports: ['hybrid', 'internal'] },
  { length: 16, transports: ['hybrid', 'internal'] },
  { length: 32, transports: ['internal'] },
  { length: 32, transports: ['hybrid', 'internal'] },
  { length: 48, transports: ['nfc', 'usb'] },
] as const

/** How many keys there are, drawn from a byte: most people have one, some a second or a third. */
const counts = [1, 1, 1, 1, 1, 2, 2, 3] as const

/**
 * Keys for an address that has none to show (WebAuthn L3 §14.6.2): the same at every request, so that asking twice
 * tells no more than asking once. They follow the lookup key: with a new one, decoys change and true keys do not.
 */
export async function decoysFor(key: Key, tenantId: string, email: string): Promise<Descriptor[]> {
  const drawn = await Promise.all([0, 1, 2].map((place) => bytesOf(key, tenantId, email, place)))
  const count = counts[(drawn[0]?.pop() ?? 0) % counts.length] ?? 1
  return drawn.slice(0, count).map((bytes) => {
    const shape = shapes[(bytes.pop() ?? 0) % shapes.length] ?? shapes[0]
    const id = toBase64url(Uint8Array.from(bytes.slice(0, shape.length)))
    return { type: 'public-key', id, transports: [...shape.transports] }
  })
}

async function bytesOf(
  key: Key,
  tenantId: string,
  email: string,
  place: number,
): Promise<number[]> {
  const [first, second] = await Promise.all(
    [1, 2].map((part) =>
      hmac(key.bytes, utf8(JSON.stringify(['webauthn_decoy', tenantId, email, place, part]))),
    ),
  )
  return [...(first ?? []), ...(second ?? [])]
}
