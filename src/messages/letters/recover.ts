import { z } from 'zod'
import { recovery } from '../../policy.ts'
import { defineLetter } from './letter.ts'
import { hoursOf } from './words.ts'

export const recover = defineLetter(() => z.object({ token: z.string().min(1) }), {
  en: ({ token }, { service, links }) => ({
    subject: 'Recover your account',
    paragraphs: [
      `Somebody asked to recover your account at ${service}. If it was you, begin here: you choose a new password, and your second steps are removed.`,
      `With one of your backup codes this happens at once. Without one it takes ${hoursOf(recovery.delay, 'en')}, so that nobody else can do it behind your back.`,
    ],
    action: { label: 'Recover the account', url: links.recover(token) },
    note: `The link works within ${hoursOf(recovery.linkLife, 'en')}. Keep this mail: if you have to wait, the same link finishes the recovery afterwards. If you did not ask for this, ignore this mail: nothing changes.`,
  }),
  bn: ({ token }, { service, links }) => ({
    subject: 'আপনার অ্যাকাউন্ট পুনরুদ্ধার করুন',
    paragraphs: [
      `${service}-এ আপনার অ্যাকাউন্ট পুনরুদ্ধারের অনুরোধ এসেছে। অনুরোধটি আপনার হলে এখান থেকে শুরু করুন: আপনি নতুন পাসওয়ার্ড ঠিক করবেন, আর আপনার দ্বিতীয় ধাপের যাচাই সরিয়ে দেওয়া হবে।`,
      `আপনার কোনো ব্যাকআপ কোড থাকলে কাজটি সঙ্গে সঙ্গেই হয়ে যায়। না থাকলে ${hoursOf(recovery.delay, 'bn')} অপেক্ষা করতে হয়, যাতে আপনার অজান্তে অন্য কেউ কাজটি করতে না পারে।`,
    ],
    action: { label: 'অ্যাকাউন্ট পুনরুদ্ধার করুন', url: links.recover(token) },
    note: `লিংকটি ${hoursOf(recovery.linkLife, 'bn')} পর্যন্ত কার্যকর থাকে। ইমেইলটি রেখে দিন: অপেক্ষা করতে হলে পরে এই লিংক দিয়েই পুনরুদ্ধার শেষ করবেন। অনুরোধটি আপনি না করে থাকলে এই ইমেইলটি উপেক্ষা করুন; কিছুই বদলাবে না।`,
  }),
})
