import { speaker } from '../words/words.ts'

const en = {
  welcome: 'Welcome',
  running: 'The authentication service is running.',
  forDevelopers: 'For developers',
  docs: 'The API, to read and to try',
  openApi: 'OpenAPI document',
}

const bn: typeof en = {
  welcome: 'স্বাগতম',
  running: 'সাইন ইনের সেবাটি চালু আছে।',
  forDevelopers: 'ডেভেলপারদের জন্য',
  docs: 'এপিআই: পড়ুন ও ব্যবহার করে দেখুন',
  openApi: 'OpenAPI নথি',
}

export const sayHome = speaker({ en, bn })
