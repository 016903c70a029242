import { useState } from 'react'
import { type Sending, useSending } from '../forms/use-sending.ts'

export interface Act {
  sending: Sending
  /** What was done last; for a status line. */
  done: string
  setDone(said: string): void
  /** Does one thing at a time, and says what was done. */
  act(work: () => Promise<unknown>, done: string): void
  /** The same for what says itself what was done. */
  run(work: () => Promise<unknown>): void
}

/** Acts that are one press of a button. */
export function useAct(): Act {
  const sending = useSending()
  const [done, setDone] = useState('')
  const run = (work: () => Promise<unknown>) => {
    setDone('')
    void sending.run(work)
  }
  const act = (work: () => Promise<unknown>, said: string) =>
    run(() => work().then(() => setDone(said)))
  return { sending, done, setDone, act, run }
}
