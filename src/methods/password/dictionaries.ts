import type { ZxcvbnFactory } from '@zxcvbn-ts/core'
import { password as policy } from '../../policy.ts'
import type { Ports } from '../../ports.ts'

export type ListPorts = Pick<Ports, 'passwordLists'>

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
 * The word lists, fetched and unpacked at first use: about 50 ms of CPU that no start of an isolate, and no request
 * without a new password, has to pay for. Throws `UNAVAILABLE`.
 */
export async function dictionaries({ passwordLists }: ListPorts): Promise<Dictionaries> {
  if (loaded) return loaded
  const [{ ZxcvbnFactory }, { graphs, dictionary }] = await Promise.all([
    import('@zxcvbn-ts/core'),
    passwordLists.read(),
  ])
  const words = otherScripts.map((word) => word.normalize('NFC'))
  loaded ??= {
    estimator: new ZxcvbnFactory({
      dictionary: { ...dictionary, 'passwords-other-scripts': words },
      graphs,
      // UTF-16 units: `estimatedCharacters` code points take twice as many at most.
      maxLength: 2 * policy.estimatedCharacters,
    }),
    common: new Set([...dictionary['passwords-common'], ...words]),
  }
  return loaded
}

/** Case and Unicode form do not make a common password another one. */
export async function isCommonPassword(ports: ListPorts, password: string): Promise<boolean> {
  const { common } = await dictionaries(ports)
  return common.has(password.normalize('NFC').toLowerCase())
}
