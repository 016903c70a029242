import { deniable } from './denial.ts'
import { defineLetter } from './letter.ts'
import { factsOf } from './occasion.ts'

export const accountRecovered = defineLetter(() => deniable, {
  en: (payload, { service, links }) => ({
    subject: 'Your account was recovered',
    paragraphs: [
      `Your account at ${service} was recovered. It has a new password, its second steps, its backup codes and its links to sign-in providers were removed, and every device was signed out.`,
      'Sign in and set up a second step again: until then a password alone opens your account.',
    ],
    facts: factsOf(payload, 'en'),
    action: { label: 'Sign in', url: links.signIn },
    note: `If it was not you, take the account back, and choose a new password for your mailbox at once: ${links.denyChange(payload.denial_token)}`,
  }),
  bn: (payload, { service, links }) => ({
    subject: 'আপনার অ্যাকাউন্ট পুনরুদ্ধার হয়েছে',
    paragraphs: [
      `${service}-এ আপনার অ্যাকাউন্ট পুনরুদ্ধার হয়েছে। এতে নতুন পাসওয়ার্ড বসেছে, দ্বিতীয় ধাপের যাচাই, ব্যাকআপ কোড ও যুক্ত করা সাইন ইন সেবাগুলো সরিয়ে দেওয়া হয়েছে এবং সব ডিভাইস থেকে সাইন আউট করা হয়েছে।`,
      'সাইন ইন করে আবার দ্বিতীয় ধাপের যাচাই চালু করুন: তার আগ পর্যন্ত শুধু পাসওয়ার্ড দিয়েই আপনার অ্যাকাউন্টে ঢোকা যাবে।',
    ],
    facts: factsOf(payload, 'bn'),
    action: { label: 'সাইন ইন করুন', url: links.signIn },
    note: `কাজটি আপনার না হলে অ্যাকাউন্টটি ফিরিয়ে নিন এবং আপনার ইমেইলে এখনই নতুন পাসওয়ার্ড ঠিক করুন: ${links.denyChange(payload.denial_token)}`,
  }),
})
