import { useState } from 'react'
import { client } from '../client.ts'
import { AddressForm } from '../forms/address-form.tsx'
import { Link } from '../router.tsx'
import { type LinkSent, LinkStep } from '../sign-in/link-step.tsx'
import { useOnceSignedIn } from '../sign-in/use-once-signed-in.ts'
import { Page } from '../ui/page.tsx'
import { say } from '../words/words.ts'
import { sayMailed } from './words/words.ts'

/** Asks for a link that signs in, and waits until it was opened in another tab. */
export function SignInLink() {
  const [sent, setSent] = useState<LinkSent | null>(null)
  useOnceSignedIn()
  if (sent) return <LinkStep sent={sent} onBack={() => setSent(null)} />
  return (
    <Page title={sayMailed('signInLink')}>
      <p>{sayMailed('signInLinkText')}</p>
      <AddressForm
        submit={sayMailed('sendLink')}
        send={async (email) => {
          const { confirmation_code: code } = await client.magicLink.send({ email })
          setSent({ email, code })
        }}
      />
      <p className="foot">
        <Link to="/login">{say('otherWays')}</Link>
      </p>
    </Page>
  )
}
