/** What was shown to prove who someone is, and how RFC 8176 calls it. */
const proofs = {
  password: ['pwd'],
  totp: ['otp'],
  // A look-up secret (NIST SP 800-63B-4 §3.1.2): each code works once.
  backup_code: ['otp'],
} as const

export type Proof = keyof typeof proofs

/** What kind of factor a method reference stands for: two different kinds make multi-factor (NIST SP 800-63B-4 §2.2). */
const factorKinds: Readonly<Record<string, 'knowledge' | 'possession'>> = {
  pwd: 'knowledge',
  otp: 'possession',
}

export type Level = 'aal1' | 'aal2'

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
  return { amr: [...amr, 'mfa'], acr: 'aal2' }
}

export function isProof(name: string): name is Proof {
  return Object.hasOwn(proofs, name)
}
