import { useEffect, useState } from 'react'

/** Whole seconds that are left, down to 0. It begins anew whenever `cause` is another: a refusal, an answer. */
export function useCountdown(seconds = 0, cause: unknown = seconds): number {
  const [left, setLeft] = useState(seconds)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the next refusal may ask for as many seconds as the last.
  useEffect(() => {
    const end = performance.now() + seconds * 1000
    const tick = () => setLeft(Math.max(0, Math.ceil((end - performance.now()) / 1000)))
    tick()
    if (seconds === 0) return
    const timer = setInterval(tick, 250)
    return () => clearInterval(timer)
  }, [seconds, cause])
  return left
}
