import { language } from '../words/words.ts'

/** What the service says of single fields is English; here is the same in Bengali. */
const bn = {
  REQUIRED: 'এই ঘরটি পূরণ করুন।',
  INVALID_TYPE: 'এই মানটি এখানে চলে না।',
  INVALID_VALUE: 'এই মানটি এখানে চলে না।',
  TOO_SHORT: 'এটি খুব ছোট বা খুব কম।',
  TOO_LONG: 'এটি খুব বড় বা খুব বেশি।',
  TOO_LARGE: 'সব মিলিয়ে খুব বড় হয়ে গেছে।',
  NAME_INVALID: 'শুধু নামটি লিখুন: লিঙ্ক বা ফোন নম্বর নয়।',
  NAME_TAKEN: 'এই নামের আগে থেকেই একটি অর্থ আছে।',
  FIELD_REPEATED: 'এটি দুবার আছে।',
  OPTION_REPEATED: 'এটি দুবার আছে।',
  NO_ADDRESS: 'ইমেইল ঠিকানা বা ফোন নম্বরের একটি রাখুন।',
  SESSION_TOO_SHORT: 'মোট সময় অব্যবহৃত থাকার সময়ের চেয়ে কম হতে পারে না।',
  UNKNOWN_FIELD: 'এটি এখানে চেনা নয়।',
}

/** By code; in English those of the service stand. */
export const fieldSentences: ReadonlyMap<string, string> = new Map(
  language === 'bn' ? Object.entries(bn) : [],
)
