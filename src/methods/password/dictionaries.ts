import type { ZxcvbnFactory } from '@zxcvbn-ts/core'
import { password as policy } from '../../policy.ts'

export interface Dictionaries {
  estimator: ZxcvbnFactory
  /** About 38,000 passwords that people use, lower case. */
  common: ReadonlySet<string>
}

/** The word for "password" and its like, where the library knows Latin keyboards only. Most used first. */
const otherScripts = [
  'пароль',
  'привет',
  'পাসওয়ার্ড',
  'বাংলাদেশ',
  'পাসওয়ার্ড',
  '密码',
  '密碼',
  'パスワード',
  '비밀번호',
  'كلمةالسر',
  'كلمةالمرور',
  'पासवर्ड',
  'סיסמה',
]

/** Data only: a promise of one request in here would hang the others. Never changes after. */
let loaded: Dictionaries | null = null

/**
 * The word lists, unpacked at first use: about 50 ms of CPU and 225 KB of script that no start of an isolate,
 * and no request without a new password, has to pay for.
 */
export async function dictionaries(): Promise<Dictionaries> {
  if (loaded) return loaded
  const [{ ZxcvbnFactory }, { adjacencyGraphs, dictionary }] = await Promise.all([
    import('@zxcvbn-ts/core'),
    import('@zxcvbn-ts/language-common'),
  ])
  const words = otherScripts.map((word) => word.normalize('NFC'))
  loaded ??= {
    estimator: new ZxcvbnFactory({
      dictionary: { ...dictionary, 'passwords-other-scripts': words },
      graphs: adjacencyGraphs,
      // UTF-16 units: `estimatedCharacters` code points take twice as many at most.
      maxLength: 2 * policy.estimatedCharacters,
    }),
    common: new Set([...dictionary['passwords-common'], ...words]),
  }
  return loaded
}

/** Case and Unicode form do not make a common password another one. */
export async function isCommonPassword(password: string): Promise<boolean> {
  const { common } = await dictionaries()
  return common.has(password.normalize('NFC').toLowerCase())
}
