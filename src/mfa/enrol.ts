import type { EnrollerProof } from '../sessions/caller.ts'
import type { Confirmed } from './bind-factor.ts'
import { beginEmail, beginText, type CodeSetup, confirmSent } from './enrol-code.ts'
import { beginTotp, confirmTotp, type TotpSetup } from './enrol-totp.ts'
import { noCodeThisWay } from './send-code.ts'

type BeginPorts = Parameters<typeof beginTotp>[0] & Parameters<typeof beginText>[0]
type ConfirmPorts = Parameters<typeof confirmTotp>[0] & Parameters<typeof confirmSent>[0]

interface Enrolment {
  begin(
    ports: BeginPorts,
    proof: EnrollerProof,
    phone: string | null,
  ): Promise<TotpSetup | CodeSetup>
  confirm(ports: ConfirmPorts, proof: EnrollerProof, code: string): Promise<Confirmed>
}

/** The kinds of factor that are set up by a code. */
const enrolments = {
  totp: { begin: beginTotp, confirm: confirmTotp },
  email: {
    begin: beginEmail,
    confirm: (ports, proof, code) => confirmSent(ports, proof, 'email', code),
  },
  sms: {
    begin: (ports, proof, phone) => beginText(ports, proof, 'sms', phone),
    confirm: (ports, proof, code) => confirmSent(ports, proof, 'sms', code),
  },
  whatsapp: {
    begin: (ports, proof, phone) => beginText(ports, proof, 'whatsapp', phone),
    confirm: (ports, proof, code) => confirmSent(ports, proof, 'whatsapp', code),
  },
} as const satisfies Record<string, Enrolment>

type EnrolmentType = keyof typeof enrolments

/** Starts to set up a factor. Throws `VALIDATION_FAILED` for a kind that is not offered here. */
export async function beginFactor(
  ports: BeginPorts,
  proof: EnrollerProof,
  type: string,
  phone: string | null,
): Promise<TotpSetup | CodeSetup> {
  if (!Object.hasOwn(enrolments, type)) throw noCodeThisWay()
  return enrolments[type as EnrolmentType].begin(ports, proof, phone)
}

export function confirmFactor(
  ports: ConfirmPorts,
  proof: EnrollerProof,
  type: EnrolmentType,
  code: string,
): Promise<Confirmed> {
  return enrolments[type].confirm(ports, proof, code)
}
