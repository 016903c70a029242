import { useAuth } from 'gatehouse-client/react'
import { Suspense } from 'react'
import { client } from '../client.ts'
import { Link, leave, usePath } from '../router.tsx'
import { StepUp } from '../step-up/step-up.tsx'
import { Area } from '../ui/area.tsx'
import { Broken } from '../ui/broken.tsx'
import { Button } from '../ui/button.tsx'
import { Heading } from '../ui/heading.tsx'
import { say } from '../words/words.ts'
import { Profile } from './profile/profile.tsx'
import { below, sections } from './sections.ts'
import { sayAccount } from './words.ts'

/** The ways through an account, and the part that the address names. */
export function Frame() {
  const path = usePath()
  const { user } = useAuth()
  const isAdministrator = user?.roles.some((role) => role === 'owner' || role === 'admin')
  return (
    <>
      <StepUp />
      <Area
        name={sayAccount('pages')}
        links={[
          { to: '/account', label: sayAccount('profile') },
          ...sections.map(({ name }) => ({
            to: `/account/${name}`,
            label: sayAccount(name),
            isCurrent: path.split('/')[2] === name,
          })),
        ]}
        head={
          <>
            {isAdministrator && <Link to="/console">{sayAccount('console')}</Link>}
            <Button kind="quiet" onPress={() => leave(() => void client.logout())}>
              {say('signOut')}
            </Button>
          </>
        }
      >
        <Broken key={path}>
          <Suspense fallback={<p role="status">{say('loading')}</p>}>
            <Part path={path} />
          </Suspense>
        </Broken>
      </Area>
    </>
  )
}

function Part({ path }: { path: string }) {
  if (path === '/account') return <Profile />
  const Shown = below[path] ?? sections.find(({ name }) => path === `/account/${name}`)?.Shown
  return Shown ? <Shown /> : <Heading title={sayAccount('nowhere')} />
}
