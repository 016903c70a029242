import { expect } from 'vitest'
import { type ErrorCode, statusOf, titleOf } from '../../src/errors.ts'
import type { Answer } from '../support/client.ts'

export interface Problem {
  type: string
  title: string
  status: number
  detail: string
  code: string
  request_id: string
  errors?: { field: string; code: string; message: string }[]
}

/** RFC 9457 with the members of API.md §1, and the code that was expected. */
export function expectProblem(answer: Answer<unknown>, status: number, code: string): Problem {
  const problem = problemOf(answer)
  expect({ status: answer.status, code: problem.code }).toEqual({ status, code })
  return problem
}

/** Whatever it refuses: a whole problem document with a code of the catalogue. */
export function problemOf(answer: Answer<unknown>): Problem {
  const problem = answer.body as Problem
  expect(answer.headers.get('Content-Type')).toBe('application/problem+json')
  expect(problem).toMatchObject({
    type: expect.stringMatching(/^(https?:\/\/[^#]+)?\/docs#[A-Z0-9_]+$/),
    title: expect.stringMatching(/\S/),
    status: answer.status,
    detail: expect.stringMatching(/\S/),
    code: expect.stringMatching(/^[A-Z0-9_]+$/),
    request_id: answer.headers.get('X-Request-Id'),
  })
  expect(problem.type.endsWith(`#${problem.code}`)).toBe(true)
  expect(statusesOf(problem.code)).toContain(answer.status)
  expectFieldErrors(problem)
  return problem
}

function expectFieldErrors({ errors = [] }: Problem): void {
  for (const error of errors) {
    expect(error).toEqual({
      field: expect.any(String),
      code: expect.stringMatching(/^[A-Z0-9_]+$/),
      message: expect.stringMatching(/\S/),
    })
  }
}

/** Empty for a code that the catalogue does not know. Two of its entries share the public word `TOKEN_INVALID`. */
function statusesOf(code: string): number[] {
  if (code === 'TOKEN_INVALID') return [statusOf('TOKEN_INVALID'), statusOf('TOKEN_INVALID_LINK')]
  return isKnown(code) ? [statusOf(code)] : []
}

function isKnown(code: string): code is ErrorCode {
  try {
    return titleOf(code as ErrorCode) !== undefined
  } catch {
    return false
  }
}
