import { client } from '../client.ts'
import { AnyProof } from '../factors/any-proof.tsx'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Loader } from '../ui/loader.tsx'
import { useLoaded } from '../ui/use-loaded.ts'
import { say } from '../words/words.ts'
import { sayStepUp } from './words.ts'

const load = (signal: AbortSignal) => client.mfa.methods(undefined, { signal })

interface StepUpDialogProps {
  onDone: () => void
  onCancel: () => void
}

/** Asks for whatever raises this account’s session. The call that waits keeps all that was typed. */
export function StepUpDialog({ onDone, onCancel }: StepUpDialogProps) {
  const methods = useLoaded(load)
  return (
    <Dialog title={sayStepUp('title')} onClose={onCancel}>
      <Loader of={methods}>
        {({ step_up_types: types }) => {
          if (types.length === 0) return <SignInAgain />
          return (
            <>
              <p>{sayStepUp('text')}</p>
              <AnyProof types={types} onDone={onDone} takesFocus />
            </>
          )
        }}
      </Loader>
      <Button kind="quiet" onPress={onCancel}>
        {say('cancel')}
      </Button>
    </Dialog>
  )
}

function SignInAgain() {
  return (
    <>
      <p>{sayStepUp('none')}</p>
      <Button kind="primary" onPress={() => void client.logout()}>
        {sayStepUp('signInAgain')}
      </Button>
    </>
  )
}
