import { client } from '../client.ts'
import { Link } from '../router.tsx'
import { Page } from '../ui/page.tsx'
import { say } from '../words/words.ts'
import { MailForm } from './mail-form.tsx'
import { sayMailed } from './words/words.ts'

const send = (email: string) => client.password.forgot({ email })

export function Forgot() {
  return (
    <Page title={sayMailed('forgot')}>
      <p>{sayMailed('forgotText')}</p>
      <MailForm submit="sendLink" sent="linkSent" send={send} />
      <p className="foot">
        <Link to="/recover/request">{say('lostFactor')}</Link>
      </p>
      <p>
        <Link to="/verify-email/resend">{say('notConfirmed')}</Link>
      </p>
      <p>
        <Link to="/login">{say('signIn')}</Link>
      </p>
    </Page>
  )
}
