import { useEffect, useRef, useState } from 'react'
import { AddressForm } from '../forms/address-form.tsx'
import { useSending } from '../forms/use-sending.ts'
import { Notice } from '../ui/notice.tsx'
import { SendAgain } from '../ui/send-again.tsx'
import { sayMailed, type Word } from './words/words.ts'

interface MailFormProps {
  submit: Word
  /** What is said whether or not the address is known. */
  sent: Word
  send: (email: string) => Promise<unknown>
}

/** Seconds between two mails that the service sends to one address. */
const resendAfter = 60

/** Asks for a mail, and for another one where it does not arrive. */
export function MailForm({ submit, sent, send }: MailFormProps) {
  const [email, setEmail] = useState<string | null>(null)
  const sending = useSending()
  const answer = useRef<HTMLParagraphElement>(null)
  useEffect(() => {
    if (email !== null) answer.current?.focus()
  }, [email])

  if (email === null) {
    return (
      <AddressForm
        submit={sayMailed(submit)}
        send={async (given) => {
          await send(given)
          setEmail(given)
        }}
      />
    )
  }
  return (
    <>
      <p ref={answer} tabIndex={-1} className="good">
        {sayMailed(sent, email)}
      </p>
      <Notice refusal={sending.refusal} />
      <SendAgain sending={sending} retryAfter={resendAfter} again={() => send(email)} />
    </>
  )
}
