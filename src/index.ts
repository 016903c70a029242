import { app } from './app.ts'
import { livePorts } from './edge/live-ports.ts'
import { runScheduled } from './edge/scheduled.ts'

export { CodeObject } from './edge/code-object.ts'
export { MfaSetupObject } from './edge/mfa-setup-object.ts'
export { ThrottleObject } from './edge/throttle-object.ts'

const provided = app(livePorts)

export default {
  fetch: provided.fetch,
  scheduled: runScheduled,
} satisfies ExportedHandler<Env>
