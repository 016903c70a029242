import { usePath } from '../router.tsx'
import { SignedIn } from '../signed-in.tsx'
import { say } from '../words/words.ts'
import { Closed } from './closed.tsx'
import { Frame } from './frame.tsx'

export function Account() {
  if (usePath() === '/account/closed') return <Closed />
  return (
    <SignedIn title={say('account')}>
      <Frame />
    </SignedIn>
  )
}
