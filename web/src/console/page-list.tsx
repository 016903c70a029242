import type { ReactNode } from 'react'
import { Button } from '../ui/button.tsx'
import { Loader } from '../ui/loader.tsx'
import { Notice } from '../ui/notice.tsx'
import type { Pages } from '../ui/use-pages.ts'
import { sayConsole } from './words.ts'

interface PageListProps<T> {
  pages: Pages<T>
  label: string
  keyOf: (item: T) => string
  children: (item: T) => ReactNode
}

/** What was found so far, an entry each, and a button for more. */
export function PageList<T>({ pages, label, keyOf, children }: PageListProps<T>) {
  const { list, sending, more } = pages
  return (
    <Loader of={list}>
      {({ items, next }) => (
        <>
          <p role="status" className="hint">
            {items.length === 0 && sayConsole('nothing')}
          </p>
          {items.length > 0 && (
            <ul className="entries" aria-label={label}>
              {items.map((item) => (
                <li key={keyOf(item)}>{children(item)}</li>
              ))}
            </ul>
          )}
          <Notice refusal={sending.refusal} />
          {next && (
            <Button isPending={sending.isSending} onPress={more}>
              {sayConsole('more')}
            </Button>
          )}
        </>
      )}
    </Loader>
  )
}
