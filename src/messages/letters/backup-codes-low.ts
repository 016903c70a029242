import { backupCodes } from '../../policy.ts'
import { defineLetter } from './letter.ts'
import { factsOf, occasion } from './occasion.ts'
import { numberOf } from './words.ts'

export const backupCodesLow = defineLetter(() => occasion, {
  en: (payload, { service, links }) => ({
    subject: 'Few backup codes are left',
    paragraphs: [
      `One of your backup codes was used at ${service}. At most ${numberOf(backupCodes.fewLeft, 'en')} are left.`,
      'Sign in and make new ones before the last is used: they get you in when your other factors are out of reach.',
    ],
    facts: factsOf(payload, 'en'),
    action: { label: 'Sign in', url: links.signIn },
    note: `If you did not use it, somebody has your codes: choose a new password, and make new codes. ${links.forgotPassword}`,
  }),
  bn: (payload, { service, links }) => ({
    subject: 'আপনার ব্যাকআপ কোড ফুরিয়ে আসছে',
    paragraphs: [
      `${service}-এ আপনার একটি ব্যাকআপ কোড ব্যবহার করা হয়েছে। আর সর্বোচ্চ ${numberOf(backupCodes.fewLeft, 'bn')}টি বাকি আছে।`,
      'শেষটি ব্যবহারের আগেই সাইন ইন করে নতুন কোড তৈরি করুন: অন্য উপায়গুলো হাতের কাছে না থাকলে এগুলো দিয়েই ঢুকতে পারবেন।',
    ],
    facts: factsOf(payload, 'bn'),
    action: { label: 'সাইন ইন করুন', url: links.signIn },
    note: `কোডটি আপনি ব্যবহার না করে থাকলে অন্য কারও কাছে আপনার কোড আছে: নতুন পাসওয়ার্ড ঠিক করুন এবং নতুন কোড তৈরি করুন। ${links.forgotPassword}`,
  }),
})
