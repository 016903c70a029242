import { z } from 'zod'
import { emailField } from '../../forms/email-field.ts'
import { phoneField } from '../../forms/phone-field.ts'
import { text } from '../../forms/text.ts'
import { lazily } from '../../lazily.ts'
import { password as policy } from '../../policy.ts'
import type { Identifier } from './store.ts'

/** A password as typed. Longer than any password may be: refused before it costs a hash. */
export const typedPassword = lazily(() =>
  text(policy.maxLoginBytes)
    .min(1)
    .refine((typed) => new TextEncoder().encode(typed).length <= policy.maxLoginBytes, {
      message: `At most ${policy.maxLoginBytes} bytes.`,
      params: { code: 'TOO_LONG' },
    }),
)

export const signInBody = lazily(() =>
  z
    .strictObject({
      email: emailField.optional(),
      phone_e164: phoneField.optional(),
      password: typedPassword,
      captcha_token: text(4_096).optional(),
    })
    .transform(({ email, phone_e164: phone, password }, context) => {
      const identifier: Identifier | null = email ? { email } : phone ? { phone } : null
      if (identifier) return { identifier, password }
      context.addIssue({
        code: 'custom',
        path: ['email'],
        message: 'Enter an e-mail address or a phone number.',
        params: { code: 'EMAIL_OR_PHONE_REQUIRED' },
      })
      return z.NEVER
    }),
)
