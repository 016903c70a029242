import { Link } from '../router.tsx'
import { Page } from '../ui/page.tsx'
import { when } from '../ui/when.ts'
import { say } from '../words/words.ts'
import { sayClosed } from './closed-words.ts'

/** The address of it. Nobody is signed in any more who could be asked. */
export function closedAt(deletesAt: string): string {
  return `/account/closed?at=${encodeURIComponent(deletesAt)}`
}

/** The last page of an account: until when it can still be kept. */
export function Closed() {
  const at = new URLSearchParams(location.search).get('at') ?? ''
  const isDate = !Number.isNaN(Date.parse(at))
  return (
    <Page title={sayClosed('title')}>
      <p>{isDate ? sayClosed('text', when(at)) : sayClosed('textUndated')}</p>
      <p>{sayClosed('ended')}</p>
      <Link to="/login" kind="plain">
        {say('signIn')}
      </Link>
    </Page>
  )
}
