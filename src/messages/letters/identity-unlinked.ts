import { deniable, denialOf } from './denial.ts'
import { defineLetter } from './letter.ts'
import { factsOf } from './occasion.ts'

export const identityUnlinked = defineLetter(() => deniable, {
  en: (payload, { service, links }) => ({
    subject: 'A way to sign in to your account was removed',
    paragraphs: [
      `A sign-in provider was removed from your account at ${service}. Your other devices were signed out.`,
    ],
    facts: factsOf(payload, 'en'),
    ...denialOf(payload, links, 'en'),
  }),
  bn: (payload, { service, links }) => ({
    subject: 'আপনার অ্যাকাউন্টে সাইন ইন করার একটি উপায় সরানো হয়েছে',
    paragraphs: [
      `${service}-এ আপনার অ্যাকাউন্ট থেকে সাইন ইন করার একটি সেবা সরানো হয়েছে। আপনার অন্য ডিভাইসগুলো থেকে সাইন আউট করা হয়েছে।`,
    ],
    facts: factsOf(payload, 'bn'),
    ...denialOf(payload, links, 'bn'),
  }),
})
