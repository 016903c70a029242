import { useEffect, useRef } from 'react'
import { useBrand } from './brand.ts'

/** The title of a page, or of one step of it: whoever listens hears it first. */
export function Heading({ title }: { title: string }) {
  const { name } = useBrand()
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = `${title} · ${name}`
  }, [title, name])
  // biome-ignore lint/correctness/useExhaustiveDependencies: a step whose title is another is another step.
  useEffect(() => heading.current?.focus({ preventScroll: true }), [title])
  return (
    <h1 ref={heading} tabIndex={-1}>
      {title}
    </h1>
  )
}
