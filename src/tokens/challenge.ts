import { z } from 'zod'
import type { Keyring } from '../config.ts'
import { lazily } from '../lazily.ts'
import { hmac, utf8 } from './encoding.ts'
import { openPayload, sealPayload } from './sealed.ts'

const prefix = 'ghq_'
const place = 'challenge'
/** Stands for "none", so that a challenge is as long whoever asks for it. */
const nobody = '00000000-0000-0000-0000-000000000000'

const shape = lazily(() =>
  z.object({
    id: z.uuid(),
    tenantId: z.uuid(),
    channel: z.enum(['email', 'sms', 'whatsapp']),
    address: z.string(),
    device: z.string(),
  }),
)

/**
 * What a challenge id says: where its code went. It is sealed, so that verifying finds the destination without a look-up
 * that could be late, and nobody makes one up.
 */
export interface Challenge extends Omit<z.infer<typeof shape>, 'device'> {
  /** Row id of a device that the account knew when it asked. */
  device: string | null
}

export async function sealChallenge(codes: Keyring, challenge: Challenge): Promise<string> {
  const { device, ...rest } = challenge
  const payload = { ...rest, device: device ?? nobody }
  return prefix + (await sealPayload(await sealingKeys(codes), place, payload))
}

/** Null for anything this service did not issue. */
export async function openChallenge(codes: Keyring, text: string): Promise<Challenge | null> {
  if (!text.startsWith(prefix)) return null
  const payload = await openPayload(await sealingKeys(codes), place, text.slice(prefix.length))
  const read = shape.safeParse(payload).data
  return read ? { ...read, device: read.device === nobody ? null : read.device } : null
}

/** A key has one purpose: those that hash codes do not seal as well, what is derived from them does. */
async function sealingKeys(codes: Keyring): Promise<Keyring> {
  const derive = async ({ id, bytes }: Keyring['current']) => ({
    id,
    bytes: await hmac(bytes, utf8('seal challenges')),
  })
  return { current: await derive(codes.current), all: await Promise.all(codes.all.map(derive)) }
}
