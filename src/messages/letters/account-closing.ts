import { z } from 'zod'
import { deniable } from './denial.ts'
import { defineLetter } from './letter.ts'
import { factsOf } from './occasion.ts'
import { momentOf } from './words.ts'

const payload = () => deniable.extend({ deletes_at: z.iso.datetime() })

export const accountClosing = defineLetter(payload, {
  en: (payload, { service, links }) => ({
    subject: 'Your account will be deleted',
    paragraphs: [
      `You asked us to delete your account at ${service}. Every device is signed out now; on the day below the account is deleted with all that belongs to it, and nobody can bring it back.`,
      'If you change your mind, sign in before then: that cancels it.',
    ],
    facts: [
      ...factsOf(payload, 'en'),
      { label: 'Deleted on', value: momentOf(payload.deletes_at, 'en') },
    ],
    action: { label: 'Sign in and keep the account', url: links.signIn },
    note: `If you did not ask for this, take it back: the account stays, the password stops working, and you get a link to recover it: ${links.denyChange(payload.denial_token)}`,
  }),
  bn: (payload, { service, links }) => ({
    subject: 'আপনার অ্যাকাউন্ট মুছে ফেলা হবে',
    paragraphs: [
      `আপনি ${service}-এ আপনার অ্যাকাউন্ট মুছে ফেলতে বলেছেন। সব ডিভাইস থেকে এখনই সাইন আউট করা হয়েছে; নিচের দিনে অ্যাকাউন্টটি তার সব তথ্যসহ মুছে যাবে এবং আর ফেরানো যাবে না।`,
      'মত বদলালে তার আগে সাইন ইন করুন: তাতেই মুছে ফেলা বাতিল হবে।',
    ],
    facts: [
      ...factsOf(payload, 'bn'),
      { label: 'মুছে যাবে', value: momentOf(payload.deletes_at, 'bn') },
    ],
    action: { label: 'সাইন ইন করে অ্যাকাউন্টটি রাখুন', url: links.signIn },
    note: `আপনি এটি না চেয়ে থাকলে ফিরিয়ে নিন: অ্যাকাউন্ট থেকে যাবে, পাসওয়ার্ডটি আর কাজ করবে না এবং পুনরুদ্ধারের একটি লিংক আপনি পাবেন: ${links.denyChange(payload.denial_token)}`,
  }),
})
