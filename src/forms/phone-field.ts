import { z } from 'zod'
import { parsePhoneNumber } from '../accounts/fields/phone-number.ts'
import { lazily } from '../lazily.ts'
import { text } from './text.ts'

const typedLength = 320

/** A phone number of any region in any spelling, normalised. */
export const phoneField = lazily(() =>
  text(typedLength).transform((typed, context) => {
    const parsed = parsePhoneNumber(typed, [])
    if (parsed) return parsed
    const message = 'Enter a phone number such as +8801712345678.'
    context.addIssue({ code: 'custom', message, params: { code: 'PHONE_INVALID' } })
    return z.NEVER
  }),
)
