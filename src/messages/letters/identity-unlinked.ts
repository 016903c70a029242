import { defineLetter } from './letter.ts'
import { factsOf, occasion } from './occasion.ts'

export const identityUnlinked = defineLetter(occasion, {
  en: (payload, { service, links }) => ({
    subject: 'A way to sign in to your account was removed',
    paragraphs: [
      `A sign-in provider was removed from your account at ${service}. Your other devices were signed out.`,
    ],
    facts: factsOf(payload, 'en'),
    action: { label: 'Not you? Choose a new password', url: links.forgotPassword },
    note: 'If you removed it yourself, there is nothing to do.',
  }),
  bn: (payload, { service, links }) => ({
    subject: 'আপনার অ্যাকাউন্টে সাইন ইন করার একটি উপায় সরানো হয়েছে',
    paragraphs: [
      `${service}-এ আপনার অ্যাকাউন্ট থেকে সাইন ইন করার একটি সেবা সরানো হয়েছে। আপনার অন্য ডিভাইসগুলো থেকে সাইন আউট করা হয়েছে।`,
    ],
    facts: factsOf(payload, 'bn'),
    action: { label: 'আপনি সরাননি? নতুন পাসওয়ার্ড ঠিক করুন', url: links.forgotPassword },
    note: 'আপনি নিজে সরিয়ে থাকলে আর কিছু করার প্রয়োজন নেই।',
  }),
})
