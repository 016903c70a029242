import { deniable, denialOf } from './denial.ts'
import { defineLetter } from './letter.ts'
import { factsOf } from './occasion.ts'

export const factorRemoved = defineLetter(() => deniable, {
  en: (payload, { service, links }) => ({
    subject: 'A second step was removed from your account',
    paragraphs: [`A second step of your account at ${service} was removed.`],
    facts: factsOf(payload, 'en'),
    ...denialOf(payload, links, 'en'),
  }),
  bn: (payload, { service, links }) => ({
    subject: 'আপনার অ্যাকাউন্ট থেকে দ্বিতীয় ধাপের যাচাই সরানো হয়েছে',
    paragraphs: [`${service}-এ আপনার অ্যাকাউন্ট থেকে একটি দ্বিতীয় ধাপ সরানো হয়েছে।`],
    facts: factsOf(payload, 'bn'),
    ...denialOf(payload, links, 'bn'),
  }),
})
