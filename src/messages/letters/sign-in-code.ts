import { z } from 'zod'
import { mailedCode } from '../../policy.ts'
import { codeText } from './code-text.ts'
import { defineLetter } from './letter.ts'
import { minutesOf } from './words.ts'

/** A mailed code as a second factor. Whoever asked for it has shown the first: the letter says what to do otherwise. */
export const signInCode = defineLetter(
  () => z.object({ code: z.string().regex(/^\d+$/) }),
  {
    en: ({ code }, { service, links }) => ({
      subject: 'Your code',
      paragraphs: [`Enter this code to confirm at ${service} that it is you.`],
      code: { label: 'Your code:', value: code },
      note: `It works once, within ${minutesOf(mailedCode.life, 'en')}. If you did not ask for it, somebody has signed in with your password: choose a new one. ${links.forgotPassword}`,
    }),
    bn: ({ code }, { service, links }) => ({
      subject: 'আপনার কোড',
      paragraphs: [`${service}-এ আপনার পরিচয় নিশ্চিত করতে এই কোডটি লিখুন।`],
      code: { label: 'আপনার কোড:', value: code },
      note: `কোডটি একবারই ব্যবহার করা যায় এবং ${minutesOf(mailedCode.life, 'bn')} পর্যন্ত কার্যকর থাকে। কোডটি আপনি না চেয়ে থাকলে অন্য কেউ আপনার পাসওয়ার্ড জানেন: নতুন পাসওয়ার্ড ঠিক করুন। ${links.forgotPassword}`,
    }),
  },
  {
    en: ({ code }, { service, host }) =>
      codeText(`${code} is your second step at ${service}. Give it to nobody.`, code, host),
    bn: ({ code }, { service, host }) =>
      codeText(`${service} যাচাই কোড: ${code}। কাউকে দেবেন না।`, code, host),
  },
)
