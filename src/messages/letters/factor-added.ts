import { deniable, denialOf } from './denial.ts'
import { defineLetter } from './letter.ts'
import { factsOf } from './occasion.ts'

export const factorAdded = defineLetter(() => deniable, {
  en: (payload, { service, links }) => ({
    subject: 'A second step was added to your account',
    paragraphs: [
      `From now on, signing in to your account at ${service} can be confirmed with a new second step.`,
    ],
    facts: factsOf(payload, 'en'),
    ...denialOf(payload, links, 'en'),
  }),
  bn: (payload, { service, links }) => ({
    subject: 'আপনার অ্যাকাউন্টে দ্বিতীয় ধাপের যাচাই যোগ হয়েছে',
    paragraphs: [`এখন থেকে ${service}-এ আপনার অ্যাকাউন্টে সাইন ইন করতে একটি নতুন দ্বিতীয় ধাপ ব্যবহার করা যাবে।`],
    facts: factsOf(payload, 'bn'),
    ...denialOf(payload, links, 'bn'),
  }),
})
