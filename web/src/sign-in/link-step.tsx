import { Button } from '../ui/button.tsx'
import { Page } from '../ui/page.tsx'
import { say } from '../words/words.ts'

export interface LinkSent {
  email: string
  /** What the page of the link asks for in another browser. */
  code: string
}

/** Waits for the link to be opened: in another tab of this browser, which tells this one. */
export function LinkStep({
  sent: { email, code },
  onBack,
}: {
  sent: LinkSent
  onBack: () => void
}) {
  return (
    <Page title={say('checkMail')}>
      <p>{say('linkSentTo', email)}</p>
      <p>
        {say('linkElsewhere')} <strong className="digits">{code}</strong>
      </p>
      <Button kind="quiet" onPress={onBack}>
        {say('back')}
      </Button>
    </Page>
  )
}
