import type { EnrollmentRequired } from 'gatehouse-client'
import { useState } from 'react'
import { BackupCodes } from '../factors/backup-codes.tsx'
import { factorNames } from '../factors/proof-form.tsx'
import { SentSetup } from '../factors/sent-setup.tsx'
import { TotpSetup } from '../factors/totp-setup.tsx'
import { sayFactor } from '../factors/words.ts'
import { Button } from '../ui/button.tsx'
import { Page } from '../ui/page.tsx'
import { say } from '../words/words.ts'
import { type Adding, Choice } from './choice.tsx'
import { KeySetup } from './key-setup.tsx'
import { MailboxFirst } from './mailbox-first.tsx'
import { sayEnrollment } from './words.ts'

interface EnrollmentProps {
  required: EnrollmentRequired
  /** To the sign-in, which has to be begun again. */
  onBack: () => void
}

type Stage =
  | { kind: 'choice' }
  | Adding
  | { kind: 'codes'; codes: readonly string[] }
  | { kind: 'done' }

/** The first second factor of an account that may not be without one, set up in the middle of a sign-in. */
export function Enrollment({ required, onBack }: EnrollmentProps) {
  const [stage, setStage] = useState<Stage>({ kind: 'choice' })
  const { enrollment_token: token, mfa_types: types } = required
  const onDone = ({ backup_codes: codes }: { backup_codes?: string[] }) =>
    setStage(codes ? { kind: 'codes', codes } : { kind: 'done' })

  if (required.mailbox_proof_required) return <MailboxFirst onBack={onBack} />
  if (stage.kind === 'codes') {
    return (
      <Page title={sayFactor('backupCodes')}>
        <BackupCodes codes={stage.codes} onKept={() => setStage({ kind: 'done' })} />
      </Page>
    )
  }
  if (stage.kind === 'done') {
    return (
      <Page title={sayEnrollment('done')}>
        <p>{sayEnrollment('doneText')}</p>
        <Button kind="primary" onPress={onBack}>
          {say('signIn')}
        </Button>
      </Page>
    )
  }
  if (stage.kind === 'choice') {
    return (
      <Page title={sayEnrollment('title')}>
        <p>{sayEnrollment('text')}</p>
        <Choice types={types} token={token} onChoice={setStage} />
        <Button kind="quiet" onPress={onBack}>
          {say('back')}
        </Button>
      </Page>
    )
  }
  const type = stage.kind === 'sent' ? stage.type : stage.kind
  return (
    <Page title={say(factorNames[type] ?? 'code')}>
      {stage.kind === 'totp' && <TotpSetup seed={stage.seed} options={{ token }} onDone={onDone} />}
      {stage.kind === 'webauthn' && <KeySetup token={token} onDone={onDone} />}
      {stage.kind === 'sent' && <SentSetup type={stage.type} options={{ token }} onDone={onDone} />}
      <Button kind="quiet" onPress={() => setStage({ kind: 'choice' })}>
        {sayEnrollment('another')}
      </Button>
    </Page>
  )
}
