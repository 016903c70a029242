import { GatehouseError, isGatehouseError } from 'gatehouse-client'
import { useCallback, useEffect, useRef, useState } from 'react'

export interface Loaded<T> {
  /** Null while it is on its way, or could not be had. */
  value: T | null
  refusal: GatehouseError | null
  /** Asks again; what was there stays until the answer has come. */
  reload(): Promise<void>
  /** What an act has answered: nothing has to be asked again. */
  set(value: T): void
}

/** What the service has now. `load` stays the same function, or it is asked with each drawing. */
export function useLoaded<T>(load: (signal: AbortSignal) => Promise<T>): Loaded<T> {
  const [value, setValue] = useState<T | null>(null)
  const [refusal, setRefusal] = useState<GatehouseError | null>(null)
  const running = useRef<AbortController | null>(null)

  const reload = useCallback(async () => {
    running.current?.abort()
    const abort = new AbortController()
    const { signal } = abort
    running.current = abort
    setRefusal(null)
    try {
      const answer = await load(signal)
      if (!signal.aborted) setValue(answer)
    } catch (error) {
      if (signal.aborted) return
      setRefusal(
        isGatehouseError(error) ? error : new GatehouseError('UNEXPECTED_ANSWER', { cause: error }),
      )
    }
  }, [load])
  useEffect(() => {
    void reload()
    return () => running.current?.abort()
  }, [reload])
  return { value, refusal, reload, set: setValue }
}
