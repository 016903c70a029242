import { z } from 'zod'
import { defineLetter } from './letter.ts'
import { numberOf } from './words.ts'

export const signInFailures = defineLetter(() => z.object({ count: z.int().positive() }), {
  en: ({ count }, { service, links }) => ({
    subject: 'Failed attempts to sign in to your account',
    paragraphs: [
      `Signing in to your account at ${service} failed ${numberOf(count, 'en')} times in a row. None of these attempts got in, and each further one has to wait longer.`,
      'If it was you, wait a little and try again, or choose a new password. If it was not, make sure that you use this password nowhere else.',
    ],
    action: { label: 'Choose a new password', url: links.forgotPassword },
  }),
  bn: ({ count }, { service, links }) => ({
    subject: 'আপনার অ্যাকাউন্টে সাইন ইনের ব্যর্থ চেষ্টা',
    paragraphs: [
      `${service}-এ আপনার অ্যাকাউন্টে সাইন ইনের চেষ্টা পরপর ${numberOf(count, 'bn')} বার ব্যর্থ হয়েছে। কোনো চেষ্টাই সফল হয়নি, আর প্রতিটি নতুন চেষ্টার আগে আরও বেশি সময় অপেক্ষা করতে হবে।`,
      'চেষ্টাগুলো আপনার হলে কিছুক্ষণ পর আবার চেষ্টা করুন, অথবা নতুন পাসওয়ার্ড ঠিক করুন। আপনার না হলে নিশ্চিত হোন যে এই পাসওয়ার্ড আপনি আর কোথাও ব্যবহার করেন না।',
    ],
    action: { label: 'নতুন পাসওয়ার্ড ঠিক করুন', url: links.forgotPassword },
  }),
})
