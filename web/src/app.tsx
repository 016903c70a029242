import { lazy, Suspense } from 'react'
import { usePath } from './router.tsx'
import { SignIn } from './sign-in/sign-in.tsx'
import { Offline } from './ui/offline.tsx'

const Register = lazy(() =>
  import('./register/register.tsx').then((m) => ({ default: m.Register })),
)
const Account = lazy(() => import('./account/account.tsx').then((m) => ({ default: m.Account })))
const Callback = lazy(() => import('./sign-in/callback.tsx').then((m) => ({ default: m.Callback })))

const pages: Record<string, React.ComponentType> = {
  '/register': Register,
  '/account': Account,
  '/auth/callback': Callback,
}

/** The page of the address. Signing in is what most come for: it is the one that needs no second script. */
export function App() {
  const path = usePath()
  const Shown = pages[path] ?? SignIn
  return (
    <>
      <Offline />
      <Suspense fallback={null}>
        <Shown />
      </Suspense>
    </>
  )
}
