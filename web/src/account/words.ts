import { speaker } from '../words/words.ts'

const en = {
  pages: 'Pages of your account',
  profile: 'Profile',
  security: 'Security',
}

const bn: typeof en = {
  pages: 'আপনার অ্যাকাউন্টের পাতা',
  profile: 'প্রোফাইল',
  security: 'নিরাপত্তা',
}

export const sayAccount = speaker({ en, bn })
