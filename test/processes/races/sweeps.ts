import { describe, expect, it } from 'vitest'
import { randomEmail } from '../support/client.ts'
import { oneValue } from '../support/database.ts'
import { breakDatabase, breakNeighbour, mailsTo, until } from '../support/outside.ts'
import { register } from '../support/people.ts'
import { ownSite, site } from '../support/site.ts'
import { crowd, together } from '../support/together.ts'

describe('two sweeps of the outbox at the same moment', () => {
  it('send each mail once', async () => {
    await breakNeighbour({ channel: 'email', status: 500 })
    const addresses = Array.from({ length: crowd }, randomEmail)
    await together(crowd, (worker, index) => register(addresses[index] ?? '', {}, worker))
    await until('every mail to have failed once', async () =>
      (await countOf('pending', 'attempts > 0')) >= crowd ? true : undefined,
    )
    await ownSite().heal()
    await makeDue()

    // Both take their rows at the same moment, however far apart their processes began.
    await breakDatabase({ latencyMs: 400, match: 'attempts = attempts + 1' })
    await Promise.all(site().workers.map((worker) => worker.sweep()))
    await until('every mail to be marked', async () =>
      (await countOf('pending')) === 0 ? true : undefined,
    )

    for (const address of addresses) expect(await mailsTo(address)).toHaveLength(1)
  })
})

function countOf(status: string, condition = 'true'): Promise<number> {
  return oneValue(`select count(*)::int from outbox where status = $1 and ${condition}`, status)
}

async function makeDue(): Promise<void> {
  await site().database.query(
    `update outbox set next_attempt_at = now() - interval '1 second' where status = 'pending'`,
  )
}
