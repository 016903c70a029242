import { deniable, denialOf } from './denial.ts'
import { defineLetter } from './letter.ts'
import { factsOf } from './occasion.ts'

export const backupCodesMade = defineLetter(() => deniable, {
  en: (payload, { service, links }) => ({
    subject: 'New backup codes were made',
    paragraphs: [
      `New backup codes were made for your account at ${service}. The codes that you kept before no longer work.`,
    ],
    facts: factsOf(payload, 'en'),
    ...denialOf(payload, links, 'en'),
  }),
  bn: (payload, { service, links }) => ({
    subject: 'নতুন ব্যাকআপ কোড তৈরি হয়েছে',
    paragraphs: [
      `${service}-এ আপনার অ্যাকাউন্টের জন্য নতুন ব্যাকআপ কোড তৈরি হয়েছে। আগে রাখা কোডগুলো আর কাজ করবে না।`,
    ],
    facts: factsOf(payload, 'bn'),
    ...denialOf(payload, links, 'bn'),
  }),
})
