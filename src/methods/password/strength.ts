import type { ZxcvbnResult } from '@zxcvbn-ts/core'
import { password as policy } from '../../policy.ts'
import { contextWords } from './context-words.ts'
import { dictionaries, type ListPorts } from './dictionaries.ts'
import { suggestions, warnings } from './strength-sentences.ts'

export type Score = ZxcvbnResult['score']

export interface Strength {
  /** 0 (guessed at once) to 4. */
  score: Score
  feedback: { warning: string | null; suggestions: string[] }
}

/** Guesses, as powers of ten, that zxcvbn asks for the scores 1 to 4. */
const steps = [3, 6, 8, 10]

/**
 * How hard a password is to guess (zxcvbn). The estimate is quadratic in length, so only the first
 * `estimatedCharacters` code points count; what they are worth, the whole is worth at least.
 *
 * `context`: names, addresses and service names, as typed: using them makes a password weaker.
 * `enough`: the score from which on there is nothing to say.
 */
export async function estimateStrength(
  ports: ListPorts,
  password: string,
  context: readonly string[],
  enough: number = policy.minScore,
): Promise<Strength> {
  const { estimator } = await dictionaries(ports)
  const head = [...password.normalize('NFC')].slice(0, policy.estimatedCharacters).join('')
  const result = estimator.check(head, contextWords(context))
  const score = scoreOf(result)
  return { score, feedback: toSentences(result, score >= enough) }
}

/**
 * zxcvbn takes ten guesses for a character that it knows nothing about: fair where an alphabet has about thirty
 * letters, unfair to Chinese, Japanese and Korean, whose characters are picked from thousands and typed with
 * several keys. Those count as two unknown characters: still far below what they are worth at random.
 */
function scoreOf(result: ZxcvbnResult): Score {
  const unknown = result.sequence.filter((match) => match.pattern === 'bruteforce')
  const wide = unknown.flatMap(
    ({ token }) => token.match(/[\p{Script=Han}\p{Script=Hangul}]/gu) ?? [],
  )
  if (wide.length === 0) return result.score
  const power = result.guessesLog10 + wide.length
  return steps.filter((step) => power > step).length as Score
}

function toSentences({ feedback }: ZxcvbnResult, isEnough: boolean): Strength['feedback'] {
  if (isEnough) return { warning: null, suggestions: [] }
  return {
    warning: warnings[feedback.warning ?? ''] ?? null,
    suggestions: feedback.suggestions.flatMap((key) => suggestions[key] ?? []),
  }
}
