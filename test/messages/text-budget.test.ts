import {
  createExecutionContext,
  createScheduledController,
  waitOnExecutionContext,
} from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import worker from '../../src/index.ts'
import { textBudget } from '../../src/policy.ts'
import { send, sentCode, verify } from '../methods/code/codes.ts'
import { call, cost, mails, randomEmail, randomPhone, signIn } from '../support/client.ts'
import { callConfigured } from '../support/configured.ts'
import { row, rows } from '../support/database.ts'
import { hold } from '../support/lock.ts'
import { preparedUser, preparedUserIn } from '../support/prepared.ts'
import { codeOf, fieldCodes } from '../support/problem.ts'
import { changeSettings, newTenant, type TestTenant } from '../support/tenant.ts'

const day = "(now() at time zone 'utc')::date"

function counts(tenant: TestTenant) {
  return rows<{ prefix: string; sent: number; verified: number }>(
    'select prefix, sent, verified from text_counts where tenant_id = $1 order by prefix',
    [tenant.id],
  )
}

async function refusals(tenant: TestTenant): Promise<string[]> {
  const found = await rows<{ reason: string }>(
    "select reason from audit_events where tenant_id = $1 and action = 'code.refused' order by id",
    [tenant.id],
  )
  return found.map(({ reason }) => reason)
}

/** A tenant that sent so many texts to one country, all of which had their time. */
async function withShare(settled: number, verified: number): Promise<TestTenant> {
  const tenant = await newTenant()
  await rows(
    `insert into text_counts (tenant_id, day, prefix, sent, verified, marked, settled)
     values ($1, ${day}, '+880 BD', $2, $3, $2, $2)`,
    [tenant.id, settled, verified],
  )
  return tenant
}

/** Somebody who has shown the password, and whose second factor is codes to a number. */
async function pendingHolder(email: string, tenant?: TestTenant) {
  const phone = randomPhone()
  await rows(
    `with person as (update users set mfa_enabled = true where email = $1 returning *)
     insert into factors (id, tenant_id, user_id, type, phone_e164)
     select gen_random_uuid(), tenant_id, id, 'sms', $2 from person`,
    [email, phone],
  )
  const { body } = await signIn(email, tenant)
  const { mfa_token } = body as unknown as { mfa_token: string }
  return { phone, asked: { mfa_token, type: 'sms' } }
}

describe('texts are counted', () => {
  it('for the tenant and for the country, and what is verified as well', async () => {
    const tenant = await newTenant()
    const { challenge, code } = await sentCode(randomPhone(), {}, tenant)
    await send(randomPhone(), {}, tenant)
    expect((await verify(challenge, code, {}, tenant)).status).toBe(200)
    expect(await counts(tenant)).toEqual([
      { prefix: '*', sent: 2, verified: 1 },
      { prefix: '+880 BD', sent: 2, verified: 1 },
    ])
  })

  it.each([
    ['tenant_budget', { textsPerDay: 4 }],
    ['prefix_budget', { textsPerPrefixDay: 4 }],
  ])(
    'up to three quarters of the %s, which fifty at once do not pass',
    async (reason, settings) => {
      const tenant = await newTenant(settings)
      const answers = await Promise.all(
        Array.from({ length: 50 }, () => send(randomPhone(), {}, tenant)),
      )
      const taken = answers.filter(({ status }) => status === 202)
      expect(taken.length).toBeLessThanOrEqual(3)
      const more = [await send(randomPhone(), {}, tenant), await send(randomPhone(), {}, tenant)]
      for (const answer of more) {
        const isTaken = answer.status === 202
        if (!isTaken) expect([answer.status, codeOf(answer)]).toEqual([429, 'RATE_LIMITED'])
      }
      const written = await rows('select 1 from outbox where tenant_id = $1', [tenant.id])
      expect(written.length).toBeLessThanOrEqual(3)
      const last = await send(randomPhone(), {}, tenant)
      expect([last.status, last.headers.get('RateLimit-Policy')]).toEqual([
        429,
        expect.stringContaining('"texts";q=4'),
      ])
      expect(new Set(await refusals(tenant))).toContain(reason)
    },
  )

  it.each([{ textsPerDay: 2 }, { textsPerPrefixDay: 2 }])(
    'up to three quarters of %j by the first of a day too, which see no count yet',
    async (settings) => {
      const tenant = await newTenant(settings)
      const first = await hold(
        `insert into text_counts (tenant_id, day, prefix, sent)
       values ($1, ${day}, '*', 1), ($1, ${day}, '+880 BD', 1) returning 1`,
        [tenant.id],
      )
      const second = send(randomPhone(), {}, tenant)
      await first.until(1)
      await first.release()
      expect(codeOf(await second)).toBe('RATE_LIMITED')
      expect(await rows('select 1 from outbox where tenant_id = $1', [tenant.id])).toEqual([])
    },
  )

  it('one after the other: the first of a day and the next do not wait for each other', async () => {
    const tenant = await newTenant()
    await rows(`insert into text_totals (day, sent) values (${day}, 0) on conflict do nothing`)
    const held = await hold(`select day from text_totals where day = ${day} for update`, [])
    const first = send(randomPhone(), {}, tenant)
    await held.until(1)
    // What the first did not see is there for the next: unless the first holds it already.
    const meanwhile = rows(
      `insert into text_counts (tenant_id, day, prefix, sent)
       values ($1, ${day}, '*', 0), ($1, ${day}, '+880 BD', 0)
       on conflict do nothing`,
      [tenant.id],
    )
    const second = send(randomPhone(), {}, tenant)
    await held.until(2)
    await held.release()
    await meanwhile
    // A database that has to end a deadlock is asked again.
    expect(cost(await first).db + cost(await second).db).toBe(2)
    expect(await counts(tenant)).toMatchObject([{ sent: 2 }, { sent: 2 }])
  })

  it('mail is not', async () => {
    const tenant = await newTenant({ textsPerDay: 0 })
    expect((await send('somebody@example.com', {}, tenant)).status).toBe(202)
    expect(await counts(tenant)).toEqual([])
  })

  it('a refused text takes nothing from its number', async () => {
    const tenant = await newTenant({ textsPerDay: 0 })
    const phone = randomPhone()
    expect((await send(phone, {}, tenant)).status).toBe(429)
    await changeSettings(tenant, {}, 'told')
    expect((await send(phone, {}, tenant)).status).toBe(202)
  })
})

