import { defineLetter } from './letter.ts'
import { factsOf, occasion } from './occasion.ts'

export const accountKept = defineLetter(() => occasion, {
  en: (payload, { service, links }) => ({
    subject: 'Your account will not be deleted',
    paragraphs: [
      `Somebody signed in to your account at ${service}, which was about to be deleted. So it stays as it is.`,
    ],
    facts: factsOf(payload, 'en'),
    action: { label: 'Not you? Choose a new password', url: links.forgotPassword },
    note: 'If you still want the account to be deleted, ask for it again.',
  }),
  bn: (payload, { service, links }) => ({
    subject: 'আপনার অ্যাকাউন্ট মুছে ফেলা হবে না',
    paragraphs: [
      `${service}-এ আপনার যে অ্যাকাউন্টটি মুছে ফেলার কথা ছিল, তাতে কেউ সাইন ইন করেছেন। তাই অ্যাকাউন্টটি আগের মতোই থাকছে।`,
    ],
    facts: factsOf(payload, 'bn'),
    action: { label: 'আপনি করেননি? নতুন পাসওয়ার্ড ঠিক করুন', url: links.forgotPassword },
    note: 'এখনও অ্যাকাউন্টটি মুছতে চাইলে আবার অনুরোধ করুন।',
  }),
})
