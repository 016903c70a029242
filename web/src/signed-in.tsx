import { RequireAuth, type RequireAuthProps, useAuth } from 'gatehouse-client/react'
import { useEffect } from 'react'
import { signInFirst } from './return-to.ts'
import { go } from './router.tsx'
import { Button } from './ui/button.tsx'
import { Page } from './ui/page.tsx'
import { Waiting } from './ui/waiting.tsx'
import { say } from './words/words.ts'

interface SignedInProps extends Pick<RequireAuthProps, 'children' | 'roles' | 'forbidden'> {
  /** Of the page that says that the service cannot be reached. */
  title: string
}

/** For whoever is signed in; everybody else is sent to do that first, and comes back. */
export function SignedIn({ title, ...props }: SignedInProps) {
  return (
    <RequireAuth
      {...props}
      fallback={<ToSignIn />}
      loading={<Waiting />}
      unreachable={<Unreachable title={title} />}
    />
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

function Unreachable({ title }: { title: string }) {
  const { reload } = useAuth()
  return (
    <Page title={title}>
      <p role="alert">{say('NETWORK_ERROR')}</p>
      <Button kind="primary" onPress={() => void reload()}>
        {say('tryAgain')}
      </Button>
    </Page>
  )
}