describe('a second factor', () => {
  const challenge = (asked: object, tenant: TestTenant) =>
    call('/api/v1/auth/mfa/challenge', asked, tenant)

  it.each([
    ['tenant_budget', { textsPerDay: 4 }],
    ['prefix_budget', { textsPerPrefixDay: 4 }],
  ])('keeps a quarter of the %s, and no more', async (reason, settings) => {
    const tenant = await newTenant(settings)
    const holder = await pendingHolder(await preparedUserIn(tenant), tenant)
    for (let texts = 0; texts < 3; texts += 1) {
      expect((await send(randomPhone(), {}, tenant)).status).toBe(202)
    }
    expect((await send(randomPhone(), {}, tenant)).status).toBe(429)
    expect((await challenge(holder.asked, tenant)).status).toBe(200)
    expect(await mails(holder.phone)).toHaveLength(1)

    await rows(
      "update factor_sends set sent_at = sent_at - interval '1 minute' where tenant_id = $1",
      [tenant.id],
    )
    const beyond = await challenge(holder.asked, tenant)
    expect([beyond.status, beyond.headers.get('RateLimit-Policy')]).toEqual([
      429,
      expect.stringContaining('"texts";q=4'),
    ])
    expect(await refusals(tenant)).toEqual([reason, reason])
    expect(await counts(tenant)).toMatchObject([{ sent: 4 }, { sent: 4 }])
  })

  it('is sent its text where codes that nobody verified have closed the country', async () => {
    const tenant = await withShare(textBudget.shareSample, 0)
    const holder = await pendingHolder(await preparedUserIn(tenant), tenant)
    expect((await send(randomPhone(), {}, tenant)).status).toBe(429)
    expect(await refusals(tenant)).toEqual(['low_share'])
    expect((await challenge(holder.asked, tenant)).status).toBe(200)
    expect(await mails(holder.phone)).toHaveLength(1)
  })
})

