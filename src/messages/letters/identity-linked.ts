import { z } from 'zod'
import { deniable, denialOf } from './denial.ts'
import { defineLetter } from './letter.ts'
import { factsOf } from './occasion.ts'

const payload = () => deniable.extend({ provider: z.string() })

export const identityLinked = defineLetter(payload, {
  en: (payload, { service, links }) => ({
    subject: 'A new way to sign in to your account',
    paragraphs: [`You can now sign in to your account at ${service} with ${payload.provider}.`],
    facts: factsOf(payload, 'en'),
    ...denialOf(payload, links, 'en'),
  }),
  bn: (payload, { service, links }) => ({
    subject: 'আপনার অ্যাকাউন্টে সাইন ইন করার একটি নতুন উপায় যোগ হয়েছে',
    paragraphs: [
      `এখন থেকে আপনি ${payload.provider} দিয়েও ${service}-এ আপনার অ্যাকাউন্টে সাইন ইন করতে পারবেন।`,
    ],
    facts: factsOf(payload, 'bn'),
    ...denialOf(payload, links, 'bn'),
  }),
})
