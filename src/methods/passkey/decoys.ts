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

/**
 * A key for an address that has none to show (WebAuthn L3 §14.6.2): the same at every request, so that asking twice
 * tells no more than asking once. It follows the lookup key: with a new one, decoys change and true keys do not.
 */
export async function decoysFor(key: Key, tenantId: string, email: string): Promise<Descriptor[]> {
  const [first, second] = await Promise.all(
    [1, 2].map((part) =>
      hmac(key.bytes, utf8(JSON.stringify(['webauthn_decoy', tenantId, email, part]))),
    ),
  )
  const bytes = [...(first ?? []), ...(second ?? [])]
  const shape = shapes[(bytes.pop() ?? 0) % shapes.length] ?? shapes[0]
  const id = toBase64url(Uint8Array.from(bytes.slice(0, shape.length)))
  return [{ type: 'public-key', id, transports: [...shape.transports] }]
}
