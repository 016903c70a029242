import { useAuth } from 'gatehouse-client/react'
import { say } from '../words/words.ts'

/** Why somebody who was signed in a moment ago is here, unless they wanted it. */
export function Ended() {
  const { endedBy } = useAuth()
  if (endedBy !== 'expired' && endedBy !== 'reused') return null
  return (
    <p role="status" className="notice">
      {say(endedBy === 'reused' ? 'sessionStolen' : 'sessionOver')}
    </p>
  )
}
