import { z } from 'zod'

const sentences = new Set<string>()

/** What a schema asks for, in words for whoever is refused by it: the validator's own are for programmers. */
export function wanted(sentence: string): string {
  sentences.add(sentence)
  return sentence
}

/** Whether a refusal speaks for itself. */
export function isWanted(message: string): boolean {
  return sentences.has(message)
}

/** A number that is refused by both its bounds. `unit`: what is counted. */
export function wholeNumber(least: number, most: number, unit = '') {
  const sentence = wanted(`A whole number from ${least} to ${most}${unit && `, in ${unit}`}.`)
  return z.int(sentence).min(least, sentence).max(most, sentence)
}
