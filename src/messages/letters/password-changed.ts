import { deniable, denialOf } from './denial.ts'
import { defineLetter } from './letter.ts'
import { factsOf } from './occasion.ts'

export const passwordChanged = defineLetter(() => deniable, {
  en: (payload, { service, links }) => ({
    subject: 'Your password was changed',
    paragraphs: [
      `The password of your account at ${service} was changed. Your other devices were signed out.`,
    ],
    facts: factsOf(payload, 'en'),
    ...denialOf(payload, links, 'en'),
  }),
  bn: (payload, { service, links }) => ({
    subject: 'আপনার পাসওয়ার্ড বদলানো হয়েছে',
    paragraphs: [
      `${service}-এ আপনার অ্যাকাউন্টের পাসওয়ার্ড বদলানো হয়েছে। আপনার অন্য ডিভাইসগুলো থেকে সাইন আউট করা হয়েছে।`,
    ],
    facts: factsOf(payload, 'bn'),
    ...denialOf(payload, links, 'bn'),
  }),
})
