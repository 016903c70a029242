import { say } from '../words/words.ts'

/** Whoever signs in here without cookies is signed out by the next load of a page. Better said before than wondered at. */
export function NoCookies() {
  if (navigator.cookieEnabled) return null
  return (
    <p role="status" className="notice">
      {say('noCookies')}
    </p>
  )
}
