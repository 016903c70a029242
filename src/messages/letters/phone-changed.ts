import { deniable, denialOf } from './denial.ts'
import { defineLetter } from './letter.ts'
import { factsOf } from './occasion.ts'

/** By mail with a link that takes it back; by a text to the number that it was. */
export const phoneChanged = defineLetter(
  () => deniable,
  {
    en: (payload, { service, links }) => ({
      subject: 'The phone number of your account was changed',
      paragraphs: [
        `Your account at ${service} has another phone number now. Every other device was signed out.`,
      ],
      facts: factsOf(payload, 'en'),
      ...denialOf(payload, links, 'en'),
    }),
    bn: (payload, { service, links }) => ({
      subject: 'আপনার অ্যাকাউন্টের ফোন নম্বর বদলানো হয়েছে',
      paragraphs: [
        `${service}-এ আপনার অ্যাকাউন্টে এখন অন্য একটি ফোন নম্বর আছে। অন্য সব ডিভাইস থেকে সাইন আউট করা হয়েছে।`,
      ],
      facts: factsOf(payload, 'bn'),
      ...denialOf(payload, links, 'bn'),
    }),
  },
  {
    en: (_, { service, links }) => ({
      body: `Your account at ${service} no longer has this number. Not you? ${links.forgotPassword}`,
      code: null,
    }),
    bn: (_, { service, links }) => ({
      body: `${service}-এ আপনার অ্যাকাউন্টে এই নম্বরটি আর নেই। আপনি করেননি? ${links.forgotPassword}`,
      code: null,
    }),
  },
)
