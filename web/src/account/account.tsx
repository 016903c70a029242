import { RequireAuth, useAuth } from 'gatehouse-client/react'
import { useEffect } from 'react'
import { signInFirst } from '../return-to.ts'
import { go, usePath } from '../router.tsx'
import { Button } from '../ui/button.tsx'
import { Page } from '../ui/page.tsx'
import { Waiting } from '../ui/waiting.tsx'
import { say } from '../words/words.ts'
import { Closed } from './closed.tsx'
import { Frame } from './frame.tsx'

/** For whoever is signed in; everybody else is sent to do that first. */
export function Account() {
  if (usePath() === '/account/closed') return <Closed />
  return (
    <RequireAuth fallback={<ToSignIn />} loading={<Waiting />} unreachable={<Unreachable />}>
      <Frame />
    </RequireAuth>
  )
}

function ToSignIn() {
  const { endedBy } = useAuth()
  useEffect(() => {
    if (endedBy === 'logout') go('/login')
    else signInFirst()
  }, [endedBy])
  return null
}

function Unreachable() {
  const { reload } = useAuth()
  return (
    <Page title={say('account')}>
      <p role="alert">{say('NETWORK_ERROR')}</p>
      <Button kind="primary" onPress={() => void reload()}>
        {say('tryAgain')}
      </Button>
    </Page>
  )
}
