import { client } from '../client.ts'
import { MailForm } from './mail-form.tsx'

/** For whoever's link is too old: the proof of the address, mailed once more. */
export function AnotherLink() {
  const send = (email: string) => client.resendVerification({ email })
  return <MailForm submit="anotherMail" sent="anotherMailSent" send={send} />
}
