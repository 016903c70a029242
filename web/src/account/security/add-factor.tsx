import { useAuth } from 'gatehouse-client/react'
import { useState } from 'react'
import { factorNames } from '../../factors/proof-form.tsx'
import { SentSetup, type SentType } from '../../factors/sent-setup.tsx'
import { beginTotp, type Confirmed, type TotpSeed, TotpSetup } from '../../factors/totp-setup.tsx'
import { useSending } from '../../forms/use-sending.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Notice } from '../../ui/notice.tsx'
import { say } from '../../words/words.ts'
import { saySecurity } from './words.ts'

interface AddFactorProps {
  types: readonly string[]
  onDone: (confirmed: Confirmed) => Promise<void>
}

type Adding = { type: 'totp'; seed: TotpSeed } | { type: SentType }

/** A button for each kind that can be set up, and the dialog that does it. */
export function AddFactor({ types, onDone }: AddFactorProps) {
  const { user } = useAuth()
  const [adding, setAdding] = useState<Adding | null>(null)
  const sending = useSending()

  async function begin(type: string): Promise<void> {
    setAdding(type === 'totp' ? { type, seed: await beginTotp({}) } : { type: type as SentType })
  }
  const close = () => setAdding(null)
  async function finish(confirmed: Confirmed): Promise<void> {
    close()
    await onDone(confirmed)
  }

  return (
    <>
      <Notice refusal={sending.refusal} />
      {types.length > 0 && <p>{saySecurity('setUp')}</p>}
      <div className="acts">
        {types.map((type) => (
          <Button
            key={type}
            isDisabled={sending.wait > 0}
            onPress={() => void sending.run(() => begin(type))}
          >
            {say(factorNames[type] ?? 'code')}
          </Button>
        ))}
      </div>
      {adding && (
        <Dialog title={say(factorNames[adding.type] ?? 'code')} onClose={close}>
          {adding.type === 'totp' ? (
            <TotpSetup seed={adding.seed} onDone={(confirmed) => void finish(confirmed)} />
          ) : (
            <SentSetup
              type={adding.type}
              phone={user?.phone_e164 ?? null}
              onDone={(confirmed) => void finish(confirmed)}
            />
          )}
          <Button kind="quiet" onPress={close}>
            {say('cancel')}
          </Button>
        </Dialog>
      )}
    </>
  )
}
