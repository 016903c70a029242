import './rate-limits.ts'
import { call } from './client.ts'
import { showLogOfFailures } from './quiet-log.ts'

showLogOfFailures()

/** An isolate reads the default tenant once, with its first request: what a test counts comes after. */
await call('/api/v1/auth/refresh', {})
