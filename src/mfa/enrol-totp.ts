import { type SQL, sql } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { recordEvent } from '../audit/record.ts'
import { AuthError } from '../errors.ts'
import { deliverSoon } from '../messages/deliver.ts'
import { draft, type OutboxRow, outboxInsert } from '../messages/outbox.ts'
import { type BackupCode, newBackupCodes } from '../methods/backup-codes/codes.ts'
import { matchingStep } from '../methods/totp/code.ts'
import { qrPng, qrSvg } from '../methods/totp/qr-code.ts'
import { newSeed, openSeed, provisioningUri, sealSeed, seedText } from '../methods/totp/seed.ts'
import { totp as policy, session } from '../policy.ts'
import type { Ports } from '../ports.ts'
import type { EnrollerProof } from '../sessions/caller.ts'
import { toBytea } from '../tokens/encoding.ts'
import { type Enroller, enrollerOf } from './enroller.ts'

export interface TotpSetup {
  type: 'totp'
  secret: string
  provisioning_uri: string
  qr_code: string
  qr_svg: string
  expires_in: number
}

type BeginPorts = Pick<Ports, 'config' | 'database' | 'mfaSetup'>

/** Makes a seed that waits, sealed, for its first code. Throws `FACTOR_EXISTS`, and as {@link enrollerOf}. */
export async function beginTotp(ports: BeginPorts, proof: EnrollerProof): Promise<TotpSetup> {
  const { tenant, account, hasTotp } = await enrollerOf(ports, proof)
  if (hasTotp) throw new AuthError('FACTOR_EXISTS')
  const seed = newSeed()
  const factorId = uuidv7()
  const place = { tenantId: tenant.id, userId: account.id, factorId }
  const sealed = await sealSeed(ports.config.keys.totp, place, seed)
  await ports.mfaSetup.begin(account.id, { factorId, sealed })

  const uri = provisioningUri('Gatehouse', account.email ?? account.phone_e164 ?? account.id, seed)
  return {
    type: 'totp',
    secret: seedText(seed),
    provisioning_uri: uri,
    qr_code: await qrPng(uri),
    qr_svg: qrSvg(uri),
    expires_in: policy.setUpLife,
  }
}

type ConfirmPorts = BeginPorts & Pick<Ports, 'background' | 'clock' | 'mailer'>

export interface Confirmed {
  mfa_enabled: true
  /** Only with the first factor. */
  backup_codes?: string[]
}

/** Proves the waiting seed by a code of it, and binds it. Throws `MFA_CODE_INVALID`, and as {@link enrollerOf}. */
export async function confirmTotp(
  ports: ConfirmPorts,
  proof: EnrollerProof,
  code: string,
): Promise<Confirmed> {
  const enroller = await enrollerOf(ports, proof)
  const { tenant, account } = enroller
  const setup = await ports.mfaSetup.read(account.id)
  if (!setup) throw new AuthError('MFA_CODE_INVALID', { reason: 'no set-up going on' })
  const place = { tenantId: tenant.id, userId: account.id, factorId: setup.factorId }
  const seed = await openSeed(ports.config.keys.totp, place, setup.sealed)
  const step = seed ? matchingStep(seed, code, 0, ports.clock.now()) : null
  if (step === null) throw new AuthError('MFA_CODE_INVALID', { reason: 'set-up code' })

  const codes = await newBackupCodes(ports.config.keys.codes.current, account.id)
  const message = await draft(ports, { when: new Date(ports.clock.now()).toISOString() })
  const [row] = await ports.database.run<OutboxRow & { first: boolean }>(
    bind(enroller, { ...setup, step }, codes, outboxInsert(message, session.idleLife, sql`told`)),
    'once',
  )
  if (!row) throw new AuthError('FACTOR_EXISTS')
  ports.background.run('end set-up', () => ports.mfaSetup.end(account.id))
  deliverSoon(ports, [row])
  return row.first
    ? { mfa_enabled: true, backup_codes: codes.map(({ text }) => text) }
    : { mfa_enabled: true }
}

/** Factor, backup codes with the first one, spent enrolment, letter and trail: one statement. */
function bind(
  { tenant, account, context, live }: Enroller,
  { factorId, sealed, step }: { factorId: string; sealed: string; step: number },
  codes: readonly BackupCode[],
  letter: SQL,
): SQL {
  const rows = codes.map(
    ({ selector, hash }) => sql`(${uuidv7()}::uuid, ${selector}::text, ${toBytea(hash)}::bytea)`,
  )
  return sql`with enroller as (${live}
    ), holder as (
      select u.id, u.tenant_id, u.email, u.locale, not u.mfa_enabled as first
      from users u join enroller on enroller.user_id = u.id for update of u
    ), added as (
      insert into factors (id, tenant_id, user_id, type, sealed_secret, last_step, last_used_at)
      select ${factorId}::uuid, tenant_id, id, 'totp', ${sealed}, ${step}, now() from holder
      on conflict do nothing
      returning user_id
    ), enabled as (
      update users set mfa_enabled = true from added where users.id = added.user_id
    ), cleared as (
      delete from backup_codes b using holder, added where b.user_id = holder.id and holder.first
    ), coded as (
      insert into backup_codes (id, tenant_id, user_id, selector, code_hash)
      select code.id, holder.tenant_id, holder.id, code.selector, code.hash
      from holder, added, (values ${sql.join(rows, sql`, `)}) as code (id, selector, hash)
      where holder.first
    ), enrolled as (
      update pending_sign_ins p set used_at = now() from added
      where p.user_id = added.user_id and p.kind = 'enrolment' and p.used_at is null
    ), told as (
      select holder.tenant_id, holder.id as user_id, holder.locale, holder.email as recipient,
        case when holder.email is null then 'none' else 'factor_added' end as letter
      from holder join added on added.user_id = holder.id
    ), message as (${letter}
    ), recorded as (${recordEvent(
      {
        action: 'mfa.factor_added',
        outcome: 'success',
        tenantId: tenant.id,
        userId: account.id,
        reason: 'totp',
      },
      context,
      sql`added`,
    )})
    select message.*, holder.first from message, holder`
}
