import { AwsClient } from 'aws4fetch'
import { z } from 'zod'
import type { Config } from '../config.ts'
import { lazily } from '../lazily.ts'
import { egress } from '../policy.ts'
import type { Delivery, Mail, Mailer } from '../ports.ts'
import { readBounded } from './egress.ts'

/** Milliseconds. Longer than other calls: a time-out after SES has taken the mail means a second mail. */
const sendTimeoutMs = 10_000

const accepted = lazily(() => z.object({ MessageId: z.string() }))
const refusal = lazily(() =>
  z.object({ __type: z.string().optional(), code: z.string().optional() }),
)

/**
 * Refusals that are about us, not about this mail: keys, quotas, a paused or unproven sender. The operator can mend
 * them, so the mail waits until its token dies instead of being lost.
 */
const ourFault =
  /^(AccountSuspended|SendingPaused|LimitExceeded|MailFromDomainNotVerified|NotFound|Throttling|Throttled|RequestExpired)/

/** Amazon SES v2, `SendEmail`. https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html */
export function mailerPort(config: Pick<Config, 'mail'>): Pick<Mailer, 'send'> {
  const { accessKeyId, secretAccessKey, region, endpoint } = config.mail
  // The outbox repeats, not this client: by default it would turn one 500 into eleven mails (SES knows no
  // idempotency token). Service and region are named because a local endpoint does not betray them.
  const aws = new AwsClient({ accessKeyId, secretAccessKey, region, service: 'ses', retries: 0 })
  return {
    async send(mail) {
      if (!isOneAddress(mail.to)) return { outcome: 'refused', reason: 'bad_address' }
      if (/[\r\n]/.test(mail.subject)) return { outcome: 'refused', reason: 'bad_subject' }
      try {
        const request = await aws.sign(`${endpoint}/v2/email/outbound-emails`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(toSes(config.mail, mail)),
        })
        return await toDelivery(
          await fetch(request, {
            redirect: 'manual',
            signal: AbortSignal.timeout(sendTimeoutMs),
          }),
        )
      } catch (error) {
        return { outcome: 'retry', reason: isTimeout(error) ? 'timeout' : 'network' }
      }
    },
  }
}

/** One plain mailbox: no list, no display name, no line break (header injection, a second recipient). */
function isOneAddress(to: string): boolean {
  return /^[^\s\p{Cc},;:<>()[\]\\"@]+@[^\s\p{Cc},;:<>()[\]\\"@]+$/u.test(to)
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.name === 'TimeoutError'
}

function toSes(config: Config['mail'], mail: Mail): object {
  const part = (data: string) => ({ Data: data, Charset: 'UTF-8' })
  return {
    FromEmailAddress: mail.from,
    Destination: { ToAddresses: [mail.to] },
    ...(mail.replyTo ? { ReplyToAddresses: [mail.replyTo] } : {}),
    Content: {
      Simple: {
        Subject: part(mail.subject),
        Body: { Text: part(mail.text), Html: part(mail.html) },
      },
    },
    ...(config.configurationSet ? { ConfigurationSetName: config.configurationSet } : {}),
  }
}

async function toDelivery(response: Response): Promise<Delivery> {
  const body = await readJson(response)
  // Taken, even where the answer cannot be read: a repeat would be a second mail.
  if (response.status === 200) {
    return { outcome: 'sent', messageId: accepted.safeParse(body).data?.MessageId ?? 'unknown' }
  }
  const reason = reasonOf(response, body)
  const { status } = response
  const aboutThisMail = status >= 400 && status < 500 && ![401, 403, 408, 429].includes(status)
  return { outcome: aboutThisMail && !ourFault.test(reason) ? 'refused' : 'retry', reason }
}

async function readJson(response: Response): Promise<unknown> {
  try {
    return JSON.parse((await readBounded(response, egress.maxBytes)) ?? 'null')
  } catch {
    return null
  }
}

/** The type of the error, or its status. Its message may hold the address and is left out. */
function reasonOf(response: Response, body: unknown): string {
  const { __type, code } = refusal.safeParse(body).data ?? {}
  const named = response.headers.get('x-amzn-errortype') ?? __type ?? code ?? ''
  const name = named.split('#').at(-1)?.split(':')[0] ?? ''
  return /^\w{1,64}$/.test(name) ? name : `status_${response.status}`
}
