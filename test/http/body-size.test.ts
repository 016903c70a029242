import { describe, expect, it } from 'vitest'
import { preparedSignIn } from '../support/prepared.ts'
import { bodyOperations, filled } from './operations.ts'
import { expectProblem } from './problem-document.ts'
import { type Sent, send } from './service.ts'

const { access_token: token } = await preparedSignIn()
const routes = await bodyOperations()
const kibibytes32 = 32 * 1_024
const megabytes10 = 10 * 1_024 * 1_024

describe.each(routes)('$name', ({ method, path }) => {
  const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' }
  const post = (body: NonNullable<Sent['body']>) => send(filled(path), { method, body, headers })

  it('refuses 10 MB by their announced length', async () => {
    expectProblem(await post(new Uint8Array(megabytes10)), 413, 'BODY_TOO_LARGE')
  })

  it('refuses 10 MB that come in pieces without a length, and leaves most of them', async () => {
    const pieces = inPieces(megabytes10)
    expectProblem(await post(pieces.stream), 413, 'BODY_TOO_LARGE')
    expect(pieces.sent()).toBeLessThan(megabytes10 / 4)
  })

  it('draws the line after 32 KiB, with and without an announced length', async () => {
    // An unknown key, so that nothing is done.
    const full = JSON.stringify({ nothing: 'here' }).padEnd(kibibytes32)
    expectProblem(await post(full), 422, 'VALIDATION_FAILED')
    expectProblem(await post(new Blob([full]).stream()), 422, 'VALIDATION_FAILED')
    expectProblem(await post(`${full} `), 413, 'BODY_TOO_LARGE')
    expectProblem(await post(new Blob([`${full} `]).stream()), 413, 'BODY_TOO_LARGE')
  })
})

it.each(['99999, 99999', 'many'])('a length of %j is too large', async (length) => {
  const headers = { 'Content-Type': 'application/json', 'Content-Length': length }
  const answer = await send('/api/v1/auth/login', { method: 'POST', body: '{}', headers })
  expectProblem(answer, 413, 'BODY_TOO_LARGE')
})

/** Bytes that are made as they are asked for. */
function inPieces(total: number) {
  const piece = new Uint8Array(64 * 1_024).fill(32)
  let sent = 0
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (sent >= total) return controller.close()
      sent += piece.length
      controller.enqueue(piece)
    },
  })
  return { stream, sent: () => sent }
}
