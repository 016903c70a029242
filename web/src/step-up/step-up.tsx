import { useStepUp } from 'gatehouse-client/react'
import { lazy, Suspense } from 'react'

const StepUpDialog = lazy(async () => ({
  default: (await import('./step-up-dialog.tsx')).StepUpDialog,
}))

/** Once on each page of somebody who is signed in: what is refused for the lack of a fresh proof waits for this. */
export function StepUp() {
  const { challenge, done, cancel } = useStepUp()
  if (!challenge) return null
  return (
    <Suspense fallback={null}>
      <StepUpDialog onDone={done} onCancel={cancel} />
    </Suspense>
  )
}
