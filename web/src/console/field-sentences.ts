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
  VERSION_INVALID: '1.3.0 বা 1.4.0-rc.1 এর মতো সংস্করণ লিখুন।',
  ABOVE_LATEST: 'এই সংস্করণ কারও থাকতে পারে না: এটি এখনো বের হয়নি।',
  BLOCKS_LATEST: 'কেউ হালনাগাদ করতে পারত না: এটিই নতুনতম সংস্করণ।',
  INVALID_URL: 'এটি কোনো ঠিকানা নয়।',
  HTTPS_REQUIRED: 'ঠিকানাটি https:// দিয়ে শুরু হতে হবে।',
  PORT_NOT_ALLOWED: 'ঠিকানায় পোর্ট দেওয়া যাবে না।',
  HOST_NOT_PUBLIC: 'ঠিকানাটি ইন্টারনেট থেকে পৌঁছানোর মতো নয়।',
  HOST_NOT_FOUND: 'এই নামের কিছু ইন্টারনেটে নেই।',
  EMAIL_OR_PHONE_REQUIRED: 'ইমেইল ঠিকানা, বা নিশ্চিত করা ফোন নম্বর লাগবে।',
  EMAIL_INVALID: 'name@example.com এর মতো ইমেইল ঠিকানা লিখুন।',
  PHONE_INVALID: 'দেশের কোডসহ ফোন নম্বর লিখুন।',
  MALFORMED_JSON: 'এই লাইনটি ঠিক JSON নয়।',
  UNKNOWN_FIELD: 'এটি এখানে চেনা নয়।',
}

/** By code; in English those of the service stand. */
export const fieldSentences: ReadonlyMap<string, string> = new Map(
  language === 'bn' ? Object.entries(bn) : [],
)
