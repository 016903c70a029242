import { startInbox } from '../../dev/inbox/inbox.ts'
import { startNeonEndpoint } from '../../dev/neon-endpoint.ts'

/** One of the local services in a process of its own, so that its work is not done on the client's time. */
const [kind, connectionString = ''] = process.argv.slice(2)

const { url } =
  kind === 'inbox'
    ? await startInbox({ port: 0 })
    : await startNeonEndpoint({ port: 0, connectionString })
process.send?.(url)
