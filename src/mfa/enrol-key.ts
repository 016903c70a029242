import { sql } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { AuthError } from '../errors.ts'
import {
  answeredChallenge,
  challengeInsert,
  newChallenge,
  ownChallenge,
} from '../methods/passkey/challenge.ts'
import { checkAttestation, type NewKey } from '../methods/passkey/check-attestation.ts'
import { creationOptions } from '../methods/passkey/creation-options.ts'
import type { AttestationResponse, KeyKind } from '../methods/passkey/fields.ts'
import { type RefusePorts, refuseKey } from '../methods/passkey/refuse.ts'
import { relyingParty } from '../methods/passkey/relying-party.ts'
import type { OptionsAnswer } from '../methods/passkey/request-options.ts'
import { type Descriptor, descriptorsOf } from '../methods/passkey/store.ts'
import { webauthn as policy } from '../policy.ts'
import type { Ports } from '../ports.ts'
import type { EnrollerProof } from '../sessions/caller.ts'
import { toBytea } from '../tokens/encoding.ts'
import { bindFactorWith } from './bind-factor.ts'
import { type Enroller, enrollerOf } from './enroller.ts'

/** Asks for a new passkey or security key. Throws `FACTOR_EXISTS` (enough of them), and as {@link enrollerOf}. */
export async function beginKey(
  ports: Pick<Ports, 'config' | 'database'>,
  proof: EnrollerProof,
  kind: KeyKind,
): Promise<OptionsAnswer> {
  const { tenant, account, live } = await enrollerOf(ports, proof)
  const challenge = newChallenge()
  const [row] = await ports.database.run<{ keys: Descriptor[] }>(
    sql`with enroller as (${live}), made as (
        ${challengeInsert(challenge, tenant.id, { purpose: sql`'register'`, kind }, sql`enroller`)}
      )
      select ${descriptorsOf(sql`enroller.user_id`, sql`true`)} as keys from enroller`,
    'idempotent',
  )
  if (!row) throw new AuthError('TOKEN_INVALID')
  if (row.keys.length >= policy.perAccount) {
    throw new AuthError('FACTOR_EXISTS', { detail: `At most ${policy.perAccount} keys.` })
  }
  return creationOptions(ports.config, challenge, kind, account, row.keys)
}

export interface KeyMade {
  credential: AttestationResponse
  name?: string | undefined
  challengeId?: string | undefined
}

export interface AddedKey {
  id: string
  name: string
  kind: KeyKind
  /** Only with the first factor. */
  backup_codes?: string[]
}

const defaultNames = { passkey: 'Passkey', security_key: 'Security key' } as const

/**
 * Binds the key that an authenticator made. Throws `WEBAUTHN_INVALID` (broken, foreign, replayed, late, or bound
 * already, to whomever), `TOO_MANY_ATTEMPTS`, and as {@link enrollerOf}.
 */
export async function confirmKey(
  ports: RefusePorts & Pick<Ports, 'clock'>,
  proof: EnrollerProof,
  made: KeyMade,
): Promise<AddedKey> {
  const enroller = await enrollerOf(ports, proof)
  const party = relyingParty(ports.config, enroller.tenant)
  const key = await checkAttestation(party, made.credential)
  const bound = key ? await bind(ports, enroller, key, made) : null
  if (bound) return bound
  throw await refuseKey(ports, {
    tenant: enroller.tenant,
    account: enroller.account,
    identifier: enroller.account.id,
    knownDevice: null,
    epoch: 0,
    reason: key ? 'not_bound' : 'attestation',
    context: enroller.context,
  })
}

async function bind(
  ports: RefusePorts & Pick<Ports, 'clock'>,
  enroller: Enroller,
  key: NewKey,
  { name, challengeId }: KeyMade,
): Promise<AddedKey | null> {
  const id = uuidv7()
  const bound = await bindFactorWith<{ name: string; kind: KeyKind }>(
    ports,
    enroller,
    'webauthn',
    // A passkey stands for a whole sign-in, so it must have verified its user from the start.
    sql`challenge as (
        update webauthn_challenges c set used_at = now() from enroller
        where ${answeredChallenge(key.challenge)} and ${ownChallenge(sql`enroller`)} and c.purpose = 'register'
          and ${key.taken}
          and (${challengeId ?? null}::uuid is null or c.id = ${challengeId ?? null}::uuid)
          and (c.kind = 'security_key' or ${key.userVerified}::boolean)
        returning c.kind
      ), added as (
        insert into webauthn_credentials (id, tenant_id, user_id, credential_id, public_key, sign_count, kind, name,
          transports, aaguid, backup_eligible, backed_up, user_verified)
        select ${id}::uuid, holder.tenant_id, holder.id, ${toBytea(key.credentialId)}::bytea,
          ${toBytea(key.publicKey)}::bytea, ${key.signCount}, challenge.kind,
          coalesce(${name ?? null}::text,
            case challenge.kind when 'passkey' then ${defaultNames.passkey} else ${defaultNames.security_key} end),
          ${sql.param(key.transports)}::text[], ${key.aaguid}::uuid, ${key.backupEligible}, ${key.backedUp},
          ${key.userVerified}
        from holder, challenge
        where (select count(*) from webauthn_credentials k where k.user_id = holder.id) < ${policy.perAccount}
        on conflict (tenant_id, credential_id) do nothing
        returning id, user_id, name, kind
      )`,
  )
  if (!bound) return null
  const { backup_codes } = bound.confirmed
  const { name: given, kind } = bound.added
  return { id, name: given, kind, ...(backup_codes ? { backup_codes } : {}) }
}
