import { speaker } from '../words/words.ts'

const en = {
  pages: 'Pages of your account',
  profile: 'Profile',
  security: 'Security',
  sessions: 'Sessions',
  identities: 'Linked accounts',
  activity: 'Activity',
  data: 'Your data',
  console: 'Console',
  unknownDevice: 'Unknown device',
  nowhere: 'There is no such page',
}

const bn: typeof en = {
  pages: 'আপনার অ্যাকাউন্টের পাতা',
  profile: 'প্রোফাইল',
  security: 'নিরাপত্তা',
  sessions: 'সেশন',
  identities: 'যুক্ত অ্যাকাউন্ট',
  activity: 'কার্যকলাপ',
  data: 'আপনার তথ্য',
  console: 'কনসোল',
  unknownDevice: 'অচেনা ডিভাইস',
  nowhere: 'এমন কোনো পাতা নেই',
}

export const sayAccount = speaker({ en, bn })
