import { z } from 'zod'
import { lazily } from '../lazily.ts'

const longest = 60
/** Letters of any script, digits, and what names of companies are written with. */
const written = /^[\p{L}\p{M}\p{N} &'’(),+.-]+$/u
/** An address or a number that somebody is meant to go to or to call, with the digits of any script. */
const leads = /[\p{L}\p{M}\p{N}]\.\p{L}|\p{N}[\p{N} ()+.-]{5,}\p{N}/u

/**
 * A name that stands in letters to strangers, signed by the operator's domain: no link, no number to call, nothing that
 * reads like a message.
 */
export const displayName = lazily(() =>
  z
    .string()
    .max(longest * 4)
    .transform((typed) => typed.normalize('NFC').trim().replace(/ +/g, ' '))
    .pipe(
      z
        .string()
        .min(1)
        .max(longest)
        .refine((name) => written.test(name) && !leads.test(name), {
          message: 'Use the plain name: no link, no number to call.',
          params: { code: 'NAME_INVALID' },
        }),
    ),
)
