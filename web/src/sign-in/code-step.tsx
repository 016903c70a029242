import type { CodeSent, SignInResult } from 'gatehouse-client'
import { useState } from 'react'
import { client } from '../client.ts'
import { beside } from '../forms/beside.ts'
import { SendingForm } from '../forms/sending-form.tsx'
import { useSending } from '../forms/use-sending.ts'
import { Button } from '../ui/button.tsx'
import { CodeField } from '../ui/code-field.tsx'
import { Page } from '../ui/page.tsx'
import { SendAgain } from '../ui/send-again.tsx'
import { say } from '../words/words.ts'

interface CodeStepProps {
  sent: CodeSent
  again: () => Promise<CodeSent>
  onResult: (result: SignInResult) => void
  onBack: () => void
}

/** The code of a mail, an SMS or a WhatsApp message. */
export function CodeStep({ sent: first, again, onResult, onBack }: CodeStepProps) {
  const [sent, setSent] = useState(first)
  const sending = useSending()
  return (
    <Page title={say('enterCode')}>
      <p>{say('codeSentTo', sent.sent_to)}</p>
      <SendingForm
        sending={sending}
        submit={say('signIn')}
        onSubmit={async ({ code = '' }) => {
          if (!code.trim()) return sending.refuse({ code: say('required') })
          const { challenge_id } = sent
          const shown = { challenge_id, code: code.trim() }
          onResult(await beside({ CODE_INVALID: 'code' }, () => client.code.verify(shown)))
        }}
      >
        <CodeField error={sending.errors.code} />
      </SendingForm>
      <SendAgain
        sending={sending}
        retryAfter={sent.retry_after}
        again={async () => setSent(await again())}
      />
      <Button kind="quiet" onPress={onBack}>
        {say('back')}
      </Button>
    </Page>
  )
}
