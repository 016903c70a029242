import { admit, type Demand, refusalOf } from './demand.ts'
import type { AccessClaims } from './token.ts'
import type { Verifier } from './verify.ts'

/** As much of Hono's context as is used: no dependency, any version. */
interface HonoContext {
  req: { header(name: string): string | undefined }
  // biome-ignore lint/suspicious/noExplicitAny: the app's own variables decide what `set` takes.
  set: any
}

/** `new Hono<{ Variables: GatehouseVariables }>()` */
export interface GatehouseVariables {
  auth: AccessClaims
}

/** Hono: lets through who shows a good token, with its claims as `c.get('auth')`. */
export function honoAuth(verifier: Verifier, demand: Demand = {}) {
  return async (c: HonoContext, next: () => Promise<void>): Promise<Response | undefined> => {
    const outcome = await admit(verifier, c.req.header('Authorization'), demand).catch(refusalOf)
    if ('body' in outcome) {
      const { status, headers, body } = outcome
      return new Response(body, { status, headers })
    }
    c.set('auth', outcome)
    await next()
    return undefined
  }
}
