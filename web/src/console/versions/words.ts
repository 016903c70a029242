import { speaker } from '../../words/words.ts'

const en = {
  text: 'Apps name their version with each request. One that is older than the oldest that is served hears that it must be renewed.',
  android: 'Android',
  ios: 'iOS',
  web: 'Web',
  latest: 'Newest version',
  least: 'Oldest version that is served',
  store: 'Where a newer one is to be had',
  notesEn: 'What is new, in English',
  notesBn: 'What is new, in Bengali',
  blocked: 'Versions that are not served, whatever their number',
  blockedHint: 'One a line, such as 1.4.2.',
  none: 'No release is known: every version is served.',
  published: 'Published',
  publish: 'Publish',
  done: 'Published. Apps hear of it with their next request.',
}

const bn: typeof en = {
  text: 'অ্যাপ প্রতিটি অনুরোধে নিজের সংস্করণ জানায়। সবচেয়ে পুরোনো চলমান সংস্করণের আগের অ্যাপকে হালনাগাদ করতে বলা হয়।',
  android: 'অ্যান্ড্রয়েড',
  ios: 'আইওএস',
  web: 'ওয়েব',
  latest: 'নতুনতম সংস্করণ',
  least: 'সবচেয়ে পুরোনো চলমান সংস্করণ',
  store: 'নতুনটি যেখানে পাওয়া যায়',
  notesEn: 'কী নতুন, ইংরেজিতে',
  notesBn: 'কী নতুন, বাংলায়',
  blocked: 'নম্বর যা-ই হোক, যেসব সংস্করণ চলবে না',
  blockedHint: 'প্রতি লাইনে একটি, যেমন 1.4.2।',
  none: 'কোনো প্রকাশ জানা নেই: সব সংস্করণ চলে।',
  published: 'প্রকাশিত',
  publish: 'প্রকাশ করুন',
  done: 'প্রকাশিত হয়েছে। অ্যাপগুলো পরের অনুরোধে জানবে।',
}

export const sayVersions = speaker({ en, bn })
