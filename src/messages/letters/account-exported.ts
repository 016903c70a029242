import { deniable, denialOf } from './denial.ts'
import { defineLetter } from './letter.ts'
import { factsOf } from './occasion.ts'

export const accountExported = defineLetter(() => deniable, {
  en: (payload, { service, links }) => ({
    subject: 'The data of your account was downloaded',
    paragraphs: [
      `Somebody who is signed in to your account at ${service} downloaded all that we keep about you.`,
    ],
    facts: factsOf(payload, 'en'),
    ...denialOf(payload, links, 'en'),
  }),
  bn: (payload, { service, links }) => ({
    subject: 'আপনার অ্যাকাউন্টের তথ্য ডাউনলোড করা হয়েছে',
    paragraphs: [
      `${service}-এ আপনার অ্যাকাউন্টে সাইন ইন করে কেউ একজন আপনার সম্পর্কে রাখা সব তথ্য ডাউনলোড করেছেন।`,
    ],
    facts: factsOf(payload, 'bn'),
    ...denialOf(payload, links, 'bn'),
  }),
})
