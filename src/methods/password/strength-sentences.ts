/** Plain words for the keys of zxcvbn. A key without a sentence is left out. */
export const warnings: Readonly<Record<string, string>> = {
  straightRow: 'Rows of keys on the keyboard are easy to guess.',
  keyPattern: 'Short patterns on the keyboard are easy to guess.',
  simpleRepeat: 'Repeated characters are easy to guess.',
  extendedRepeat: 'A repeated group of characters is hardly safer than the group alone.',
  sequences: 'Sequences such as abc or 6543 are easy to guess.',
  recentYears: 'Recent years are easy to guess.',
  dates: 'Dates are easy to guess.',
  topTen: 'This is one of the ten most used passwords.',
  topHundred: 'This is one of the hundred most used passwords.',
  common: 'This is a password that many people use.',
  similarToCommon: 'This is close to a password that many people use.',
  wordByItself: 'A single word is easy to guess.',
  namesByThemselves: 'A single name is easy to guess.',
  commonNames: 'Common names are easy to guess.',
  userInputs: 'Leave out your name, your address and the name of this service.',
}

export const suggestions: Readonly<Record<string, string>> = {
  l33t: 'Do not rely on replacing letters, such as @ for a.',
  reverseWords: 'Do not rely on words spelt backwards.',
  allUppercase: 'Do not rely on writing everything in capitals.',
  capitalization: 'Put capitals elsewhere than at the start.',
  dates: 'Leave out dates and years that have to do with you.',
  recentYears: 'Leave out recent years.',
  associatedYears: 'Leave out years that have to do with you.',
  sequences: 'Leave out sequences of characters.',
  repeated: 'Leave out repeated words and characters.',
  longerKeyboardPattern: 'Use longer keyboard patterns that change direction.',
  anotherWord: 'Add another uncommon word or two.',
  useWords: 'Use several words, but no well-known phrase.',
  noNeed: 'Signs, digits and capitals are not needed.',
}
