import { passwordPolicyOf } from '../tenants/password-policy.ts'
import type { Form } from './form.ts'
import type { Page } from './page.ts'
import { type MessageCode, messageOf } from './words.ts'

/** What a new password must be, with every code by which the server may refuse one. */
export function servedPolicy({
  config,
  tenant,
  locale,
}: Page): NonNullable<Form['password_policy']> {
  const policy = passwordPolicyOf(tenant.settings)
  const breachCheck = policy.breachCheck && config.checks.breach
  const rules: [code: MessageCode, holds: boolean, number?: number][] = [
    ['PASSWORD_TOO_SHORT', true, policy.minLength],
    ['PASSWORD_TOO_LONG', true, policy.maxLength],
    ['PASSWORD_NO_UPPERCASE', policy.requireUppercase],
    ['PASSWORD_NO_LOWERCASE', policy.requireLowercase],
    ['PASSWORD_NO_DIGIT', policy.requireDigit],
    ['PASSWORD_NO_SYMBOL', policy.requireSymbol],
    ['PASSWORD_TOO_COMMON', true],
    ['PASSWORD_CONTAINS_CONTEXT', true],
    ['PASSWORD_TOO_WEAK', policy.minScore > 0],
    ['PASSWORD_BREACHED', breachCheck],
    ['PASSWORD_REUSED', true],
  ]
  return {
    min_length: policy.minLength,
    max_length: policy.maxLength,
    min_score: policy.minScore,
    require_uppercase: policy.requireUppercase,
    require_lowercase: policy.requireLowercase,
    require_digit: policy.requireDigit,
    require_symbol: policy.requireSymbol,
    breach_check: breachCheck,
    history: policy.history,
    rules: rules
      .filter(([, holds]) => holds)
      .map(([code, , number]) => ({ code, message: messageOf(code, locale, number) })),
  }
}
