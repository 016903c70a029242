import { z } from 'zod'
import { emailField } from '../../forms/email-field.ts'
import { phoneField } from '../../forms/phone-field.ts'
import { text } from '../../forms/text.ts'
import { lazily } from '../../lazily.ts'
import type { CodeRequest } from './send.ts'

const unfit = { code: 'INVALID_VALUE' }
const fields = { email: emailField, phone: phoneField } as const

/** POST /auth/otp/send */
export const sendBody = lazily(() =>
  z
    .strictObject({
      destination: text(320),
      type: z.enum(['phone', 'email']),
      channel: z.enum(['sms', 'whatsapp', 'email']).optional(),
    })
    .transform(({ destination, type, channel }, context): CodeRequest => {
      const read = fields[type].safeParse(destination)
      for (const issue of read.error?.issues ?? []) {
        const params = issue.code === 'custom' ? issue.params : undefined
        const path = ['destination']
        context.addIssue({ code: 'custom', path, message: issue.message, params: params ?? unfit })
      }
      const isMail = type === 'email'
      if (channel && (channel === 'email') !== isMail) {
        const message = 'Codes to this kind of destination do not travel this way.'
        const params = { code: 'CHANNEL_NOT_AVAILABLE' }
        context.addIssue({ code: 'custom', path: ['channel'], message, params })
      }
      return {
        address: { kind: type, value: read.data ?? '' },
        channel: !channel || channel === 'email' ? null : channel,
        field: 'destination',
      }
    }),
)
