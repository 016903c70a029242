import { useAuth } from 'gatehouse-client/react'
import { useEffect } from 'react'
import { destination } from '../return-to.ts'
import { go } from '../router.tsx'

/** Leaves a page of signing in as soon as that is done, be it in another tab: by a mailed link that was opened there. */
export function useOnceSignedIn(isReady = true): void {
  const { status } = useAuth()
  useEffect(() => {
    if (isReady && status === 'signedIn') go(destination())
  }, [status, isReady])
}
