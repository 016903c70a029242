import { z } from 'zod'
import { lazily } from '../../lazily.ts'
import { fromHex, hmac, sameBytes, utf8 } from '../../tokens/encoding.ts'
import type { Fate } from './settle.ts'

const lastWords: Readonly<Record<string, boolean>> = { delivered: true, read: true, failed: false }

const delivery = lazily(() =>
  z.object({
    entry: z
      .array(
        z.object({
          changes: z.array(
            z.object({
              value: z.object({
                statuses: z
                  .array(
                    z.object({
                      id: z.string().max(200),
                      status: z.string(),
                      errors: z.array(z.object({ code: z.int() })).optional(),
                    }),
                  )
                  .optional(),
              }),
            }),
          ),
        }),
      )
      .max(100),
  }),
)

/**
 * True where Meta signed exactly these bytes with our secret.
 * https://developers.facebook.com/docs/graph-api/webhooks/getting-started#validate-payloads
 */
export async function verifyMeta(
  appSecret: string,
  rawText: string,
  signature: string,
): Promise<boolean> {
  const shown = fromHex(/^sha256=([0-9a-f]{64})$/.exec(signature)?.[1] ?? '')
  if (!appSecret || !shown) return false
  return sameBytes(shown, await hmac(utf8(appSecret), utf8(rawText)))
}

/** One delivery can tell of many texts, and of things that are no concern of ours. */
export function readMeta(rawText: string): Fate[] {
  const { entry } = delivery.safeParse(parse(rawText)).data ?? { entry: [] }
  const statuses = entry.flatMap(({ changes }) =>
    changes.flatMap(({ value }) => value.statuses ?? []),
  )
  return statuses.flatMap(({ id, status, errors }) => {
    const delivered = Object.hasOwn(lastWords, status) ? lastWords[status] : undefined
    if (delivered === undefined) return []
    const reason = delivered ? null : `meta_${errors?.[0]?.code ?? 'failed'}`
    return [{ messageId: `meta:${id}`, delivered, reason }]
  })
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
