import { type FieldError, fieldError } from '../../errors.ts'
import { password as policy } from '../../policy.ts'
import type { TenantSettings } from '../../tenants/tenant.ts'
import { contextWords, folded } from './context-words.ts'
import { isCommonPassword, type ListPorts } from './dictionaries.ts'
import { estimateStrength } from './strength.ts'

type Preset = TenantSettings['passwordPreset']

interface Rule {
  code: string
  message: string
  presets: readonly Preset[]
  broken(password: string, context: readonly string[], ports: ListPorts): boolean | Promise<boolean>
}

const everywhere: readonly Preset[] = ['standard', 'classic']

/** No message holds any part of a password. Characters are Unicode code points of the composed form (NFC), which is what is hashed. */
const rules: readonly Rule[] = [
  {
    code: 'PASSWORD_TOO_SHORT',
    message: `Use at least ${policy.minLength} characters.`,
    presets: everywhere,
    broken: (password) => [...password].length < policy.minLength,
  },
  {
    code: 'PASSWORD_TOO_LONG',
    message: `Use at most ${policy.maxLength} characters.`,
    presets: everywhere,
    broken: (password) => [...password].length > policy.maxLength,
  },
  {
    code: 'PASSWORD_NO_UPPERCASE',
    message: 'Add an upper-case letter.',
    presets: ['classic'],
    broken: (password) => !/\p{Lu}/u.test(password),
  },
  {
    code: 'PASSWORD_NO_LOWERCASE',
    message: 'Add a lower-case letter.',
    presets: ['classic'],
    broken: (password) => !/\p{Ll}/u.test(password),
  },
  {
    code: 'PASSWORD_NO_DIGIT',
    message: 'Add a digit.',
    presets: ['classic'],
    broken: (password) => !/\p{Nd}/u.test(password),
  },
  {
    code: 'PASSWORD_TOO_COMMON',
    message: 'Choose another password: many people use this one.',
    presets: everywhere,
    broken: (password, _context, ports) => isCommonPassword(ports, password),
  },
  {
    code: 'PASSWORD_CONTAINS_CONTEXT',
    message: 'Leave out your name, your address and the name of this service.',
    presets: everywhere,
    broken: containsContext,
  },
  {
    code: 'PASSWORD_TOO_WEAK',
    message: 'Choose a password that is harder to guess, such as several uncommon words.',
    presets: ['standard'],
    broken: async (password, context, ports) =>
      (await estimateStrength(ports, password, context)).score < policy.minScore,
  },
]

/**
 * Every rule of the preset that a new password breaks, each an entry of its own, without the network.
 *
 * `context`: names, addresses, phone numbers and service names, as typed (see `contextWords`).
 */
export async function checkPassword(
  ports: ListPorts,
  preset: Preset,
  password: string,
  context: readonly string[],
  field = 'password',
): Promise<FieldError[]> {
  const composed = password.normalize('NFC')
  const holding = rules.filter((rule) => rule.presets.includes(preset))
  const verdicts = await Promise.all(holding.map((rule) => rule.broken(composed, context, ports)))
  return holding
    .filter((_, index) => verdicts[index])
    .map(({ code, message }) => fieldError(field, code, message))
}

function containsContext(password: string, context: readonly string[]): boolean {
  const typed = folded(password)
  return contextWords(context).some((word) => typed.includes(word))
}
