import { Link } from '../router.tsx'
import { Page } from '../ui/page.tsx'
import { say } from '../words/words.ts'
import { AnotherLink } from './another-link.tsx'
import { sayMailed } from './words/words.ts'

/** For whoever has registered, and has lost the mail that proves the address. */
export function Resend() {
  return (
    <Page title={sayMailed('verify')}>
      <p>{sayMailed('resendText')}</p>
      <AnotherLink />
      <p className="foot">
        <Link to="/login">{say('signIn')}</Link>
      </p>
    </Page>
  )
}
