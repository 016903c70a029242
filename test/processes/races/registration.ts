import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { oneValue } from '../support/database.ts'
import { awaitMails, mailsTo } from '../support/outside.ts'
import { register } from '../support/people.ts'
import { site } from '../support/site.ts'
import { crowd, tally, together } from '../support/together.ts'

/** Unasked-for mails that one address may get in an hour. */
const mailBudget = 10

describe('an address', () => {
  it('registered by fifty at once in every case is one account', async () => {
    const name = `ann-${randomUUID()}`
    const spellings = [
      `${name}@example.com`,
      `${name.toUpperCase()}@example.com`,
      `${name}@EXAMPLE.Com`,
      ` ${name}@example.com `,
    ]
    await expectOneAccount(spellings, `${name}@example.com`)
  })

  it('registered by fifty at once in every spelling of its domain is one account', async () => {
    const name = `ann-${randomUUID()}`
    const spellings = [
      `${name}@bücher.example`,
      `${name}@BÜCHER.example`,
      `${name}@xn--bcher-kva.example`,
      `${name}@bu\u0308cher.example`,
      `${name}@ｂücher.example`,
    ]
    await expectOneAccount(spellings, `${name}@xn--bcher-kva.example`)
  })
})

/** One row, as many tokens as registrations, and no more mails than the budget allows. */
async function expectOneAccount(spellings: string[], address: string): Promise<void> {
  const answers = await together(crowd, (worker, index) =>
    register(spellings[index % spellings.length] ?? '', {}, worker),
  )

  expect(tally(answers)).toEqual({ 202: crowd })
  const name = address.slice(0, address.indexOf('@'))
  expect(await oneValue(`select count(*)::int from users where email ilike $1`, `${name}%`)).toBe(1)
  expect(await oneValue('select count(*)::int from users where email = $1', address)).toBe(1)
  expect(await lettersByName(address)).toEqual({
    none: crowd - mailBudget,
    verify_email: mailBudget,
  })

  await awaitMails(address, mailBudget)
  await Promise.all(site().workers.map((worker) => worker.sweep()))
  expect(await mailsTo(address)).toHaveLength(mailBudget)
}

async function lettersByName(email: string): Promise<Record<string, number>> {
  const { rows } = await site().database.query(
    `select letter, count(*)::int as count from outbox o join users u on u.id = o.user_id
      where u.email = $1 group by letter`,
    [email],
  )
  return Object.fromEntries(rows.map(({ letter, count }) => [letter, count]))
}
