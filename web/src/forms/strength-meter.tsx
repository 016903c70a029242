import { useEffect, useState } from 'react'
import { client } from '../client.ts'
import { say } from '../words/words.ts'

const sentences = ['strength0', 'strength1', 'strength2', 'strength3', 'strength4'] as const
/** Milliseconds without a key before the service is asked. */
const pause = 500

/** How the service judges a password, while it is being typed. It advises; what counts is said when it is sent. */
export function StrengthMeter({ password }: { password: string }) {
  const [score, setScore] = useState<number | null>(null)
  useEffect(() => {
    if (!password) return setScore(null)
    const abort = new AbortController()
    const timer = setTimeout(() => {
      client.password.strength({ password }, { signal: abort.signal }).then(
        (report) => setScore(report.score),
        () => setScore(null),
      )
    }, pause)
    return () => {
      clearTimeout(timer)
      abort.abort()
    }
  }, [password])

  const sentence = score === null ? undefined : sentences[score]
  return (
    <div className="strength">
      <meter
        aria-label={say('strength')}
        min={0}
        low={2}
        high={3}
        optimum={4}
        max={4}
        value={score ?? 0}
      />
      <span role="status">{sentence && say(sentence)}</span>
    </div>
  )
}
