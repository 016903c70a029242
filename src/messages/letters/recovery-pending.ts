import { z } from 'zod'
import { defineLetter } from './letter.ts'
import { factsOf, occasion } from './occasion.ts'
import { momentOf } from './words.ts'

const schema = () =>
  occasion.extend({
    cancel_token: z.string().min(1),
    completes_at: z.iso.datetime(),
  })

/** The alarm of a delayed recovery. It carries the link that cancels, never one that completes. */
export const recoveryPending = defineLetter(
  schema,
  {
    en: (payload, { service, links }) => ({
      subject: 'Your account is about to be recovered',
      paragraphs: [
        `Somebody who can read your mail started to recover your account at ${service} without a second step. Until ${momentOf(payload.completes_at, 'en')} nothing changes. After that it gets a new password, your second steps are removed, and every device is signed out.`,
        'If it was not you, cancel it now, and choose a new password for your mailbox: somebody else may be reading it. Signing in here with your second step cancels it too.',
      ],
      facts: factsOf(payload, 'en'),
      action: {
        label: 'Not you? Cancel the recovery',
        url: links.cancelRecovery(payload.cancel_token),
      },
      note: 'If it was you, open the link of our first mail again after that time to finish.',
    }),
    bn: (payload, { service, links }) => ({
      subject: 'আপনার অ্যাকাউন্ট পুনরুদ্ধার হতে যাচ্ছে',
      paragraphs: [
        `আপনার ইমেইল পড়তে পারেন এমন কেউ দ্বিতীয় ধাপ ছাড়াই ${service}-এ আপনার অ্যাকাউন্ট পুনরুদ্ধার শুরু করেছেন। ${momentOf(payload.completes_at, 'bn')} পর্যন্ত কিছুই বদলাবে না। এরপর অ্যাকাউন্টে নতুন পাসওয়ার্ড বসবে, আপনার দ্বিতীয় ধাপের যাচাই সরিয়ে দেওয়া হবে এবং সব ডিভাইস থেকে সাইন আউট করা হবে।`,
        'কাজটি আপনার না হলে এখনই বাতিল করুন এবং আপনার ইমেইলের পাসওয়ার্ড বদলে ফেলুন: অন্য কেউ সেটি পড়ে থাকতে পারেন। আপনার দ্বিতীয় ধাপ দিয়ে এখানে সাইন ইন করলেও পুনরুদ্ধার বাতিল হয়ে যায়।',
      ],
      facts: factsOf(payload, 'bn'),
      action: {
        label: 'আপনি নন? পুনরুদ্ধার বাতিল করুন',
        url: links.cancelRecovery(payload.cancel_token),
      },
      note: 'কাজটি আপনার হলে ওই সময়ের পর আমাদের প্রথম ইমেইলের লিংকটি আবার খুলে শেষ করুন।',
    }),
  },
  {
    en: ({ cancel_token: token }, { service, links }) => ({
      body: `Your account at ${service} is about to be recovered. Not you? ${links.cancelRecovery(token)}`,
      code: null,
    }),
    bn: ({ cancel_token: token }, { service, links }) => ({
      body: `${service}-এ আপনার অ্যাকাউন্ট পুনরুদ্ধার হতে যাচ্ছে। আপনি নন? ${links.cancelRecovery(token)}`,
      code: null,
    }),
  },
)
