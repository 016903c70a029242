import { when } from '../ui/when.ts'
import { sayConsole } from './words.ts'

/** A point of time as people write it where they are; never for one that has not been. */
export function Moment({ at }: { at: string | null }) {
  if (!at) return <span>{sayConsole('never')}</span>
  return <time dateTime={at}>{when(at)}</time>
}
