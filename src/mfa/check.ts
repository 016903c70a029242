import { type SQL, sql } from 'drizzle-orm'
import { phonePrefix } from '../accounts/fields/phone-number.ts'
import { mustHaveSecondFactor } from '../assurance/demand.ts'
import type { Proof } from '../assurance/levels.ts'
import { mailboxCounts } from '../assurance/mailbox.ts'
import { sentCodeRaises } from '../assurance/sent-proof.ts'
import { countVerified } from '../messages/text-budget.ts'
import { readBackupCode } from '../methods/backup-codes/codes.ts'
import {
  type AssertionFault,
  checkAssertion,
  spendAsFactor,
} from '../methods/passkey/check-assertion.ts'
import type { AssertionResponse } from '../methods/passkey/fields.ts'
import { relyingParty } from '../methods/passkey/relying-party.ts'
import { matchingStep, stepAt } from '../methods/totp/code.ts'
import { openSeed } from '../methods/totp/seed.ts'
import type { Attempt, HashSlot, Ports } from '../ports.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { fromBase64url, sameBytes } from '../tokens/encoding.ts'
import type { Holder } from './holder.ts'
import { compareCode, type SentFactor } from './mailed-code.ts'

export type CheckPorts = Pick<Ports, 'clock' | 'config'>

/** What a client calls the kinds of factor. */
export const factorTypes = [
  'totp',
  'webauthn',
  'backup_code',
  'email',
  'sms',
  'whatsapp',
  'password',
] as const
export type FactorType = (typeof factorTypes)[number]

/** What someone shows: the kind of factor, and a code of it or a signature. */
export interface Shown {
  type: FactorType
  code?: string | undefined
  credential?: AssertionResponse | undefined
}

/** A right one: the CTE `spent` (user_id) that uses it up for the holder of the CTE `holder`. */
interface Checked {
  proof: Proof
  spent: SQL
}

interface Checker {
  /** What the throttle calls it. */
  authenticator: Attempt['authenticator']
  /** Whose budget it counts against: see `Attempt.identifier`. */
  identifier(holder: Holder): string
  /** Grows with each success: see `Attempt.epoch`. */
  epoch(holder: Holder): number
  /** False where only failures count: what nobody can guess, nobody shall be able to lock its owner out of. */
  guessable: boolean
  /** True where comparing takes a place in the hash queue. */
  hashes: boolean
  refusal: 'MFA_CODE_INVALID' | 'WEBAUTHN_INVALID'
  /** Compares what was shown; null for anything but a right one. `slot`: given where it hashes. */
  check(
    ports: CheckPorts,
    holder: Holder,
    shown: Shown,
    slot: HashSlot | null,
  ): Promise<Checked | Wrong | null>
}

/** What is known of a wrong one. */
interface Wrong {
  fault?: AssertionFault['fault']
  /** A CTE that counts it against the code that was sent, for the statement that writes it down. */
  missed?: SQL
}

const identifier = ({ account }: Holder) => account.id

const code = { identifier, guessable: true, hashes: false, refusal: 'MFA_CODE_INVALID' } as const

export const checkers = {
  totp: {
    ...code,
    authenticator: 'totp',
    epoch: ({ factors }) => factors.totp?.epoch ?? 0,
    check: checkTotp,
  },
  backup_code: {
    ...code,
    authenticator: 'backup_code',
    epoch: ({ factors }) => factors.backup_epoch,
    check: checkBackupCode,
  },
  email: {
    ...code,
    authenticator: 'email_factor',
    epoch: ({ factors }) => factors.email?.epoch ?? 0,
    check: checkSent('email'),
  },
  sms: {
    ...code,
    authenticator: 'sms_factor',
    epoch: ({ factors }) => factors.sms?.epoch ?? 0,
    check: checkSent('sms'),
  },
  whatsapp: {
    ...code,
    authenticator: 'whatsapp_factor',
    epoch: ({ factors }) => factors.whatsapp?.epoch ?? 0,
    check: checkSent('whatsapp'),
  },
  password: {
    ...code,
    hashes: true,
    authenticator: 'password',
    // The budget of signing in: a stolen session adds no guesses to it.
    identifier: ({ account }) => account.email ?? account.phone_e164 ?? account.id,
    epoch: ({ factors }) => factors.password?.epoch ?? 0,
    check: checkPassword,
  },
  webauthn: {
    identifier,
    authenticator: 'webauthn',
    guessable: false,
    hashes: false,
    refusal: 'WEBAUTHN_INVALID',
    epoch: ({ factors }) => factors.webauthn_epoch,
    check: checkKey,
  },
} satisfies Record<FactorType, Checker>

