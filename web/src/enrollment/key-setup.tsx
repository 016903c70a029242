import type { Passkey } from 'gatehouse-client'
import { passkeys } from '../client.ts'
import { useSending } from '../forms/use-sending.ts'
import { Button } from '../ui/button.tsx'
import { Notice } from '../ui/notice.tsx'
import { sayEnrollment } from './words.ts'

interface KeySetupProps {
  token: string
  onDone: (made: { backup_codes?: string[] }) => void
}

/** A key in the device, or one that is held to it. */
export function KeySetup({ token, onDone }: KeySetupProps) {
  const sending = useSending()
  const add = (kind: Passkey['kind']) =>
    sending.run(async () => {
      const name = sayEnrollment(kind === 'passkey' ? 'passkey' : 'securityKey')
      onDone(await passkeys.add({ kind, name, token }))
    })
  return (
    <>
      <p>{sayEnrollment('keyText')}</p>
      <Notice refusal={sending.refusal} />
      <Button kind="primary" isPending={sending.isSending} onPress={() => void add('passkey')}>
        {sayEnrollment('makePasskey')}
      </Button>
      <Button isPending={sending.isSending} onPress={() => void add('security_key')}>
        {sayEnrollment('useSecurityKey')}
      </Button>
    </>
  )
}
