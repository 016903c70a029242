import type { Context } from 'hono'
import { matchedRoutes } from 'hono/route'
import type { HttpEnv } from './environment.ts'

/** The pattern that was served; `none` where there was no route. Middleware has patterns with a star. */
export function routeOf(c: Context<HttpEnv>): string {
  const served = matchedRoutes(c).findLast(({ path }) => !path.includes('*'))
  return served?.path ?? 'none'
}
