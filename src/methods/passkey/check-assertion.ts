import { type SQL, sql } from 'drizzle-orm'
import type { Proof } from '../../assurance/levels.ts'
import { type Bytes, fromBase64url, toBase64url } from '../../tokens/encoding.ts'
import { answeredChallenge, ownChallenge, showPurpose } from './challenge.ts'
import { readClientData } from './client-data.ts'
import type { AssertionResponse } from './fields.ts'
import { loadLibrary } from './library.ts'
import type { RelyingParty } from './relying-party.ts'
import type { StoredKey } from './store.ts'
import { isHandleOf } from './user-handle.ts'

/** A signature of a known key over a challenge; whether the challenge was open is decided where it is spent. */
export interface Assertion {
  key: StoredKey
  proof: Proof
  challenge: Bytes
  /** Whether its origin is taken by the settings of today. */
  taken: SQL
  signCount: number
  backedUp: boolean
  userVerified: boolean
}

/** What was wrong, for the trail. */
export interface AssertionFault {
  fault: 'not_acceptable' | 'foreign_user' | 'backup_flag_changed' | 'sign_count'
}

/**
 * The steps of WebAuthn L3 §7.2 that need no write: client data, origin, RP id, presence, signature, flags, counter.
 * Whether the user must be verified is for the caller to say: the proof tells it.
 */
export async function checkAssertion(
  party: RelyingParty,
  userId: string,
  key: StoredKey,
  shown: AssertionResponse,
): Promise<Assertion | AssertionFault> {
  const answered = readClientData(shown.response.clientDataJSON)
  const verified = answered ? await verify(party, key, shown, answered.challenge) : null
  if (!answered || !verified) return { fault: 'not_acceptable' }

  // A signature is needed before any of these says something about the key, and not only about who sent the text.
  const { userHandle } = shown.response
  if (userHandle && !isHandleOf(userId, userHandle)) return { fault: 'foreign_user' }
  const backupEligible = verified.credentialDeviceType === 'multiDevice'
  if (backupEligible !== key.backup_eligible) return { fault: 'backup_flag_changed' }
  if (!counts(key.sign_count, verified.newCounter)) return { fault: 'sign_count' }
  return {
    key,
    proof: proofOf(backupEligible, verified.userVerified),
    challenge: answered.challenge,
    taken: party.takes(answered.origin),
    signCount: verified.newCounter,
    backedUp: verified.credentialBackedUp,
    userVerified: verified.userVerified,
  }
}

async function verify(
  party: RelyingParty,
  key: StoredKey,
  shown: AssertionResponse,
  challenge: Bytes,
) {
  const publicKey = fromBase64url(key.public_key)
  if (!publicKey) return null
  const { verifyAuthenticationResponse } = await loadLibrary()
  const { userHandle: _, ...response } = shown.response
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: { ...shown, response, clientExtensionResults: {} },
      expectedChallenge: toBase64url(challenge),
      expectedOrigin: party.origins,
      expectedRPID: party.id,
      // The counter is compared after the signature: a regression is an alarm, and a forger must not set it off.
      credential: { id: key.credential_id, publicKey, counter: 0 },
      requireUserVerification: false,
    })
    return verified ? authenticationInfo : null
  } catch {
    // The library throws for each kind of wrong; its sentences hold what the client sent.
    return null
  }
}

/** WebAuthn L3 §7.2: a counter grows, or is not kept at all. One that does not may be a copied key's. */
function counts(stored: number, shown: number): boolean {
  return shown > stored || (shown === 0 && stored === 0)
}

function proofOf(backupEligible: boolean, userVerified: boolean): Proof {
  if (userVerified) return backupEligible ? 'synced_passkey' : 'bound_passkey'
  return backupEligible ? 'synced_key' : 'bound_key'
}

/**
 * CTEs that spend an assertion as a further factor of the CTE `holder` (user_id, session_id, pending_id): the
 * challenge made for this very holder, and the key's count. They end in `spent` (user_id).
 */
export function spendAsFactor(assertion: Assertion): SQL {
  return sql`challenge as (
    update webauthn_challenges c set used_at = now() from holder
    where ${answeredChallenge(assertion.challenge)} and ${ownChallenge(sql`holder`)}
      and c.purpose = ${showPurpose(sql`holder`)} and ${assertion.taken}
    returning c.user_id
  ), spent as (${useKey(assertion, sql`user_verified or ${assertion.userVerified}`)})`
}

/**
 * CTEs that spend an assertion as a whole sign-in, ending in `gate`. A challenge made without a known address is
 * answered by a key that says whose it is (WebAuthn L3 §7.2).
 */
export function spendAsSignIn(assertion: Assertion, challengeId: string, named: boolean): SQL {
  return sql`owner as (
    select u.id from judged, webauthn_credentials k join users u on u.id = k.user_id
    where k.id = ${assertion.key.id} and u.id = judged.id for no key update of u
  ), challenge as (
    update webauthn_challenges c set used_at = now()
    from webauthn_credentials k join owner on owner.id = k.user_id
    where c.id = ${challengeId} and ${answeredChallenge(assertion.challenge)} and c.purpose = 'sign_in'
      and k.id = ${assertion.key.id} and k.tenant_id = c.tenant_id
      and (c.user_id = k.user_id or (c.user_id is null and ${named}::boolean)) and ${assertion.taken}
    returning k.user_id
  ), gate as (${useKey(assertion, sql`user_verified`)})`
}

/**
 * The key's new count, where it still grows. A key becomes one that verifies its user only beside another factor: a
 * thief of a key without a PIN could set one (WebAuthn L3 §7.2).
 */
function useKey({ key, signCount, backedUp }: Assertion, userVerified: SQL): SQL {
  return sql`update webauthn_credentials k set sign_count = ${signCount}, backed_up = ${backedUp},
      user_verified = k.${userVerified}, last_used_at = now()
    from challenge
    where k.id = ${key.id} and k.user_id = challenge.user_id
      and (k.sign_count < ${signCount} or (k.sign_count = 0 and ${signCount} = 0))
    returning k.user_id`
}
