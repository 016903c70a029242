import { z } from 'zod'
import { emailChange as policy } from '../../policy.ts'
import { defineLetter } from './letter.ts'
import { hoursOf } from './words.ts'

/** To an address that shall be an account's. */
export const changeEmail = defineLetter(() => z.object({ token: z.string().min(1) }), {
  en: ({ token }, { service, links }) => ({
    subject: 'Confirm your new e-mail address',
    paragraphs: [
      `Please confirm that this address shall be the one of your account at ${service}.`,
    ],
    action: { label: 'Confirm the address', url: links.changeEmail(token) },
    note: `The link works once, within ${hoursOf(policy.linkLife, 'en')}. If you did not ask for this, ignore this mail: nothing changes.`,
  }),
  bn: ({ token }, { service, links }) => ({
    subject: 'আপনার নতুন ইমেইল ঠিকানা নিশ্চিত করুন',
    paragraphs: [`${service}-এ আপনার অ্যাকাউন্টে এখন থেকে এই ঠিকানাটিই থাকবে কি না, নিশ্চিত করুন।`],
    action: { label: 'ঠিকানাটি নিশ্চিত করুন', url: links.changeEmail(token) },
    note: `লিংকটি একবারই ব্যবহার করা যায়, ${hoursOf(policy.linkLife, 'bn')} পর্যন্ত। আপনি এটি না চেয়ে থাকলে এই ইমেইল উপেক্ষা করুন: কিছুই বদলাবে না।`,
  }),
})
