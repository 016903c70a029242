import { speaker } from '../words/words.ts'

const en = {
  title: 'These pages are too old',
  text: 'The service works with version # and newer. Nothing was changed; whoever is signed in stays so.',
  reload: 'Load the newest pages',
}

const bn: typeof en = {
  title: 'এই পাতাগুলো পুরোনো হয়ে গেছে',
  text: 'সেবাটি # বা তার পরের সংস্করণে কাজ করে। কিছুই বদলায়নি; সাইন ইন আগের মতোই আছে।',
  reload: 'নতুন পাতা আনুন',
}

export const sayOutdated = speaker({ en, bn })
