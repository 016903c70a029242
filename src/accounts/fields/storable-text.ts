/**
 * True where Postgres can hold the text: it refuses NUL, and half of a surrogate pair has no UTF-8 form
 * (it would be stored as U+FFFD, so that two different inputs meet in one value).
 */
export function isStorableText(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0')
}

/** Outer spaces come from keyboards that complete words. Only U+0020: a line break is never an accident. */
export function trimSpaces(text: string): string {
  let start = 0
  let end = text.length
  while (text[start] === ' ') start++
  while (end > start && text[end - 1] === ' ') end--
  return text.slice(start, end)
}
