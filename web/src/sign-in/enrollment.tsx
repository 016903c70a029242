import { Button } from '../ui/button.tsx'
import { Page } from '../ui/page.tsx'
import { say } from '../words/words.ts'

/** Says what is owed: these pages do not set up a factor yet. */
export function Enrollment({ onBack }: { onBack: () => void }) {
  return (
    <Page title={say('enrollment')}>
      <p>{say('enrollmentText')}</p>
      <Button kind="quiet" onPress={onBack}>
        {say('back')}
      </Button>
    </Page>
  )
}
