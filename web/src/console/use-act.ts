import { useState } from 'react'
import { type Sending, useSending } from '../forms/use-sending.ts'

export interface Act {
  sending: Sending
  /** What was done last; for a status line. */
  done: string
  setDone(said: string): void
  /** Does one thing at a time, and says what was done. */
  act(work: () => Promise<unknown>, done: string): void
}

/** Acts that are one press of a button. */
export function useAct(): Act {
  const sending = useSending()
  const [done, setDone] = useState('')
  const act = (work: () => Promise<unknown>, said: string) => {
    setDone('')
    void sending.run(async () => {
      await work()
      setDone(said)
    })
  }
  return { sending, done, setDone, act }
}
