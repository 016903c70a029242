import { z } from 'zod'
import { defineLetter } from './letter.ts'
import { factsOf, occasion } from './occasion.ts'

const payload = occasion.extend({ provider: z.string() })

export const identityLinked = defineLetter(payload, {
  en: (payload, { service, links }) => ({
    subject: 'A new way to sign in to your account',
    paragraphs: [`You can now sign in to your account at ${service} with ${payload.provider}.`],
    facts: factsOf(payload, 'en'),
    action: { label: 'Not you? Choose a new password', url: links.forgotPassword },
    note: 'If this was you, there is nothing to do. You can remove it in your account at any time.',
  }),
  bn: (payload, { service, links }) => ({
    subject: 'আপনার অ্যাকাউন্টে সাইন ইন করার একটি নতুন উপায় যোগ হয়েছে',
    paragraphs: [
      `এখন থেকে আপনি ${payload.provider} দিয়েও ${service}-এ আপনার অ্যাকাউন্টে সাইন ইন করতে পারবেন।`,
    ],
    facts: factsOf(payload, 'bn'),
    action: { label: 'আপনি করেননি? নতুন পাসওয়ার্ড ঠিক করুন', url: links.forgotPassword },
    note: 'আপনি নিজে করে থাকলে আর কিছু করার প্রয়োজন নেই। অ্যাকাউন্ট থেকে এটি যেকোনো সময় সরানো যায়।',
  }),
})
