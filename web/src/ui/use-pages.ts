import { useCallback, useEffect, useRef } from 'react'
import { type Sending, useSending } from '../forms/use-sending.ts'
import { type Loaded, useLoaded } from './use-loaded.ts'

export interface Listed<T> {
  items: readonly T[]
  /** Where the next page begins; null on the last. */
  next: string | null
}

export interface Pages<T> {
  /** What was read so far. */
  list: Loaded<Listed<T>>
  sending: Sending
  more(): void
}

/** A list that the service answers page by page. `load` stays the same function while what is looked for stays. */
export function usePages<T>(
  load: (cursor: string | undefined, signal?: AbortSignal) => Promise<Listed<T>>,
): Pages<T> {
  const list = useLoaded(useCallback((signal: AbortSignal) => load(undefined, signal), [load]))
  const sending = useSending()
  const shown = useRef(list.value)
  useEffect(() => {
    shown.current = list.value
  }, [list.value])

  const more = () =>
    sending.run(async () => {
      const before = list.value
      if (!before?.next) return
      const page = await load(before.next)
      // Another search may have come between.
      if (shown.current !== before) return
      list.set({ items: [...before.items, ...page.items], next: page.next })
    })
  return { list, sending, more: () => void more() }
}
