import { neon, neonConfig } from '@neondatabase/serverless'
import { importJWK, type JWK, SignJWT } from 'jose'

/** Keys are immutable: an isolate imports its own once, as the product does. */
let key: CryptoKey | null = null

/** Floor: one statement that changes one row by its key, and its commit. */
export const neonUpdate: ExportedHandler<Env> = {
  async fetch(request, env) {
    const row = await touch(request, env)
    return row ? Response.json(row) : new Response(null, { status: 404 })
  },
}

/** Floor: the same, and an ES256 signature over a few claims by jose: the least that a refresh can be. */
export const neonUpdateSigned: ExportedHandler<Env> = {
  async fetch(request, env) {
    const row = await touch(request, env)
    if (!row) return new Response(null, { status: 404 })
    key ??= await privateKey(env)
    const token = new SignJWT({ sid: row.id }).setProtectedHeader({ alg: 'ES256' })
    return Response.json({ token: await token.setExpirationTime('10 minutes').sign(key) })
  },
}

async function touch(request: Request, env: Env) {
  neonConfig.fetchEndpoint = env.DATABASE_ENDPOINT
  const id = new URL(request.url).searchParams.get('id')
  const query = neon(env.DATABASE_URL)
  const [row] =
    await query`update sessions set last_seen_at = now() where id = ${id} returning id, user_id`
  return row
}

async function privateKey(env: Env): Promise<CryptoKey> {
  const { current } = JSON.parse(env.JWT_KEYS) as { current: JWK }
  return (await importJWK(current, 'ES256')) as CryptoKey
}
