import { client } from '../client.ts'
import { Link } from '../router.tsx'
import { Page } from '../ui/page.tsx'
import { say } from '../words/words.ts'
import { MailForm } from './mail-form.tsx'
import { sayMailed } from './words/words.ts'

const send = (email: string) => client.recovery.request({ email })

/** For whoever has lost what they confirm with. */
export function RecoverRequest() {
  return (
    <Page title={sayMailed('recover')}>
      <p>{sayMailed('recoverRequestText')}</p>
      <MailForm submit="sendLink" sent="linkSent" send={send} />
      <p className="foot">
        <Link to="/login">{say('signIn')}</Link>
      </p>
    </Page>
  )
}
