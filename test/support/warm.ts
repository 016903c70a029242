import { call } from './client.ts'

/** An isolate reads the default tenant once, with its first request: what a test counts comes after. */
await call('/api/v1/auth/refresh', {})
