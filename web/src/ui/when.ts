import { language } from '../words/words.ts'

const format = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' })

/** A moment as its reader writes it, by the clock of their device. */
export function when(at: string): string {
  return format.format(new Date(at))
}
