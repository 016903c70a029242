import { lazy, Suspense } from 'react'
import { useUpdate } from './outdated/use-update.ts'
import { usePath } from './router.tsx'
import { routeOf } from './routes.ts'
import { SignIn } from './sign-in/sign-in.tsx'
import { Broken } from './ui/broken.tsx'
import { Offline } from './ui/offline.tsx'
import { Waiting } from './ui/waiting.tsx'

const Outdated = lazy(async () => ({
  default: (await import('./outdated/outdated.tsx')).Outdated,
}))

/** The page of the address. Signing in is what most come for: it is the one that needs no second script. */
export function App() {
  const route = routeOf(usePath())
  const update = useUpdate()
  return (
    <>
      <Offline />
      <Broken key={route?.name}>
        <Suspense fallback={<Waiting />}>
          {update ? <Outdated update={update} /> : route ? <route.Shown /> : <SignIn />}
        </Suspense>
      </Broken>
    </>
  )
}
