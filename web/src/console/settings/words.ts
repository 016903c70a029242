import { speaker } from '../../words/words.ts'
import { bn } from './words-bn.ts'
import { en } from './words-en.ts'

export type SettingsName = keyof typeof en

export const saySettings = speaker<SettingsName>({ en, bn })

/** What one of several is called: by its own name where it needs no other. */
export function nameOfOption(option: string): string {
  const name = `option_${option}`
  return name in en ? saySettings(name as SettingsName) : option
}
