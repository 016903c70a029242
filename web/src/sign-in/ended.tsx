import { useAuth } from 'gatehouse-client/react'
import { say } from '../words/words.ts'

/** Why somebody who was signed in a moment ago is here, unless they wanted it. */
export function Ended() {
  const { endedBy } = useAuth()
  if (endedBy === 'reused') {
    return (
      <p role="alert" className="notice">
        {say('sessionStolen')}
      </p>
    )
  }
  if (endedBy !== 'expired') return null
  return (
    <p role="status" className="notice calm">
      {say('sessionOver')}
    </p>
  )
}
