import type { Locale } from '../context.ts'
import type { Words } from '../tenants/register-form.ts'

/** What forms say, in every language: labels by the name of a field, an option, an action or a text to consent to. */
export const labels = {
  email: { en: 'E-mail address', bn: 'ইমেইল ঠিকানা' },
  phone_e164: { en: 'Phone number to sign in', bn: 'সাইন ইন করার ফোন নম্বর' },
  password: { en: 'Password', bn: 'পাসওয়ার্ড' },
  new_password: { en: 'New password', bn: 'নতুন পাসওয়ার্ড' },
  first_name: { en: 'First name', bn: 'নামের প্রথম অংশ' },
  last_name: { en: 'Last name', bn: 'নামের শেষ অংশ' },
  date_of_birth: { en: 'Date of birth', bn: 'জন্মতারিখ' },
  gender: { en: 'Gender', bn: 'লিঙ্গ' },
  mobile: { en: 'Mobile number for contact', bn: 'যোগাযোগের মোবাইল নম্বর' },
  locale: { en: 'Language of mails and texts', bn: 'ইমেইল ও বার্তার ভাষা' },
  terms_accepted: { en: 'I accept the terms of use', bn: 'আমি ব্যবহারের শর্তাবলি মেনে নিচ্ছি' },
  privacy_accepted: { en: 'I accept the privacy policy', bn: 'আমি গোপনীয়তা নীতি মেনে নিচ্ছি' },
  token: { en: 'Token of the link', bn: 'লিঙ্কের টোকেন' },
  mfa_token: { en: 'Token of the sign-in', bn: 'সাইন ইনের টোকেন' },
  type: { en: 'Second step', bn: 'দ্বিতীয় ধাপ' },
  code: { en: 'Code', bn: 'কোড' },
  remember_device: { en: 'Remember this device', bn: 'এই ডিভাইসটি মনে রাখুন' },

  male: { en: 'Male', bn: 'পুরুষ' },
  female: { en: 'Female', bn: 'নারী' },
  other: { en: 'Other', bn: 'অন্যান্য' },
  prefer_not_to_say: { en: 'Prefer not to say', bn: 'বলতে চাই না' },
  en: { en: 'English', bn: 'ইংরেজি' },
  bn: { en: 'Bengali', bn: 'বাংলা' },
  totp: { en: 'Authenticator app', bn: 'অথেনটিকেটর অ্যাপ' },
  webauthn: { en: 'Passkey or security key', bn: 'পাসকি বা সিকিউরিটি কি' },
  backup_code: { en: 'Backup code', bn: 'ব্যাকআপ কোড' },
  sms: { en: 'Code by SMS', bn: 'এসএমএসে কোড' },
  whatsapp: { en: 'Code by WhatsApp', bn: 'হোয়াটসঅ্যাপে কোড' },
  email_factor: { en: 'Code by e-mail', bn: 'ইমেইলে কোড' },

  sign_in: { en: 'Sign in', bn: 'সাইন ইন করুন' },
  sign_up: { en: 'Register', bn: 'নিবন্ধন করুন' },
  send_link: { en: 'Send the link', bn: 'লিঙ্ক পাঠান' },
  set_password: { en: 'Set the password', bn: 'পাসওয়ার্ড সেট করুন' },
  confirm: { en: 'Confirm', bn: 'নিশ্চিত করুন' },
  save: { en: 'Save', bn: 'সংরক্ষণ করুন' },
  forgot_password: { en: 'Forgot your password?', bn: 'পাসওয়ার্ড ভুলে গেছেন?' },
  register: { en: 'Create an account', bn: 'অ্যাকাউন্ট তৈরি করুন' },
  login: { en: 'Sign in instead', bn: 'বরং সাইন ইন করুন' },
  passkey: { en: 'Sign in with a passkey', bn: 'পাসকি দিয়ে সাইন ইন করুন' },
  email_code: { en: 'Send a code by e-mail', bn: 'ইমেইলে কোড পাঠান' },
  sms_code: { en: 'Send a code by SMS', bn: 'এসএমএসে কোড পাঠান' },
  whatsapp_code: { en: 'Send a code by WhatsApp', bn: 'হোয়াটসঅ্যাপে কোড পাঠান' },
  magic_link: { en: 'Send a link by e-mail', bn: 'ইমেইলে লিঙ্ক পাঠান' },
  google: { en: 'Continue with Google', bn: 'Google দিয়ে এগিয়ে যান' },
  facebook: { en: 'Continue with Facebook', bn: 'Facebook দিয়ে এগিয়ে যান' },
  apple: { en: 'Continue with Apple', bn: 'Apple দিয়ে এগিয়ে যান' },
  github: { en: 'Continue with GitHub', bn: 'GitHub দিয়ে এগিয়ে যান' },
  microsoft: { en: 'Continue with Microsoft', bn: 'Microsoft দিয়ে এগিয়ে যান' },
  send_code: { en: 'Send a code', bn: 'কোড পাঠান' },
} as const satisfies Record<string, Required<Words>>

export type Label = keyof typeof labels

