import { oneLine } from './words.ts'

/** RFC 2047 §2: an encoded word has 75 characters at most, 45 bytes in base64 with what stands around them. */
const wordBytes = 45

/**
 * The sender of a mail (RFC 5322 §3.4): a tenant's name before the operator's address, which alone is proven to be ours.
 * @param operators `Name <address>` or an address
 * @param name null: the operator's own
 */
export function fromHeader(operators: string, name: string | null): string {
  const shown = oneLine(name ?? '')
  if (shown === '') return operators
  const address = /<([^<>]+)>\s*$/.exec(operators)?.[1] ?? operators.trim()
  return `${phraseOf(shown)} <${address}>`
}

/** A quoted string, or encoded words where it is not ASCII. */
function phraseOf(name: string): string {
  if (/^[\x20-\x7e]+$/.test(name)) return `"${name.replace(/["\\]/g, '\\$&')}"`
  const words: string[] = ['']
  for (const character of name) {
    const longer = words.at(-1) + character
    if (new TextEncoder().encode(longer).length > wordBytes) words.push(character)
    else words[words.length - 1] = longer
  }
  return words.map((word) => `=?UTF-8?B?${base64(word)}?=`).join(' ')
}

function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)))
}
