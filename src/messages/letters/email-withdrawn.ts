import { defineLetter } from './letter.ts'
import { factsOf, occasion } from './occasion.ts'

/** To the address that an account had until its old one was brought back. */
export const emailWithdrawn = defineLetter(() => occasion, {
  en: (payload, { service, links }) => ({
    subject: 'This address was taken off an account',
    paragraphs: [
      `An account at ${service} had this e-mail address. The change was undone from the address that it had before.`,
    ],
    facts: factsOf(payload, 'en'),
    action: { label: 'Sign in', url: links.signIn },
    note: 'If the account is yours, sign in with the earlier address.',
  }),
  bn: (payload, { service, links }) => ({
    subject: 'এই ঠিকানাটি একটি অ্যাকাউন্ট থেকে সরানো হয়েছে',
    paragraphs: [
      `${service}-এ একটি অ্যাকাউন্টে এই ইমেইল ঠিকানাটি ছিল। আগের ঠিকানা থেকে বদলটি ফিরিয়ে নেওয়া হয়েছে।`,
    ],
    facts: factsOf(payload, 'bn'),
    action: { label: 'সাইন ইন করুন', url: links.signIn },
    note: 'অ্যাকাউন্টটি আপনার হলে আগের ঠিকানা দিয়ে সাইন ইন করুন।',
  }),
})
