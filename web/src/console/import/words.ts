import { speaker } from '../../words/words.ts'

const en = {
  text: 'Accounts of another service come as a file with one JSON object a line. Passwords come as hashes, and go on working.',
  example: 'What a line looks like',
  file: 'File with one account a line',
  begin: 'Import',
  goOn: 'Go on',
  stop: 'Stop',
  chooseFile: 'Choose a file.',
  fileTitle: 'Your file',
  progress: 'Progress',
  lines: 'Lines: #',
  created: 'New accounts',
  exists: 'Known already, left as they are',
  refused: 'Refused',
  finished: 'All lines are done.',
  stopped: 'Stopped. What was imported stays; going on begins with the next line.',
  line: 'Line',
  field: 'Field',
  why: 'Why',
  saveRefused: 'Save the refused lines as a file',
  more: 'and # more: they are in the file.',
}

const bn: typeof en = {
  text: 'অন্য সেবার অ্যাকাউন্ট আসে একটি ফাইলে, প্রতি লাইনে একটি JSON অবজেক্ট। পাসওয়ার্ড আসে হ্যাশ হিসেবে, আর আগের মতোই কাজ করে।',
  example: 'একটি লাইন যেমন হয়',
  file: 'ফাইল, প্রতি লাইনে একটি অ্যাকাউন্ট',
  begin: 'আমদানি করুন',
  goOn: 'চালিয়ে যান',
  stop: 'থামান',
  chooseFile: 'একটি ফাইল বেছে নিন।',
  fileTitle: 'আপনার ফাইল',
  progress: 'অগ্রগতি',
  lines: 'লাইন: #',
  created: 'নতুন অ্যাকাউন্ট',
  exists: 'আগে থেকেই আছে, তেমনই রাখা হয়েছে',
  refused: 'প্রত্যাখ্যাত',
  finished: 'সব লাইন হয়ে গেছে।',
  stopped: 'থেমেছে। যা আমদানি হয়েছে তা থাকবে; চালিয়ে গেলে পরের লাইন থেকে শুরু হবে।',
  line: 'লাইন',
  field: 'ঘর',
  why: 'কেন',
  saveRefused: 'প্রত্যাখ্যাত লাইনগুলো ফাইলে রাখুন',
  more: 'আর আরও #টি: সেগুলো ফাইলে আছে।',
}

export const sayImport = speaker({ en, bn })
