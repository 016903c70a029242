import { z } from 'zod'
import { defineLetter } from './letter.ts'

/** Somebody wants an address for an account that is another's: only its owner hears of it. */
export const emailTaken = defineLetter(() => z.object({}), {
  en: (_, { service, links }) => ({
    subject: 'You already have an account',
    paragraphs: [
      `Somebody tried to make this address the one of another account at ${service}. You have an account with it, so nothing was changed.`,
    ],
    action: { label: 'Sign in', url: links.signIn },
    note: 'If it was not you, there is nothing to do.',
  }),
  bn: (_, { service, links }) => ({
    subject: 'আপনার একটি অ্যাকাউন্ট আগে থেকেই আছে',
    paragraphs: [
      `কেউ একজন ${service}-এ অন্য একটি অ্যাকাউন্টে এই ঠিকানাটি বসাতে চেয়েছেন। এই ঠিকানায় আপনার অ্যাকাউন্ট আগে থেকেই আছে, তাই কিছুই বদলানো হয়নি।`,
    ],
    action: { label: 'সাইন ইন করুন', url: links.signIn },
    note: 'চেষ্টাটি আপনি না করে থাকলে আপনাকে কিছুই করতে হবে না।',
  }),
})
