import { Link } from '../router.tsx'
import { Button } from '../ui/button.tsx'
import { Page } from '../ui/page.tsx'
import { sayEnrollment } from './words.ts'

/** For who has shown a password and nothing else: with that alone no second factor is chosen. */
export function MailboxFirst({ onBack }: { onBack: () => void }) {
  return (
    <Page title={sayEnrollment('mailbox')}>
      <p>{sayEnrollment('mailboxText')}</p>
      <Button kind="primary" onPress={onBack}>
        {sayEnrollment('mailboxBack')}
      </Button>
      <p>
        <Link to="/forgot-password">{sayEnrollment('mailboxReset')}</Link>
      </p>
    </Page>
  )
}
