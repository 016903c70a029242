import { password, profile, registerForm, session, tenant } from '../../../../src/policy.ts'
import type { Sentences } from '../../forms/use-sending.ts'
import { language } from '../../words/words.ts'
import { fieldSentences } from '../field-sentences.ts'

const between = (least: number, most: number) =>
  `${least.toLocaleString('bn')} থেকে ${most.toLocaleString('bn')} এর মধ্যে একটি পূর্ণসংখ্যা লিখুন।`
const fromZero = 'শূন্য বা তার বেশি একটি পূর্ণসংখ্যা লিখুন।'
const https = 'https:// দিয়ে শুরু পুরো ঠিকানা লিখুন, যেমন https://example.com/help।'
const textVersion = 'সর্বোচ্চ ৩২টি ইংরেজি অক্ষর, সংখ্যা, বিন্দু, হাইফেন বা _, যেমন 2026-01।'
const client = 'একটি ক্লায়েন্ট আইডি: ইংরেজি অক্ষর, সংখ্যা ও . _ : - চিহ্ন।'

/** By the place of the setting, what the service wants there; in English its own words stand. */
const bn: Readonly<Record<string, string>> = {
  'branding.logo_url': https,
  'branding.primary_color': '#rrggbb আকারে একটি রং লিখুন, যেমন #2546c8।',
  'branding.support_url': https,
  'branding.terms_url': https,
  'branding.privacy_url': https,
  'sender.reply_to': 'একটি ইমেইল ঠিকানা লিখুন, যেমন help@example.com।',
  terms_version: textVersion,
  privacy_version: textVersion,
  minimum_age: between(0, profile.maximumAge),
  'phone_regions.#': 'দেশের দুটি বড় হাতের অক্ষর লিখুন, যেমন BD।',
  'register_form.own_fields.#.name':
    'প্রথমে ছোট হাতের ইংরেজি অক্ষর, তারপর এমন অক্ষর, সংখ্যা বা _, যেমন favourite_colour।',
  'register_form.own_fields.#.max_length': between(1, registerForm.textLength),
  'password_policy.min_length': between(password.minLength, password.longestMinimum),
  'password_policy.max_length': between(password.longestMinimum, password.maxLength),
  'password_policy.min_score': between(0, 4),
  'password_policy.history': between(1, password.longestHistory),
  'redirect_urls.#': '# ছাড়া পুরো ঠিকানা লিখুন: https://…, কোনো অ্যাপের নিজের স্কিম, বা http://localhost।',
  'allowed_origins.#': 'পথ ছাড়া শুধু উৎস লিখুন: https://app.example.com বা http://localhost:3000।',
  'android_apps.#.package': 'প্যাকেজের নাম লিখুন, যেমন com.example.app।',
  'android_apps.#.fingerprint': 'বড় হাতের ৩২ জোড়া হেক্সাডেসিমাল অঙ্ক লিখুন, মাঝে কোলন দিয়ে।',
  'apple_apps.#': 'টিম ও বান্ডল লিখুন, যেমন ABCDE12345.com.example.app।',
  'native_clients.google.#': client,
  'native_clients.apple.#': client,
  'native_clients.microsoft.#': client,
  'text_regions.#': 'দেশের দুটি বড় হাতের অক্ষর লিখুন, যেমন BD; সব দেশের জন্য *।',
  texts_per_day: fromZero,
  texts_per_prefix_day: fromZero,
}

/** The console asks for minutes where the service counts seconds. */
function minutes(most: number): string {
  const [least, longest] = [tenant.shortestSession, most].map((seconds) => seconds / 60)
  if (language === 'bn') return between(least ?? 0, longest ?? 0)
  return `A whole number from ${least} to ${longest}, in minutes.`
}

const wanted = new Map([
  ...(language === 'bn' ? Object.entries(bn) : []),
  ['session.idle_life', minutes(session.idleLife)],
  ['session.absolute_life', minutes(session.absoluteLife)],
])

/** Codes that say no more than that it is not what is wanted. */
const plain = new Set(['INVALID_VALUE', 'INVALID_TYPE', 'TOO_SHORT', 'TOO_LONG'])

/** Of a setting what is wanted, of anything else what the code means. */
export const settingSentences: Sentences = {
  get(code, field) {
    const place = field.replace(/^settings\./, '').replace(/\.\d+(?=\.|$)/g, '.#')
    return (plain.has(code) ? wanted.get(place) : undefined) ?? fieldSentences.get(code)
  },
}
