import { z } from 'zod'
import { defineLetter } from './letter.ts'
import { factsOf, occasion } from './occasion.ts'
import { undoOf } from './undo.ts'

const payload = () => occasion.extend({ token: z.string().min(1) })

/** To the address that an account had. */
export const emailChanged = defineLetter(payload, {
  en: (payload, { service, links }) => ({
    subject: 'Your e-mail address was changed',
    paragraphs: [
      `Your account at ${service} has another e-mail address now. Every other device was signed out, and links that were mailed here before no longer work.`,
    ],
    facts: factsOf(payload, 'en'),
    ...undoOf(payload.token, links, 'en'),
  }),
  bn: (payload, { service, links }) => ({
    subject: 'আপনার ইমেইল ঠিকানা বদলানো হয়েছে',
    paragraphs: [
      `${service}-এ আপনার অ্যাকাউন্টে এখন অন্য একটি ইমেইল ঠিকানা আছে। অন্য সব ডিভাইস থেকে সাইন আউট করা হয়েছে এবং এখানে আগে পাঠানো লিংকগুলো আর কাজ করবে না।`,
    ],
    facts: factsOf(payload, 'bn'),
    ...undoOf(payload.token, links, 'bn'),
  }),
})
