import type { ReactNode } from 'react'
import { say } from '../words/words.ts'
import { Button } from './button.tsx'
import { Notice } from './notice.tsx'
import { useCountdown } from './use-countdown.ts'
import type { Loaded } from './use-loaded.ts'

interface LoaderProps<T> {
  of: Loaded<T>
  children: (value: T) => ReactNode
}

/** What stands in the place of something until it is there, and where it cannot be had. */
export function Loader<T>({ of: { value, refusal, reload }, children }: LoaderProps<T>) {
  const wait = useCountdown(refusal?.retryAfter, refusal)
  if (value !== null) {
    return (
      <>
        {refusal && <Notice refusal={refusal} />}
        {children(value)}
      </>
    )
  }
  if (!refusal) {
    return (
      <p role="status" className="loading">
        {say('loading')}
      </p>
    )
  }
  // What is not there will not be there a moment later.
  const mayChange = refusal.status !== 404
  return (
    <>
      <Notice refusal={refusal} />
      {mayChange && (
        <Button kind="primary" isDisabled={wait > 0} onPress={() => void reload()}>
          {wait > 0 ? say('tryAgainIn', wait) : say('tryAgain')}
        </Button>
      )}
    </>
  )
}
