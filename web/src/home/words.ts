import { speaker } from '../words/words.ts'

const en = {
  welcome: 'Welcome',
  running: 'The authentication service is running.',
  forDevelopers: 'For developers',
  docs: 'The API, to read and to try',
  openApi: 'OpenAPI document',
  notFound: 'Page not found',
  notFoundText: 'There is no page at this address. The link may be old, or cut off.',
  toHome: 'To the start page',
}

const bn: typeof en = {
  welcome: 'স্বাগতম',
  running: 'সাইন ইনের সেবাটি চালু আছে।',
  forDevelopers: 'ডেভেলপারদের জন্য',
  docs: 'এপিআই: পড়ুন ও ব্যবহার করে দেখুন',
  openApi: 'OpenAPI নথি',
  notFound: 'পাতাটি পাওয়া যায়নি',
  notFoundText: 'এই ঠিকানায় কোনো পাতা নেই। লিংকটি পুরোনো হতে পারে, বা কেটে গিয়ে থাকতে পারে।',
  toHome: 'শুরুর পাতায়',
}

export const sayHome = speaker({ en, bn })
