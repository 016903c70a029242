import { z } from 'zod'
import { mailedCode } from '../../policy.ts'
import { codeText } from './code-text.ts'
import { defineLetter } from './letter.ts'
import { minutesOf } from './words.ts'

/** A code that raises a session of an account without a password. Whoever asked for it is signed in already. */
export const stepUpCode = defineLetter(
  () => z.object({ code: z.string().regex(/^\d+$/) }),
  {
    en: ({ code }, { service, links }) => ({
      subject: 'Your code to confirm',
      paragraphs: [`Enter this code to confirm at ${service} that it is you.`],
      code: { label: 'Your code:', value: code },
      note: `It works once, within ${minutesOf(mailedCode.life, 'en')}. Give it to nobody. If you did not ask for it, somebody is signed in to your account: sign in and end the other sessions. ${links.signIn}`,
    }),
    bn: ({ code }, { service, links }) => ({
      subject: 'নিশ্চিত করার কোড',
      paragraphs: [`${service}-এ আপনার পরিচয় নিশ্চিত করতে এই কোডটি লিখুন।`],
      code: { label: 'আপনার কোড:', value: code },
      note: `কোডটি একবারই ব্যবহার করা যায় এবং ${minutesOf(mailedCode.life, 'bn')} পর্যন্ত কার্যকর থাকে। কোডটি কাউকে দেবেন না। কোডটি আপনি না চেয়ে থাকলে অন্য কেউ আপনার অ্যাকাউন্টে সাইন ইন করে আছেন: সাইন ইন করে অন্য সেশনগুলো শেষ করুন। ${links.signIn}`,
    }),
  },
  {
    en: ({ code }, { service, host }) =>
      codeText(`${code} confirms at ${service} that it is you. Give it to nobody.`, code, host),
    bn: ({ code }, { service, host }) =>
      codeText(`${service} নিশ্চিত করার কোড: ${code}। কাউকে দেবেন না।`, code, host),
  },
)
