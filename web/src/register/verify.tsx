import { stateOf } from 'gatehouse-client'
import { useState } from 'react'
import { client } from '../client.ts'
import { SendingForm } from '../forms/sending-form.tsx'
import { useSending } from '../forms/use-sending.ts'
import { go, Link } from '../router.tsx'
import { CodeField } from '../ui/code-field.tsx'
import { Page } from '../ui/page.tsx'
import { SendAgain } from '../ui/send-again.tsx'
import { say } from '../words/words.ts'

export interface Pending {
  address: { email: string } | { phone_e164: string }
  /** Signs in as soon as the address is proven; nowhere else than in the memory of this page. */
  password: string
}

/** Seconds between two mails with a code. */
const resendAfter = 60

/** The code of the letter, on the page that asked for it: then its person is signed in. */
export function Verify({ pending: { address, password } }: { pending: Pending }) {
  const sending = useSending()
  const [isVerified, setVerified] = useState(false)

  async function submit(code: string): Promise<void> {
    if (!code) return sending.refuse({ code: say('required') })
    await client.verifyEmail({ ...address, code })
    const isSignedIn = await client.login({ ...address, password }).then(
      (result) => stateOf(result) === 'signedIn',
      () => false,
    )
    if (isSignedIn) return go('/account')
    setVerified(true)
  }

  if (isVerified) {
    return (
      <Page title={say('signUp')}>
        <p>{say('verified')}</p>
        <Link to="/login">{say('signIn')}</Link>
      </Page>
    )
  }
  return (
    <Page title={say('verifyTitle')}>
      <p>{say('verifyText', 'email' in address ? address.email : address.phone_e164)}</p>
      <SendingForm
        sending={sending}
        submit={say('confirm')}
        onSubmit={({ code = '' }) => submit(code.trim())}
      >
        <CodeField error={sending.errors.code} />
      </SendingForm>
      {'email' in address && (
        <SendAgain
          sending={sending}
          retryAfter={resendAfter}
          again={() => client.resendVerification(address)}
        />
      )}
    </Page>
  )
}
