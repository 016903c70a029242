import { type SQL, sql } from 'drizzle-orm'

/** What was shown to prove who someone is, and how RFC 8176 calls it. */
const proofs = {
  password: ['pwd'],
  totp: ['otp'],
  // A look-up secret (NIST SP 800-63B-4 §3.1.2): each code works once.
  backup_code: ['otp'],
  // Whoever reads the mail. RFC 8176 has no name for it; it is no `otp`, so that two proofs of one mailbox stay one.
  email: ['email'],
  // Whoever reads the texts of a number, by SMS or WhatsApp. As for mail: two proofs of one number stay one.
  text: ['sms'],
  // Another service vouches for the person. RFC 8176 has no name for it; `fed` is the common one.
  federated: ['fed'],
  // A signature of a WebAuthn credential that may be copied between devices, or that may not leave its hardware. With
  // no attestation the hardware is the authenticator's word (flag BE of WebAuthn L3 §6.1.3), as it is for most services.
  synced_key: ['swk'],
  bound_key: ['hwk'],
  // The authenticator has verified its user as well, by PIN or body: two factors in one act.
  synced_passkey: ['swk', 'user'],
  bound_passkey: ['hwk', 'user'],
} as const

export type Proof = keyof typeof proofs

type Kind = 'knowledge' | 'possession' | 'verified' | 'mailbox' | 'number' | 'provider'

/** What kind of factor a method reference stands for: two different kinds make multi-factor (NIST SP 800-63B-4 §2.2). */
const factorKinds: Readonly<Record<string, Kind>> = {
  pwd: 'knowledge',
  otp: 'possession',
  email: 'mailbox',
  sms: 'number',
  fed: 'provider',
  swk: 'possession',
  hwk: 'possession',
  user: 'verified',
}

export type Level = 'aal1' | 'aal2' | 'aal3'

export interface Assurance {
  /** Authentication method references (RFC 8176). */
  amr: string[]
  /** Authenticator assurance level (NIST SP 800-63B-4 §2). */
  acr: Level
}

/** Assurance comes from what was proven, never from the route that took it; `before`: what a session has proven already. */
export function assuranceOf(proven: readonly Proof[], before: readonly string[] = []): Assurance {
  const shown = [...before, ...proven.flatMap((proof) => proofs[proof])]
  const amr = new Set(shown.filter((name) => name !== 'mfa'))
  const kinds = new Set([...amr].flatMap((name) => factorKinds[name] ?? []))
  if (kinds.size < 2) return { amr: [...amr], acr: 'aal1' }
  // The highest level is what was proven now, in one act: it is not put together from what came before.
  const hardware = proven.includes('bound_passkey')
  return { amr: [...amr, 'mfa'], acr: hardware ? 'aal3' : 'aal2' }
}

/** How a session's `amr` calls a proof. */
export function referencesOf(proof: Proof): readonly string[] {
  return proofs[proof]
}

export function isProof(name: string): name is Proof {
  return Object.hasOwn(proofs, name)
}

/** What may stand at the beginning of a sign-in, and is no key or app of the account. */
const firstFactors: readonly string[] = ['pwd', 'fed', 'email', 'sms']

/** What is left of a session's `amr` once its account has no second factor. */
export function withoutSecondFactor(amr: SQL): SQL {
  return sql`array(select name from unnest(${amr}) with ordinality as shown (name, place)
    where name = any(${sql.param(firstFactors)}::text[]) order by place)`
}
