import { useAuth } from 'gatehouse-client/react'
import { Suspense } from 'react'
import { client } from '../client.ts'
import { Link } from '../router.tsx'
import { StepUp } from '../step-up/step-up.tsx'
import { Area } from '../ui/area.tsx'
import { Broken } from '../ui/broken.tsx'
import { Button } from '../ui/button.tsx'
import { Heading } from '../ui/heading.tsx'
import { say } from '../words/words.ts'
import { usePlace } from './place.ts'
import { sections } from './sections.ts'
import { sayConsole } from './words.ts'

/** The ways through the console, and the part that the address names. */
export function Frame() {
  const { section } = usePlace()
  const { user } = useAuth()
  const current = section ? sections.find(({ name }) => name === section) : sections[0]
  return (
    <>
      <StepUp />
      <Area
        name={sayConsole('parts')}
        isWide
        links={sections.map(({ name }) => ({
          to: `/console/${name}`,
          label: sayConsole(name),
          isCurrent: name === current?.name,
        }))}
        head={
          <>
            <span className="tenant">{user?.tenant}</span>
            <Link to="/account">{say('account')}</Link>
            <Button kind="quiet" onPress={() => void client.logout()}>
              {say('signOut')}
            </Button>
          </>
        }
      >
        <Broken key={current?.name}>
          <Suspense fallback={<p role="status">{say('loading')}</p>}>
            {current ? <current.Shown /> : <Heading title={sayConsole('nowhere')} />}
          </Suspense>
        </Broken>
      </Area>
    </>
  )
}
