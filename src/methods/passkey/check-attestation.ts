import type { SQL } from 'drizzle-orm'
import { webauthn as policy } from '../../policy.ts'
import { type Bytes, fromBase64url, toBase64url } from '../../tokens/encoding.ts'
import { algorithms } from './algorithms.ts'
import { readClientData } from './client-data.ts'
import type { AttestationResponse } from './fields.ts'
import { loadLibrary } from './library.ts'
import type { RelyingParty } from './relying-party.ts'

/** A key that an authenticator has made for a challenge; whether that was open is decided where it is spent. */
export interface NewKey {
  challenge: Bytes
  /** Whether its origin is taken by the settings of today. */
  taken: SQL
  credentialId: Bytes
  publicKey: Bytes
  signCount: number
  transports: string[]
  aaguid: string
  backupEligible: boolean
  backedUp: boolean
  userVerified: boolean
}

/** The steps of WebAuthn L3 §7.1 that need no write; null for every kind of wrong. */
export async function checkAttestation(
  party: RelyingParty,
  made: AttestationResponse,
): Promise<NewKey | null> {
  const answered = readClientData(made.response.clientDataJSON)
  const info = answered ? await verify(party, made, answered.challenge) : null
  const credentialId = info ? fromBase64url(info.credential.id) : null
  if (!answered || !info || !credentialId) return null
  // The id beside the signed data is the client's word: the signed one counts, and both must agree.
  if (info.credential.id !== made.id || credentialId.length > policy.credentialIdBytes) return null
  return {
    challenge: answered.challenge,
    taken: party.takes(answered.origin),
    credentialId,
    publicKey: info.credential.publicKey,
    signCount: info.credential.counter,
    transports: [...new Set(made.response.transports)].sort(),
    aaguid: info.aaguid,
    backupEligible: info.credentialDeviceType === 'multiDevice',
    backedUp: info.credentialBackedUp,
    userVerified: info.userVerified,
  }
}

/** Of nothing, in a form that each algorithm reads: two numbers in ASN.1 for ECDSA, 64 bytes for Ed25519. */
const number = [2, 29, ...Array<number>(29).fill(1)]
const anySignature = Uint8Array.from([0x30, 62, ...number, ...number])

async function verify(party: RelyingParty, made: AttestationResponse, challenge: Bytes) {
  const { decodeAttestationObject, verifyRegistrationResponse, verifySignature } =
    await loadLibrary()
  const { attestationObject, clientDataJSON } = made.response
  try {
    const attestation = decodeAttestationObject(
      fromBase64url(attestationObject) ?? new Uint8Array(),
    )
    if (!isBare(attestation.get('fmt'), attestation.get('attStmt'))) return null
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response: {
        ...made,
        response: { attestationObject, clientDataJSON },
        clientExtensionResults: {},
      },
      expectedChallenge: toBase64url(challenge),
      expectedOrigin: party.origins,
      expectedRPID: party.id,
      requireUserVerification: false,
      supportedAlgorithmIDs: algorithms,
    })
    if (!verified) return null
    // Throws for a key that no signature can fit: bound, it would ask its owner for what cannot be shown.
    const { publicKey: credentialPublicKey } = registrationInfo.credential
    await verifySignature({ signature: anySignature, data: challenge, credentialPublicKey })
    return registrationInfo
  } catch {
    // The library throws for each kind of wrong; its sentences hold what the client sent.
    return null
  }
}

/**
 * No attestation, or that of the key by itself: what a client sends where none was asked for (WebAuthn L3 §5.1.3).
 * A certificate is refused unread: for a maker that it knows the library would fetch a revocation list, past the only
 * way out; for any other it would believe whoever signed.
 */
function isBare(format: unknown, statement: unknown): boolean {
  if (format === 'none') return true
  return format === 'packed' && statement instanceof Map && !statement.has('x5c')
}
