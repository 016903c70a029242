import { z } from 'zod'
import { parseEmailAddress } from '../accounts/fields/email-address.ts'
import { lazily } from '../lazily.ts'
import { text } from './text.ts'

const typedLength = 320

/** An e-mail address in any spelling, normalised. */
export const emailField = lazily(() =>
  text(typedLength).transform((typed, context) => {
    const parsed = parseEmailAddress(typed)
    if (parsed) return parsed.address
    const message = 'Enter an e-mail address such as name@example.com.'
    context.addIssue({ code: 'custom', message, params: { code: 'EMAIL_INVALID' } })
    return z.NEVER
  }),
)
