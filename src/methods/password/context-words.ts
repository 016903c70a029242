import { password as policy } from '../../policy.ts'

/** One form for comparing: composed (NFC), lower case. */
export function folded(text: string): string {
  return text.normalize('NFC').toLowerCase().normalize('NFC')
}

/**
 * The words of names, addresses and phone numbers that a password must not lean on, folded, each of at least
 * `policy.password.minContextWord` code points. Of an e-mail address the part before `@` and before a `+` tag;
 * of each text its words, the words without trailing digits, and all of them as one.
 */
export function contextWords(context: readonly string[]): string[] {
  const words = context.flatMap((text) => {
    const [own = ''] = folded(text).split(/(?<=.)[@+]/, 1)
    const parts = own.match(/[\p{L}\p{M}\p{N}]+/gu) ?? []
    return [...parts, ...parts.map((part) => part.replace(/\p{N}+$/u, '')), parts.join('')]
  })
  return [...new Set(words)].filter((word) => [...word].length >= policy.minContextWord)
}
