import { type ReactNode, useEffect, useId, useLayoutEffect, useRef } from 'react'
import './dialog.css'

interface DialogProps {
  title: string
  children: ReactNode
  /** By Escape; a button that does the same is its own to show. */
  onClose: () => void
}

/** The browser's own: it keeps the focus inside, everything else out of reach, and gives the focus back at its end. */
export function Dialog({ title, children, onClose }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  const heading = useRef<HTMLHeadingElement>(null)
  const titleId = useId()
  useLayoutEffect(() => {
    const shown = dialog.current
    shown?.showModal()
    const field = shown?.querySelector<HTMLElement>('input:not([type=hidden]), select')
    if (field) field.focus()
    else heading.current?.focus()
    return () => shown?.close()
  }, [])
  // Later than that: what it was opened from may be gone together with it.
  useEffect(
    () => () => {
      if (document.activeElement === document.body) document.querySelector('h1')?.focus()
    },
    [],
  )
  return (
    <dialog
      ref={dialog}
      className="dialog"
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
      // A browser closes it at a second Escape, whoever minds.
      onClose={onClose}
    >
      <h2 id={titleId} ref={heading} tabIndex={-1}>
        {title}
      </h2>
      {children}
    </dialog>
  )
}
