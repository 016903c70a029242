import type { Context } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import { device } from '../policy.ts'
import type { Bytes } from '../tokens/encoding.ts'
import { newSecret, secretHash } from '../tokens/secret.ts'
import { hostCookie } from './cookies.ts'
import type { HttpEnv } from './environment.ts'

const cookie = 'asker'

/** What a browser or an app is known by that asks for a link: not an account's device, only the one who asked. */
export async function askerOf(c: Context<HttpEnv>): Promise<Bytes | null> {
  const { transport, device: shown } = c.get('context')
  if (transport === 'cookie') return secretHash('asker', getCookie(c, cookie, 'host') ?? '')
  return shown?.hash ?? null
}

/** A browser that has none yet gets a cookie to be known by. */
export async function rememberAsker(c: Context<HttpEnv>): Promise<Bytes | null> {
  const known = await askerOf(c)
  if (known || c.get('context').transport !== 'cookie') return known
  const { text, hash } = await newSecret('asker')
  setCookie(c, cookie, text, { ...hostCookie, maxAge: device.askerLife })
  return hash
}
