import { z } from 'zod'
import { defineLetter } from './letter.ts'
import { factsOf, occasion } from './occasion.ts'
import { oneLine } from './words.ts'

export const webhookOff = defineLetter(() => occasion.extend({ host: z.string() }), {
  en: (payload, { service, links }) => ({
    subject: 'A webhook was switched off',
    paragraphs: [
      `A webhook of yours at ${service} has failed for days, or its receiver said that it is gone. It was switched off, and nothing is sent there any more.`,
      'When the receiver works again, switch the webhook on, and replay what it missed from its delivery log.',
    ],
    facts: [{ label: 'Receiver', value: oneLine(payload.host) }, ...factsOf(payload, 'en')],
    action: { label: 'Sign in', url: links.signIn },
    note: 'You get this letter as an owner.',
  }),
  bn: (payload, { service, links }) => ({
    subject: 'একটি ওয়েবহুক বন্ধ করা হয়েছে',
    paragraphs: [
      `${service}-এ আপনাদের একটি ওয়েবহুক কয়েক দিন ধরে ব্যর্থ হচ্ছিল, অথবা গ্রহণকারী জানিয়েছে যে ঠিকানাটি আর নেই। তাই সেটি বন্ধ করা হয়েছে; সেখানে আর কিছু পাঠানো হচ্ছে না।`,
      'গ্রহণকারী আবার কাজ করলে ওয়েবহুকটি চালু করুন, এবং ডেলিভারির তালিকা থেকে বাদ পড়া ঘটনাগুলো আবার পাঠান।',
    ],
    facts: [{ label: 'গ্রহণকারী', value: oneLine(payload.host) }, ...factsOf(payload, 'bn')],
    action: { label: 'সাইন ইন করুন', url: links.signIn },
    note: 'আপনি একজন মালিক বলে এই চিঠি পাচ্ছেন।',
  }),
})
