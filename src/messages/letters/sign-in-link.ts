import { z } from 'zod'
import { signInLink as policy } from '../../policy.ts'
import { defineLetter } from './letter.ts'
import { minutesOf } from './words.ts'

export const signInLink = defineLetter(() => z.object({ token: z.string().min(1) }), {
  en: ({ token }, { service, links }) => ({
    subject: 'Your sign-in link',
    paragraphs: [`Follow this link to sign in at ${service}.`],
    action: { label: 'Sign in', url: links.magicLink(token) },
    note: `The link works once, within ${minutesOf(policy.life, 'en')}. Where you open it on another device, it asks for the code that is shown where you asked for it. If you did not ask for it, ignore this mail.`,
  }),
  bn: ({ token }, { service, links }) => ({
    subject: 'আপনার সাইন-ইন লিংক',
    paragraphs: [`${service}-এ সাইন ইন করতে এই লিংকটি খুলুন।`],
    action: { label: 'সাইন ইন করুন', url: links.magicLink(token) },
    note: `লিংকটি একবারই ব্যবহার করা যায় এবং ${minutesOf(policy.life, 'bn')} পর্যন্ত কার্যকর থাকে। অন্য ডিভাইসে খুললে যেখানে অনুরোধ করেছিলেন সেখানে দেখানো কোডটি লিখতে হবে। অনুরোধটি আপনি না করে থাকলে এই ইমেইলটি উপেক্ষা করুন।`,
  }),
})
