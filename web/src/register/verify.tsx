import { isGatehouseError, stateOf } from 'gatehouse-client'
import { useState } from 'react'
import { client } from '../client.ts'
import { SendingForm } from '../forms/sending-form.tsx'
import { useSending } from '../forms/use-sending.ts'
import { go } from '../router.tsx'
import { Button } from '../ui/button.tsx'
import { CodeField } from '../ui/code-field.tsx'
import { SendAgain } from '../ui/send-again.tsx'
import { say } from '../words/words.ts'

export interface Pending {
  address: { email: string } | { phone_e164: string }
  /** Signs in as soon as the address is proven; nowhere else than in the memory of this page. */
  password: string
  /** Sends another code. */
  again: () => Promise<unknown>
}

interface VerifyProps {
  pending: Pending
  /** To what was typed: another address, say. */
  onBack: () => void
}

/** Seconds between two messages with a code. */
const resendAfter = 60

/** The code of the message, on the page that asked for it: then its person is signed in. */
export function Verify({ pending: { address, password, again }, onBack }: VerifyProps) {
  const sending = useSending()
  const [isVerified, setVerified] = useState(false)

  async function submit(code: string): Promise<void> {
    if (!code) return sending.refuse({ code: say('required') })
    // Of a code, not of a link: nothing has to begin again.
    const isRight = await client.verifyEmail({ ...address, code }).then(
      () => true,
      (error: unknown) => {
        if (!isGatehouseError(error, 'TOKEN_INVALID')) throw error
        return false
      },
    )
    if (!isRight) return sending.refuse({ code: say('CODE_INVALID') })
    const isSignedIn = await client.login({ ...address, password }).then(
      (result) => stateOf(result) === 'signedIn',
      () => false,
    )
    if (isSignedIn) return go('/account')
    setVerified(true)
  }

  if (isVerified) return <p>{say('verified')}</p>
  return (
    <>
      <p>
        {'email' in address
          ? say('verifyText', address.email)
          : say('verifyNumberText', address.phone_e164)}
      </p>
      <SendingForm
        sending={sending}
        submit={say('confirm')}
        onSubmit={({ code = '' }) => submit(code.trim())}
      >
        <CodeField error={sending.errors.code} />
      </SendingForm>
      <SendAgain sending={sending} retryAfter={resendAfter} again={again} />
      <Button kind="quiet" onPress={onBack}>
        {say('back')}
      </Button>
    </>
  )
}
