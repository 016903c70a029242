import { sql } from 'drizzle-orm'
import { type AccountRow, accountColumn } from '../accounts/user.ts'
import { assuranceOf } from '../assurance/levels.ts'
import { withdrawRecovery } from '../assurance/withdraw-recovery.ts'
import { recordEvent } from '../audit/record.ts'
import { AuthError } from '../errors.ts'
import { accessToken } from '../policy.ts'
import type { Caller } from '../sessions/caller.ts'
import { issueAccessToken } from '../tokens/access-token.ts'
import type { FactorType, Shown } from './check.ts'
import { type Holder, type SessionHolder, sessionHolder } from './holder.ts'
import { type ProvePorts, prove, refused } from './prove.ts'
import { tellFewCodes } from './tell-few-codes.ts'

export interface SteppedUp {
  access_token: string
  expires_in: number
}

/** A code alone may be of any own factor: its form says which. */
type ShownCode = Omit<Shown, 'type'> & { type?: FactorType }

/** Raises the caller's session: fresh `auth_time`, higher `acr`. Throws as {@link prove}, and `TOKEN_INVALID`. */
export async function stepUp(
  ports: ProvePorts,
  caller: Caller,
  code: ShownCode,
): Promise<SteppedUp> {
  const holder = await sessionHolder(ports, caller, code)
  const types = code.type ? [code.type] : typesOf(code, holder)
  let refusal: unknown
  for (const type of types) {
    try {
      return await stepUpBy(ports, caller, holder, { ...code, type })
    } catch (error) {
      if (!isGuess(error)) throw error
      refusal = error
    }
  }
  throw refusal
}

/** Each kind counts for itself, so a code that may be of two costs what two guesses cost. */
function isGuess(error: unknown): boolean {
  return (
    error instanceof AuthError && ['MFA_CODE_INVALID', 'TOO_MANY_ATTEMPTS'].includes(error.code)
  )
}

async function stepUpBy(
  ports: ProvePorts,
  caller: Caller,
  holder: SessionHolder,
  shown: Shown,
): Promise<SteppedUp> {
  const { tenant, claims, context } = caller
  const { proof, spent, ...attempted } = await prove(ports, holder, shown, context)
  // Without a second factor there is nothing to add to: what a removed one has proven counts no more.
  const { amr, acr } = assuranceOf([proof], holder.account.mfa_enabled ? holder.amr : [])
  const [row] = await ports.database.run<AccountRow & { auth_time: number }>(
    sql`with holder as (${holder.live}
      ), ${spent}, raised as (
        update sessions s set amr = ${sql.param(amr)}::text[], acr = ${acr}, authenticated_at = now()
        from spent where s.id = ${claims.sessionId} and s.user_id = spent.user_id and s.revoked_at is null
        returning s.id, s.user_id, s.authenticated_at
      ), recorded as (${recordEvent(
        {
          action: 'session.stepped_up',
          outcome: 'success',
          tenantId: tenant.id,
          userId: sql`raised.user_id`,
          sessionId: claims.sessionId,
          reason: proof,
        },
        context,
        sql`raised`,
      )}), ${withdrawRecovery(sql`(select user_id as id from raised where ${acr} <> 'aal1')`, tenant, context)}
      select ${accountColumn('u')}, floor(extract(epoch from raised.authenticated_at))::int as auth_time
      from raised join users u on u.id = raised.user_id`,
    'once',
  )
  if (!row) throw await refused(ports, holder, attempted, context)
  if (proof === 'backup_code') tellFewCodes(ports, holder.account.id)
  const token = await issueAccessToken(
    ports.config,
    tenant,
    {
      userId: row.account.id,
      sessionId: claims.sessionId,
      amr,
      acr,
      authTime: row.auth_time,
      roles: row.account.roles,
      version: row.account.authority_version,
    },
    ports.clock.now(),
  )
  return { access_token: token, expires_in: accessToken.life }
}

const sentFactors = ['sms', 'whatsapp', 'email'] as const

/** Six digits are of what this session has asked a code of, or else of the first of these that the account has. */
function typesOf({ code = '' }: ShownCode, { factors, codes }: Holder): FactorType[] {
  if (!/^\d{6}$/.test(code)) return ['backup_code']
  const asked: FactorType[] = sentFactors.filter((type) => codes[type] && factors[type])
  const first = (['totp', ...sentFactors] as const).find((type) => factors[type]) ?? 'totp'
  return asked.includes(first) ? asked : [...asked, first]
}
