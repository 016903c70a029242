import { isGatehouseError, type SignInResult } from 'gatehouse-client'
import { useEffect, useRef } from 'react'
import { passkeys } from '../client.ts'

/** Offers passkeys among the suggestions of the address, for as long as the page shows it. Nobody has to notice. */
export function useAutofill(isOpen: boolean, onResult: (result: SignInResult) => void): void {
  const answer = useRef(onResult)
  answer.current = onResult
  useEffect(() => {
    if (!isOpen) return
    let isLeft = false
    async function offer(): Promise<void> {
      if (!(await passkeys.isAutofillSupported()) || isLeft) return
      answer.current(await passkeys.signIn({ autofill: true }))
    }
    offer().catch((error: unknown) => {
      // Whoever signs in by another way, or is offline, has not asked for this one.
      if (!isGatehouseError(error)) console.error(error)
    })
    return () => {
      isLeft = true
      passkeys.cancel()
    }
  }, [isOpen])
}
