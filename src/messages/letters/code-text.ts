import type { ShortText } from './letter.ts'

/**
 * A code in a text. The last line is for the phone alone: it fills the code into pages of this host and no other, which
 * is what a phishing page cannot have (WICG origin-bound one-time codes).
 */
export function codeText(sentences: string, code: string, host: string): ShortText {
  return { body: `${sentences}\n\n@${host} #${code}`, code }
}
