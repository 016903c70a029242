import { expect } from 'vitest'
import { refusalsOfAll } from '../../src/errors.ts'
import type { Answer } from '../support/client.ts'

const catalogue = refusalsOfAll()

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

const wellFormed = {
  type: expect.stringMatching(/^(https?:\/\/[^#]+)?\/docs#[A-Z0-9_]+$/),
  title: expect.stringMatching(/\S/),
  detail: expect.stringMatching(/\S/),
  code: expect.stringMatching(/^[A-Z0-9_]+$/),
}

/** Whatever it refuses: a whole problem document with a code of the catalogue. */
export function problemOf(answer: Answer<unknown>): Problem {
  const problem = answer.body as Problem
  expect(answer.headers.get('Content-Type')).toBe('application/problem+json')
  expect(problem).toMatchObject({
    ...wellFormed,
    status: answer.status,
    request_id: answer.headers.get('X-Request-Id'),
  })
  expect(problem.type.endsWith(`#${problem.code}`)).toBe(true)
  const known = catalogue.find(({ code }) => code === problem.code)
  expect(known?.statuses).toContain(answer.status)
  expect(problem.title).toBe(known?.title)
  expectFieldErrors(problem)
  if (answer.status === 429) expectLimit(answer)
  // Who is told to come back is told when.
  if (answer.status === 503) expect(answer.headers.get('Retry-After')).toMatch(/^[1-9]\d*$/)
  return problem
}

/** Which limit it was, and when there is more (API.md §1). */
function expectLimit({ headers }: Answer<unknown>): void {
  const found = ['RateLimit-Policy', 'RateLimit', 'Retry-After'].map((name) => headers.get(name))
  expect(found).toEqual([
    expect.stringMatching(/^"[a-z-]+";q=\d+;w=\d+$/),
    expect.stringMatching(/^"[a-z-]+";r=0;t=\d+$/),
    expect.stringMatching(/^\d+$/),
  ])
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
