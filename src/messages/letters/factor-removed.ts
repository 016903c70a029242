import { defineLetter } from './letter.ts'
import { factsOf, occasion } from './occasion.ts'

export const factorRemoved = defineLetter(occasion, {
  en: (payload, { service, links }) => ({
    subject: 'A second factor was removed from your account',
    paragraphs: [`A second factor of your account at ${service} was removed.`],
    facts: factsOf(payload, 'en'),
    action: { label: 'Not you? Choose a new password', url: links.forgotPassword },
    note: 'If you removed it yourself, there is nothing to do.',
  }),
  bn: (payload, { service, links }) => ({
    subject: 'আপনার অ্যাকাউন্ট থেকে দ্বিতীয় ধাপের যাচাই সরানো হয়েছে',
    paragraphs: [`${service}-এ আপনার অ্যাকাউন্ট থেকে একটি দ্বিতীয় ধাপ সরানো হয়েছে।`],
    facts: factsOf(payload, 'bn'),
    action: { label: 'আপনি সরাননি? নতুন পাসওয়ার্ড ঠিক করুন', url: links.forgotPassword },
    note: 'আপনি নিজে সরিয়ে থাকলে আর কিছু করার প্রয়োজন নেই।',
  }),
})
