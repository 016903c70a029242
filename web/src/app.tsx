import { Suspense } from 'react'
import { usePath } from './router.tsx'
import { routeOf } from './routes.ts'
import { SignIn } from './sign-in/sign-in.tsx'
import { Broken } from './ui/broken.tsx'
import { Offline } from './ui/offline.tsx'
import { Waiting } from './ui/waiting.tsx'

/** The page of the address. Signing in is what most come for: it is the one that needs no second script. */
export function App() {
  const route = routeOf(usePath())
  return (
    <>
      <Offline />
      <Broken key={route?.name}>
        <Suspense fallback={<Waiting />}>{route ? <route.Shown /> : <SignIn />}</Suspense>
      </Broken>
    </>
  )
}