async function checkTotp(
  ports: CheckPorts,
  holder: Holder,
  { code = '' }: Shown,
): Promise<Checked | null> {
  const { tenant, account, factors } = holder
  if (!factors.totp) return null
  const { id, sealed, last_step: lastStep } = factors.totp
  const place = { tenantId: tenant.id, userId: account.id, factorId: id }
  const seed = await openSeed(ports.config.keys.totp, place, sealed)
  const now = ports.clock.now()
  const step = seed ? matchingStep(seed, code, lastStep, now) : null
  if (step === null) return null

  // The condition on the step decides between two who show one code, or two codes in the wrong order.
  const spent = sql`spent as (
    update factors f set last_step = ${step}, drift = ${step - stepAt(now)}, last_used_at = now()
    from holder where f.id = ${id} and f.user_id = holder.user_id and f.last_step < ${step}
    returning f.user_id
  )`
  return { proof: 'totp', spent }
}

async function checkBackupCode(
  ports: CheckPorts,
  { account, factors }: Holder,
  { code = '' }: Shown,
): Promise<Checked | null> {
  const read = await readBackupCode(ports.config.keys.codes, account.id, code)
  const kept = fromBase64url(factors.backup_code?.hash ?? '')
  if (!read || !factors.backup_code || !kept) return null
  if (!read.hashes.some((hash) => sameBytes(hash, kept))) return null
  const spent = sql`spent as (
    update backup_codes b set used_at = now()
    from holder where b.id = ${factors.backup_code.id} and b.user_id = holder.user_id and b.used_at is null
    returning b.user_id
  )`
  return { proof: 'backup_code', spent }
}

function checkSent(type: SentFactor): Checker['check'] {
  return async function checkSent(ports, holder, { code = '' }) {
    const { tenant, factors } = holder
    const factor = factors[type]
    if (!factor) return null
    const compared = await compareCode(
      ports.config.keys.codes,
      holder,
      { type, purpose: 'show' },
      code,
    )
    if (!compared.isRight) return { missed: compared.missed }
    const spent = compared.spent(sql`holder`, stillCounts(tenant, type))
    const used = sql`factor_used as (
      update factors f set last_used_at = now() from spent
      where f.user_id = spent.user_id and f.type = ${type}
    )`
    if (type === 'email') return { proof: 'email', spent: sql`${spent}, ${used}` }
    const prefix = phonePrefix(factor.phone ?? '').prefix
    const counted = countVerified(tenant, prefix, sql`spent`)
    return { proof: 'text', spent: sql`${spent}, ${used}, ${counted}` }
  }
}

/**
 * Of a code `c` and its `holder`: the tenant may close mailed codes, or ask for a second factor, between the read and this.
 */
function stillCounts(tenant: Tenant, type: SentFactor): SQL {
  const counts = type === 'email' ? mailboxCounts(tenant, sql`u`) : sql`true`
  return sql`exists (select from users u where u.id = c.user_id and (
    (exists (select 1 from factors f where f.user_id = u.id and f.type = ${type}) and ${counts})
    or (holder.session_id is not null and ${sentCodeRaises(tenant, type)})))`
}

/** A password raises only an account that has nothing stronger to show, and need not have. */
async function checkPassword(
  _ports: CheckPorts,
  { tenant, account, factors }: Holder,
  { code = '' }: Shown,
  slot: HashSlot | null,
): Promise<Checked | null> {
  if (account.mfa_enabled || mustHaveSecondFactor(tenant, account)) return null
  if (!factors.password) return null
  if (!(await slot?.verify(code, factors.password))) return null
  const spent = sql`spent as (
    update password_credentials c set proven_at = now()
    from holder where c.user_id = holder.user_id and c.hash = ${factors.password.phc}
    returning c.user_id
  )`
  return { proof: 'password', spent }
}

async function checkKey(
  ports: CheckPorts,
  { tenant, account, factors }: Holder,
  { credential }: Shown,
): Promise<Checked | AssertionFault | null> {
  if (!credential || !factors.key) return null
  const party = relyingParty(ports.config, tenant)
  const assertion = await checkAssertion(party, account.id, factors.key, credential)
  if ('fault' in assertion) return assertion
  return { proof: assertion.proof, spent: spendAsFactor(assertion) }
}
