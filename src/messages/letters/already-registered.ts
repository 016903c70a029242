import { z } from 'zod'
import { defineLetter } from './letter.ts'

/** Somebody registered with an address that has an account: only its owner hears of it, the caller does not. */
export const alreadyRegistered = defineLetter(
  () => z.object({}),
  {
    en: (_, { service, links }) => ({
      subject: 'You already have an account',
      paragraphs: [
        `Somebody tried to open an account at ${service} with this address. You have one already, so nothing was changed.`,
        'If it was you, sign in. If you no longer know your password, you can choose a new one from the sign-in page.',
      ],
      action: { label: 'Sign in', url: links.signIn },
      note: 'If it was not you, there is nothing to do.',
    }),
    bn: (_, { service, links }) => ({
      subject: 'আপনার একটি অ্যাকাউন্ট আগে থেকেই আছে',
      paragraphs: [
        `কেউ একজন এই ঠিকানা দিয়ে ${service}-এ অ্যাকাউন্ট খোলার চেষ্টা করেছেন। এই ঠিকানায় আপনার একটি অ্যাকাউন্ট আগে থেকেই আছে, তাই কিছুই বদলানো হয়নি।`,
        'চেষ্টাটি আপনি করে থাকলে সাইন ইন করুন। পাসওয়ার্ড মনে না থাকলে সাইন-ইন পাতা থেকে নতুন পাসওয়ার্ড ঠিক করতে পারবেন।',
      ],
      action: { label: 'সাইন ইন করুন', url: links.signIn },
      note: 'চেষ্টাটি আপনি না করে থাকলে আপনাকে কিছুই করতে হবে না।',
    }),
  },
  {
    en: (_, { service, links }) => ({
      body: `You have an account at ${service} with this number already. Sign in: ${links.signIn}`,
      code: null,
    }),
    bn: (_, { service, links }) => ({
      body: `এই নম্বরে ${service}-এ আপনার অ্যাকাউন্ট আছে। সাইন ইন: ${links.signIn}`,
      code: null,
    }),
  },
)
