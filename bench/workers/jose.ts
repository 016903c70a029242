import { importJWK, type JWK, type JWTPayload, jwtVerify } from 'jose'

const audience = 'urn:gatehouse:tenant:00000000-0000-7000-8000-000000000001'

/** Keys are immutable: an isolate imports its own once, as the product does. */
let key: CryptoKey | null = null

/** Floor: an access token verified by jose and nothing else. */
export const jose: ExportedHandler<Env> = {
  async fetch(request, env) {
    const payload = await verify(request.headers.get('Authorization'), env)
    return Response.json({ sub: payload.sub })
  },
}

export async function verify(header: string | null, env: Env): Promise<JWTPayload> {
  key ??= await publicKey(env)
  const { payload } = await jwtVerify((header ?? '').slice('Bearer '.length), key, {
    algorithms: ['ES256'],
    typ: 'at+jwt',
    issuer: env.PUBLIC_URL,
    audience,
  })
  return payload
}

async function publicKey(env: Env): Promise<CryptoKey> {
  const { current } = JSON.parse(env.JWT_KEYS) as { current: JWK }
  const { d: _, ...jwk } = current
  return (await importJWK(jwk, 'ES256')) as CryptoKey
}
