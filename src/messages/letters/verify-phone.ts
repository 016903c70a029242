import { z } from 'zod'
import { oneTimeCode as policy } from '../../policy.ts'
import { codeText } from './code-text.ts'
import { defineLetter } from './letter.ts'
import { minutesOf } from './words.ts'

/** Proves a number: at registration, and as a second factor. It goes by text; the long form is for completeness. */
export const verifyPhone = defineLetter(
  () => z.object({ code: z.string().regex(/^\d+$/) }),
  {
    en: ({ code }, { service, links }) => ({
      subject: 'Confirm your number',
      paragraphs: [`Enter this code to confirm your number at ${service}.`],
      code: { label: 'Your code:', value: code },
      note: `It works once, within ${minutesOf(policy.life, 'en')}, at ${links.signIn}.`,
    }),
    bn: ({ code }, { service, links }) => ({
      subject: 'আপনার নম্বর নিশ্চিত করুন',
      paragraphs: [`${service}-এ আপনার নম্বর নিশ্চিত করতে এই কোডটি লিখুন।`],
      code: { label: 'আপনার কোড:', value: code },
      note: `কোডটি একবারই ব্যবহার করা যায়, ${minutesOf(policy.life, 'bn')} পর্যন্ত, ${links.signIn} ঠিকানায়।`,
    }),
  },
  {
    en: ({ code }, { service, host }) =>
      codeText(`${code} confirms your number at ${service}. Give it to nobody.`, code, host),
    bn: ({ code }, { service, host }) =>
      codeText(`${service}-এ নম্বর নিশ্চিত করার কোড: ${code}। কাউকে দেবেন না।`, code, host),
  },
)
