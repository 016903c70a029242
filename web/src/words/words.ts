import type { GatehouseError } from 'gatehouse-client'
import { bn } from './bn.ts'
import { en } from './en.ts'

export type Name = keyof typeof en

const tables = { en, bn }

/** The first language of the browser that the pages know. */
export const language = languageOf(navigator.languages)

function languageOf(wished: readonly string[]): keyof typeof tables {
  const known = wished.map((each) => each.slice(0, 2).toLowerCase())
  return known.find((each) => each === 'bn' || each === 'en') === 'bn' ? 'bn' : 'en'
}

export function say(name: Name, value: string | number = ''): string {
  const shown = typeof value === 'number' ? value.toLocaleString(language) : value
  return tables[language][name].replace('#', () => shown)
}

/** A refusal in the words of the pages; one that they do not know, in those of the service. */
export function sentenceOf({ code, message }: GatehouseError): string {
  if (code in en) return say(code as Name)
  return language === 'en' && message !== code ? message : say('UNKNOWN')
}
