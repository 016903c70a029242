import { textFactor } from '../../mfa/text-factor.ts'
import { type TroubledKv, useKv } from '../../support/kv.ts'
import { phoneRegistration } from '../password/flows/phone-registration.ts'
import { signInByCode } from './sign-in-by-code.ts'

/** Whatever rests on a code that was sent, with this KV behind it. */
export function codesUnder(kv: TroubledKv): void {
  signInByCode()
  phoneRegistration()
  textFactor()
  useKv(kv)
}
