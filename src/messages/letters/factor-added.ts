import { defineLetter } from './letter.ts'
import { factsOf, occasion } from './occasion.ts'

export const factorAdded = defineLetter(occasion, {
  en: (payload, { service, links }) => ({
    subject: 'A second factor was added to your account',
    paragraphs: [
      `From now on, signing in to your account at ${service} can be confirmed with a new second factor.`,
    ],
    facts: factsOf(payload, 'en'),
    action: { label: 'Not you? Choose a new password', url: links.forgotPassword },
    note: 'If you added it yourself, there is nothing to do.',
  }),
  bn: (payload, { service, links }) => ({
    subject: 'আপনার অ্যাকাউন্টে দ্বিতীয় ধাপের যাচাই যোগ হয়েছে',
    paragraphs: [`এখন থেকে ${service}-এ আপনার অ্যাকাউন্টে সাইন ইন করতে একটি নতুন দ্বিতীয় ধাপ ব্যবহার করা যাবে।`],
    facts: factsOf(payload, 'bn'),
    action: { label: 'আপনি যোগ করেননি? নতুন পাসওয়ার্ড ঠিক করুন', url: links.forgotPassword },
    note: 'আপনি নিজে যোগ করে থাকলে আর কিছু করার প্রয়োজন নেই।',
  }),
})
