import { defineLetter } from './letter.ts'
import { factsOf, occasion } from './occasion.ts'

export const passwordChanged = defineLetter(occasion, {
  en: (payload, { service, links }) => ({
    subject: 'Your password was changed',
    paragraphs: [
      `The password of your account at ${service} was changed. Your other devices were signed out.`,
    ],
    facts: factsOf(payload, 'en'),
    action: { label: 'Not you? Choose a new password', url: links.forgotPassword },
    note: 'If you changed it yourself, there is nothing to do.',
  }),
  bn: (payload, { service, links }) => ({
    subject: 'আপনার পাসওয়ার্ড বদলানো হয়েছে',
    paragraphs: [
      `${service}-এ আপনার অ্যাকাউন্টের পাসওয়ার্ড বদলানো হয়েছে। আপনার অন্য ডিভাইসগুলো থেকে সাইন আউট করা হয়েছে।`,
    ],
    facts: factsOf(payload, 'bn'),
    action: { label: 'আপনি বদলাননি? নতুন পাসওয়ার্ড ঠিক করুন', url: links.forgotPassword },
    note: 'আপনি নিজে বদলে থাকলে আর কিছু করার প্রয়োজন নেই।',
  }),
})
