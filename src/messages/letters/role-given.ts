import { z } from 'zod'
import type { Locale } from '../../context.ts'
import { defineLetter } from './letter.ts'
import { factsOf, occasion } from './occasion.ts'

const payload = () => occasion.extend({ role: z.enum(['owner', 'admin']) })

const roles: Record<Locale, Record<z.infer<ReturnType<typeof payload>>['role'], string>> = {
  en: { owner: 'an owner', admin: 'an administrator' },
  bn: { owner: 'মালিক', admin: 'প্রশাসক' },
}

/** To owners. Who it is stands in the list of members: an address in a letter would be one more place that holds it. */
export const roleGiven = defineLetter(payload, {
  en: (payload, { service, links }) => ({
    subject: 'Somebody was given a role',
    paragraphs: [
      `Somebody is ${roles.en[payload.role]} of ${service} now.`,
      'The list of members says who, and the audit trail who gave the role.',
    ],
    facts: factsOf(payload, 'en'),
    action: { label: 'Sign in', url: links.signIn },
    note: 'You get this letter as an owner. If nobody of you gave this role, take it away and change your password.',
  }),
  bn: (payload, { service, links }) => ({
    subject: 'একজনকে একটি ভূমিকা দেওয়া হয়েছে',
    paragraphs: [
      `একজন এখন ${service}-এর ${roles.bn[payload.role]}।`,
      'তিনি কে তা সদস্যদের তালিকায়, আর ভূমিকাটি কে দিয়েছেন তা অডিটের বিবরণীতে আছে।',
    ],
    facts: factsOf(payload, 'bn'),
    action: { label: 'সাইন ইন করুন', url: links.signIn },
    note: 'আপনি একজন মালিক বলে এই চিঠি পাচ্ছেন। আপনাদের কেউ এই ভূমিকা না দিয়ে থাকলে তা ফিরিয়ে নিন এবং পাসওয়ার্ড বদলান।',
  }),
})
