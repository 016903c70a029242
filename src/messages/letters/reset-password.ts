import { z } from 'zod'
import { oneTime } from '../../policy.ts'
import { defineLetter } from './letter.ts'
import { hoursOf } from './words.ts'

export const resetPassword = defineLetter(() => z.object({ token: z.string().min(1) }), {
  en: ({ token }, { service, links }) => ({
    subject: 'Choose a new password',
    paragraphs: [
      `Somebody asked for a new password for your account at ${service}. If it was you, choose it here.`,
    ],
    action: { label: 'Choose a new password', url: links.resetPassword(token) },
    note: `The link works once, within ${hoursOf(oneTime.resetPasswordLife, 'en')}. A new password signs you out on every device. If you did not ask for this, ignore this mail: your password stays as it is.`,
  }),
  bn: ({ token }, { service, links }) => ({
    subject: 'নতুন পাসওয়ার্ড ঠিক করুন',
    paragraphs: [
      `${service}-এ আপনার অ্যাকাউন্টের জন্য নতুন পাসওয়ার্ডের অনুরোধ এসেছে। অনুরোধটি আপনার হলে এখান থেকে নতুন পাসওয়ার্ড ঠিক করুন।`,
    ],
    action: { label: 'নতুন পাসওয়ার্ড ঠিক করুন', url: links.resetPassword(token) },
    note: `লিংকটি একবারই ব্যবহার করা যায় এবং ${hoursOf(oneTime.resetPasswordLife, 'bn')} পর্যন্ত কার্যকর থাকে। পাসওয়ার্ড বদলালে আপনি সব ডিভাইস থেকে সাইন আউট হয়ে যাবেন। অনুরোধটি আপনি না করে থাকলে এই ইমেইলটি উপেক্ষা করুন; আপনার পাসওয়ার্ড আগের মতোই থাকবে।`,
  }),
})
