import { z } from 'zod'
import type { Locale } from '../../context.ts'
import { defineLetter } from './letter.ts'
import { factsOf, occasion } from './occasion.ts'

/** What an administrator has done to an account. */
export const acts = ['disabled', 'enabled', 'roles_changed', 'signed_out', 'deleted'] as const
export type Act = (typeof acts)[number]

const sentences: Record<Locale, Record<Act, string>> = {
  en: {
    disabled: 'It was disabled: nobody can sign in to it, and every device was signed out.',
    enabled: 'It is open again: you can sign in as before.',
    roles_changed: 'What you may do there was changed.',
    signed_out: 'Every device was signed out. You can sign in again.',
    deleted: 'It was deleted, with everything that was kept in it. Nobody can sign in to it.',
  },
  bn: {
    disabled: 'অ্যাকাউন্টটি বন্ধ করা হয়েছে: এতে আর সাইন ইন করা যাবে না, এবং সব ডিভাইস থেকে সাইন আউট করা হয়েছে।',
    enabled: 'অ্যাকাউন্টটি আবার খোলা হয়েছে: আপনি আগের মতোই সাইন ইন করতে পারবেন।',
    roles_changed: 'সেখানে আপনার অনুমতিগুলো বদলানো হয়েছে।',
    signed_out: 'সব ডিভাইস থেকে সাইন আউট করা হয়েছে। আপনি আবার সাইন ইন করতে পারবেন।',
    deleted: 'অ্যাকাউন্টটি এবং এতে রাখা সবকিছু মুছে ফেলা হয়েছে। এতে আর সাইন ইন করা যাবে না।',
  },
}

/** No link that takes it back: that is between the owner and the people who run the service. */
export const changedByAdministrator = defineLetter(
  () => occasion.extend({ acts: z.array(z.enum(acts)).min(1) }),
  {
    en: (payload, { service, links }) => ({
      subject: 'An administrator changed your account',
      paragraphs: [
        `An administrator changed your account at ${service}.`,
        ...payload.acts.map((act) => sentences.en[act]),
      ],
      facts: factsOf(payload, 'en'),
      action: { label: 'To the sign-in page', url: links.signIn },
      note: 'If you did not expect this, ask the people who run the service.',
    }),
    bn: (payload, { service, links }) => ({
      subject: 'একজন প্রশাসক আপনার অ্যাকাউন্ট বদলেছেন',
      paragraphs: [
        `${service}-এ একজন প্রশাসক আপনার অ্যাকাউন্ট বদলেছেন।`,
        ...payload.acts.map((act) => sentences.bn[act]),
      ],
      facts: factsOf(payload, 'bn'),
      action: { label: 'সাইন ইন পৃষ্ঠায় যান', url: links.signIn },
      note: 'এটি অপ্রত্যাশিত হলে যাঁরা সেবাটি চালান তাঁদের জিজ্ঞাসা করুন।',
    }),
  },
)
