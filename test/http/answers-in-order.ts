import { expect } from 'vitest'
import type { Answer } from '../support/client.ts'
import { expectHouseHeaders } from './house-headers.ts'
import { problemOf } from './problem-document.ts'

/** Whatever was asked: no fault, and a refusal says by a known code what it is. */
export function expectInOrder(answer: Answer<unknown>): void {
  if (answer.status !== 503) expect(answer.status).toBeLessThan(500)
  expectHouseHeaders(answer)
  if (answer.status < 400) return
  const problem = problemOf(answer)
  if ([429, 503].includes(answer.status)) expect(answer.headers.has('Retry-After')).toBe(true)
  if (problem.code === 'VALIDATION_FAILED') expect(problem.errors?.length).toBeGreaterThan(0)
}
