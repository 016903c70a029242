import { speaker } from '../../words/words.ts'
import { bn } from './bn.ts'
import { en } from './en.ts'

export type Word = keyof typeof en

export const sayMailed = speaker<Word>({ en, bn })
