import { throttlePort } from '../../src/edge/throttle.ts'
import { newMeter } from '../../src/ports.ts'
import { configOf } from './config.ts'

/** Part of a sign-in: the call of the Durable Object that counts attempts, for the address `?of=`. */
export const throttle: ExportedHandler<Env> = {
  async fetch(request, env) {
    const clock = { now: () => Date.now() }
    const port = throttlePort(env.THROTTLE, configOf(env), newMeter(), clock)
    const admission = await port.admit({
      tenantId: 'bench',
      authenticator: 'password',
      identifier: new URL(request.url).searchParams.get('of') ?? '',
      device: null,
      // Grows, as after a success: the count starts anew each time.
      epoch: Date.now() * 1_000,
    })
    return Response.json(admission)
  },
}
