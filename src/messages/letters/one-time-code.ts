import { z } from 'zod'
import { oneTimeCode as policy } from '../../policy.ts'
import { codeText } from './code-text.ts'
import { defineLetter } from './letter.ts'
import { minutesOf } from './words.ts'

/** A code that signs in, to whoever reads it: so it says what never to do with it. */
export const oneTimeCode = defineLetter(
  () => z.object({ code: z.string().regex(/^\d+$/) }),
  {
    en: ({ code }, { service, links }) => ({
      subject: 'Your sign-in code',
      paragraphs: [`Enter this code to sign in at ${service}.`],
      code: { label: 'Your code:', value: code },
      note: `It works once, within ${minutesOf(policy.life, 'en')}, at ${links.signIn}. Give it to nobody. If you did not ask for it, ignore this mail: nothing happens without the code.`,
    }),
    bn: ({ code }, { service, links }) => ({
      subject: 'আপনার সাইন-ইন কোড',
      paragraphs: [`${service}-এ সাইন ইন করতে এই কোডটি লিখুন।`],
      code: { label: 'আপনার কোড:', value: code },
      note: `কোডটি একবারই ব্যবহার করা যায়, ${minutesOf(policy.life, 'bn')} পর্যন্ত, শুধু ${links.signIn} ঠিকানায়। কোডটি কাউকে দেবেন না। অনুরোধটি আপনি না করে থাকলে এই ইমেইলটি উপেক্ষা করুন; কোড ছাড়া কিছুই হবে না।`,
    }),
  },
  {
    en: ({ code }, { service, host }) =>
      codeText(`${code} is your ${service} code. Give it to nobody.`, code, host),
    bn: ({ code }, { service, host }) =>
      codeText(`${service} কোড: ${code}। কাউকে দেবেন না।`, code, host),
  },
)
