import type { EnrollerProof } from '../sessions/caller.ts'
import type { Confirmed } from './bind-factor.ts'
import { beginEmail, confirmEmail, type EmailSetup } from './enrol-email.ts'
import { beginTotp, confirmTotp, type TotpSetup } from './enrol-totp.ts'
import { noCodeThisWay } from './send-code.ts'

type BeginPorts = Parameters<typeof beginTotp>[0] & Parameters<typeof beginEmail>[0]
type ConfirmPorts = Parameters<typeof confirmTotp>[0] & Parameters<typeof confirmEmail>[0]

interface Enrolment {
  begin(ports: BeginPorts, proof: EnrollerProof): Promise<TotpSetup | EmailSetup>
  confirm(ports: ConfirmPorts, proof: EnrollerProof, code: string): Promise<Confirmed>
}

/** The kinds of factor that are set up by a code. */
const enrolments = {
  totp: { begin: beginTotp, confirm: confirmTotp },
  email: { begin: beginEmail, confirm: confirmEmail },
} as const satisfies Record<string, Enrolment>

type EnrolmentType = keyof typeof enrolments

/** Starts to set up a factor. Throws `VALIDATION_FAILED` for a kind that is not offered here. */
export async function beginFactor(
  ports: BeginPorts,
  proof: EnrollerProof,
  type: string,
): Promise<TotpSetup | EmailSetup> {
  if (!Object.hasOwn(enrolments, type)) throw noCodeThisWay()
  return enrolments[type as EnrolmentType].begin(ports, proof)
}

export function confirmFactor(
  ports: ConfirmPorts,
  proof: EnrollerProof,
  type: EnrolmentType,
  code: string,
): Promise<Confirmed> {
  return enrolments[type].confirm(ports, proof, code)
}
