import type { Config } from '../config.ts'
import { webhook as policy } from '../policy.ts'
import type { Egress, WebhookAnswer, WebhookSender } from '../ports.ts'
import { judgeTarget } from '../webhooks/target.ts'

/**
 * The only way out to a host that no configuration names. What a tenant wrote is judged with each delivery, as a name may
 * have moved to a private address since; a redirect is an answer like any other and is not followed; and nothing of the
 * answer comes back to whoever reads the log but its status.
 */
export function webhookSenderPort(config: Config, egress: Egress): WebhookSender {
  return {
    async post(url, headers, body) {
      const started = Date.now()
      const { status, error } = await attempt(config, egress, url, headers, body)
      return { status, error, ms: Date.now() - started }
    },
  }
}

type Attempt = Omit<WebhookAnswer, 'ms'>

async function attempt(
  config: Config,
  egress: Egress,
  url: string,
  headers: Record<string, string>,
  body: string,
): Promise<Attempt> {
  const fault = await judgeTarget({ config, egress }, url)
  if (fault) return { status: null, error: fault === 'unknown' ? 'resolver' : fault.toLowerCase() }
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'gatehouse-webhooks',
        ...headers,
      },
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(policy.timeoutMs),
    })
    await response.body?.cancel()
    return { status: response.status, error: errorOf(response.status) }
  } catch (error) {
    const isLate = error instanceof Error && error.name === 'TimeoutError'
    return { status: null, error: isLate ? 'timeout' : 'network' }
  }
}

function errorOf(status: number): string | null {
  if (status >= 200 && status < 300) return null
  return status >= 300 && status < 400 ? 'redirect' : 'status'
}
