import type { Keyring } from '../config.ts'
import { webhook as policy } from '../policy.ts'
import { fromBase64, toBase64 } from '../tokens/encoding.ts'
import { openPayload, sealPayload } from '../tokens/sealed.ts'

/** The kind of key as Standard Webhooks writes it. */
const prefix = 'whsec_'

export interface SealedSecret {
  /** Shown to an administrator, once. */
  text: string
  sealed: string
}

/** A new secret of an endpoint. It has to be read again to sign, so it is sealed and not hashed. */
export async function newSecret(keyring: Keyring, place: SecretPlace): Promise<SealedSecret> {
  const text = prefix + toBase64(crypto.getRandomValues(new Uint8Array(policy.secretBytes)))
  return { text, sealed: await sealPayload(keyring, placeOf(place), { secret: text }) }
}

/** The bytes to sign with, or null where the seal does not open here. */
export async function openSecret(keyring: Keyring, place: SecretPlace, sealed: string) {
  const opened = (await openPayload(keyring, placeOf(place), sealed)) as { secret?: string } | null
  return opened?.secret ? fromBase64(opened.secret.slice(prefix.length)) : null
}

/** Whose secret it is: bound into the seal, so that none can be moved to another tenant's endpoint. */
export interface SecretPlace {
  tenantId: string
  endpointId: string
}

function placeOf({ tenantId, endpointId }: SecretPlace): string {
  return `webhook.${tenantId}.${endpointId}`
}
