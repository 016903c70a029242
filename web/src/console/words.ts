import { knowRefusals, speaker } from '../words/words.ts'

const en = {
  title: 'Console',
  parts: 'Parts of the console',
  users: 'Users',
  members: 'Members',
  settings: 'Settings',
  audit: 'Audit trail',
  versions: 'App versions',
  webhooks: 'Webhooks',
  metrics: 'Figures',
  import: 'Import',
  notAllowed: 'For administrators only',
  notAllowedText: 'This account administers nothing here. An owner can give it a role.',
  factorNeeded: 'Set up a second factor first',
  factorNeededText:
    'Administrators confirm who they are with a second factor, and this account has none yet.',
  toSecurity: 'Set up a second factor',
  toAccount: 'To your account',
  nowhere: 'There is no such page',
  owner: 'Owner',
  admin: 'Administrator',
  member: 'Member',
  role: 'Role',
  status: 'Status',
  any: 'All',
  more: 'Show more',
  nothing: 'Nothing found.',
  refresh: 'Load again',
  done: 'Done.',
  save: 'Save',
  saved: 'Saved.',
  remove: 'Remove',
  change: 'Change',
  never: 'never',
  yes: 'Yes',
  no: 'No',
}

const bn: typeof en = {
  title: 'কনসোল',
  parts: 'কনসোলের অংশ',
  users: 'ব্যবহারকারী',
  members: 'সদস্য',
  settings: 'সেটিংস',
  audit: 'কাজের খতিয়ান',
  versions: 'অ্যাপের সংস্করণ',
  webhooks: 'ওয়েবহুক',
  metrics: 'পরিসংখ্যান',
  import: 'আমদানি',
  notAllowed: 'শুধু পরিচালকদের জন্য',
  notAllowedText: 'এই অ্যাকাউন্ট এখানে কিছু পরিচালনা করে না। একজন মালিক এটিকে ভূমিকা দিতে পারেন।',
  factorNeeded: 'আগে দ্বিতীয় ধাপ চালু করুন',
  factorNeededText: 'পরিচালকেরা দ্বিতীয় ধাপে নিজেদের পরিচয় নিশ্চিত করেন, আর এই অ্যাকাউন্টে এখনো তা নেই।',
  toSecurity: 'দ্বিতীয় ধাপ চালু করুন',
  toAccount: 'আপনার অ্যাকাউন্টে যান',
  nowhere: 'এমন কোনো পাতা নেই',
  owner: 'মালিক',
  admin: 'পরিচালক',
  member: 'সদস্য',
  role: 'ভূমিকা',
  status: 'অবস্থা',
  any: 'সব',
  more: 'আরও দেখান',
  nothing: 'কিছু পাওয়া যায়নি।',
  refresh: 'আবার আনুন',
  done: 'হয়ে গেছে।',
  save: 'সংরক্ষণ করুন',
  saved: 'সংরক্ষিত হয়েছে।',
  remove: 'সরান',
  change: 'বদলান',
  never: 'কখনো না',
  yes: 'হ্যাঁ',
  no: 'না',
}

/** What all parts of the console may have to say. */
export const sayConsole = speaker({ en, bn })
export type ConsoleName = keyof typeof en

knowRefusals({
  en: {
    FORBIDDEN: 'Your role does not allow this: it is for owners.',
    LAST_OWNER: 'This is the last owner. Make somebody else an owner first.',
    VERSION_CONFLICT:
      'Somebody else has changed this meanwhile. Load it again, and make your change anew.',
  },
  bn: {
    FORBIDDEN: 'আপনার ভূমিকায় এটি করা যায় না: এটি মালিকদের কাজ।',
    LAST_OWNER: 'ইনিই শেষ মালিক। আগে অন্য কাউকে মালিক করুন।',
    VERSION_CONFLICT: 'এর মধ্যে অন্য কেউ এটি বদলেছেন। আবার এনে আপনার পরিবর্তনটি নতুন করে করুন।',
  },
})
