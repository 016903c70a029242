export { CodeObject } from '../../src/edge/code-object.ts'
export { MfaSetupObject } from '../../src/edge/mfa-setup-object.ts'
export { ThrottleObject } from '../../src/edge/throttle-object.ts'
export { readTrail, sealTrail, verifyTrail } from './audit.ts'
export { hash } from './hash.ts'
export { hono, honoJose } from './hono.ts'
export { jose } from './jose.ts'
export { neonInsert } from './neon-insert.ts'
export { neonRead } from './neon-read.ts'
export { neonUpdate, neonUpdateSigned } from './neon-update.ts'
export { authenticated, issue, meWithoutDatabase } from './product.ts'
export { throttle } from './throttle.ts'

/** Floors and cuts of the product, each behind an entrypoint of its own: one bundle, one process. */
export default {
  fetch: () => new Response('ask an entrypoint', { status: 404 }),
} satisfies ExportedHandler<Env>