describe('the texts of all tenants together', () => {
  const ask = (texts: number, destination = randomPhone(), type = 'phone') =>
    callConfigured({ TEXTS_PER_DAY: String(texts) }, '/api/v1/auth/otp/send', { destination, type })
  const total = async (of = day) => {
    const [found] = await rows<{ sent: number }>(`select sent from text_totals where day = ${of}`)
    return found?.sent ?? 0
  }

  it('have a budget that no tenant adds to; its refusals stand in the trail, and mail goes on', async () => {
    const told = () =>
      rows(
        "select 1 from audit_events where action = 'code.refused' and reason = 'operator_budget'",
      )
    const before = (await told()).length
    const refused = await ask(0)
    expect([refused.status, codeOf(refused), refused.headers.get('RateLimit-Policy')]).toEqual([
      429,
      'RATE_LIMITED',
      expect.stringContaining('"texts";q=0'),
    ])
    expect((await told()).length).toBeGreaterThan(before)
    expect((await ask(0, randomEmail(), 'email')).status).toBe(202)
  })

  it('do not pass it, fifty at once', async () => {
    await ask(1_000_000)
    // Of which codes to numbers that nobody has proven get three quarters.
    const budget = Math.ceil(((await total()) + 3) / textBudget.unboundShare)
    const answers = await Promise.all(Array.from({ length: 50 }, () => ask(budget)))
    // Other tenants send at this moment too, and the budget is theirs as well.
    expect(answers.filter(({ status }) => status === 202).length).toBeLessThanOrEqual(3)
    // Some of theirs may be given back.
    expect((await ask((await total()) - 10)).status).toBe(429)
  })

  it('leave a share to second factors, which no sign-ins and registrations use up', async () => {
    const { phone, asked } = await pendingHolder(await preparedUser())
    const challenge = (texts: number) =>
      callConfigured({ TEXTS_PER_DAY: String(texts) }, '/api/v1/auth/mfa/challenge', asked)
    // Far more than other tests send or give back at this moment.
    await rows(`insert into text_totals (day, sent) values (${day}, 10000)
      on conflict (day) do update set sent = text_totals.sent + 10000`)
    const whole = (await total()) + 1_000

    const refused = await ask(whole)
    expect([refused.status, codeOf(refused)]).toEqual([429, 'RATE_LIMITED'])
    const beyond = await challenge(whole - 2_000)
    expect([beyond.status, codeOf(beyond)]).toEqual([429, 'RATE_LIMITED'])
    const sent = await challenge(whole)
    expect([sent.status, cost(sent).db]).toEqual([200, 2])
    expect(await mails(phone)).toHaveLength(1)
  })

  it('are fewer by each one that never went out', async () => {
    const yesterday = `${day} - 1`
    await rows(`insert into text_totals (day, sent) values (${yesterday}, 5)
      on conflict (day) do update set sent = 5`)
    const phone = randomPhone()
    await send(phone)
    await mails(phone)
    await row(
      `update outbox set status = 'pending', sent_at = null, provider_message_id = null, next_attempt_at = now(),
         created_at = created_at - interval '1 day', expires_at = now() - interval '1 hour'
        where recipient = $1 returning id`,
      [phone],
    )
    const execution = createExecutionContext()
    worker.scheduled(createScheduledController(), env as Env, execution)
    await waitOnExecutionContext(execution)
    expect(await total(yesterday)).toBe(4)
  })
})

describe('a country', () => {
  it('is closed when too few of its texts are verified, and mail stays open', async () => {
    const least = textBudget.shareSample * textBudget.leastShare
    const tenant = await withShare(textBudget.shareSample, least - 1)
    const refused = await send(randomPhone(), {}, tenant)
    expect([refused.status, codeOf(refused)]).toEqual([429, 'RATE_LIMITED'])
    expect(await refusals(tenant)).toEqual(['low_share'])
    expect((await send('somebody@example.com', {}, tenant)).status).toBe(202)
    expect((await send('+447400123456', {}, tenant)).status).toBe(202)
  })

  it('stays open while enough are, or too few were sent to tell', async () => {
    const least = textBudget.shareSample * textBudget.leastShare
    const open = [
      await withShare(textBudget.shareSample, least),
      await withShare(textBudget.shareSample - 1, 0),
    ]
    for (const tenant of open) expect((await send(randomPhone(), {}, tenant)).status).toBe(202)
  })

  it('is judged by texts that had their time', async () => {
    const tenant = await newTenant()
    await rows(
      `insert into text_counts (tenant_id, day, prefix, sent, verified) values ($1, ${day}, '+880 BD', 500, 0)`,
      [tenant.id],
    )
    const age = () =>
      row(
        "update text_counts set marked_at = now() - interval '6 minutes' where tenant_id = $1 and prefix <> '*' returning prefix",
        [tenant.id],
      )
    await age()
    expect((await send(randomPhone(), {}, tenant)).status).toBe(202)
    await age()
    expect((await send(randomPhone(), {}, tenant)).status).toBe(202)
    expect((await send(randomPhone(), {}, tenant)).status).toBe(429)
  })

  it('that the tenant does not send to is refused by field, and the trail names it', async () => {
    const tenant = await newTenant({ textRegions: ['BD'] })
    const answers = [
      await send('+447400123456', {}, tenant),
      await call('/api/v1/auth/whatsapp', { phone_e164: '+447400123456' }, tenant),
    ]
    expect(answers.map(fieldCodes)).toEqual([
      ['destination DESTINATION_NOT_ALLOWED'],
      ['phone_e164 DESTINATION_NOT_ALLOWED'],
    ])
    expect(await refusals(tenant)).toEqual(['region +44 GB', 'region +44 GB'])
    expect(await counts(tenant)).toEqual([])
  })

  it('is none where the tenant names none', async () => {
    const tenant = await newTenant({ textRegions: [] })
    expect((await send(randomPhone(), {}, tenant)).status).toBe(422)
  })

  it('is told apart from others with its calling code', async () => {
    const tenant = await newTenant({ textRegions: ['US'] })
    expect((await send('+18765550123', {}, tenant)).status).toBe(422)
    expect((await send('+12025550123', {}, tenant)).status).toBe(202)
  })
})
