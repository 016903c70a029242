import { z } from 'zod'
import { recovery as policy } from '../../policy.ts'
import { defineLetter } from './letter.ts'
import { hoursOf } from './words.ts'

/** To the address that an account has back. */
export const emailRestored = defineLetter(() => z.object({ token: z.string().min(1) }), {
  en: ({ token }, { service, links }) => ({
    subject: 'Your e-mail address is back',
    paragraphs: [
      `This is the address of your account at ${service} again. Every device was signed out, the password no longer works, and what was added since the change was removed.`,
      'Use the link to choose a new password. Choose a new one for your mailbox as well.',
    ],
    action: { label: 'Recover the account', url: links.recover(token) },
    note: `The link works once, within ${hoursOf(policy.linkLife, 'en')}.`,
  }),
  bn: ({ token }, { service, links }) => ({
    subject: 'আপনার ইমেইল ঠিকানা ফিরে এসেছে',
    paragraphs: [
      `${service}-এ আপনার অ্যাকাউন্টের ঠিকানা আবার এটিই। সব ডিভাইস থেকে সাইন আউট করা হয়েছে, পাসওয়ার্ডটি আর কাজ করে না এবং বদলের পরে যা যোগ হয়েছিল তা সরানো হয়েছে।`,
      'নতুন পাসওয়ার্ড ঠিক করতে লিংকটি ব্যবহার করুন। আপনার ইমেইলেও নতুন পাসওয়ার্ড দিন।',
    ],
    action: { label: 'অ্যাকাউন্ট পুনরুদ্ধার করুন', url: links.recover(token) },
    note: `লিংকটি একবারই ব্যবহার করা যায়, ${hoursOf(policy.linkLife, 'bn')} পর্যন্ত।`,
  }),
})
