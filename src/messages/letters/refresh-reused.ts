import { defineLetter } from './letter.ts'
import { factsOf, occasion } from './occasion.ts'

export const refreshReused = defineLetter(() => occasion, {
  en: (payload, { service, links }) => ({
    subject: 'We ended a session of your account',
    paragraphs: [
      `Somebody used an old copy of a sign-in to your account at ${service}. It may have been stolen, so we ended that session: whoever used it has to sign in again.`,
      'If this was not you, choose a new password.',
    ],
    facts: factsOf(payload, 'en'),
    action: { label: 'Choose a new password', url: links.forgotPassword },
  }),
  bn: (payload, { service, links }) => ({
    subject: 'আপনার অ্যাকাউন্টের একটি সেশন বন্ধ করা হয়েছে',
    paragraphs: [
      `${service}-এ আপনার অ্যাকাউন্টের একটি সাইন-ইনের পুরোনো অনুলিপি কেউ ব্যবহার করেছেন। সেটি চুরি হয়ে থাকতে পারে, তাই আমরা ওই সেশনটি বন্ধ করে দিয়েছি; সেটি ব্যবহার করতে হলে আবার সাইন ইন করতে হবে।`,
      'কাজটি আপনার না হলে নতুন পাসওয়ার্ড ঠিক করুন।',
    ],
    facts: factsOf(payload, 'bn'),
    action: { label: 'নতুন পাসওয়ার্ড ঠিক করুন', url: links.forgotPassword },
  }),
})