/** What a broken rule says, by the code of the server's refusal. `#` is the rule's number. */
export const messages = {
  REQUIRED: { en: 'Fill in this field.', bn: 'এই ঘরটি পূরণ করুন।' },
  EMAIL_OR_PHONE_REQUIRED: {
    en: 'Enter an e-mail address or a phone number.',
    bn: 'একটি ইমেইল ঠিকানা বা ফোন নম্বর দিন।',
  },
  EMAIL_INVALID: {
    en: 'Enter an e-mail address such as name@example.com.',
    bn: 'একটি ইমেইল ঠিকানা দিন, যেমন name@example.com।',
  },
  PHONE_INVALID: {
    en: 'Enter a phone number with its country code, such as +8801712345678.',
    bn: 'দেশের কোডসহ ফোন নম্বর দিন, যেমন +8801712345678।',
  },
  PHONE_REGION_NOT_ALLOWED: {
    en: 'Use a phone number from one of these countries: #.',
    bn: 'এই দেশগুলোর কোনো একটির ফোন নম্বর দিন: #।',
  },
  NAME_TOO_LONG: { en: 'Shorten the name to # characters.', bn: 'নামটি # অক্ষরের মধ্যে লিখুন।' },
  NAME_INVALID: {
    en: 'Enter the name in letters, with single spaces, hyphens or apostrophes between its parts.',
    bn: 'নামটি অক্ষরে লিখুন; অংশগুলোর মাঝে একটি করে ফাঁকা, হাইফেন বা ঊর্ধ্বকমা থাকতে পারে।',
  },
  DATE_INVALID: {
    en: 'Enter a date of the calendar as YYYY-MM-DD, such as 1990-12-31.',
    bn: 'ক্যালেন্ডারের একটি তারিখ YYYY-MM-DD রূপে দিন, যেমন 1990-12-31।',
  },
  DATE_IN_FUTURE: {
    en: 'Enter a date of birth that is in the past.',
    bn: 'অতীতের একটি জন্মতারিখ দিন।',
  },
  TOO_YOUNG: { en: 'You must be at least # years old.', bn: 'আপনার বয়স কমপক্ষে # বছর হতে হবে।' },
  TOO_OLD: {
    en: 'Enter a date of birth within the last # years.',
    bn: 'গত # বছরের মধ্যের একটি জন্মতারিখ দিন।',
  },
  GENDER_INVALID: { en: 'Choose one of the options.', bn: 'একটি বিকল্প বেছে নিন।' },
  INVALID_VALUE: { en: 'Choose one of the options.', bn: 'একটি বিকল্প বেছে নিন।' },
  TOO_LONG: { en: 'Use at most # characters.', bn: 'সর্বোচ্চ # অক্ষর ব্যবহার করুন।' },
  CONSENT_REQUIRED: { en: 'Accept this text to register.', bn: 'নিবন্ধন করতে এটি মেনে নিন।' },
  PASSWORD_TOO_SHORT: {
    en: 'Use at least # characters.',
    bn: 'কমপক্ষে # অক্ষর ব্যবহার করুন।',
  },
  PASSWORD_TOO_LONG: { en: 'Use at most # characters.', bn: 'সর্বোচ্চ # অক্ষর ব্যবহার করুন।' },
  PASSWORD_NO_UPPERCASE: { en: 'Add an upper-case letter.', bn: 'একটি বড় হাতের অক্ষর যোগ করুন।' },
  PASSWORD_NO_LOWERCASE: { en: 'Add a lower-case letter.', bn: 'একটি ছোট হাতের অক্ষর যোগ করুন।' },
  PASSWORD_NO_DIGIT: { en: 'Add a digit.', bn: 'একটি সংখ্যা যোগ করুন।' },
  PASSWORD_NO_SYMBOL: {
    en: 'Add a character that is neither a letter nor a digit.',
    bn: 'অক্ষর বা সংখ্যা নয়, এমন একটি চিহ্ন যোগ করুন।',
  },
  PASSWORD_TOO_COMMON: {
    en: 'Choose another password: many people use this one.',
    bn: 'অন্য পাসওয়ার্ড বেছে নিন: এটি অনেকেই ব্যবহার করেন।',
  },
  PASSWORD_CONTAINS_CONTEXT: {
    en: 'Leave out your name, your address and the name of this service.',
    bn: 'নিজের নাম, ঠিকানা ও এই সেবার নাম বাদ দিন।',
  },
  PASSWORD_TOO_WEAK: {
    en: 'Choose a password that is harder to guess, such as several uncommon words.',
    bn: 'অনুমান করা কঠিন এমন পাসওয়ার্ড বেছে নিন, যেমন কয়েকটি অপ্রচলিত শব্দ।',
  },
  PASSWORD_BREACHED: {
    en: 'This password is known from a data breach: choose another.',
    bn: 'এই পাসওয়ার্ডটি ফাঁস হওয়া তথ্যে পাওয়া গেছে: অন্য একটি বেছে নিন।',
  },
  PASSWORD_REUSED: {
    en: 'This password was used here before: choose a new one.',
    bn: 'এই পাসওয়ার্ড আগে ব্যবহার করা হয়েছে: নতুন একটি বেছে নিন।',
  },
} as const satisfies Record<string, Required<Words>>

export type MessageCode = keyof typeof messages

export function labelOf(name: Label, locale: Locale): string {
  return labels[name][locale]
}

/** A tenant's own words, in English where there are none in the language asked for. */
export function ownWords(words: Words, locale: Locale): string {
  return words[locale] ?? words.en
}

export function messageOf(code: MessageCode, locale: Locale, number: number | string = ''): string {
  const shown = typeof number === 'number' ? number.toLocaleString(locale) : number
  return messages[code][locale].replace('#', shown)
}
