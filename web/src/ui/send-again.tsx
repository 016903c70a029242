import { useState } from 'react'
import type { Sending } from '../forms/use-sending.ts'
import { say } from '../words/words.ts'
import { Button } from './button.tsx'
import { useCountdown } from './use-countdown.ts'

interface SendAgainProps {
  sending: Sending
  /** Seconds until the service sends another one. */
  retryAfter: number
  again: () => Promise<unknown>
}

/** For a message that does not arrive: after the pause that the service asks for. */
export function SendAgain({ sending, retryAfter, again }: SendAgainProps) {
  const [count, setCount] = useState(0)
  const wait = useCountdown(retryAfter, count)
  const repeat = async () => {
    await again()
    setCount(count + 1)
  }
  return (
    <div className="again">
      <Button kind="quiet" isDisabled={wait > 0} onPress={() => sending.run(repeat)}>
        {wait > 0 ? say('sendAgainIn', wait) : say('sendAgain')}
      </Button>
      <span role="status">{count > 0 && say('sent')}</span>
    </div>
  )
}
