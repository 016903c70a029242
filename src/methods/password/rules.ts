import { type FieldError, fieldError } from '../../errors.ts'
import { type MessageCode, messageOf } from '../../forms/words.ts'
import {
  type PasswordPolicy,
  type PasswordPreset,
  passwordPresets,
} from '../../tenants/password-policy.ts'
import { contextWords, folded } from './context-words.ts'
import { isCommonPassword, type ListPorts } from './dictionaries.ts'
import { estimateStrength } from './strength.ts'

interface Rule {
  code: MessageCode
  holds(policy: PasswordPolicy): boolean
  /** What the sentence tells. */
  number?(policy: PasswordPolicy): number
  broken(typed: Typed, ports: ListPorts): boolean | Promise<boolean>
}

interface Typed {
  password: string
  context: readonly string[]
  policy: PasswordPolicy
}

const always = () => true

/** No message holds any part of a password. Characters are Unicode code points of the composed form (NFC), which is what is hashed. */
const rules: readonly Rule[] = [
  {
    code: 'PASSWORD_TOO_SHORT',
    holds: always,
    number: (policy) => policy.minLength,
    broken: ({ password, policy }) => [...password].length < policy.minLength,
  },
  {
    code: 'PASSWORD_TOO_LONG',
    holds: always,
    number: (policy) => policy.maxLength,
    broken: ({ password, policy }) => [...password].length > policy.maxLength,
  },
  {
    code: 'PASSWORD_NO_UPPERCASE',
    holds: (policy) => policy.requireUppercase,
    broken: ({ password }) => !/\p{Lu}/u.test(password),
  },
  {
    code: 'PASSWORD_NO_LOWERCASE',
    holds: (policy) => policy.requireLowercase,
    broken: ({ password }) => !/\p{Ll}/u.test(password),
  },
  {
    code: 'PASSWORD_NO_DIGIT',
    holds: (policy) => policy.requireDigit,
    broken: ({ password }) => !/\p{Nd}/u.test(password),
  },
  {
    code: 'PASSWORD_NO_SYMBOL',
    holds: (policy) => policy.requireSymbol,
    broken: ({ password }) => !/[^\p{L}\p{M}\p{N}]/u.test(password),
  },
  {
    code: 'PASSWORD_TOO_COMMON',
    holds: always,
    broken: ({ password }, ports) => isCommonPassword(ports, password),
  },
  {
    code: 'PASSWORD_CONTAINS_CONTEXT',
    holds: always,
    broken: containsContext,
  },
  {
    code: 'PASSWORD_TOO_WEAK',
    holds: (policy) => policy.minScore > 0,
    broken: async ({ password, context, policy }, ports) =>
      (await estimateStrength(ports, password, context)).score < policy.minScore,
  },
]

/**
 * Every rule of the policy that a new password breaks, each an entry of its own, without the network.
 *
 * `context`: names, addresses, phone numbers and service names, as typed (see `contextWords`).
 */
export async function checkPassword(
  ports: ListPorts,
  policy: PasswordPolicy | PasswordPreset,
  password: string,
  context: readonly string[],
  field = 'password',
): Promise<FieldError[]> {
  const whole = typeof policy === 'string' ? passwordPresets[policy] : policy
  const typed = { password: password.normalize('NFC'), context, policy: whole }
  const holding = rules.filter((rule) => rule.holds(whole))
  const verdicts = await Promise.all(holding.map((rule) => rule.broken(typed, ports)))
  return holding
    .filter((_, index) => verdicts[index])
    .map(({ code, number }) => fieldError(field, code, messageOf(code, 'en', number?.(whole))))
}

function containsContext({ password, context }: Typed): boolean {
  const typed = folded(password)
  return contextWords(context).some((word) => typed.includes(word))
}
