import type { GatehouseError } from 'gatehouse-client'
import { bn } from './bn.ts'
import { en } from './en.ts'

export type Name = keyof typeof en

/** The words of one part of the pages, in each language. */
export interface Tables<N extends string> {
  en: Record<N, string>
  bn: Record<N, string>
}

type Language = keyof Tables<never>

const shelf = 'gatehouse.language'

/** The one that was chosen here, else the first of the browser's that the pages know. */
export const language = languageOf([chosen(), ...navigator.languages])

/** Shows the pages in it, here and from now on. */
export function chooseLanguage(wished: Language): void {
  try {
    localStorage.setItem(shelf, wished)
  } catch {
    // A browser that keeps nothing follows its own settings.
    return
  }
  location.reload()
}

function chosen(): string {
  try {
    return localStorage.getItem(shelf) ?? ''
  } catch {
    return ''
  }
}

function languageOf(wished: readonly string[]): Language {
  const known = wished.map((each) => each.slice(0, 2).toLowerCase())
  return known.find((each) => each === 'bn' || each === 'en') === 'bn' ? 'bn' : 'en'
}

/** Says the words of a part, which come along with its script. `#` in a word stands for the value. */
export function speaker<N extends string>(tables: Tables<N>) {
  return (name: N, value: string | number = ''): string => {
    const shown = typeof value === 'number' ? value.toLocaleString(language) : value
    return tables[language][name].replace('#', () => shown)
  }
}

/** What every part of the pages may have to say. */
export const say = speaker<Name>({ en, bn })

const refusals: Tables<string>[] = []

/** Words for what only one part is refused with; they come along with its script. */
export function knowRefusals<N extends string>(tables: Tables<N>): void {
  refusals.push(tables)
}

/** A refusal in the words of the pages; one that they do not know, in those of the service. */
export function sentenceOf({ code, message }: GatehouseError): string {
  const known = refusals.find((tables) => Object.hasOwn(tables.en, code))
  if (known) return speaker(known)(code)
  if (Object.hasOwn(en, code)) return say(code as Name)
  return language === 'en' && message !== code ? message : say('UNKNOWN')
}
